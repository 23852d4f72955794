"""What the public reads: consultations, the sealed text of a draft, and the comments published on it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from app.models.base import db
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.services.errors import NotFoundError

SHOWN_ON_DRAFT = 10
CALLED = select(Consultation).where(Consultation.slug == bindparam("called"))
PARAGRAPH_CALLED = (
    select(Paragraph.id)
    .join(Paragraph.draft)
    .where(Draft.consultation_id == bindparam("consultation_id"), Paragraph.key == bindparam("called"))
)


@dataclass(frozen=True)
class ConsultationLists:
    """The consultations of the site at one instant: what closes or opens first stands first."""

    open: list[Consultation]
    coming: list[Consultation]
    closed: list[Consultation]


class Text(NamedTuple):
    """What one paragraph says, and where it stands."""

    paragraph_id: int
    key: str
    kind: str
    level: int
    label: str
    html: str
    plain: str
    notes: list[str]

    @property
    def is_heading(self) -> bool:
        """Whether it only names what follows; headings are not commented on."""
        return self.kind == ParagraphKind.HEADING

    @property
    def number(self) -> str:
        """What to show before a heading: its number, unless its words say it ("Article 1")."""
        words = self.plain.replace(".", " ").replace(":", " ").split()
        return "" if self.label in words or self.plain.startswith(self.label) else self.label


@dataclass(frozen=True)
class ReadDraft:
    """A sealed version in one language, with its paragraphs in order."""

    version_id: int
    number: int
    sealed_at: datetime
    language: str
    is_original: bool
    title: str
    languages: tuple[str, ...]
    versions: tuple[int, ...]
    texts: list[Text]

    @property
    def is_newest(self) -> bool:
        """Whether no later version is sealed, so that comments go to this one."""
        return self.number == self.versions[0]

    def place_of(self, key: str) -> int:
        """Where the commentable paragraph stands in `texts`; raises NotFoundError when it does not."""
        for place, text in enumerate(self.texts):
            if text.key == key and not text.is_heading:
                return place
        raise NotFoundError(f"paragraph {key}")


class PublishedComment(NamedTuple):
    """A published comment with what its respondent agreed to show."""

    id: int
    paragraph_id: int | None
    language: str
    kind: str
    importance: int | None
    html: str
    received_at: datetime
    capacity: str
    name: str
    organisation: str
    group_size: int | None
    country: str


@dataclass(frozen=True)
class PublishedComments:
    """Published comments by paragraph (None: the whole draft) in the order received, and their numbers."""

    shown: dict[int | None, list[PublishedComment]]
    counts: dict[int | None, int]


def consultations_at(at: datetime) -> ConsultationLists:
    """The listed consultations that are open, coming and closed at that instant."""
    listed = db.session.scalars(select(Consultation).where(Consultation.is_listed)).all()
    return ConsultationLists(
        open=sorted((c for c in listed if c.is_open(at)), key=lambda c: c.closes_at),
        coming=sorted((c for c in listed if at < c.opens_at), key=lambda c: c.opens_at),
        closed=sorted((c for c in listed if c.closes_at <= at), key=lambda c: c.closes_at, reverse=True),
    )


def consultation_called(slug: str, *, unlisted: bool = False) -> Consultation:
    """The consultation at that address, if it is listed or unlisted ones may be seen; else NotFoundError."""
    consultation = db.session.scalar(CALLED, {"called": slug})
    if consultation is None or not (consultation.is_listed or unlisted):
        raise NotFoundError(f"consultation {slug}")
    return consultation


def has_text(consultation: Consultation) -> bool:
    """Whether a version is sealed, so that there is something to read."""
    sealed = select(Version.id).join(Version.draft).where(Version.sealed_at.is_not(None))
    return db.session.scalar(sealed.where(Draft.consultation_id == consultation.id).limit(1)) is not None


def paragraph_called(consultation: Consultation, key: str) -> int:
    """The number of the paragraph with that key, whether it still stands or not; or NotFoundError."""
    number: int | None = db.session.connection().scalar(
        PARAGRAPH_CALLED, {"consultation_id": consultation.id, "called": key}
    )
    if number is None:
        raise NotFoundError(f"paragraph {key}")
    return number


def read_draft(consultation: Consultation, language: str, number: int | None = None) -> ReadDraft:
    """The newest sealed version, or that one, in the language or else in the original's; or NotFoundError."""
    rows = db.session.execute(
        select(
            Version.id, Version.number, Version.sealed_at, Translation.id.label("translation_id"),
            Translation.language, Translation.is_original, Translation.title,
        )
        .join(Version.translations)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation.id, Version.sealed_at.is_not(None))
        .order_by(Version.number.desc(), Translation.is_original.desc(), Translation.language)
    ).all()  # fmt: skip
    if number is None and rows:
        number = rows[0].number
    translations = [row for row in rows if row.number == number]
    if not translations:
        raise NotFoundError(f"version {number}")
    chosen = next((row for row in translations if row.language == language), translations[0])
    return ReadDraft(
        version_id=chosen.id,
        number=chosen.number,
        sealed_at=chosen.sealed_at,
        language=chosen.language,
        is_original=chosen.is_original,
        title=chosen.title,
        languages=tuple(row.language for row in translations),
        versions=tuple(dict.fromkeys(row.number for row in rows)),
        texts=_texts_of(chosen.translation_id),
    )


