"""What is too much for a basket is refused, and given back where it can be."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.models.draft import Version
from app.services.matching.differing import word_changes
from app.services.sittings.sittings import MOST_TOGETHER
from tests.histories import more_unsent
from tests.stopped_clock import clock
from tests.web.baskets import BASKET, FIRST, SECOND, add, hidden_in, typed_in, unsent, version
from tests.words_on_pages import all_words_of

__all__ = ["clock", "version"]
LONG = "Too long to be sent. " * 5000


def test_a_full_submission_says_so_and_gives_every_word_back(client: FlaskClient, version: Version) -> None:
    add(client, "The first.")
    more_unsent(MOST_TOGETHER - 1)
    full = "A submission can hold at most 200 comments. Send some at once, or remove some."
    refused = add(client, "One too many.", SECOND)
    assert refused.status_code == 422
    assert full in all_words_of(refused)
    assert typed_in(refused) == "One too many."
    saved = client.post(
        f"{BASKET}/save",
        data={**hidden_in(refused), "body": "One too many."},
        headers={"Accept": "application/json"},
    )
    assert (saved.status_code, saved.get_json()["words"]) == (422, full)
    assert len(unsent()) == MOST_TOGETHER


@pytest.mark.usefixtures("version")
def test_a_text_of_a_hundred_thousand_characters_is_given_back_and_not_kept(client: FlaskClient) -> None:
    given_back = add(client, LONG)
    assert given_back.status_code == 422
    assert "This is too long: at most 10 000 characters." in all_words_of(given_back)
    assert LONG.strip() in given_back.text
    for name in ("body", "suggestion", "quotation"):
        saved = client.post(
            f"{BASKET}/save",
            data={**hidden_in(client.get(FIRST)), "paragraph": "p2", name: LONG},
            headers={"Accept": "application/json"},
        )
        assert saved.status_code == 422
        assert "This is too long" in saved.get_json()["words"]
    assert unsent() == []


@pytest.mark.usefixtures("version")
def test_a_form_larger_than_a_mebibyte_is_refused(client: FlaskClient) -> None:
    words, part = b"body=" + b"word+" * 220_000, b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n'
    for address in (f"{BASKET}/save", FIRST, BASKET):
        for kind, sent in (
            ("application/x-www-form-urlencoded", words),
            ("multipart/form-data; boundary=x", part + words + b"\r\n--x--\r\n"),
        ):
            answer = client.post(address, data=sent, content_type=kind)
            assert answer.status_code == 413
            assert "What you sent is larger than we can take." in all_words_of(answer)
    assert unsent() == []


@pytest.mark.usefixtures("version")
def test_a_form_with_thousands_of_fields_is_refused(client: FlaskClient) -> None:
    hidden = hidden_in(client.get(FIRST))
    answer = client.post(FIRST, data={**hidden, **{f"field{number}": "" for number in range(1000)}})
    assert answer.status_code == 413


@pytest.mark.usefixtures("version")
def test_a_wording_too_long_to_be_sent_is_compared_with_nothing(client: FlaskClient) -> None:
    add(client, "", suggestion="The paragraph and more of it. " * 3000)
    before = word_changes.cache_info()
    page = client.get(BASKET)
    assert word_changes.cache_info() == before
    assert "The paragraph and more of it." in all_words_of(page)
