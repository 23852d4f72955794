"""What else a comment can say: other wording, quoted words, how much it matters, a reply; and for whom."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.comment import Comment, State, Submission
from app.models.consultation import USUAL_ASKING, Consultation
from app.models.draft import Paragraph, Version
from app.models.sitting import UnsentComment
from app.services.activity import touch_public_pages
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.conftest import NOON
from tests.drafts import publish
from tests.stopped_clock import clock
from tests.web.comment_forms import ADDRESS, FILLED, textarea_of
from tests.words_on_pages import all_words_of, value_of, words_in

__all__ = ["clock"]

WORDING = "Everybody should try new ways."
GROUP = {"capacity": "group", "organisation": "Class 4", "group_size": "24", "has_authority": "y"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="innovation", titles={"en": "Innovation"})


@pytest.fixture
def paragraph(version: Version) -> Paragraph:
    return paragraphs_of(version)[0]


def sent(
    client: FlaskClient, clock: time_machine.Traveller, address: str = ADDRESS, **changes: Any
) -> TestResponse:
    page = client.get(address)
    clock.shift(30)
    form = {
        "csrf_token": value_of(page, "csrf_token"),
        "version": re.findall(r'name="version" value="(\d+)"', page.text)[0],
    }
    filled = {**FILLED, **form, **changes}
    return client.post(address, data={name: value for name, value in filled.items() if value is not None})


def field_called(answer: TestResponse, name: str) -> str:
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', answer.text, flags=re.S)
    assert found is not None
    return unescape(found[1]).replace("\r\n", "\n").removeprefix("\n")


def only_comment() -> Comment:
    return db.session.scalars(select(Comment)).one()


def notes_on(answer: TestResponse) -> list[str]:
    """The notes that stand by themselves, each with its replies."""
    text = answer.text.partition('id="comments"')[2].partition("</section>")[0]
    parts = re.split(r"<article[^>]*>", text)[1:]
    return [words_in(part) for part in parts]


@pytest.mark.usefixtures("version")
def test_importance_alone_is_a_comment(client: FlaskClient, clock: time_machine.Traveller) -> None:
    assert sent(client, clock, body="").status_code == 303
    comment = only_comment()
    assert (comment.has_words, comment.importance, comment.state) == (False, 4, State.PUBLISHED)
    page = all_words_of(client.get(ADDRESS))
    assert "No comments yet" in page
    assert "how much this paragraph matters" not in page


def test_five_people_say_how_much_a_paragraph_matters(
    client: FlaskClient, clock: time_machine.Traveller, version: Version, paragraph: Paragraph
) -> None:
    for importance in (5, 4, 5, 3):
        a_comment(version, paragraph, body="", importance=importance, state=State.PUBLISHED)
    assert sent(client, clock, body="").status_code == 303
    assert "5 people said how much this paragraph matters: 4.2 of 5." in all_words_of(client.get(ADDRESS))


@pytest.mark.usefixtures("version")
def test_the_field_for_other_wording_begins_with_the_paragraph(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    assert field_called(client.get(ADDRESS), "suggestion") == "Everybody may try new ways."
    assert sent(client, clock, suggestion=" Everybody  may try\nnew ways.").status_code == 303
    assert only_comment().suggestion == ""


@pytest.mark.usefixtures("version")
def test_unchanged_wording_alone_is_no_comment(client: FlaskClient, clock: time_machine.Traveller) -> None:
    answer = sent(client, clock, body="", importance=None, suggestion="Everybody may try new ways.")
    assert answer.status_code == 422
    assert "Write your comment, propose other wording" in all_words_of(answer)


def test_proposed_wording_is_shown_by_what_it_changes(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    a_draft(consultation)
    assert sent(client, clock, body="", suggestion=WORDING).status_code == 303
    publish_all(consultation)
    [note] = notes_on(client.get(ADDRESS))
    assert "Proposed wording Everybody − deleted: may end of change + inserted: should" in note


def test_the_same_wording_is_shown_once_and_counted(
    client: FlaskClient, version: Version, paragraph: Paragraph
) -> None:
    first = a_comment(version, paragraph, body="", suggestion=WORDING, state=State.PUBLISHED)
    for minute in (1, 2):
        at = NOON + timedelta(minutes=minute)
        a_comment(version, paragraph, suggestion=WORDING, state=State.PUBLISHED, name="Ola", at=at)
    page = client.get(ADDRESS)
    notes = notes_on(page)
    assert ["inserted: should" in note for note in notes] == [True, False, False]
    assert "3 people propose this wording." in notes[0]
    assert all("Proposes the same wording as Ilze K." in note for note in notes[1:])
    assert page.text.count(f'href="#c-{first.id}"') == 2


@pytest.mark.usefixtures("version")
def test_quoted_words_are_kept_as_they_stand_and_shown(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    assert sent(client, clock, quotation="TRY new  ways").status_code == 303
    assert only_comment().quotation == {
        "type": "TextQuoteSelector",
        "exact": "try new ways",
        "prefix": "Everybody may ",
        "suffix": ".",
    }
    publish_all(consultation)
    page = client.get(ADDRESS)
    assert '<blockquote class="note__quote" dir="auto"><p>try new ways</p></blockquote>' in page.text
    assert 'aria-describedby="quoted-words">try new ways</mark>.' in page.text
    assert "Underlined words are quoted in comments." in all_words_of(page)


@pytest.mark.usefixtures("version")
def test_words_that_are_not_in_the_paragraph_come_back_with_a_reason(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    answer = sent(client, clock, quotation="try old ways")
    assert answer.status_code == 422
    assert "These words are not in the paragraph." in all_words_of(answer)
    assert value_of(answer, "quotation") == "try old ways"
    assert field_called(answer, "body") == FILLED["body"]
    assert '<details class="more" id="quote-words" open>' in answer.text


def test_a_quotation_that_the_next_version_has_no_more_is_said_to_be_gone(
    client: FlaskClient, consultation: Consultation, at: datetime
) -> None:
    version = publish(consultation, "Everybody may try new ways.", at=at)
    paragraph = version.translations[0].texts[0].paragraph
    a_comment(version, paragraph, state=State.PUBLISHED, quotation={"exact": "may try"})
    a_comment(version, paragraph, state=State.PUBLISHED, quotation={"exact": "new ways"})
    publish(consultation, "Everybody should try new ways.", at=at)
    page = client.get(f"/en/consultations/innovation/paragraphs/{paragraph.key}")
    gone, kept = notes_on(page)
    assert "may try These words are gone since version 2." in gone
    assert "gone" not in kept
    assert re.findall(r'class="is-quoted"[^>]*>([^<]*)', page.text) == ["new ways"]


def test_what_comes_too_late_is_given_back_with_wording_and_quotation(
    client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    a_draft(consultation)
    page = client.get(ADDRESS)
    filled = {**FILLED, "csrf_token": value_of(page, "csrf_token"), "suggestion": WORDING}
    clock.move_to(consultation.closes_at)
    late = client.post(ADDRESS, data={**filled, "quotation": "nowhere"})
    assert late.status_code == 403
    given_back = textarea_of(late)
    assert given_back.startswith(FILLED["body"])
    assert f"Proposed wording: {WORDING}" in given_back
    assert "Quoted: nowhere" in given_back
    bare = client.post(ADDRESS, data={**filled, "suggestion": "Everybody may try new ways."})
    assert textarea_of(bare) == FILLED["body"]


def test_a_reply_stands_under_its_comment(
    client: FlaskClient, clock: time_machine.Traveller, version: Version, paragraph: Paragraph
) -> None:
    first = a_comment(version, paragraph, body="First.", state=State.PUBLISHED)
    at = NOON + timedelta(minutes=1)
    a_comment(version, paragraph, body="Second.", state=State.PUBLISHED, at=at)
    address = f"/en/consultations/innovation/comments/{first.id}/reply"
    assert f'href="{address}"' in client.get(ADDRESS).text
    form = client.get(address)
    assert "First." in all_words_of(form)
    assert 'name="importance"' not in form.text
    assert 'name="suggestion"' not in form.text
    assert sent(client, clock, address, body="I think so too.").status_code == 303
    with transaction():
        reply = db.session.scalars(select(Comment).where(Comment.parent_id == first.id)).one()
        assert (reply.paragraph_id, reply.importance, reply.state) == (paragraph.id, None, State.WAITING)
        reply.state = State.PUBLISHED
        touch_public_pages(reply.consultation_id)
    page = client.get(ADDRESS)
    assert "3 comments" in all_words_of(page)
    assert [note.split(" · ")[0] for note in notes_on(page)] == ["Ilze K.", "Ilze Kalniņa", "Ilze K."]
    assert 'class="note__replies"' in page.text
    assert f"/comments/{reply.id}/reply" not in page.text
    assert "I think so too." in all_words_of(client.get("/en/consultations/innovation"))


def test_after_a_reply_comments_are_asked_for_as_before_in_every_language(
    client: FlaskClient, version: Version, paragraph: Paragraph
) -> None:
    comment = a_comment(version, paragraph, state=State.PUBLISHED)
    assert "Your reply" in all_words_of(
        client.get(f"/en/consultations/innovation/comments/{comment.id}/reply")
    )
    form = all_words_of(client.get(ADDRESS.replace("/en/", "/lv/")))
    assert "Jūsu komentārs" in form
    assert "Your reply" not in form


def test_a_reply_to_what_is_no_longer_shown_comes_back(
    client: FlaskClient, clock: time_machine.Traveller, version: Version, paragraph: Paragraph
) -> None:
    comment = a_comment(version, paragraph, state=State.PUBLISHED)
    address = f"/en/consultations/innovation/comments/{comment.id}/reply"
    page = client.get(address)
    with transaction():
        comment.state = State.REJECTED
        touch_public_pages(comment.consultation_id)
    assert client.get(address).status_code == 404
    clock.shift(30)
    filled = {**FILLED, "csrf_token": value_of(page, "csrf_token"), "body": "I think so too."}
    answer = client.post(address, data=filled)
    assert answer.status_code == 422
    assert "The comment that you replied to is no longer shown." in all_words_of(answer)
    assert field_called(answer, "body") == "I think so too."
    assert f'action="{ADDRESS}#error-summary"' in answer.text


def test_a_reply_stays_when_its_comment_goes(
    client: FlaskClient, version: Version, paragraph: Paragraph
) -> None:
    parent = a_comment(version, paragraph, state=State.ERASED)
    a_comment(version, paragraph, parent=parent, body="So do I.", state=State.PUBLISHED)
    [note] = notes_on(client.get(ADDRESS))
    assert "In reply to a comment that is not shown." in note
    assert "So do I." in note


def test_replies_can_be_switched_off(
    client: FlaskClient,
    clock: time_machine.Traveller,
    consultation: Consultation,
    version: Version,
    paragraph: Paragraph,
) -> None:
    comment = a_comment(version, paragraph, state=State.PUBLISHED)
    address = f"/en/consultations/innovation/comments/{comment.id}/reply"
    page = client.get(address)
    with transaction():
        consultation.takes_replies = False
        touch_public_pages(consultation.id)
    assert "/reply" not in client.get(ADDRESS).text
    assert client.get(address).status_code == 404
    clock.shift(30)
    answer = client.post(address, data={**FILLED, "csrf_token": value_of(page, "csrf_token")})
    assert answer.status_code == 403
    assert "Replies are switched off" in all_words_of(answer)
    assert textarea_of(answer) == FILLED["body"]


def test_what_its_author_withdrew_after_the_closing_is_marked(
    client: FlaskClient, clock: time_machine.Traveller, version: Version, paragraph: Paragraph
) -> None:
    comment = a_comment(version, paragraph, body="Who pays?", state=State.WITHDRAWN)
    with transaction():
        comment.is_marked, comment.withdrawn_at = True, NOON
    [note] = notes_on(client.get(ADDRESS))
    assert "Withdrawn by its author on 10 February 2030. Who pays?" in note
    assert "Reply" not in note


def test_a_name_that_was_erased_is_said_to_be(
    client: FlaskClient, version: Version, paragraph: Paragraph
) -> None:
    comment = a_comment(version, paragraph, name="", state=State.PUBLISHED)
    with transaction():
        comment.submission.person_erased_at = NOON
    [note] = notes_on(client.get(ADDRESS))
    assert note.startswith("Name erased · Latvia")


@pytest.mark.usefixtures("version")
def test_an_organisation_says_what_it_is_and_that_it_may_speak(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller, consultation: Consultation
) -> None:
    assert 'name="register_number"' not in client.get(ADDRESS).text
    with transaction():
        consultation.asks_register_number = True
        touch_public_pages(consultation.id)
    organisation = {
        "capacity": "organisation",
        "organisation": "Municipality of Bø",
        "organisation_kind": "public_body",
        "register_number": "964 965 870",
    }
    refused = sent(client, clock, **organisation)
    assert refused.status_code == 422
    assert "Tick the box if you may speak for them" in all_words_of(refused)
    assert value_of(refused, "register_number") == "964 965 870"
    assert sent(client, clock, **organisation, has_authority="y").status_code == 303
    submission = db.session.scalars(select(Submission)).one()
    kept = (submission.organisation_kind, submission.register_number, submission.has_authority)
    assert kept == ("public_body", "964 965 870", True)
    publish_all(consultation)
    elsewhere = app.test_client()
    [note] = notes_on(elsewhere.get(ADDRESS))
    assert "Municipality of Bø · Latvia · public body" in note
    assert "964 965 870" not in elsewhere.get(ADDRESS).text


@pytest.mark.usefixtures("version")
def test_a_group_says_how_many_it_is_and_how_it_met(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    assert sent(client, clock, **GROUP, meeting="class").status_code == 303
    submission = db.session.scalars(select(Submission)).one()
    assert (submission.group_size, submission.meeting) == (24, "class")


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("act", ["send", "preview", "add"])
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("meeting", "Choose how the group met."),
        ("kind", "Say what your comment is about."),
        ("importance", "Say how much this paragraph matters to you."),
        ("capacity", "Say for whom you speak."),
        ("country", "Choose your country."),
    ],
)
def test_what_the_form_does_not_offer_is_named_and_every_word_kept(
    client: FlaskClient, clock: time_machine.Traveller, field: str, said: str, act: str
) -> None:
    answer = sent(client, clock, **{**GROUP, field: "hostile", "act": act})
    assert answer.status_code == 422
    assert f'href="#{field}">{said}' in answer.text
    assert FILLED["body"] in unescape(answer.text)
    assert db.session.scalars(select(Submission)).all() == []
    assert db.session.scalars(select(UnsentComment.is_added)).all() == [False]


@pytest.mark.usefixtures("version")
def test_what_only_another_capacity_has_is_not_looked_at(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    assert sent(client, clock, **GROUP, organisation_kind="hostile").status_code == 303
    assert db.session.scalars(select(Submission.organisation_kind)).one() == ""


def test_groups_and_individuals_are_told_apart(client: FlaskClient, version: Version) -> None:
    a_comment(version)
    a_comment(version, capacity="organisation", organisation="Municipality of Bø")
    a_comment(version, capacity="group", organisation="A class", group_size=24)
    a_comment(version, capacity="group", organisation="A choir", group_size=30)
    words = all_words_of(client.get("/en/consultations/innovation"))
    assert "1 individual · 1 organisation · 2 groups with 54 people in all" in words


def test_where_importance_must_be_given_a_reply_needs_none(
    client: FlaskClient, clock: time_machine.Traveller, app: Flask
) -> None:
    version = a_draft(a_consultation(slug="innovation", asking={**USUAL_ASKING, "importance": "required"}))
    comment = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    address = f"/en/consultations/innovation/comments/{comment.id}/reply"
    assert sent(client, clock, address, importance=None).status_code == 303
    assert sent(client, clock, importance=None).status_code == 422


def publish_all(consultation: Consultation) -> None:
    with transaction():
        for comment in db.session.scalars(select(Comment)):
            comment.state, comment.published_at = State.PUBLISHED, NOON
        touch_public_pages(consultation.id)


@pytest.mark.usefixtures("version")
def test_what_is_to_be_mended_is_named_in_the_order_of_the_page(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    nothing: dict[str, Any] = dict.fromkeys(FILLED)
    answer = sent(client, clock, ADDRESS, **nothing)
    mended = re.findall(
        r'href="#([^"]+)"', answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    )
    places = [answer.text.index(f' id="{name}"') for name in mended]
    assert mended[0] == "body"
    assert mended[-1] == "consent"
    assert places == sorted(places)
