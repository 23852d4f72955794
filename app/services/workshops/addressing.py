"""Addressing: an organiser writes to all who are registered, to those in some states, or to some persons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.people import Person
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.activity import enqueue, record
from app.services.consultations.planning import filled
from app.services.errors import InvalidError
from app.services.text import digest_of, one_line
from app.services.workshops.attending import registrations_of
from app.services.workshops.convening import subject_of
from app.services.workshops.hosting import lock_to_run
from app.services.workshops.seats import LIVE

LONGEST_SUBJECT = 150
LONGEST_TEXT = 5_000
SENT = "letter to registrations sent"
LETTER = "workshop_message"


@dataclass(frozen=True)
class Message:
    """What is written, by language, and to whom: to persons where some are named, else to states."""

    subjects: Mapping[str, str]
    texts: Mapping[str, str]
    states: Collection[str] = ()
    registration_ids: Collection[int] = ()


@dataclass(frozen=True)
class SentLetter:
    """A letter that was sent; its subjects, by language, are empty once the jobs that sent it are purged."""

    sent_at: datetime
    number: int
    subjects: dict[str, str]


def recipients_of(workshop: Workshop, message: Message) -> list[Registration]:
    """Who would get the letter; of one address that registered several times, everybody."""
    named = set(message.registration_ids)
    return [
        line.registration
        for line in registrations_of(workshop)
        if line.registration.email
        and (line.registration.id in named if named else line.registration.state in message.states)
    ]


def check_message(workshop: Workshop, message: Message) -> Message:
    """The message tidied; raises InvalidError for `subjects`, `texts`, or `recipients`."""
    subjects = {code: one_line(text) for code, text in filled(message.subjects).items()}
    texts = filled(message.texts)
    problems = {}
    if not subjects and not texts:
        problems = {"subjects": "required", "texts": "required"}
    elif set(subjects) != set(texts):
        problems["texts" if set(subjects) - set(texts) else "subjects"] = "incomplete"
    if any(len(one) > LONGEST_SUBJECT for one in subjects.values()):
        problems["subjects"] = "too_long"
    if any(len(one) > LONGEST_TEXT for one in texts.values()):
        problems["texts"] = "too_long"
    if not recipients_of(workshop, message):
        problems["recipients"] = "required"
    if problems:
        raise InvalidError(problems)
    return Message(subjects, texts, message.states, message.registration_ids)


def write_to_some(workshop: Workshop, message: Message, *, form: str, by: Person, at: datetime) -> int:
    """Everybody it is meant for is to get the letter, once; answers how many.

    The same copy of the form sent twice writes once, and answers 0. Raises InvalidError.
    """
    key = digest_of(f"{workshop.id}:{by.id}:{form}")
    subject = f"{_letters_of(workshop)}{key}:"
    with transaction():
        lock_to_run(workshop, by)
        checked = check_message(workshop, message)
        if db.session.scalar(select(Activity.id).where(Activity.subject.startswith(subject))) is not None:
            return 0
        recipients = recipients_of(workshop, checked)
        facts = {"key": key, "subjects": dict(checked.subjects), "texts": dict(checked.texts)}
        for one in recipients:
            enqueue("letter", {"letter": LETTER, "registration_id": one.id, **facts}, at=at)
        record(SENT, f"{subject}{len(recipients)}", person_id=by.id, at=at)
    return len(recipients)


def letters_sent(workshop: Workshop) -> list[SentLetter]:
    """What organisers wrote to people of this workshop, the newest first."""
    start = _letters_of(workshop)
    lines = db.session.execute(
        select(Activity.at, Activity.subject)
        .where(Activity.verb == SENT, Activity.subject.startswith(start))
        .order_by(Activity.id.desc())
    ).all()
    found = [(line.at, *line.subject.removeprefix(start).split(":")) for line in lines]
    subjects = _subjects_of({key for _at, key, _number in found})
    return [SentLetter(at, int(number), subjects.get(key, {})) for at, key, number in found]


def states_to_write_to() -> list[str]:
    """The states of people whom a letter can be meant for, who still come first."""
    return [
        *map(str, LIVE),
        RegistrationState.ATTENDED,
        RegistrationState.ABSENT,
        RegistrationState.CANCELLED,
    ]


def _letters_of(workshop: Workshop) -> str:
    """How the lines of activity begin that tell of letters; the letter’s key and how many got it follow."""
    return f"{subject_of(workshop)}:letter:"


def _subjects_of(keys: Collection[str]) -> dict[str, dict[str, str]]:
    """The subjects of those letters whose jobs are still kept, by the letter’s key."""
    if not keys:
        return {}
    key = Job.payload["key"].as_string()
    is_theirs = Job.name == "letter", Job.payload["letter"].as_string() == LETTER, key.in_(keys)
    # Every job of a letter holds all its words: one of each is read.
    ids = db.session.scalars(select(func.min(Job.id)).where(*is_theirs).group_by(key)).all()
    payloads = db.session.scalars(select(Job.payload).where(Job.id.in_(ids)))
    return {payload["key"]: payload["subjects"] for payload in payloads}
