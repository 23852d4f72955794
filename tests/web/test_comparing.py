"""The page that compares two versions, as a reader's browser without script sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from tests.builders import a_consultation
from tests.drafts import publish

NOW = datetime.now(UTC)
ASK = "Ask everybody who is concerned before anything is decided."
ANSWER = "Answer every comment within three months and say why."
PUBLISH = "Publish the results in the languages of the consultation."
KEEP = "Keep what was received for two years at most."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """A consultation with three sealed versions."""
    consultation = a_consultation(at=NOW, slug="charter", titles={"en": "Charter"})
    publish(consultation, "# Duties", ASK, ANSWER, PUBLISH, KEEP, at=NOW)
    publish(consultation, "# Duties", ASK.replace("everybody", "all people"), PUBLISH, KEEP, at=NOW)
    publish(consultation, "# Duties", KEEP, ASK, PUBLISH, "Learn from it.", at=NOW)
    return consultation


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(f"/en/consultations/charter/{path}")
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    body = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


def sections(html: str) -> list[str]:
    """What changed, by the name that a screen reader gives it."""
    return [
        unescape(name) for name in re.findall(r'<section class="compared[^>]* aria-label="([^"]*)"', html)
    ]


def test_the_page_says_what_became_of_each_paragraph(client: FlaskClient, consultation: Consultation) -> None:
    html = page(client, "compare/1...2")
    assert "Version 1 and version 2 compared" in words(html)
    assert sections(html) == ["Reworded: ¶1", "Removed: ¶2"]
    for count in ("1 reworded", "1 removed", "3 unchanged"):
        assert count in words(html)
    assert html.count("<h1") == 1


def test_insertions_and_deletions_are_told_in_words_and_signs(
    client: FlaskClient, consultation: Consultation
) -> None:
    html = page(client, "compare/1...2")
    [inserted] = re.findall(r"<ins.*?</ins>", html)
    assert unescape(re.sub(r"<[^>]*>", "", inserted)) == "+inserted: all people end of change "
    assert re.findall(r"<del.*?</del>", html)
    assert "−deleted: everybody" in words(html)


def test_counts_lead_to_the_paragraphs_and_every_anchor_is_there_once(
    client: FlaskClient, consultation: Consultation
) -> None:
    html = page(client, "compare/1...3")
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'class="count[^"]*" href="#([^"]*)"', html)
    assert targets
    assert set(targets) <= set(ids)
    assert {"p1", "p2", "p3", "p4", "p5"} <= set(ids)


def test_what_moved_is_shown_as_moved_where_it_stands_and_where_it_stood(
    client: FlaskClient, consultation: Consultation
) -> None:
    html = page(client, "compare/2...3")
    assert "Moved: ¶1" in sections(html)
    assert "from ¶3 to ¶1" in words(html)
    assert "Moved away: ¶3 stands as ¶1 now" in words(html)


def test_only_what_changed_is_a_page_of_its_own(client: FlaskClient, consultation: Consultation) -> None:
    whole, only = page(client, "compare/1...2"), page(client, "compare/1...2/changes")
    assert PUBLISH in words(whole)
    assert PUBLISH not in words(only)
    assert sections(only) == sections(whole)
    assert 'href="/en/consultations/charter/compare/1...2/changes"' in whole


def test_versions_in_the_wrong_order_or_the_same_lead_to_the_right_page(
    client: FlaskClient, consultation: Consultation
) -> None:
    base = "/en/consultations/charter"
    for path, target in (
        ("compare/3...1", "compare/1...3"),
        ("compare/3...1/changes", "compare/1...3/changes"),
        ("compare/2...2", "versions/2"),
        ("compare", "compare/2...3"),
        ("compare?older=3&newer=1", "compare/1...3"),
    ):
        answer = client.get(f"{base}/{path}")
        assert answer.status_code == 303
        assert answer.location == f"{base}/{target}"


@pytest.mark.parametrize(
    "path",
    [
        "compare/1...9",
        "compare/0...1",
        "compare/a...b",
        "compare/9...9x",
        "compare/4...4",
        "compare/9...1",
        "compare/0...0",
        "compare?newer=-1&older=1",
        "compare?newer=2&older=99999999999999999999",
        f"compare/1...{'9' * 20}",
        f"compare/{'9' * 20}...2/changes",
    ],
)
def test_versions_that_do_not_exist_are_not_found(
    client: FlaskClient, consultation: Consultation, path: str
) -> None:
    assert client.get(f"/en/consultations/charter/{path}").status_code == 404


def test_the_page_leads_to_both_versions_the_comments_and_other_comparisons(
    client: FlaskClient, consultation: Consultation
) -> None:
    html = page(client, "compare/1...3")
    for path in ("versions/1", "versions/3", "paragraphs/p3", "compare/1...3/changes"):
        assert f'href="/en/consultations/charter/{path}"' in html
    assert re.findall(r"<option[^>]*>(\d)</option>", html) == ["1", "2", "3"] * 2


def test_the_page_is_kept_and_follows_the_next_version(
    client: FlaskClient, consultation: Consultation
) -> None:
    first = client.get("/en/consultations/charter/compare/2...3")
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(
        "/en/consultations/charter/compare/2...3", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/en/consultations/charter/compare/3...4").status_code == 404
    publish(consultation, "# Duties", KEEP, at=NOW)
    assert client.get("/en/consultations/charter/compare/3...4").status_code == 200


def test_a_page_in_another_language_says_in_which_the_text_is(
    client: FlaskClient, consultation: Consultation
) -> None:
    html = client.get("/nb/consultations/charter/compare/1...2").text
    assert 'lang="en"' in html
    assert ASK.split()[0] in html


def test_an_unlisted_consultation_is_not_compared_for_strangers(app: Flask, client: FlaskClient) -> None:
    hidden = a_consultation(at=NOW, slug="hidden", is_listed=False)
    publish(hidden, ASK, at=NOW)
    publish(hidden, ANSWER, at=NOW)
    assert client.get("/en/consultations/hidden/compare/1...2").status_code == 404
