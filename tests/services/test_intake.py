"""Entering what came on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.models.activity import Activity, Job
from app.models.base import db
from app.models.comment import Channel, Comment, IntakeFile, State, Submission
from app.models.consultation import Consultation, ModerationPolicy, WhoMayComment
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.checking import Words
from app.services.comments.receipts import Receipt, submission_behind
from app.services.errors import ForbiddenError, NotFoundError, NotYetOpenError
from app.services.moderation.erasing import erase_person
from app.services.moderation.queueing import Sieve, queue_page
from app.services.paper.desks import entered_at_desk, file_of, files_of, open_desk, submission_at_desk
from app.services.paper.filing import add_file, scanned_file
from app.services.paper.intake import enter_submission
from app.services.paper.papers import Paper, PaperComment, UnfitPaperError
from app.services.public.reading import read_draft
from app.services.public.tracing import traces_beside
from tests.builders import a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.histories import a_later_version

WORDS = Words(body="Say who *pays* for it.", language="en", name="Ilze K.", country="LV", consent=True)
DAY = timedelta(days=1)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return a_consultation(slug="charter", zone="Europe/Riga")


def a_paper(
    *, place: str = "1", version: int | None = None, words: dict[str, Any] | None = None, **given: Any
) -> Paper:
    said = WORDS._replace(**(words or {}))
    usual: dict[str, Any] = {
        "channel": "letter",
        "received": "2030-02-05",
        "consent": "written",
        "comments": (PaperComment(said, place, version),),
    }
    return Paper(**{**usual, **given})


A_SCAN = scanned_file("letter.pdf", b"%PDF-1.7 a letter")
HALF_A_SECOND = timedelta(milliseconds=500)


def entered(paper: Paper, by: Person, *, at: datetime = NOON, form: str = "1", **given: Any) -> Receipt:
    return enter_submission(
        open_desk("charter", by=by), paper, form=form, by=by, at=at, secret_key=SECRET, **given
    )


def behind(receipt: Receipt) -> Submission:
    return submission_behind(receipt.number, receipt.secret)


def refused(paper: Paper, by: Person, at: datetime = NOON) -> list[tuple[int | None, str, str]]:
    with pytest.raises(UnfitPaperError) as refusal:
        entered(paper, by, at=at)
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    return [(one.comment, one.field, one.code) for one in refusal.value.found]


def test_a_letter_is_in_the_record_as_if_it_had_been_sent_that_day(version: Version, editor: Person) -> None:
    sent = behind(entered(a_paper(), editor))
    [comment] = sent.comments
    assert (sent.channel, sent.entered_by_id, sent.entered_at) == (Channel.LETTER, editor.id, NOON)
    assert sent.received_at == comment.received_at == datetime(2030, 2, 4, 22, tzinfo=UTC)
    assert (sent.name, sent.country, sent.is_late, sent.person_id) == ("Ilze K.", "LV", False, None)
    assert comment.paragraph_id == paragraphs_of(version)[0].id
    assert (comment.state, comment.source) == (State.WAITING, "Say who *pays* for it.")
    assert comment.leaf_digest


def test_who_entered_it_and_how_consent_was_given_is_in_the_activity(
    version: Version, editor: Person
) -> None:
    sent = behind(entered(a_paper(consent="minutes"), editor))
    lines = db.session.scalars(select(Activity).where(Activity.subject == f"submission:{sent.id}")).all()
    assert [(line.verb, line.person_id) for line in lines] == [
        ("submission received", editor.id),
        ("consent stated: minutes", editor.id),
    ]


def test_several_comments_are_one_submission_in_their_order(version: Version, editor: Person) -> None:
    second = PaperComment(WORDS._replace(body="On all of it.", importance=4), "")
    third = PaperComment(WORDS._replace(body="", suggestion="Everybody tries."), "2")
    paper = a_paper()
    sent = behind(entered(replace(paper, comments=(*paper.comments, second, third)), editor))
    paragraphs = paragraphs_of(version)
    assert [(one.paragraph_id, one.suggestion) for one in sent.comments] == [
        (paragraphs[0].id, ""),
        (None, ""),
        (paragraphs[1].id, "Everybody tries."),
    ]


def test_a_comment_waits_in_the_queue_also_where_e_mail_must_be_confirmed(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    consultation.who_may_comment = WhoMayComment.CONFIRMED_EMAIL
    db.session.commit()
    entered(a_paper(words={"email": "ilze@example.org"}), editor)
    page = queue_page(consultation, Sieve(), by=a_person(Role.MODERATOR))
    assert [comment.plain for comment in page.comments] == ["Say who pays for it."]


def test_what_is_moderated_afterwards_is_published_on_the_day_it_is_entered(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    consultation.moderation = ModerationPolicy.AFTER
    db.session.commit()
    [comment] = behind(entered(a_paper(), editor)).comments
    assert (comment.state, comment.published_at) == (State.PUBLISHED, NOON)


def test_a_receipt_is_sent_only_where_there_is_an_address_and_a_wish(
    version: Version, editor: Person
) -> None:
    entered(a_paper(), editor, form="1")
    entered(a_paper(words={"email": "a@example.org"}, with_letter=False), editor, form="2")
    entered(a_paper(words={"email": "b@example.org"}), editor, form="3")
    letters = db.session.scalars(select(Job).where(Job.name == "letter")).all()
    [told] = [db.session.get_one(Submission, job.payload["submission_id"]).email for job in letters]
    assert told == "b@example.org"


def test_the_same_copy_of_the_form_sent_twice_is_one_submission(version: Version, editor: Person) -> None:
    assert entered(a_paper(), editor) == entered(a_paper(), editor)
    assert entered(a_paper(), editor, form="2") != entered(a_paper(), editor)
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 2


def test_a_contact_point_enters_only_its_own_country(version: Version) -> None:
    norway = a_person(Role.CONTACT_POINT, country="NO")
    assert refused(a_paper(), norway) == [(None, "country", "not_yours")]
    assert open_desk("charter", by=norway).country == "NO"
    assert behind(entered(a_paper(words={"country": "NO"}), norway)).country == "NO"


def test_the_country_is_kept_for_a_contact_point_also_where_nobody_is_asked(
    version: Version, consultation: Consultation
) -> None:
    consultation.asking = {**consultation.asking, "country": "no"}
    db.session.commit()
    norway = a_person(Role.CONTACT_POINT, country="NO")
    assert behind(entered(a_paper(words={"country": "NO"}), norway)).country == "NO"


def test_nobody_else_has_a_desk(version: Version) -> None:
    elsewhere = a_person(Role.CONTACT_POINT, country="LV", consultation=a_consultation(slug="other"))
    for person in (elsewhere, a_person(Role.MODERATOR), a_person(Role.ADMINISTRATOR), a_person()):
        with pytest.raises(ForbiddenError):
            open_desk("charter", by=person)
    with pytest.raises(NotFoundError):
        open_desk("nowhere", by=elsewhere)


@pytest.mark.parametrize("problem", ["opening", "listing"])
def test_nothing_is_entered_before_the_opening(
    version: Version, consultation: Consultation, editor: Person, problem: str
) -> None:
    at = consultation.opens_at - DAY if problem == "opening" else NOON
    consultation.is_listed = problem == "opening"
    db.session.commit()
    with pytest.raises(NotYetOpenError):
        entered(a_paper(), editor, at=at)


def test_after_the_closing_what_came_before_is_entered_as_late(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    closing = consultation.closes_at
    sent = behind(entered(a_paper(received="2030-02-21"), editor, at=closing + 9 * DAY, file=A_SCAN))
    assert sent.is_late
    assert sent.received_at < closing
    assert sent.entered_at == closing + 9 * DAY


def test_after_the_closing_nothing_is_entered_without_a_scan_or_file(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    paper = a_paper(received="2030-02-21")
    assert refused(paper, editor, consultation.closes_at) == [(None, "file", "required")]
    entered(paper, editor, at=consultation.closes_at - HALF_A_SECOND)


def test_what_came_on_the_day_of_the_closing_needs_its_time_once_it_is_over(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    for day in ("2030-02-22", "22.2.2030"):
        found = refused(a_paper(received=day), editor, consultation.closes_at)
        assert found == [(None, "received_at", "time_needed")]
    entered(a_paper(received="2030-02-22"), editor, at=consultation.closes_at - HALF_A_SECOND)


@pytest.mark.parametrize(
    ("received", "problem"),
    [
        ("", "required"),
        ("yesterday", "unreadable"),
        ("45709", "unreadable"),
        ("2030-02-30", "unreadable"),
        ("02/21/2030", "unreadable"),
        ("0001-01-01T00:00+14:00", "unreadable"),
        ("2030-02-23", "after_closing"),
        ("2030-02-22T14:00", "after_closing"),
        ("2030-01-30", "before_opening"),
        ("1899-12-31", "before_opening"),
        ("2030-05-01", "future"),
    ],
)
def test_without_a_documented_day_in_time_nothing_is_entered(
    version: Version, consultation: Consultation, editor: Person, received: str, problem: str
) -> None:
    at = consultation.closes_at + 2 * DAY  # 24 February, noon in UTC
    assert refused(a_paper(received=received), editor, at) == [(None, "received_at", problem)]


@pytest.mark.parametrize(
    ("received", "instant"),
    [
        ("2030-02-21", "2030-02-20T22:00+00:00"),  # a day, by its beginning in Riga
        ("21.2.2030", "2030-02-20T22:00+00:00"),
        ("2030-01-31", "2030-01-31T12:00+00:00"),  # the opening day, by the opening
        ("2030-02-05 14:30", "2030-02-05T12:30+00:00"),
        ("2030-02-05T14:30:15", "2030-02-05T12:30:15+00:00"),
        ("2030-02-05T14:30+01:00", "2030-02-05T13:30+00:00"),
        ("2030-02-22T13:59", "2030-02-22T11:59+00:00"),
    ],
)
def test_the_documented_day_is_read_by_a_clock_in_the_zone(
    version: Version, consultation: Consultation, editor: Person, received: str, instant: str
) -> None:
    at = consultation.closes_at + DAY
    sent = behind(entered(a_paper(received=received), editor, at=at, file=A_SCAN))
    assert sent.received_at == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("received", "problem"), [("2030-03-31T03:30", "gap"), ("2030-10-27T03:30", "repeated")]
)
def test_a_time_that_summer_time_leaves_out_or_repeats_is_asked_about(
    editor: Person, received: str, problem: str
) -> None:
    wide = a_consultation(
        slug="charter", zone="Europe/Riga", opens_at=NOON, closes_at=datetime(2030, 12, 1, tzinfo=UTC)
    )
    a_draft(wide)
    late = datetime(2030, 12, 24, tzinfo=UTC)
    assert refused(a_paper(received=received), editor, late) == [(None, "received_at", problem)]
    assert behind(entered(a_paper(received=f"{received}+02:00"), editor, at=late, file=A_SCAN)).is_late


def test_all_that_is_wrong_is_said_at_once(version: Version, editor: Person) -> None:
    wrong = {
        "name": " ",
        "country": "XX",
        "email": "ilze@",
        "language": "qqq",
        "kind": "praise",
        "importance": 9,
    }
    paper = a_paper(channel="pigeon", consent="", received="", place="9.z", words=wrong)
    assert set(refused(paper, editor)) == {
        (None, "channel", "unknown"),
        (None, "consent", "required"),
        (None, "received_at", "required"),
        (None, "country", "unknown"),
        (0, "language", "unknown"),
        (0, "kind", "unknown"),
        (0, "importance", "out_of_range"),
        (0, "place", "unknown"),
    }
    paper = a_paper(place="9.z", words={"name": "", "email": "ilze@", "body": ""})
    assert set(refused(paper, editor)) == {
        (None, "name", "required"),
        (None, "email", "invalid"),
        (0, "body", "required"),
        (0, "place", "unknown"),
    }


def test_a_letter_need_not_answer_what_it_was_never_asked(
    version: Version, consultation: Consultation, editor: Person
) -> None:
    consultation.asking = dict.fromkeys(
        ("email", "kind", "importance", "capacity", "name", "country"), "required"
    )
    db.session.commit()
    [comment] = behind(entered(a_paper(), editor)).comments
    assert (comment.kind, comment.importance) == ("other", None)


def test_a_group_needs_its_name_and_number(version: Version, editor: Person) -> None:
    assert set(refused(a_paper(words={"capacity": "group"}), editor)) == {
        (None, "organisation", "required"),
        (None, "group_size", "required"),
    }
    group = {"capacity": "group", "organisation": "Class 9b", "group_size": 24, "meeting": "class"}
    sent = behind(entered(a_paper(channel="workshop", words=group), editor))
    assert (sent.organisation, sent.group_size, sent.meeting) == ("Class 9b", 24, "class")


def test_wording_is_proposed_for_a_paragraph_only(version: Version, editor: Person) -> None:
    assert refused(a_paper(place="", words={"suggestion": "Other"}), editor) == [(0, "place", "needed")]


@pytest.mark.parametrize("written", ["2", " 2. ", "(2)", "p3", "P3"])
def test_a_paragraph_is_found_by_label_or_key(version: Version, editor: Person, written: str) -> None:
    [comment] = behind(entered(a_paper(place=written), editor)).comments
    assert comment.paragraph_id == paragraphs_of(version)[1].id


def test_a_paper_is_about_the_newest_version_of_its_day(version: Version, editor: Person) -> None:
    later = a_later_version(version, ("p2", "Everybody may try new things."), at=NOON - 3 * DAY)
    before = behind(entered(a_paper(received="2030-02-05", place="2"), editor, form="1"))
    after = behind(entered(a_paper(received="2030-02-09"), editor, form="2"))
    assert [before.comments[0].version_id, after.comments[0].version_id] == [version.id, later.id]
    # The second paragraph is gone from the newer version, which the letter of the 5th never saw.
    assert set(refused_place(a_paper(received="2030-02-09", place="2"), editor)) == {(0, "place", "unknown")}


def refused_place(paper: Paper, by: Person) -> list[tuple[int | None, str, str]]:
    with pytest.raises(UnfitPaperError) as refusal:
        entered(paper, by, form="3")
    return [(one.comment, one.field, one.code) for one in refusal.value.found]


def test_a_comment_on_an_older_version_is_read_at_its_place_afterwards(
    version: Version, editor: Person
) -> None:
    consultation = version.draft.consultation
    a_later_version(
        version, ("p3", "What was learned is told."), ("p2", "Everybody tries."), at=NOON - 3 * DAY
    )
    [comment] = behind(entered(a_paper(received="2030-02-09", version=1, place="2"), editor)).comments
    assert comment.version_id == version.id
    trace = traces_beside([comment], "en")[comment.id]
    assert trace.text.plain == "What was learned is published."
    now = read_draft(consultation, "en")
    assert now.texts[now.place_of("p3")].label == "1"


def test_a_version_that_was_not_there_yet_cannot_be_meant(version: Version, editor: Person) -> None:
    a_later_version(version, ("p2", "Everybody tries."), at=NOON - 3 * DAY)
    assert refused(a_paper(received="2030-02-05", version=2), editor) == [(0, "version", "later")]
    assert refused(a_paper(version=3), editor) == [(0, "version", "unknown")]
    # Sealed at noon of that day, and read in the afternoon of it.
    [comment] = behind(entered(a_paper(received="2030-02-07", version=2), editor)).comments
    assert comment.version.number == 2


def test_without_a_sealed_version_nothing_can_be_entered(consultation: Consultation, editor: Person) -> None:
    a_draft(consultation, sealed=False)
    with pytest.raises(NotFoundError):
        entered(a_paper(), editor)


def test_a_scan_is_kept_apart_and_given_only_with_its_submission(version: Version, editor: Person) -> None:
    file = scanned_file("letter.pdf", b"%PDF-1.7 a letter")
    sent = behind(entered(a_paper(), editor, file=file))
    [line] = files_of(sent)
    assert (line.name, line.size) == ("letter.pdf", len(file.content))
    assert file_of(sent, line.id).content == file.content
    other = behind(entered(a_paper(), editor, form="2"))
    with pytest.raises(NotFoundError):
        file_of(other, line.id)


def test_a_refused_paper_leaves_no_scan(version: Version, editor: Person) -> None:
    file = scanned_file("letter.pdf", b"%PDF-1.7 a letter")
    with pytest.raises(UnfitPaperError):
        entered(a_paper(channel=""), editor, file=file)
    assert db.session.scalar(select(func.count()).select_from(IntakeFile)) == 0


def test_a_contact_point_sees_what_was_entered_for_its_country(version: Version, editor: Person) -> None:
    norwegian = entered(a_paper(words={"country": "NO"}), editor, form="1")
    latvian = entered(a_paper(), editor, form="2")
    norway = open_desk("charter", by=a_person(Role.CONTACT_POINT, country="NO"))
    lines, following = entered_at_desk(norway)
    assert [(line.submission.number, line.comments, line.entered_by) for line in lines] == [
        (norwegian.number, 1, editor.name)
    ]
    assert following is None
    assert submission_at_desk(norway, norwegian.number).country == "NO"
    with pytest.raises(NotFoundError):
        submission_at_desk(norway, latvian.number)


def test_what_was_sent_on_the_site_is_not_in_the_list(version: Version, editor: Person) -> None:
    desk = open_desk("charter", by=editor)
    assert entered_at_desk(desk) == ([], None)
    number = entered(a_paper(), editor).number
    db.session.execute(update(Submission).values(entered_by_id=None))
    db.session.commit()
    with pytest.raises(NotFoundError):
        submission_at_desk(desk, number)


def test_every_comment_is_a_leaf_of_its_own(version: Version, editor: Person) -> None:
    for form in "123":
        entered(a_paper(), editor, form=form)
    assert sorted(db.session.scalars(select(Comment.leaf))) == [0, 1, 2]


def test_with_the_respondent_the_scan_goes_and_none_is_added_any_more(
    version: Version, editor: Person
) -> None:
    file = scanned_file("letter.pdf", b"%PDF-1.7 a letter")
    sent = behind(entered(a_paper(), editor, file=file))
    [line] = files_of(sent)
    erase_person(sent.id, at=NOON)
    assert files_of(sent) == []
    with pytest.raises(NotFoundError):
        file_of(sent, line.id)
    with pytest.raises(NotFoundError):
        add_file(sent, file, by=editor, at=NOON)
