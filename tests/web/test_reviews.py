"""Moderating corrections and appeals, as a browser without script sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.base import db, transaction
from app.models.comment import CommentRevision, Kind, State
from app.models.consultation import WhoMayComment
from app.models.draft import Version
from app.models.moderation import Appeal, Flag, FlagKind, Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.checking import Words
from app.services.moderation.appealing import appeal, decide_appeal
from app.services.moderation.approving import decide_correction
from app.services.moderation.moderating import decide
from app.services.moderation.revising import correct
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.rows import stored
from tests.signing import sign_in
from tests.words_on_pages import token_in, words_of

NOW = datetime.now(UTC)
QUEUE = "/en/moderation/charter"


@pytest.fixture
def version(app: Flask) -> Version:
    consultation = a_consultation(slug="charter", titles={"en": "Charter"}, zone="UTC", at=NOW)
    return a_draft(consultation, at=NOW)


@pytest.fixture
def colleague(app: Flask) -> Person:
    return a_person(Role.MODERATOR)


def send(client: FlaskClient, page: str, act: str, **fields: Any) -> TestResponse:
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]*)"', client.get(page).text)
    return client.post(act, data={"csrf_token": token[-1], **fields})


def a_correction(version: Version) -> CommentRevision:
    comment = a_comment(
        version, paragraphs_of(version)[0], body="Say who pays for it.", state=State.PUBLISHED, at=NOW
    )
    words = Words(body="Say who pays for it until 2040.", language="en", kind=Kind.CLARITY, importance=5)
    return correct(comment.id, words, expected_changes=0, at=NOW)


def an_appeal(version: Version, first: Person) -> Appeal:
    comment = a_comment(version, body="A remark.", at=NOW)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.INSULT, by=first, at=NOW)
    return appeal(comment.id, "It insults nobody.", at=NOW)


def test_the_queue_says_how_many_corrections_and_appeals_wait(
    client: FlaskClient, moderator: Person, version: Version, colleague: Person
) -> None:
    assert "Corrections" not in words_of(client.get(QUEUE))
    a_correction(version)
    an_appeal(version, colleague)
    page = client.get(QUEUE)
    assert "Corrections 1 Appeals 1" in words_of(page)
    overview = client.get("/en/moderation")
    assert words_of(overview).endswith("Charter 0 – 1 1")
    assert f'href="{QUEUE}/corrections"' in overview.text
    assert f'href="{QUEUE}/appeals"' in overview.text
    assert f'href="{QUEUE}/corrections"' in page.text
    assert f'href="{QUEUE}/appeals"' in page.text


def test_a_comment_leads_to_its_correction_and_to_its_appeal_instead_of_a_decision(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    correction = a_correction(version)
    page = client.get(f"/en/moderation/comments/{correction.comment_id}")
    assert f'href="{QUEUE}/corrections#correction-{correction.id}"' in page.text
    made = an_appeal(version, moderator)
    address = f"/en/moderation/comments/{made.comment_id}"
    page = client.get(address)
    assert "The author asks for a second look" in words_of(page)
    assert f'href="{QUEUE}/appeals#appeal-{made.id}"' in page.text
    assert 'value="waiting"' not in page.text
    answer = send(client, f"{QUEUE}/corrections", address, to_state="waiting", changes="1")
    assert answer.status_code == 422
    assert 'href="#to_state-' in answer.text
    assert stored(made.comment).state == State.REJECTED


def test_the_overview_counts_what_waits_in_a_contact_points_country_only(
    client: FlaskClient, version: Version, colleague: Person
) -> None:
    a_correction(version)
    an_appeal(version, colleague)
    for country, waiting in (("LV", "1 1"), ("NO", "0 0")):
        sign_in(client, a_person(Role.CONTACT_POINT, country=country))
        assert words_of(client.get("/en/moderation")).endswith(f"Charter 0 – {waiting}")


def test_only_a_kind_that_was_chosen_is_a_badge(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    for kind, badges in ((Kind.OTHER, []), (Kind.CLARITY, ["Clarity"])):
        comment = a_comment(version, kind=kind, at=NOW)
        page = client.get(f"/en/moderation/comments/{comment.id}").text
        assert re.findall(r'class="ds-tag">([^<]*)<', page) == badges


def test_a_correction_shows_what_comes_in_and_goes_out(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    a_correction(version)
    words = words_of(client.get(f"{QUEUE}/corrections"))
    assert "Paragraph 1 , version 1 Everybody may try new ways." in words.replace("1,", "1 ,")
    assert "Say who pays for it + inserted: until 2040 end of change ." in words
    assert "Kind: Other → Clarity Importance: – → 5" in words


@pytest.mark.parametrize(
    ("outcome", "said", "source"),
    [
        ("approved", "The correction is published.", "Say who pays for it until 2040."),
        ("rejected", "The words before the correction stay.", "Say who pays for it."),
    ],
)
def test_a_correction_is_published_or_not(
    client: FlaskClient, moderator: Person, version: Version, outcome: str, said: str, source: str
) -> None:
    revision = a_correction(version)
    act = f"/en/moderation/corrections/{revision.id}"
    answer = send(client, f"{QUEUE}/corrections", act, outcome=outcome, note="Thank you.")
    assert answer.location == f"{QUEUE}/corrections#reviews-title"
    assert said in words_of(client.get(answer.location))
    assert stored(revision.comment).source == source


def test_a_correction_that_was_decided_meanwhile_is_told(
    client: FlaskClient, moderator: Person, version: Version, colleague: Person
) -> None:
    revision = a_correction(version)
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]*)"', client.get(f"{QUEUE}/corrections").text)[-1]
    decide_correction(revision.id, is_approved=False, by=colleague, at=NOW)
    late = client.post(
        f"/en/moderation/corrections/{revision.id}",
        data={"csrf_token": token, "outcome": "approved", "note": "My own thanks."},
    )
    assert late.status_code == 409
    told = (
        f"Comment {revision.comment_id} : The words before the correction stay. Decided by {colleague.name}, "
    )
    assert f"Somebody else was here first. {told}" in words_of(late)
    assert re.search(r"<textarea[^>]* readonly>My own thanks.</textarea>", late.text)
    assert stored(revision.comment).source == "Say who pays for it."


def test_a_note_that_is_too_long_comes_back(client: FlaskClient, moderator: Person, version: Version) -> None:
    revision = a_correction(version)
    act = f"/en/moderation/corrections/{revision.id}"
    answer = send(client, f"{QUEUE}/corrections", act, outcome="approved", note="x" * 1001)
    assert answer.status_code == 422
    assert "The note is too long" in words_of(answer)
    assert send(client, f"{QUEUE}/corrections", act, outcome="perhaps").status_code == 422


def test_an_appeal_shows_the_decision_and_what_its_author_says(
    client: FlaskClient, moderator: Person, version: Version, colleague: Person
) -> None:
    an_appeal(version, colleague)
    words = words_of(client.get(f"{QUEUE}/appeals"))
    assert f"Rejected by {colleague.name}" in words
    assert "The author asks for a second look It insults nobody." in words
    assert "Publish after all Uphold the decision" in words


@pytest.mark.parametrize(
    ("outcome", "said", "state"),
    [
        ("published", "The comment is published.", State.PUBLISHED),
        ("upheld", "The decision is upheld.", State.REJECTED),
    ],
)
def test_a_second_moderator_decides(
    client: FlaskClient,
    moderator: Person,
    version: Version,
    colleague: Person,
    outcome: str,
    said: str,
    state: State,
) -> None:
    made = an_appeal(version, colleague)
    answer = send(client, f"{QUEUE}/appeals", f"/en/moderation/appeals/{made.id}", outcome=outcome)
    words = words_of(client.get(answer.location))
    assert said in words
    assert "No appeal waits here." in words
    assert stored(made.comment).state == state


def test_whoever_decided_is_told_that_somebody_else_must(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    made = an_appeal(version, moderator)
    page = client.get(f"{QUEUE}/appeals")
    assert "You made this decision yourself, so somebody else decides on the appeal." in words_of(page)
    assert "Uphold" not in page.text
    act = f"/en/moderation/appeals/{made.id}"
    answer = send(client, "/en/account", act, outcome="published")
    assert answer.status_code == 403
    assert "ask an administrator to name a second moderator" in words_of(answer)
    assert stored(made.comment).state == State.REJECTED


def test_an_appeal_that_was_decided_meanwhile_is_told(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    made = an_appeal(version, a_person(Role.MODERATOR))
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]*)"', client.get(f"{QUEUE}/appeals").text)[-1]
    first = a_person(Role.MODERATOR)
    decide_appeal(made.id, "upheld", note="It does insult.", by=first, at=NOW)
    late = client.post(
        f"/en/moderation/appeals/{made.id}",
        data={"csrf_token": token, "outcome": "published", "note": "A joke, no insult."},
    )
    assert late.status_code == 409
    words = words_of(late)
    assert f"Comment {made.comment_id} : The decision is upheld. Decided by {first.name}, " in words
    assert "“It does insult.” Your decision was not saved." in words
    assert re.search(r"<textarea[^>]* readonly>A joke, no insult.</textarea>", late.text)
    assert f'href="/en/moderation/comments/{made.comment_id}"' in late.text
    assert stored(made.comment).state == State.REJECTED


def test_a_correction_that_was_replaced_meanwhile_is_told_to_be(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    revision = a_correction(version)
    token = token_in(client.get(f"{QUEUE}/corrections"))
    words = Words(body="Say who pays for all of it.", language="en", kind=Kind.CLARITY, importance=5)
    correct(revision.comment_id, words, expected_changes=1, at=NOW)
    late = client.post(
        f"/en/moderation/corrections/{revision.id}", data={"csrf_token": token, "outcome": "approved"}
    )
    assert late.status_code == 409
    assert f"Comment {revision.comment_id} : What you decided on was withdrawn or replaced. Your" in words_of(
        late
    )
    assert "missed-note" not in late.text


def test_deciding_leads_to_the_next_that_waits_in_the_countries_of_the_moderator(
    client: FlaskClient, version: Version, colleague: Person
) -> None:
    sign_in(client, a_person(Role.CONTACT_POINT, country="LV"))
    corrections = [a_correction(version) for _each in range(3)]
    made = [an_appeal(version, colleague) for _each in range(3)]
    with transaction():
        stored(corrections[1].comment).country = stored(made[1].comment).country = "NO"
    for kind, outcome, waiting in (("correction", "approved", corrections), ("appeal", "upheld", made)):
        page = f"{QUEUE}/{kind}s"
        first, _other, third = (one.id for one in waiting)
        for number, anchor in ((first, f"{kind}-{third}"), (third, "reviews-title")):
            act = f"/en/moderation/{kind}s/{number}"
            shown = client.get(page).text
            assert send(client, page, act, outcome=outcome).location == f"{page}#{anchor}"
            assert f'id="{anchor}" tabindex="-1"' in shown
            after = client.get(page).text
            assert after.count('role="status"') == 1
            is_told_there = rf'id="{kind}-{third}" tabindex="-1">\s*<div[^>]*role="status"'
            assert bool(re.search(is_told_there, after)) == (number == first)


def test_a_contact_point_sees_and_decides_its_own_country_only(
    client: FlaskClient, version: Version, colleague: Person
) -> None:
    revision, made = a_correction(version), an_appeal(version, colleague)
    sign_in(client, a_person(Role.CONTACT_POINT, country="NO"))
    assert "No correction waits here." in words_of(client.get(f"{QUEUE}/corrections"))
    assert "No appeal waits here." in words_of(client.get(f"{QUEUE}/appeals"))
    for act in (f"corrections/{revision.id}", f"appeals/{made.id}"):
        assert send(client, "/en/account", f"/en/moderation/{act}", outcome="approved").status_code == 403


def test_the_queue_shows_all_that_was_sent_with_a_comment(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    paragraph = paragraphs_of(version)[0]
    parent = a_comment(version, paragraph, body="What I said first.", state=State.PUBLISHED, name="Jānis")
    reply = a_comment(version, paragraph, body="A reply.", parent=parent)
    with transaction():
        row = stored(reply)
        row.suggestion, row.contributor = "Everybody may try old ways.", "Anna"
        row.quotation = {"type": "TextQuoteSelector", "exact": "try new ways", "prefix": "", "suffix": ""}
        for kind, figure in ((FlagKind.SAME_WORDS, 7), (FlagKind.MANY_LINKS, 12)):
            db.session.add(Flag(comment_id=row.id, kind=kind, figure=figure, flagged_at=NOW))
    words = words_of(client.get(QUEUE))
    assert "Look twice: The same words came from 7 networks within 48 hours; 12 links." in words
    assert "In reply to Jānis (Published) What I said first." in words
    assert "try new ways A reply. Proposed wording Everybody may try" in words
    assert "− deleted: new end of change + inserted: old end of change ways." in words
    assert "written by Anna" in words


def test_an_importance_alone_is_nobodys_work(
    client: FlaskClient, moderator: Person, version: Version
) -> None:
    waiting = a_comment(version, body="", importance=3, email="ilze@example.org")
    shown = a_comment(version, body="", importance=3, state=State.PUBLISHED)
    with transaction():
        stored(waiting).has_words = stored(shown).has_words = False
        version.draft.consultation.who_may_comment = WhoMayComment.CONFIRMED_EMAIL
    assert "Waiting 0" in words_of(client.get(QUEUE))
    for state in ("waiting", "unconfirmed", "published"):
        assert 'class="queue-entry"' not in client.get(f"{QUEUE}?state={state}").text


def test_an_erased_name_is_said_to_be(client: FlaskClient, moderator: Person, version: Version) -> None:
    comment = a_comment(version, name="", person_erased_at=NOW - timedelta(days=1))
    assert "Name erased" in words_of(client.get(QUEUE))
    assert comment.submission.name == ""
