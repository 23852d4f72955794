"""Taking comments back, and having them, or oneself, erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.letters import letter_for
from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.comment import Capacity, Comment, CommentRevision, IntakeFile, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.moderation import Appeal, Reason
from app.models.people import Person
from app.models.sitting import Sitting
from app.services.activity import enqueue
from app.services.comments.checking import Words
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.moderation.appealing import appeal
from app.services.moderation.erasing import erase_everything, erase_person, is_erased
from app.services.moderation.moderating import decide
from app.services.moderation.revising import correct
from app.services.moderation.revisions import waiting_correction
from app.services.moderation.withdrawing import withdraw
from app.services.proof.witnessing import leaves_of
from config import Config
from tests.builders import a_comment, a_person, paragraphs_of
from tests.conftest import NOON
from tests.rows import stored

LATER = NOON + timedelta(hours=1)
EMAIL = "ilze@example.org"
SECRET_WORDS = "carpentry"


def indexed() -> list[int]:
    jobs = db.session.scalars(select(Job).where(Job.name == "index_comment").order_by(Job.id))
    return [job.payload["comment_id"] for job in jobs]


# ---------------------------------------------------------------- withdrawing


@pytest.mark.parametrize("state", [State.WAITING, State.PUBLISHED, State.REJECTED, State.SPAM])
def test_before_the_closing_a_withdrawn_comment_is_gone_from_view(version: Version, state: State) -> None:
    comment = a_comment(version, state=state)
    withdraw(comment.submission, [comment.id], at=LATER)
    now = stored(comment)
    assert (now.state, now.is_marked, now.published_at) == (State.WITHDRAWN, False, None)
    assert now.withdrawn_at == LATER
    assert now.source
    assert indexed() == [comment.id]


def test_after_the_closing_what_was_published_stays_in_view_marked(
    consultation: Consultation, version: Version
) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    withdraw(comment.submission, [comment.id], at=consultation.closes_at)
    now = stored(comment)
    assert (now.state, now.is_marked, now.published_at) == (State.WITHDRAWN, True, NOON)


@pytest.mark.parametrize("state", [State.WAITING, State.REJECTED, State.SPAM])
def test_after_the_closing_what_nobody_had_read_does_not_come_into_view(
    consultation: Consultation, version: Version, state: State
) -> None:
    comment = a_comment(version, state=state)
    withdraw(comment.submission, [comment.id], at=consultation.closes_at)
    assert not stored(comment).is_marked


def test_only_comments_of_the_submission_are_withdrawn_and_each_once(version: Version) -> None:
    comment, other = a_comment(version), a_comment(version)
    assert withdraw(comment.submission, [comment.id, other.id], at=LATER) == [comment.id]
    assert withdraw(comment.submission, [comment.id], at=LATER + timedelta(hours=1)) == []
    assert stored(other).state == State.WAITING
    assert stored(comment).withdrawn_at == LATER


def test_nobody_decides_on_a_withdrawn_comment_and_replies_stay(version: Version, moderator: Person) -> None:
    parent = a_comment(version, state=State.PUBLISHED)
    reply = a_comment(version, state=State.PUBLISHED, parent=parent)
    withdraw(parent.submission, [parent.id], at=LATER)
    with pytest.raises(ChangedMeanwhileError):
        decide(parent.id, State.PUBLISHED, expected_changes=0, by=moderator, at=LATER)
    with pytest.raises(InvalidError):
        decide(parent.id, State.PUBLISHED, expected_changes=1, by=moderator, at=LATER)
    assert stored(reply).state == State.PUBLISHED


def test_a_correction_of_a_withdrawn_comment_waits_no_more(version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED)
    correct(comment.id, Words(body="Better.", language="en"), expected_changes=0, at=NOON)
    withdraw(comment.submission, [comment.id], at=LATER)
    assert waiting_correction(comment) is None
    assert stored(comment).source == "Say who pays for it."


# ---------------------------------------------------------------- erasing


def test_an_erased_person_leaves_the_words_without_a_name(version: Version) -> None:
    comment = a_comment(version, state=State.PUBLISHED, email=EMAIL, person_id=a_person().id)
    with transaction():
        stored(comment).contributor = "Ilze"
    erase_person(comment.submission_id, at=LATER)
    submission = stored(comment).submission
    assert (submission.name, submission.email, submission.person_id) == ("", "", None)
    assert (submission.country, submission.person_erased_at) == ("LV", LATER)
    assert stored(comment).contributor == ""
    assert (stored(comment).state, stored(comment).source) == (State.PUBLISHED, "Say who pays for it.")
    assert db.session.scalars(select(Activity.verb)).all()[-1] == "person erased"


def test_an_organisation_is_no_person(version: Version) -> None:
    comment = a_comment(version, capacity=Capacity.ORGANISATION, organisation="Rīgas skolas")
    erase_person(comment.submission_id, at=LATER)
    assert stored(comment).submission.organisation == "Rīgas skolas"
    erase_everything(comment.submission_id, at=LATER)
    assert stored(comment).submission.organisation == ""


def test_erased_again_nothing_changes(version: Version) -> None:
    comment = a_comment(version)
    for minutes in range(2):
        erase_person(comment.submission_id, at=LATER + timedelta(minutes=minutes))
    assert stored(comment).submission.person_erased_at == LATER
    for minutes in range(2):
        erase_everything(comment.submission_id, at=LATER + timedelta(minutes=minutes))
    verbs = db.session.scalars(select(Activity.verb)).all()
    assert [verbs.count(verb) for verb in ("person erased", "comment erased")] == [1, 1]


def test_nothing_of_what_was_sent_is_left_but_its_leaves(
    consultation: Consultation, version: Version, moderator: Person
) -> None:
    comment = all_that_can_be(version, moderator)
    before = leaves_of(consultation.id)
    erase_everything(comment.submission_id, at=LATER)
    now = stored(comment)
    assert (now.state, now.published_at, now.leaf_salt, now.quotation) == (State.ERASED, None, "", None)
    assert is_erased(now.submission)
    assert [text for text in everything_kept() if SECRET_WORDS in text or EMAIL in text] == []
    assert leaves_of(consultation.id) == before
    assert comment.id in indexed()


def test_letters_that_were_on_their_way_are_not_sent(version: Version, moderator: Person) -> None:
    comment = a_comment(version, email=EMAIL)
    with transaction():
        enqueue("letter", {"letter": "receipt", "submission_id": comment.submission_id}, at=NOON)
    decide(comment.id, State.PUBLISHED, expected_changes=0, by=moderator, at=NOON)
    jobs = db.session.scalars(select(Job).where(Job.name == "letter")).all()
    erase_person(comment.submission_id, at=LATER)
    assert [letter_for(job, LATER) for job in jobs] == [None, None]


def test_what_is_erased_cannot_be_withdrawn_corrected_or_published(
    version: Version, moderator: Person
) -> None:
    comment = a_comment(version)
    erase_everything(comment.submission_id, at=LATER)
    assert withdraw(comment.submission, [comment.id], at=LATER) == []
    with pytest.raises(InvalidError):
        correct(comment.id, Words(body="Back.", language="en"), expected_changes=1, at=LATER)
    with pytest.raises(InvalidError):
        decide(comment.id, State.PUBLISHED, expected_changes=1, by=moderator, at=LATER)


def test_erased_words_stand_in_no_file_of_the_database_nor_of_the_search_index(
    version: Version, moderator: Person, config: Config
) -> None:
    if not config.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL has files of its own")
    comment = all_that_can_be(version, moderator)
    found = a_comment(version, state=State.PUBLISHED, body=f"Also {SECRET_WORDS}.")
    run_due_jobs(NOON)
    assert SECRET_WORDS.encode() in everything_in_files(config)
    for erased in (comment, found):
        erase_everything(erased.submission_id, at=LATER)
    db.session.remove()
    run_due_jobs(LATER)
    db.session.remove()
    assert SECRET_WORDS.encode() not in everything_in_files(config)
    assert db.session.scalars(select(Job.error).where(Job.error != "")).all() == []


def everything_in_files(config: Config) -> bytes:
    database = Path(config.database_url.removeprefix("sqlite:///"))
    files = [*database.parent.glob(f"{database.name}*"), *config.data_dir.rglob("*")]
    return b"".join(path.read_bytes() for path in files if path.is_file())


def all_that_can_be(version: Version, moderator: Person) -> Comment:
    """A comment with every kind of text that can hang on one."""
    said = f"About {SECRET_WORDS}."
    comment = a_comment(version, paragraphs_of(version)[0], body=said, email=EMAIL, name=SECRET_WORDS)
    with transaction():
        submission = stored(comment).submission
        submission.register_number = SECRET_WORDS
        content = said.encode()
        db.session.add(
            IntakeFile(
                submission_id=submission.id,
                name=f"{SECRET_WORDS}.pdf",
                content_type="application/pdf",
                digest="0" * 64,
                content=content,
            )
        )
        db.session.add(
            Sitting(
                consultation_id=comment.consultation_id,
                language="en",
                particulars={"name": SECRET_WORDS},
                began_at=NOON,
                touched_at=NOON,
                expires_at=LATER,
                submission_id=submission.id,
            )
        )
    words = Words(body=f"More on {SECRET_WORDS}.", language="en", suggestion=said)
    decide(comment.id, State.REJECTED, expected_changes=0, reason=Reason.INSULT, by=moderator, at=NOON)
    correct(comment.id, words, expected_changes=1, at=NOON)
    appeal(comment.id, said, at=NOON)
    return stored(comment)


def everything_kept() -> list[str]:
    db.session.rollback()
    records: list[Any] = [Comment, CommentRevision, Submission, IntakeFile, Appeal, Sitting]
    return [
        repr(getattr(row, column.key))
        for record in records
        for row in db.session.scalars(select(record))
        for column in record.__table__.columns
    ]