def comments_on_draft(version_id: int, most: int = SHOWN_ON_DRAFT) -> PublishedComments:
    """The newest published comments of every paragraph, in whatever language they were written."""
    place = func.row_number().over(
        partition_by=Comment.paragraph_id, order_by=(Comment.received_at.desc(), Comment.id.desc())
    )
    total = func.count().over(partition_by=Comment.paragraph_id)
    placed = (
        select(Comment.id, place.label("place"), total.label("total"))
        .where(Comment.version_id == version_id, Comment.state == State.PUBLISHED)
        .subquery()
    )
    rows = db.session.execute(
        _published(placed.c.total).join(placed, placed.c.id == Comment.id).where(placed.c.place <= most)
    )
    shown: dict[int | None, list[PublishedComment]] = defaultdict(list)
    counts: dict[int | None, int] = {}
    for *columns, count in rows:
        comment = PublishedComment(*columns)
        shown[comment.paragraph_id].append(comment)
        counts[comment.paragraph_id] = count
    return PublishedComments(dict(shown), counts)


def numbers_of_comments(consultation: Consultation) -> dict[int, int]:
    """How many comments are published on each version that has some, by the version's number."""
    rows = db.session.execute(
        select(Version.number, func.count())
        .join(Comment, Comment.version_id == Version.id)
        .where(Comment.consultation_id == consultation.id, Comment.state == State.PUBLISHED)
        .group_by(Version.number)
    )
    return dict(iter(rows))


def comments_on(version_id: int, paragraph_id: int | None) -> list[PublishedComment]:
    """All published comments on the paragraph (None: on the whole draft), in the order received."""
    on_paragraph: ColumnElement[bool] = (
        Comment.paragraph_id.is_(None) if paragraph_id is None else Comment.paragraph_id == paragraph_id
    )
    rows = db.session.execute(
        _published().where(Comment.version_id == version_id, Comment.state == State.PUBLISHED, on_paragraph)
    )
    return [PublishedComment(*columns) for columns in rows]


def text_of(version_id: int, paragraph_id: int | None, language: str) -> Text | None:
    """What the paragraph says in that version, in the language or else the original’s, if it stands there."""
    row = db.session.execute(
        _texts()
        .join(ParagraphText.translation)
        .where(Translation.version_id == version_id, ParagraphText.paragraph_id == paragraph_id)
        .order_by((Translation.language == language).desc(), Translation.is_original.desc())
        .limit(1)
    ).first()
    return Text(*row) if row else None


def _texts_of(translation_id: int) -> list[Text]:
    rows = db.session.execute(
        _texts().where(ParagraphText.translation_id == translation_id).order_by(ParagraphText.position)
    )
    return [Text(*columns) for columns in rows]


def _texts() -> Select[Any]:
    columns: list[Any] = [
        ParagraphText.paragraph_id, Paragraph.key, ParagraphText.kind, ParagraphText.level,
        ParagraphText.label, ParagraphText.html, ParagraphText.plain, ParagraphText.notes,
    ]  # fmt: skip
    return select(*columns).join(ParagraphText.paragraph)


def _published(*further: ColumnElement[Any]) -> Select[Any]:
    columns: list[Any] = [
        Comment.id, Comment.paragraph_id, Comment.language, Comment.kind, Comment.importance,
        Comment.html, Comment.received_at, Submission.capacity, Submission.name,
        Submission.organisation, Submission.group_size, Submission.country, *further,
    ]  # fmt: skip
    return select(*columns).join(Comment.submission).order_by(Comment.received_at, Comment.id)
