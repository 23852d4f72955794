"""What the public reads: consultations, and the sealed text of a draft in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, func, literal, select
from sqlalchemy.orm import aliased, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from app.models.base import db, rows
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.services.errors import NotFoundError

AnyRow = Row[*tuple[Any, ...]]
CALLED = select(Consultation).where(Consultation.slug == bindparam("called"))
CONSULTATION_CALLED = select(*Consultation.__table__.columns).where(Consultation.slug == bindparam("called"))
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
    """What one paragraph says, and where it stands.

    It says so in `language`, which is the original's where the translation read has no text for it.
    `is_older` means that the translation is one of an earlier text of the original.
    """

    paragraph_id: int
    key: str
    kind: str
    level: int
    label: str
    html: str
    plain: str
    notes: list[str]
    language: str
    is_older: bool = False

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

    consultation_id: int
    version_id: int
    number: int
    sealed_at: datetime
    language: str
    original_language: str
    is_official: bool
    title: str
    languages: tuple[str, ...]
    versions: tuple[int, ...]
    texts: list[Text]

    @property
    def is_original(self) -> bool:
        """Whether it is the text that the others are translations of."""
        return self.language == self.original_language

    @property
    def is_newest(self) -> bool:
        """Whether no later version is sealed, so that comments go to this one."""
        return self.number == self.versions[0]

    @property
    def missing(self) -> int:
        """How many texts stand in the original's words, because nobody has translated them."""
        return sum(text.language != self.language for text in self.texts)

    @property
    def older(self) -> int:
        """How many texts are translations of an earlier text of the original."""
        return sum(text.is_older for text in self.texts)

    def place_of(self, key: str) -> int:
        """Where the commentable paragraph stands in `texts`; raises NotFoundError when it does not."""
        for place, text in enumerate(self.texts):
            if text.key == key and not text.is_heading:
                return place
        raise NotFoundError(f"paragraph {key}")


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


def consultation_as_it_stands(slug: str) -> Consultation:
    """The consultation at that address, listed or not, apart from the session: to be read, not changed."""
    return consultation_of(consultation_row(slug))


def consultation_row(slug: str) -> Any:
    """All that is kept of the consultation at that address, listed or not; or NotFoundError."""
    found = rows(CONSULTATION_CALLED, called=slug)
    if not found:
        raise NotFoundError(f"consultation {slug}")
    return found[0]


def consultation_of(row: Any) -> Consultation:
    """The consultation of a row, apart from the session."""
    consultation = Consultation()
    instance_dict(consultation).update(row._asdict())
    make_transient_to_detached(consultation)
    return consultation


def has_text(consultation: Consultation) -> bool:
    """Whether a version is sealed, so that there is something to read."""
    sealed = select(Version.id).join(Version.draft).where(Version.sealed_at.is_not(None))
    return db.session.scalar(sealed.where(Draft.consultation_id == consultation.id).limit(1)) is not None


def paragraph_called(consultation: Consultation, key: str) -> int:
    """The number of the paragraph with that key, whether it still stands or not; or NotFoundError."""
    found = rows(PARAGRAPH_CALLED, consultation_id=consultation.id, called=key)
    if not found:
        raise NotFoundError(f"paragraph {key}")
    return int(found[0].id)


def read_draft(consultation: Consultation, language: str, number: int | None = None) -> ReadDraft:
    """The newest sealed version, or that one, in the language or else in the original's; or NotFoundError."""
    rows = db.session.execute(_translations_of(consultation).where(Version.sealed_at.is_not(None))).all()
    if number is None and rows:
        number = rows[0].number
    translations = [row for row in rows if row.number == number]
    if not translations:
        raise NotFoundError(f"version {number}")
    return _read(consultation, language, translations, dict.fromkeys(row.number for row in rows))


def read_working(consultation: Consultation, language: str, at: datetime) -> ReadDraft:
    """The working version as it would be read if it were sealed at that instant; or NotFoundError."""
    rows = db.session.execute(_translations_of(consultation)).all()
    translations = [row for row in rows if row.sealed_at is None]
    if not translations:
        raise NotFoundError("working version")
    read = _read(consultation, language, translations, dict.fromkeys(row.number for row in rows))
    return replace(read, sealed_at=at)


def _translations_of(consultation: Consultation) -> Select[Any]:
    """All translations of all versions, the newest version and in it the original first."""
    columns: list[Any] = [
        Version.id, Version.number, Version.sealed_at, Translation.id.label("translation_id"),
        Translation.language, Translation.is_official, Translation.title,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(Version.translations)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation.id)
        .order_by(Version.number.desc(), Translation.is_original.desc(), Translation.language)
    )


def _read(
    consultation: Consultation, language: str, translations: Sequence[AnyRow], versions: Iterable[int]
) -> ReadDraft:
    original = translations[0]
    chosen = next((row for row in translations if row.language == language), original)
    return ReadDraft(
        consultation_id=consultation.id,
        version_id=chosen.id,
        number=chosen.number,
        sealed_at=chosen.sealed_at,
        language=chosen.language,
        original_language=original.language,
        is_official=chosen.is_official,
        title=chosen.title,
        languages=tuple(row.language for row in translations),
        versions=tuple(versions),
        texts=_texts_of(original, chosen),
    )


def texts_with_languages(*further: Any) -> Select[Any]:
    """Rows that `Text` is made of, with further columns behind; whoever asks says of which versions."""
    columns: list[Any] = [
        ParagraphText.paragraph_id, Paragraph.key, ParagraphText.kind, ParagraphText.level,
        ParagraphText.label, ParagraphText.html, ParagraphText.plain, ParagraphText.notes,
        Translation.language, literal(value=False), *further,
    ]  # fmt: skip
    return select(*columns).join(ParagraphText.paragraph).join(ParagraphText.translation)


def _texts_of(original: AnyRow, chosen: AnyRow) -> list[Text]:
    """The original's paragraphs in order, each in the words of the chosen translation if that has some."""
    theirs = aliased(ParagraphText)
    columns: list[Any] = [
        ParagraphText.paragraph_id, Paragraph.key, ParagraphText.kind, ParagraphText.level,
        ParagraphText.label, func.coalesce(theirs.html, ParagraphText.html),
        func.coalesce(theirs.plain, ParagraphText.plain),
        case((theirs.id.is_(None), ParagraphText.notes), else_=theirs.notes),
        case((theirs.id.is_(None), original.language), else_=chosen.language),
        _is_older(theirs),
    ]  # fmt: skip
    in_translation = and_(
        theirs.translation_id == chosen.translation_id, theirs.paragraph_id == ParagraphText.paragraph_id
    )
    rows = db.session.execute(
        select(*columns)
        .join(ParagraphText.paragraph)
        .outerjoin(theirs, in_translation)
        .where(ParagraphText.translation_id == original.translation_id)
        .order_by(ParagraphText.position)
    )
    return [Text(*columns) for columns in rows]


def _is_older(theirs: type[ParagraphText]) -> ColumnElement[bool]:
    """Whether a translation was made from another text than the original's of now; unknown is not older."""
    made_from = func.coalesce(theirs.original_digest, "")
    return and_(made_from != "", made_from != ParagraphText.digest)
