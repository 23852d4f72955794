"""The receipt, and what its holder does with it, as a browser without script sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.models.base import db, transaction
from app.models.comment import Capacity, Channel, Comment, Kind, Meeting, OrganisationKind, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Appeal, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.receipts import secret_of
from app.services.moderation.appealing import decide_appeal
from app.services.moderation.approving import decide_correction
from app.services.moderation.moderating import decide
from app.services.moderation.revisions import waiting_correction
from app.services.proof.leaves import Leaf, digest_of_leaf
from config import Config
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET

SOON = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="charter", titles={"en": "Charter"}, zone="UTC")


@pytest.fixture
def version(consultation: Consultation) -> Version:
    return a_draft(consultation)


@pytest.fixture
def moderator(app: Flask) -> Person:
    return a_person(Role.MODERATOR)


def address(comment: Comment, page: str = "", /, **query: object) -> str:
    number = comment.submission.number
    further = "".join(f"&{name}={quote(str(value))}" for name, value in query.items())
    return f"/en/receipts/{number}{page}?secret={secret_of(number, SECRET)}{further}"


def words_of(response: TestResponse) -> str:
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Sends the page's own form back with these fields changed."""
    return client.post(path, data={**hidden_in(client.get(path)), **fields})


def hidden_in(page: TestResponse) -> dict[str, str]:
    main = page.text.partition("<main")[2].replace('id="confirming-token"', "")
    return dict(re.findall(r'<input[^>]*name="(csrf_token|changes)"[^>]*value="([^"]*)"', main))


def stored(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def rejected(version: Version, moderator: Person) -> Comment:
    comment = a_comment(version)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.INSULT, by=moderator, at=NOON)
    return stored(comment)


# ---------------------------------------------------------------- the receipt


