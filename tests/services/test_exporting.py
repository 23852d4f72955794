"""What can be taken away, by whom, and what stands in each column."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.models.base import db, transaction
from app.models.comment import Capacity, Channel, Comment, Kind, OrganisationKind, State, Support
from app.models.draft import Version
from app.models.moderation import Answer, Disposition, Reason
from app.models.roles import Role
from app.services.comments.checking import Words
from app.services.errors import ForbiddenError, NotFoundError
from app.services.exports.detailing import DETAILS
from app.services.exports.exporting import (
    HEADER,
    consultation_to_export,
    consultations_to_export,
    count_rows,
    export_rows,
)
from app.services.moderation.moderating import decide
from app.services.moderation.revising import correct
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.histories import a_later_version
from tests.rows import stored

EXPLAINED = Path(__file__).parents[2] / "docs" / "exports.md"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def version() -> Version:
    return a_draft(a_consultation(slug="charter"), languages=("en", "lv"))


def rows_of(version: Version, *countries: str) -> list[dict[str, str]]:
    only = frozenset(countries) or None
    rows = export_rows(version.draft.consultation, countries=only)
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


# ---------------------------------------------------------------- columns


def test_a_row_tells_everything_of_a_comment(version: Version, at: datetime) -> None:
    paragraph = paragraphs_of(version)[1]
    comment = a_comment(
        version,
        paragraph,
        body="Kas *maksā*?\n\nUn kad?",
        language="lv",
        kind=Kind.CLARITY,
        importance=4,
        at=at,
        capacity=Capacity.GROUP,
        organisation="Rīgas skolas",
        group_size=30,
        country="LV",
    )
    moderator = a_person(Role.MODERATOR)
    decide(
        comment.id,
        State.REJECTED,
        expected_changes=0,
        reason=Reason.OFF_TOPIC,
        by=moderator,
        at=at + timedelta(hours=2),
    )
    assert rows_of(version) == [
        {
            "receipt_number": comment.submission.number,
            "consultation": "charter",
            "version": "1",
            "paragraph_key": paragraph.key,
            "paragraph_label": "2",
            "paragraph_text": "What was learned is published.",
            "language": "lv",
            "kind": "clarity",
            "importance": "4",
            "capacity": "group",
            "group_size": "30",
            "organisation": "Rīgas skolas",
            "country": "LV",
            "state": "rejected",
            "reason": "off_topic",
            "received_at": "2030-02-10T12:00:00Z",
            "decided_at": "2030-02-10T14:00:00Z",
            "published_at": "",
            "comment": "Kas *maksā*?\n\nUn kad?",
            "fate": "",
            "place_key": paragraph.key,
            "place_label": "2",
            "reply_to": "",
            "suggestion": "",
            "quotation": "",
            "has_words": "yes",
            "organisation_kind": "",
            "register_number": "",
            "has_authority": "no",
            "meeting": "",
            "channel": "web",
            "entered_late": "no",
            "email_confirmed": "no",
            "leaf": "0",
            "leaf_digest": comment.leaf_digest,
            "leaf_salt": comment.leaf_salt,
            "received_exactly": "2030-02-10T12:00:00.000000+00:00",
            "supporters": "0",
            "withdrawn_at": "",
            "disposition": "",
            "first_leaf": "0",
            "comment_number": str(comment.id),
            "paragraph_text_language": "lv",
        }
    ]


def test_the_columns_of_old_files_stay_where_they_were() -> None:
    assert HEADER[:43] == (
        "receipt_number", "consultation", "version", "paragraph_key", "paragraph_label", "paragraph_text",
        "language", "kind", "importance", "capacity", "group_size", "organisation", "country", "state",
        "reason", "received_at", "decided_at", "published_at", "comment", "fate", "place_key", "place_label",
        "reply_to", "suggestion", "quotation", "has_words", "organisation_kind", "register_number",
        "has_authority", "meeting", "channel", "entered_late", "email_confirmed", "leaf", "leaf_digest",
        "leaf_salt", "received_exactly", "supporters", "withdrawn_at", "disposition", "first_leaf",
        "comment_number", "paragraph_text_language",
    )  # fmt: skip


def test_the_columns_are_explained_in_their_order() -> None:
    _before, explained = EXPLAINED.read_text("utf-8").split("\n## Columns\n")
    assert tuple(re.findall(r"^\| `(\w+)` \|", explained, re.MULTILINE)) == HEADER


def test_a_row_tells_who_spoke_how_and_what_came_of_it(version: Version, at: datetime) -> None:
    drafter = a_person(Role.EDITOR)
    first = a_comment(version, body="First.")
    reply = a_comment(
        version,
        parent=first,
        at=at + timedelta(seconds=1, microseconds=7),
        capacity=Capacity.ORGANISATION,
        organisation="Rīgas skolas",
        organisation_kind=OrganisationKind.PUBLIC_BODY,
        register_number="400031",
        has_authority=True,
        channel=Channel.LETTER,
        is_late=True,
        email_confirmed_at=at,
    )
    with transaction():
        reply.suggestion, reply.quotation = "Everybody can.", {"exact": "may", "prefix": "", "suffix": ""}
        reply.withdrawn_at = at + timedelta(days=1)
        db.session.add_all(
            Support(comment_id=reply.id, supporter_digest=f"{n}", supported_at=at) for n in (1, 2)
        )
        for answer in (Answer.NOTED, Answer.ACCEPTED):
            said = {"source": "", "html": "", "plain": "", "language": "en"}
            db.session.add(
                Disposition(comment_id=reply.id, answer=answer, person_id=drafter.id, published_at=at, **said)
            )
            db.session.flush()
    assert [row["disposition"] for row in rows_of(version)] == ["", "accepted"]
    row = rows_of(version)[1]
    assert {name: row[name] for name in DETAILS if not name.startswith("leaf_")} == {
        "reply_to": "0",
        "suggestion": "Everybody can.",
        "quotation": "may",
        "has_words": "yes",
        "organisation_kind": "public_body",
        "register_number": "400031",
        "has_authority": "yes",
        "meeting": "",
        "channel": "letter",
        "entered_late": "yes",
        "email_confirmed": "yes",
        "leaf": "1",
        "received_exactly": "2030-02-10T12:00:01.000007+00:00",
        "supporters": "2",
        "withdrawn_at": "2030-02-11T12:00:00Z",
        "disposition": "accepted",
        "first_leaf": "1",
        "comment_number": str(reply.id),
    }


def test_a_reply_is_found_by_the_first_leaf_of_what_it_replies_to_however_often_that_was_corrected(
    version: Version, at: datetime
) -> None:
    first = a_comment(version, body="Firts.", at=at)
    reply = a_comment(version, parent=first, at=at)
    for said in ("First.", "First of all."):
        words = Words(body=said, language="en", kind=Kind.OTHER)
        correct(first.id, words, expected_changes=stored(first).changes, at=at + timedelta(hours=1))
    corrected, replying = rows_of(version)
    assert (corrected["leaf"], corrected["first_leaf"], corrected["comment"]) == ("3", "0", "First of all.")
    assert (replying["reply_to"], replying["first_leaf"]) == ("0", "1")
    assert [row["comment_number"] for row in (corrected, replying)] == [str(first.id), str(reply.id)]


def test_a_row_tells_what_became_of_the_paragraph_and_where_the_comment_is_read_now(version: Version) -> None:
    first, second = paragraphs_of(version)
    for paragraph in (first, second, None):
        a_comment(version, paragraph)
    later = a_later_version(version, ("", "Something new."), (first.key, "Everybody should try."))
    a_comment(later, first)
    told = [(row["version"], row["fate"], row["place_key"], row["place_label"]) for row in rows_of(version)]
    assert told == [
        ("1", "2 reworded", first.key, "2"),
        ("1", "2 removed", "", ""),
        ("1", "", "", ""),
        ("2", "", first.key, "2"),
    ]


def test_what_was_not_given_is_empty(version: Version) -> None:
    a_comment(version, country="")
    row = rows_of(version)[0]
    empty = {name for name, value in row.items() if value == ""}
    assert empty == {
        "paragraph_key",
        "paragraph_label",
        "paragraph_text",
        "importance",
        "group_size",
        "organisation",
        "country",
        "reason",
        "decided_at",
        "published_at",
        "fate",
        "place_key",
        "place_label",
        "reply_to",
        "suggestion",
        "quotation",
        "organisation_kind",
        "register_number",
        "has_authority",
        "meeting",
        "withdrawn_at",
        "disposition",
        "paragraph_text_language",
    }


def test_the_paragraph_is_quoted_in_the_language_it_was_read_in() -> None:
    version = a_draft(a_consultation(), languages=("en", "lv"), sealed=False)
    paragraph = paragraphs_of(version)[0]
    with transaction():
        for translation in version.translations:
            translation.texts[1].plain = f"Text in {translation.language}"
    for language in ("lv", "fr"):
        a_comment(version, paragraph, language=language)
    told = [(row["paragraph_text"], row["paragraph_text_language"]) for row in rows_of(version)]
    assert told == [("Text in lv", "lv"), ("Text in en", "en")]


def test_neither_addresses_nor_names_of_individuals_leave_the_house(version: Version) -> None:
    a_comment(version, name="Ilze Kalniņa", email="ilze@example.org", organisation="Ilze Kalniņa")
    told = " ".join(rows_of(version)[0].values())
    assert "Ilze" not in told
    assert "example.org" not in told


def test_an_erased_comment_is_counted_but_says_nothing(version: Version) -> None:
    a_comment(version, body="Forget me.", state=State.ERASED)
    row = rows_of(version)[0]
    assert (row["state"], row["comment"]) == ("erased", "")


def test_only_the_last_decision_is_told_and_a_reason_only_while_it_holds(
    version: Version, at: datetime
) -> None:
    comment, moderator = a_comment(version, at=at), a_person(Role.MODERATOR)
    for changes, (state, reason) in enumerate([(State.REJECTED, Reason.HATE), (State.PUBLISHED, None)]):
        later = at + timedelta(days=changes + 1)
        decide(comment.id, state, expected_changes=changes, reason=reason, by=moderator, at=later)
    row = rows_of(version)[0]
    assert (row["state"], row["reason"]) == ("published", "")
    assert row["decided_at"] == row["published_at"] == "2030-02-12T12:00:00Z"


def test_comments_of_every_state_are_there_in_the_order_they_were_written_down(version: Version) -> None:
    for state in State:
        a_comment(version, state=state)
    a_comment(a_draft(a_consultation()))
    assert [row["state"] for row in rows_of(version)] == [str(state) for state in State]
    assert count_rows(version.draft.consultation, countries=None) == len(State)


def test_only_the_countries_asked_for_are_there(version: Version) -> None:
    for country in ("NO", "LV", "", "FR"):
        a_comment(version, country=country)
    assert [row["country"] for row in rows_of(version, "NO", "FR")] == ["NO", "FR"]
    assert count_rows(version.draft.consultation, countries=frozenset({"NO"})) == 1


# ---------------------------------------------------------------- reading while others write


def test_rows_can_be_read_after_the_session_that_asked_has_ended(version: Version) -> None:
    a_comment(version)
    rows = export_rows(version.draft.consultation, countries=None)
    db.session.remove()
    assert len(list(rows)) == 1


def test_a_comment_can_be_posted_while_a_file_is_being_sent(version: Version) -> None:
    for _ in range(3):
        a_comment(version)
    rows = export_rows(version.draft.consultation, countries=None)
    next(rows)
    a_comment(version)
    assert db.session.query(Comment).count() == 4
    assert len(list(rows)) == 2


def test_a_file_that_is_no_longer_wanted_gives_its_connection_back(version: Version) -> None:
    for _ in range(3):
        a_comment(version)
    consultation = version.draft.consultation
    db.session.rollback()
    held = db.engine.pool.checkedout()  # type: ignore[attr-defined]  # the pool in use counts
    rows = export_rows(consultation, countries=None)
    next(rows)
    assert db.engine.pool.checkedout() > held  # type: ignore[attr-defined]  # as above
    rows.close()  # type: ignore[attr-defined]  # a generator
    db.session.rollback()
    assert db.engine.pool.checkedout() == held  # type: ignore[attr-defined]  # as above


# ---------------------------------------------------------------- who may


def test_a_contact_point_takes_away_only_its_own_country(version: Version) -> None:
    norway = a_person(Role.CONTACT_POINT, country="NO")
    assert consultation_to_export("charter", by=norway) == (version.draft.consultation, frozenset({"NO"}))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST])
def test_administrators_and_analysts_take_away_all_countries(role: Role, version: Version) -> None:
    assert consultation_to_export("charter", by=a_person(role)) == (version.draft.consultation, None)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR, Role.RESPONDENT])
def test_others_take_away_nothing(role: Role, version: Version) -> None:
    person = a_person(role)
    assert consultations_to_export(person) == []
    with pytest.raises(ForbiddenError):
        consultation_to_export(version.draft.consultation.slug, by=person)


def test_an_analyst_of_one_consultation_takes_away_no_other(version: Version) -> None:
    own = a_consultation()
    analyst = a_person(Role.ANALYST, consultation=own)
    assert consultations_to_export(analyst) == [(own, None)]
    with pytest.raises(ForbiddenError):
        consultation_to_export(version.draft.consultation.slug, by=analyst)


def test_a_consultation_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        consultation_to_export("nowhere", by=a_person(Role.ADMINISTRATOR))
