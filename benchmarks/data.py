"""Databases for measuring, filled quickly: drafts of many paragraphs, and comments by the thousand.

What is written is like what people write: the sentences are those of the example consultations.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count, cycle, islice
from typing import Any

from sqlalchemy import insert, update

from app.models.base import Base, db, transaction
from app.models.comment import Capacity, Comment, Kind, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Standing, Translation, Version
from app.models.moderation import Decision, Reason
from app.models.people import Membership, Person
from app.models.roles import Role
from app.services.people.accounts import begin_sign_in
from app.services.proof.leaves import Leaf, digest_of_leaf, new_salt
from app.services.text import digest_of
from benchmarks.site import Site, opened
from benchmarks.texts import LANGUAGES, comments, sentences

COUNTRIES = ("FR", "LV", "NO", "PT", "KE", "CO")
MEASURED = "measured"
PARAGRAPHS = 60
COMMENTS_A_PARAGRAPH = 10
ROWS_AT_ONCE = 5_000
SENTENCES_A_PARAGRAPH = 3
DIFFERENT_COMMENTS = 20_000
MIXED = (State.PUBLISHED,) * 6 + (State.WAITING,) * 2 + (State.REJECTED, State.SPAM)


@dataclass(frozen=True)
class Heap:
    """A consultation with a draft and comments; states are given to the comments in turn."""

    slug: str
    comments: int
    states: tuple[State, ...] = (State.PUBLISHED,)
    paragraphs: int = PARAGRAPHS
    titles: dict[str, str] = field(default_factory=lambda: {"en": "Declaration on open ways of working"})


def measured_draft() -> Heap:
    """The draft that is measured: 60 paragraphs with 10 published comments each."""
    return Heap(MEASURED, PARAGRAPHS * COMMENTS_A_PARAGRAPH)


def elsewhere(comments: int, consultations: int = 4) -> list[Heap]:
    """Published comments spread over other consultations."""
    each, left = divmod(comments, consultations)
    return [Heap(f"other-{number}", each + (number < left)) for number in range(consultations)]


def fill(site: Site, heaps: list[Heap]) -> None:
    """The site holds these consultations, an administrator who moderates, and nothing else."""
    with opened(site), transaction():
        _Filler().fill(heaps)


def staff_token(site: Site) -> tuple[str, str]:
    """The cookie of a browser in which the administrator who moderates is signed in: name and value."""
    with opened(site) as app:
        person = db.session.get_one(Person, 1)
        token = begin_sign_in(person, datetime.now(UTC))
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return str(app.config["SESSION_COOKIE_NAME"]), str(signer.dumps({"token": token}))


class _Filler:
    """Rows with numbers given by us, so that nothing is asked of the database while it is filled."""

    def __init__(self) -> None:
        self._chance = random.Random(2030)
        self._numbers = {model: count(1) for model in (Comment, Submission, Paragraph, Translation)}
        self._said = cycle(comments(DIFFERENT_COMMENTS))
        self._at = datetime.now(UTC) - timedelta(days=10)

    def fill(self, heaps: list[Heap]) -> None:
        person = Person(
            id=1, email="staff@example.org", name="Staff", language="en",
            registered_at=self._at, confirmed_at=self._at,
        )  # fmt: skip
        person.memberships = [Membership(role=role) for role in (Role.MODERATOR, Role.ADMINISTRATOR)]
        db.session.add(person)
        db.session.flush()
        for number, heap in enumerate(heaps, 1):
            paragraphs = self._draft(number, heap)
            rows = self._comments(number, heap, paragraphs)
            while some := list(islice(rows, ROWS_AT_ONCE)):
                _insert(Submission, [submission for submission, _comment, _decision in some])
                _insert(Comment, [comment for _submission, comment, _decision in some])
                _insert(Decision, [decision for *_rest, decision in some if decision])

    def _draft(self, number: int, heap: Heap) -> list[int]:
        db.session.add(self._consultation(number, heap))
        db.session.flush()
        _insert(Draft, [{"id": number, "consultation_id": number, "last_key": heap.paragraphs}])
        version = {"id": number, "draft_id": number, "number": 1, "change_log": {}}
        _insert(Version, [version])
        paragraphs = list(islice(self._numbers[Paragraph], heap.paragraphs))
        keys = {paragraph: f"p{position}" for position, paragraph in enumerate(paragraphs, 1)}
        rows = [{"id": paragraph, "draft_id": number, "key": key} for paragraph, key in keys.items()]
        _insert(Paragraph, rows)
        for language in LANGUAGES:
            self._translation(number, language, paragraphs)
        _insert(Standing, [{"paragraph_id": paragraph, "place_id": paragraph} for paragraph in paragraphs])
        sealed = {"sealed_at": self._at, "digest": "0" * 64}
        db.session.execute(update(Version).where(Version.id == number).values(sealed))
        return paragraphs

    def _consultation(self, number: int, heap: Heap) -> Consultation:
        return Consultation(
            id=number,
            slug=heap.slug,
            titles=heap.titles,
            summaries={"en": "Tell us what is unclear."},
            bodies={"en": "Observatory of Public Sector Innovation"},
            privacy_notices={"en": "We keep what you send for two years after the consultation."},
            zone="Europe/Paris",
            opens_at=self._at,
            closes_at=self._at + timedelta(days=40),
            is_listed=True,
            leaves=heap.comments,
            created_at=self._at,
        )

    def _translation(self, version_id: int, language: str, paragraphs: list[int]) -> None:
        translation = next(self._numbers[Translation])
        row = {
            "id": translation, "version_id": version_id, "language": language,
            "is_original": language == LANGUAGES[0], "is_official": False, "title": "A declaration",
        }  # fmt: skip
        _insert(Translation, [row])
        texts = [(place, paragraph, self._clause(language)) for place, paragraph in enumerate(paragraphs, 1)]
        rows = [
            {
                "translation_id": translation, "paragraph_id": paragraph, "position": place,
                "kind": ParagraphKind.PARAGRAPH, "level": 1, "label": str(place), "source": said,
                "html": escape(said, quote=False), "plain": said, "digest": digest_of(said), "notes": [],
                "original_digest": "", "doubts": [],
            }
            for place, paragraph, said in texts
        ]  # fmt: skip
        _insert(ParagraphText, rows)

    def _comments(self, number: int, heap: Heap, paragraphs: list[int]) -> Iterator[tuple[Any, Any, Any]]:
        for place in range(heap.comments):
            row = next(self._numbers[Comment])
            language, said = next(self._said)
            at = self._at + timedelta(seconds=place)
            state = heap.states[place % len(heap.states)]
            submission = self._submission(row, language, at) | {"consultation_id": number}
            comment = self._comment(row, said, state, at)
            comment |= {
                "language": language,
                "country": submission["country"],
                "consultation_id": number,
                "version_id": number,
            }
            position = place % len(paragraphs)
            comment |= {"paragraph_id": paragraphs[position], "leaf": place}
            comment |= _sealed(comment, f"p{position + 1}")
            yield submission, comment, _decision(row, state, at)

    def _submission(self, number: int, language: str, at: datetime) -> dict[str, Any]:
        return {
            "id": number,
            "number": f"BENCH-{number}",
            "secret_digest": digest_of(str(number)),
            "form_digest": digest_of(f"form {number}"),
            "capacity": Capacity.INDIVIDUAL,
            "name": "Ilze Kalniņa",
            "email": f"someone-{number}@example.org",
            "country": COUNTRIES[number % len(COUNTRIES)],
            "language": language,
            "privacy_notice_version": 1,
            "received_at": at,
        }

    def _comment(self, number: int, said: str, state: State, at: datetime) -> dict[str, Any]:
        return {
            "id": number,
            "submission_id": number,
            "country": COUNTRIES[number % len(COUNTRIES)],
            "kind": list(Kind)[number % len(Kind)],
            "importance": number % 5 + 1,
            "source": said,
            "html": f"<p>{escape(said, quote=False)}</p>",
            "plain": said,
            "words_digest": digest_of(said.casefold()),
            "state": state,
            "received_at": at,
            "published_at": at if state == State.PUBLISHED else None,
            "changes": int(state != State.WAITING),
        }

    def _clause(self, language: str) -> str:
        return " ".join(self._chance.choices(sentences(language), k=SENTENCES_A_PARAGRAPH))


def _sealed(comment: dict[str, Any], paragraph: str) -> dict[str, str]:
    """What proves that the comment is in the record, as for one that came in."""
    leaf = Leaf(
        received_at=comment["received_at"],
        version=1,
        paragraph=paragraph,
        reply_to=None,
        language=comment["language"],
        kind=comment["kind"],
        importance=comment["importance"],
        source=comment["source"],
    )
    salt = new_salt()
    return {"leaf_salt": salt, "leaf_digest": digest_of_leaf(leaf, salt)}


def _decision(number: int, state: State, at: datetime) -> dict[str, Any] | None:
    if state == State.WAITING:
        return None
    return {
        "comment_id": number,
        "person_id": 1,
        "from_state": State.WAITING,
        "to_state": state,
        "reason": Reason.OFF_TOPIC if state == State.REJECTED else None,
        "note": "",
        "decided_at": at,
    }


def _insert(model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(model.__table__), rows)  # type: ignore[arg-type]
