"""Records for tests, each made by one call with what the test is about, the rest being usual."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from app.models.base import db, transaction
from app.models.comment import Capacity, Comment, Kind, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.models.people import Membership, Person
from app.models.roles import Role
from app.services.activity import take_leaves
from app.services.comments.receipts import new_number, secret_of
from app.services.comments.receiving import suggestion_digest
from app.services.drafts.standing import settle_standing
from app.services.proof.leaves import Leaf, digest_of_leaf, new_salt
from app.services.text import SafeText, digest_of, render_comment, render_paragraph
from tests.conftest import NOON, SECRET

_numbers = count(1)


def a_consultation(*, at: datetime = NOON, **changes: Any) -> Consultation:
    """A listed consultation that opened ten days before `at` and closes twelve days after."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "slug": f"consultation-{number}",
        "titles": {"en": f"Declaration {number}"},
        "summaries": {"en": "Tell us what is unclear."},
        "bodies": {"en": "Observatory"},
        "privacy_notices": {"en": "We keep what you send for two years."},
        "zone": "Europe/Paris",
        "opens_at": at - timedelta(days=10),
        "closes_at": at + timedelta(days=12),
        "is_listed": True,
        "created_at": at - timedelta(days=20),
    }
    with transaction():
        consultation = Consultation(**{**usual, **changes})
        db.session.add(consultation)
    return consultation


def a_draft(
    consultation: Consultation,
    *,
    texts: tuple[str, ...] = ("Everybody may try new ways.", "What was learned is published."),
    languages: tuple[str, ...] = ("en",),
    at: datetime = NOON,
    sealed: bool = True,
) -> Version:
    """A version with a heading and one paragraph a text, labelled 1, 2, …, in every language given."""
    with transaction():
        draft = Draft(consultation_id=consultation.id, last_key=len(texts) + 1)
        version = Version(draft=draft, number=1)
        paragraphs = [Paragraph(draft=draft, key=f"p{n}") for n in range(1, len(texts) + 2)]
        for language in languages:
            translation = Translation(
                version=version,
                language=language,
                is_original=language == languages[0],
                title="A declaration",
            )
            translation.texts = [
                _paragraph_text(paragraph, position, ("Principles", *texts)[position])
                for position, paragraph in enumerate(paragraphs)
            ]
            db.session.add(translation)
        if sealed:
            seal(version, at - timedelta(days=15))
    return version


def a_comment(
    version: Version,
    paragraph: Paragraph | None = None,
    *,
    body: str = "Say who pays for it.",
    state: State = State.WAITING,
    language: str = "en",
    kind: Kind = Kind.OTHER,
    importance: int | None = None,
    at: datetime = NOON,
    parent: Comment | None = None,
    suggestion: str = "",
    quotation: dict[str, Any] | None = None,
    **respondent: Any,
) -> Comment:
    """A comment in that state by one respondent, on the paragraph or on the whole draft."""
    number = new_number()
    usual: dict[str, Any] = {"capacity": Capacity.INDIVIDUAL, "name": "Ilze K.", "country": "LV", "email": ""}
    said, salt = render_comment(body), new_salt()
    received = _leaf(version, paragraph, said, language, kind, importance, at)._replace(
        reply_to=parent.leaf if parent else None,
        suggestion=suggestion,
        quotation=(quotation or {}).get("exact", ""),
    )
    with transaction():
        consultation = version.draft.consultation
        leaf = take_leaves(consultation.id, 1)
        db.session.refresh(consultation)
        submission = Submission(
            consultation_id=consultation.id,
            number=number,
            secret_digest=digest_of(secret_of(number, SECRET)),
            form_digest=digest_of(number),
            language=language,
            privacy_notice_version=1,
            received_at=at,
            **{**usual, **respondent},
        )
        comment = Comment(
            consultation_id=consultation.id,
            submission=submission,
            paragraph=paragraph,
            version=version,
            language=language,
            country=submission.country,
            kind=kind,
            importance=importance,
            source=said.source,
            html=said.html,
            plain=said.plain,
            has_words=bool(said.plain or suggestion),
            suggestion=suggestion,
            suggestion_digest=suggestion_digest(suggestion),
            quotation=quotation,
            state=state,
            received_at=at,
            published_at=at if state == State.PUBLISHED else None,
            leaf=leaf,
            leaf_salt="" if state == State.ERASED else salt,
            leaf_digest=digest_of_leaf(received, salt),
            **({} if parent is None else {"parent_id": parent.id}),
        )
        db.session.add(comment)
    return comment


def a_person(
    role: Role | None = None,
    *,
    email: str | None = None,
    country: str | None = None,
    consultation: Consultation | None = None,
    at: datetime = NOON,
) -> Person:
    """A person with a confirmed address and, if given, a role everywhere or there."""
    number = next(_numbers)
    with transaction():
        person = Person(
            email=email or f"person-{number}@example.org",
            name=f"Person {number}",
            language="en",
            registered_at=at - timedelta(days=30),
            confirmed_at=at - timedelta(days=30),
        )
        if role is not None:
            consultation_id = consultation.id if consultation else None
            person.memberships.append(Membership(role=role, country=country, consultation_id=consultation_id))
        db.session.add(person)
    return person


def paragraphs_of(version: Version) -> list[Paragraph]:
    """The commentable paragraphs of a version, in order."""
    return [text.paragraph for text in version.translations[0].texts if text.kind != ParagraphKind.HEADING]


def seal(version: Version, at: datetime = NOON) -> None:
    """The version is the newest sealed one; called inside a transaction, when all its texts are there."""
    db.session.flush()
    settle_standing(version)
    version.digest, version.sealed_at = "0" * 64, at


def _paragraph_text(paragraph: Paragraph, position: int, source: str) -> ParagraphText:
    said = render_paragraph(source)
    is_heading = position == 0
    return ParagraphText(
        paragraph=paragraph,
        position=position,
        kind=ParagraphKind.HEADING if is_heading else ParagraphKind.PARAGRAPH,
        level=1,
        label="" if is_heading else str(position),
        source=said.source,
        html=said.html,
        plain=said.plain,
        digest=digest_of(said.plain),
    )


def _leaf(
    version: Version,
    paragraph: Paragraph | None,
    said: SafeText,
    language: str,
    kind: str,
    importance: int | None,
    at: datetime,
) -> Leaf:
    key = paragraph.key if paragraph else None
    return Leaf(at, version.number, key, None, language, kind, importance, said.source)