def test_the_receipt_says_what_was_sent_by_whom_and_what_became_of_it(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = a_comment(
        version,
        paragraphs_of(version)[0],
        kind=Kind.CLARITY,
        importance=4,
        capacity=Capacity.GROUP,
        organisation="Klase 9.b",
        group_size=24,
        meeting=Meeting.CLASS,
        has_authority=True,
        email="ilze@example.org",
    )
    decide(comment.id, State.PUBLISHED, expected_changes=0, note="Thank you.", by=moderator, at=NOON + SOON)
    words = words_of(client.get(address(comment)))
    news = "Your comment Paragraph 1 Published 10 February 2030, 12:05"
    assert f"Receipt {comment.submission.number} {news}" in words
    assert "Thank you. We" not in words
    assert "Received, by our clock Sunday 10 February 2030, 12:00:00 UTC" in words
    assert "Paragraph 1 Published On version 1 1 Everybody may try new ways." in words
    assert "Clarity · importance 4 of 5" in words
    assert "10 February 2030, 12:00 Received 10 February 2030, 12:05 Published “Thank you.”" in words
    assert "Group Klase 9.b Capacity group of 24 people" in words
    assert "How the group met As a class Country Latvia E-mail, never published ilze@example.org" in words
    assert comment.leaf_digest in words
    assert moderator.name not in words


def test_the_receipt_thanks_as_long_as_nothing_else_is_news(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    with time_machine.travel(NOON + SOON, tick=False):
        assert "Thank you. We have received your comment." in words_of(client.get(address(comment)))
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        words = words_of(client.get(address(comment)))
    assert "Thank you" not in words
    assert f"Receipt {comment.submission.number} Your comment The whole draft Waiting" in words


def test_an_organisation_and_what_came_on_paper_are_told_in_full(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(
        version,
        capacity=Capacity.ORGANISATION,
        organisation="Rīgas skolas",
        organisation_kind=OrganisationKind.PUBLIC_BODY,
        register_number="40003",
        channel=Channel.LETTER,
        entered_at=NOON + timedelta(days=13),
        is_late=True,
    )
    words = words_of(client.get(address(comment)))
    assert "Entered 23 February 2030 Late intake It came in time and was entered after the closing." in words
    assert "Kind of organisation Public body Register number 40003" in words


def test_many_comments_are_a_clear_list(client: FlaskClient, version: Version) -> None:
    first = a_comment(version, paragraphs_of(version)[0])
    second = a_comment(version, body="And on the whole.", state=State.PUBLISHED)
    with transaction():
        stored(second).submission_id = first.submission_id
    words = words_of(client.get(address(stored(first))))
    assert "Thank you. We have received your 2 comments." in words
    assert "Your comments Paragraph 1 Waiting The whole draft Published" in words
    assert words.index("Say who pays for it.") < words.index("And on the whole.")
    assert "Withdraw all your comments" in words


def test_the_code_leads_to_the_receipt_and_has_words_beside_it(client: FlaskClient, version: Version) -> None:
    page = client.get(address(a_comment(version))).text
    code = page.partition('<figure class="receipt__code"')[2].partition("</figure>")[0]
    assert 'role="img" aria-label="Code that leads to this receipt' in code
    assert "<svg" in code
    assert "style" not in code


@pytest.mark.parametrize(
    "part", ["", "/correct/1", "/withdraw", "/appeal", "/erase", "/letters", "/data.json", "/receipt.pdf"]
)
def test_every_page_needs_number_and_secret_and_is_kept_by_nobody(
    client: FlaskClient, version: Version, part: str
) -> None:
    comment = a_comment(version)
    opened = client.get(address(comment, part))
    assert opened.status_code == 200
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert opened.headers["Referrer-Policy"] == "strict-origin"
    assert opened.headers["X-Robots-Tag"] == "noindex"
    number = comment.submission.number
    for secret in ("", "?secret=wrong"):
        refused = client.get(f"/en/receipts/{number}{part}{secret}")
        assert refused.status_code == (404 if secret else 303 if part else 200)
        if refused.status_code == 303:
            refused = client.get(refused.location)
        assert "write its secret here" in words_of(refused)
        assert "Say who pays" not in refused.text


def test_a_secret_that_is_typed_leads_on(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    number = comment.submission.number
    sent = send(client, f"/en/receipts/{number}", secret=secret_of(number, SECRET))
    assert sent.location == address(comment)


def test_after_the_sites_key_was_changed_the_secret_still_opens_the_receipt(
    config: Config, version: Version
) -> None:
    comment = a_comment(version)
    other = create_app(Config(**{**vars(config), "secret_key": "f" * 64}))
    page = other.test_client().get(address(comment))
    assert page.status_code == 200
    assert secret_of(comment.submission.number, SECRET) in page.text
    with other.app_context():
        db.engine.dispose()
    other.extensions["ports"].changes.close()


# ---------------------------------------------------------------- correcting


def test_a_correction_stands_on_the_receipt_while_the_public_reads_the_old_words(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    page = client.get(address(comment, "/correct/1"))
    assert "A moderator reads your correction first." in words_of(page)
    assert "Say who pays for it.</textarea>" in page.text
    sent = send(client, address(comment, "/correct/1"), body="Say who pays, and when.")
    assert sent.location == f"{address(comment)}&done=corrected#comment-1"
    words = words_of(client.get(sent.location.partition("#")[0]))
    assert "Your correction is in the record." in words
    assert "You corrected it; a moderator reads the new words first" in words
    assert "Your correction, which waits Say who pays, and when." in words
    assert "and when" not in client.get("/en/consultations/charter/comments/new").text
    revision = waiting_correction(stored(comment))
    assert revision is not None
    decide_correction(revision.id, is_approved=True, by=moderator, at=NOON + SOON)
    assert "Your correction is published" in words_of(client.get(address(comment)))
    assert "and when" in client.get("/en/consultations/charter/comments/new").text


def test_of_two_tabs_the_second_keeps_its_words(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    other_tab = hidden_in(client.get(address(comment, "/correct/1")))
    send(client, address(comment, "/correct/1"), body="From the first tab.")
    late = client.post(
        address(comment, "/correct/1"),
        data={**other_tab, "body": "From the second tab."},
    )
    assert late.status_code == 422
    assert "The comment was changed meanwhile" in words_of(late)
    assert "From the second tab.</textarea>" in late.text
    client.post(address(comment, "/correct/1"), data={**hidden_in(late), "body": "From the second tab."})
    assert stored(comment).source == "From the second tab."


def test_after_the_closing_the_words_are_given_back(
    client: FlaskClient, version: Version, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    comment = a_comment(version)
    opened = hidden_in(client.get(address(comment, "/correct/1")))
    clock.move_to(consultation.closes_at)
    late = client.post(
        address(comment, "/correct/1"),
        data={**opened, "body": "A minute too late."},
    )
    assert late.status_code == 403
    assert "The consultation closed on 22 February 2030, 12:00 UTC." in words_of(late)
    assert "A minute too late.</textarea>" in late.text
    assert stored(comment).source == "Say who pays for it."
    assert "Correct" not in words_of(client.get(address(comment))).split()
    asked = words_of(client.get(address(comment, "/correct/1")))
    assert "Comments cannot be corrected any more, only withdrawn." in asked


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"body": "Say who pays for it."}, "This is what you sent already."),
        ({"body": " "}, "Write your comment. To take it back, withdraw it."),
        ({"body": "Better.", "quotation": "not there"}, "These words are not in the paragraph."),
        ({"body": "x" * 10_001}, "This is too long"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_every_word(
    client: FlaskClient, version: Version, fields: dict[str, str], told: str
) -> None:
    comment = a_comment(version, paragraphs_of(version)[0])
    answer = send(client, address(comment, "/correct/1"), **fields)
    assert answer.status_code == 422
    assert told in words_of(answer)
    assert f"{fields['body']}</textarea>" in answer.text


def test_a_place_that_the_receipt_does_not_have_is_no_page(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version)
    for page in ("/correct/2", "/correct/0"):
        assert client.get(address(comment, page)).status_code == 404
    assert client.get(address(comment, "/withdraw", comment=9)).status_code == 404
    assert client.get(address(comment, "/appeal", comment=9)).status_code == 404


# ---------------------------------------------------------------- withdrawing and erasing


def test_a_comment_is_withdrawn_after_a_question(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    assert "Say who pays" in client.get("/en/consultations/charter/comments/new").text
    asked = words_of(client.get(address(comment, "/withdraw", comment=1)))
    assert "Withdraw this comment?" in asked
    assert "gone from view at once, for good" in asked
    assert stored(comment).state == State.PUBLISHED
    sent = send(client, address(comment, "/withdraw", comment=1))
    assert sent.status_code == 303
    words = words_of(client.get(sent.location))
    assert "Withdrawn. What you see below is how it stands now." in words
    assert "You withdrew it" in words
    assert "Say who pays" not in client.get("/en/consultations/charter/comments/new").text
    assert "There is nothing to withdraw" in words_of(client.get(address(comment, "/withdraw")))


def test_after_the_closing_the_question_says_that_it_stays_in_view(
    client: FlaskClient, version: Version, consultation: Consultation, clock: time_machine.Traveller
) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    clock.move_to(consultation.closes_at)
    asked = words_of(client.get(address(comment, "/withdraw")))
    assert "It stays in view, marked as withdrawn by its author, with the date." in asked
    send(client, address(comment, "/withdraw"))
    assert "You withdrew it after the closing: it stays in view, marked" in words_of(
        client.get(address(comment))
    )


def test_erasing_is_explained_and_takes_a_tick(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED, name="Ilze Kalniņa")
    page = address(comment, "/erase")
    assert "What stays: that there were comments" in words_of(client.get(page))
    refused = send(client, page, what="everything")
    assert (refused.status_code, stored(comment).state) == (422, State.PUBLISHED)
    assert "Tick the box: this cannot be undone." in words_of(refused)
    assert send(client, page, sure="y").status_code == 422
    sent = send(client, page, what="person", sure="y")
    words = words_of(client.get(sent.location))
    assert "Name Name erased" in words
    assert "Who you are was erased on 10 February 2030." in words
    assert "Kalniņa" not in client.get("/en/consultations/charter/comments/new").text
    send(client, page, what="everything", sure="y")
    words = words_of(client.get(address(comment)))
    assert "The words of this comment are erased." in words
    assert "Say who pays" not in words
    assert comment.leaf_digest in words
    assert "Everything is erased already." in words_of(client.get(page))


# ---------------------------------------------------------------- appealing


def test_an_appeal_is_made_once_and_its_answer_stands_on_the_receipt(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = rejected(version, moderator)
    receipt = words_of(client.get(address(comment)))
    assert "Not published: It insults somebody" in receipt
    assert "Ask a second moderator to look until 24 February 2030, 12:00 UTC" in receipt
    page = address(comment, "/appeal", comment=1)
    other_tab = hidden_in(client.get(page))
    assert send(client, page, words=" ").status_code == 422
    sent = send(client, page, words="It insults nobody.")
    assert sent.location.endswith("&done=appealed#comment-1")
    words = words_of(client.get(address(comment)))
    assert "You asked for a second look “It insults nobody.”" in words
    assert "Ask a second moderator" not in words
    again = client.post(page, data={**other_tab, "words": "Again."})
    assert again.status_code == 422
    assert "You have asked for a second look at this decision already." in words_of(again)
    assert "Again.</textarea>" in again.text
    [found] = db.session.scalars(select(Comment)).all()
    assert found.state == State.REJECTED


def test_after_fourteen_days_nobody_is_asked_any_more(
    client: FlaskClient, version: Version, moderator: Person, clock: time_machine.Traveller
) -> None:
    comment = rejected(version, moderator)
    clock.move_to(NOON + timedelta(days=14))
    page = address(comment, "/appeal")
    assert "for 14 days" in words_of(client.get(page))
    assert "<textarea" not in client.get(page).text.partition("<main")[2]


def test_what_the_second_moderator_writes_is_read_on_the_receipt(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = rejected(version, moderator)
    send(client, address(comment, "/appeal"), words="It insults nobody.")
    appeal = db.session.scalars(select(Appeal)).one()
    decide_appeal(appeal.id, "upheld", note="It does.", by=a_person(Role.MODERATOR), at=NOON + SOON)
    words = words_of(client.get(address(comment)))
    assert "Not published after a second look either: It insults somebody “It does.”" in words


# ---------------------------------------------------------------- taking it away


def test_the_text_file_holds_every_sign_of_every_script(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, body="Glāžšķūņu rūķīši, ærlig. سلام 你好 👩‍👩‍👧")
    taken = client.get(address(comment, "/receipt.txt"))
    assert taken.mimetype == "text/plain"
    assert f"innspill-{comment.submission.number}.txt" in taken.headers["Content-Disposition"]
    written = taken.data.decode()
    for part in ("Glāžšķūņu rūķīši, ærlig. سلام 你好 👩‍👩‍👧", comment.leaf_digest, comment.submission.number):
        assert part in written
    assert address(comment) in written


def test_the_pdf_is_tagged_has_a_language_and_says_what_it_had_to_leave_out(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(version, body="Glāžšķūņu rūķīši, ærlig, l’œuvre.\n\nسلام 你好 👩‍👩‍👧")
    taken = client.get(address(comment, "/receipt.pdf"))
    assert taken.data == client.get(address(comment, "/receipt.pdf")).data
    pdf = PdfReader(BytesIO(taken.data))
    words = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"Receipt {comment.submission.number}"
    root: Any = pdf.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == ("en", True)
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert "Glāžšķūņu rūķīši, ærlig, l’œuvre. […]" in words
    assert "Signs that are left out here, […], are all in the text file" in words
    assert comment.leaf_digest in words


def test_the_pdf_holds_greek_and_cyrillic_letters(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, body="Καλημέρα σε όλους. Добрый день, ґрунт.")
    pdf = PdfReader(BytesIO(client.get(address(comment, "/receipt.pdf")).data))
    words = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    assert "Καλημέρα σε όλους. Добрый день, ґрунт." in words
    assert "Signs that are left out here" not in words


def test_a_pdf_is_made_ten_times_in_ten_minutes_and_the_text_goes_on(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(version)
    for _time in range(10):
        assert client.get(address(comment, "/receipt.pdf")).status_code == 200
    refused = client.get(address(comment, "/receipt.pdf"))
    assert refused.status_code == 429
    assert "Wait a little and try again." in words_of(refused)
    assert client.get(address(comment, "/receipt.txt")).status_code == 200


def test_a_format_that_there_is_not_is_no_page(client: FlaskClient, version: Version) -> None:
    assert client.get(address(a_comment(version), "/receipt.doc")).status_code == 404


def test_the_copy_of_the_data_holds_all_and_opens_the_digests(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, email="ilze@example.org")
    send(client, address(comment, "/correct/1"), body="Say who pays, and when.")
    copy = json.loads(client.get(address(comment, "/data.json")).data)
    assert (copy["number"], copy["name"], copy["email"]) == (
        comment.submission.number, "Ilze K.", "ilze@example.org",
    )  # fmt: skip
    [told] = copy["comments"]
    assert [text["source"] for text in told["texts"]] == ["Say who pays for it.", "Say who pays, and when."]
    assert (told["state"], told["version"], told["paragraph"]) == ("published", 1, "p2")
    leaf = Leaf(NOON, 1, "p2", None, "en", "other", None, "Say who pays for it.")
    assert told["leaf_digest"] == digest_of_leaf(leaf, told["leaf_salt"])
    assert "secret_digest" not in json.dumps(copy)
    assert "form_digest" not in json.dumps(copy)
