"""Answers to questions, as far as the database still shows them to everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.models.base import db
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphKind, ParagraphText, Standing, Translation, Version
from app.services.public.hearing import spot
from app.services.search.excerpts import Piece, excerpt_of
from app.services.search.searching import EntryKind, Question, SearchIndex, is_newest_sealed, key_of
from app.services.search.words import wanted_in

PAGE_SIZE = 20
MOST_HITS = 1000


@dataclass(frozen=True)
class Hit:
    """A paragraph or comment that answers a question, and where to read it.

    `paragraph` is the key of the place where it is read now; a comment on the whole draft has none. `version`
    is the number of an older version that the comment was made on, else None; `label` is from there.
    """

    kind: str
    number: int
    slug: str
    titles: dict[str, str]
    paragraph: str | None
    label: str
    version: int | None
    language: str
    excerpt: list[Piece]
    is_heading: bool = False
    capacity: str = ""
    name: str = ""
    organisation: str = ""

    @property
    def is_comment(self) -> bool:
        """Whether it is what somebody said, not a paragraph of the draft."""
        return self.kind == EntryKind.COMMENT


@dataclass(frozen=True)
class Results:
    """One page of hits, best first; `is_cut` when there are more than are counted."""

    hits: list[Hit]
    total: int
    is_cut: bool
    page: int
    pages: int
    has_all_words: bool


def search(index: SearchIndex, question: Question, *, page: int) -> Results:
    """The hits on that page (or the nearest there is), with labels in the reader's language if they exist."""
    found = index.find(question, limit=MOST_HITS)
    keys = _shown(found.keys)
    pages = max(1, -(-len(keys) // PAGE_SIZE))
    page = min(max(1, page), pages)
    here = keys[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    is_cut = len(found.keys) == MOST_HITS
    return Results(hits_among(here, question), len(keys), is_cut, page, pages, found.has_all_words)


def hits_among(keys: list[str], question: Question) -> list[Hit]:
    """The hits of those keys, in the same order, as far as everybody may read them at this moment."""
    hits = _paragraphs(numbers_in(keys, EntryKind.PARAGRAPH), question)
    hits |= _comments(numbers_in(keys, EntryKind.COMMENT), question)
    return [hits[key] for key in keys if key in hits]


def numbers_in(keys: Iterable[str], kind: EntryKind) -> list[int]:
    """The numbers of the entries of that kind."""
    return [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]


def searchable_consultations() -> list[Consultation]:
    """The listed consultations, the newest first."""
    listed = select(Consultation).where(Consultation.is_listed)
    return list(db.session.scalars(listed.order_by(Consultation.opens_at.desc(), Consultation.id)))


def _shown(keys: list[str]) -> list[str]:
    """Those of the keys whose text everybody may read at this moment, in the same order."""
    paragraphs = _shown_paragraphs(numbers_in(keys, EntryKind.PARAGRAPH), ParagraphText.id)
    comments = _shown_comments(numbers_in(keys, EntryKind.COMMENT), Comment.id)
    shown = {key_of(EntryKind.PARAGRAPH, number) for number in db.session.scalars(paragraphs)}
    shown |= {key_of(EntryKind.COMMENT, number) for number in db.session.scalars(comments)}
    return [key for key in keys if key in shown]


def _shown_paragraphs(numbers: list[int], *columns: Any) -> Select[Any]:
    rows: Select[Any] = select(*columns)
    return (
        rows.select_from(ParagraphText)
        .join(ParagraphText.paragraph)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .join(Draft.consultation)
        .where(ParagraphText.id.in_(numbers), Consultation.is_listed, is_newest_sealed())
    )


def _shown_comments(numbers: list[int], *columns: Any) -> Select[Any]:
    rows: Select[Any] = select(*columns)
    return (
        rows.select_from(Comment)
        .join(Comment.consultation)
        .join(Comment.submission)
        .join(Comment.version)
        .outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
        .outerjoin(Paragraph, Paragraph.id == spot())
        .where(Comment.id.in_(numbers), Consultation.is_listed, Comment.state == State.PUBLISHED)
    )


def _paragraphs(numbers: list[int], question: Question) -> dict[str, Hit]:
    columns = (
        ParagraphText.id, Consultation.slug, Consultation.titles, Paragraph.key, ParagraphText.label,
        ParagraphText.kind, Translation.language, ParagraphText.plain,
    )  # fmt: skip
    return {
        key_of(EntryKind.PARAGRAPH, row.id): Hit(
            kind=EntryKind.PARAGRAPH,
            number=row.id,
            slug=row.slug,
            titles=row.titles,
            paragraph=row.key,
            label=row.label,
            version=None,
            language=row.language,
            excerpt=_excerpt(row, question),
            is_heading=row.kind == ParagraphKind.HEADING,
        )
        for row in db.session.execute(_shown_paragraphs(numbers, *columns))
    }


def _comments(numbers: list[int], question: Question) -> dict[str, Hit]:
    columns = (
        Comment.id, Consultation.slug, Consultation.titles, Comment.paragraph_id, Paragraph.key,
        Comment.version_id, Version.number, is_newest_sealed().label("is_newest"), Comment.language,
        Comment.plain, Submission.capacity, Submission.name, Submission.organisation,
    )  # fmt: skip
    rows = db.session.execute(_shown_comments(numbers, *columns)).all()
    places = {(row.version_id, row.paragraph_id) for row in rows if row.paragraph_id}
    labels = _labels(places, question.reader_language)
    return {
        key_of(EntryKind.COMMENT, row.id): Hit(
            kind=EntryKind.COMMENT,
            number=row.id,
            slug=row.slug,
            titles=row.titles,
            paragraph=row.key,
            label=labels.get((row.version_id, row.paragraph_id), ""),
            version=None if row.is_newest else row.number,
            language=row.language,
            excerpt=_excerpt(row, question),
            capacity=row.capacity,
            name=row.name,
            organisation=row.organisation,
        )
        for row in rows
    }


def _labels(places: set[tuple[int, int]], language: str) -> dict[tuple[int, int], str]:
    """What the paragraphs are called in their versions: in that language, else in the original."""
    rows = db.session.execute(
        select(Translation.version_id, ParagraphText.paragraph_id, ParagraphText.label)
        .join(ParagraphText.translation)
        .where(ParagraphText.paragraph_id.in_({paragraph_id for _version_id, paragraph_id in places}))
        .where(Translation.version_id.in_({version_id for version_id, _paragraph_id in places}))
        .order_by(Translation.language == language, Translation.is_original)
    )
    return {(version_id, paragraph_id): label for version_id, paragraph_id, label in rows}


def _excerpt(row: Any, question: Question) -> list[Piece]:
    return excerpt_of(row.plain, row.language, wanted_in(question.words, row.language).marked)
