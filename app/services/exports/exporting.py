"""Taking comments away as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine, Row, Select, func, select
from sqlalchemy.orm import aliased

from app.models.base import db
from app.models.comment import Capacity, Comment, State, Submission
from app.models.consultation import Consultation
from app.models.draft import Draft, Fate, Paragraph, ParagraphText, Standing, Translation, Version
from app.models.moderation import Decision
from app.models.people import Person
from app.models.roles import Permission
from app.services.errors import ForbiddenError, NotFoundError
from app.services.exports.detailing import (
    CORRECTION,
    DETAILS,
    IS_CORRECTION,
    IS_PARENT,
    PARENT,
    detail_columns,
    detail_values,
    instant,
)
from app.services.permissions import countries_of, memberships_with
from app.services.public.following import Course, course_of, steps_in

ROWS_AT_ONCE = 500
PLAIN_COLUMNS = 18
HEADER = (
    "receipt_number",
    "consultation",
    "version",
    "paragraph_key",
    "paragraph_label",
    "paragraph_text",
    "language",
    "kind",
    "importance",
    "capacity",
    "group_size",
    "organisation",
    "country",
    "state",
    "reason",
    "received_at",
    "decided_at",
    "published_at",
    "comment",
    "fate",
    "place_key",
    "place_label",
    *DETAILS,
    "paragraph_text_language",
)

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]
# Label, words and language of a paragraph, by the languages that it is in.
Read = tuple[str, str, str]
Texts = dict[tuple[int | None, int | None], dict[str, Read]]


class Exporter(Protocol):
    """Writes rows of plain values as a file of one format."""

    content_type: str
    suffix: str

    def write(self, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
        """The file piece by piece; the same rows give the same bytes."""


def consultations_to_export(person: Person) -> list[tuple[Consultation, frozenset[str] | None]]:
    """What the person may take away, newest first, with the countries it is bounded to (None: all)."""
    bounds = {
        membership.consultation_id for membership in memberships_with(person, Permission.EXPORT_COMMENTS)
    }
    wanted = select(Consultation).order_by(Consultation.opens_at.desc(), Consultation.id)
    if None not in bounds:
        wanted = wanted.where(Consultation.id.in_(bounds))
    return [(one, _countries(person, one)) for one in db.session.scalars(wanted)]


def consultation_to_export(slug: str, *, by: Person) -> tuple[Consultation, frozenset[str] | None]:
    """The consultation of that slug and the countries whose comments the person may take away.

    Raises NotFoundError, or ForbiddenError when the person may take away nothing of it.
    """
    consultation = consultation_called(slug)
    return consultation, _countries(by, consultation)


def consultation_called(slug: str) -> Consultation:
    """The consultation of that slug; raises NotFoundError."""
    consultation = db.session.scalar(select(Consultation).where(Consultation.slug == slug))
    if consultation is None:
        raise NotFoundError(slug)
    return consultation


def count_rows(consultation: Consultation, *, countries: frozenset[str] | None) -> int:
    """How many comments an export holds."""
    counted = select(func.count()).select_from(Comment).where(Comment.consultation_id == consultation.id)
    if countries is not None:
        counted = counted.where(Comment.country.in_(sorted(countries)))
    return db.session.scalar(counted) or 0


def export_rows(consultation: Consultation, *, countries: frozenset[str] | None) -> Iterator[tuple[str, ...]]:
    """A row of plain values under HEADER for every comment, in order; None means all countries.

    The rows are read as they are asked for, on a connection of their own, so that they outlive the request
    that asked and hold up nobody who writes; what an exporter sends is one moment's state.
    """
    return _rows(db.engine, consultation.id, consultation.slug, countries)


def _rows(
    engine: Engine, consultation_id: int, slug: str, countries: frozenset[str] | None
) -> Iterator[tuple[str, ...]]:
    with engine.connect().execution_options(yield_per=ROWS_AT_ONCE) as connection:
        texts = _texts(connection.execute(_texts_of(consultation_id)))
        course = course_of(connection.execute(steps_in(consultation_id)))
        newest = connection.scalar(_newest_of(consultation_id))
        with connection.execute(_comments_of(consultation_id, countries)) as comments:
            for row in comments:
                columns = row[:PLAIN_COLUMNS]
                read = _as_read(texts.get((row.version_id, row.paragraph_id)), row.language)
                yield (
                    *_plain(columns, slug, read),
                    _fate(columns, course),
                    *_place(columns, texts.get((newest, row.place_id)), row.place_key),
                    *detail_values(row),
                    read[2],
                )


def _comments_of(consultation_id: int, countries: frozenset[str] | None) -> AnySelect:
    later = aliased(Decision)
    last = select(func.max(later.id)).where(later.comment_id == Comment.id).scalar_subquery()
    place = aliased(Paragraph)
    wanted = (
        select(
            Submission.number,
            Version.number.label("version"),
            Comment.version_id,
            Comment.paragraph_id,
            Paragraph.key,
            Comment.language,
            Comment.kind,
            Comment.importance,
            Submission.capacity,
            Submission.group_size,
            Submission.organisation,
            Submission.country,
            Comment.state,
            Decision.reason,
            Comment.received_at,
            Decision.decided_at,
            Comment.published_at,
            Comment.source,
            Standing.place_id,
            place.key.label("place_key"),
            *detail_columns(),
        )
        .join(Comment.submission)
        .join(Comment.version)
        .outerjoin(Comment.paragraph)
        .outerjoin(Standing, Standing.paragraph_id == Comment.paragraph_id)
        .outerjoin(place, place.id == Standing.place_id)
        .outerjoin(Decision, Decision.id == last)
        .outerjoin(PARENT, IS_PARENT)
        .outerjoin(CORRECTION, IS_CORRECTION)
        .where(Comment.consultation_id == consultation_id)
        .order_by(Comment.id)
    )
    return wanted if countries is None else wanted.where(Comment.country.in_(sorted(countries)))


def _newest_of(consultation_id: int) -> AnySelect:
    return (
        select(Version.id)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation_id, Version.sealed_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )


def _texts_of(consultation_id: int) -> AnySelect:
    return (
        select(
            Translation.version_id,
            ParagraphText.paragraph_id,
            Translation.language,
            ParagraphText.label,
            ParagraphText.plain,
        )
        .select_from(ParagraphText)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .where(Draft.consultation_id == consultation_id)
        .order_by(Translation.is_original.desc(), Translation.id, ParagraphText.position)
    )


def _texts(rows: Iterable[AnyRow]) -> Texts:
    texts: Texts = {}
    for version_id, paragraph_id, language, label, plain in rows:
        texts.setdefault((version_id, paragraph_id), {})[language] = (label, plain, language)
    return texts


def _plain(row: Sequence[Any], slug: str, read: Read) -> tuple[str, ...]:
    number, version, _version_id, _paragraph_id, key, language, kind, importance, capacity, *rest = row
    group_size, organisation, country, state, reason, received_at, decided_at, published_at, source = rest
    label, text, _language = read
    return (
        number,
        slug,
        str(version),
        key or "",
        label,
        text,
        language,
        kind,
        _number(importance),
        capacity,
        _number(group_size),
        organisation if capacity != Capacity.INDIVIDUAL else "",
        country,
        state,
        reason if reason and state == State.REJECTED else "",
        instant(received_at),
        instant(decided_at),
        instant(published_at),
        source if state != State.ERASED else "",
    )


def _fate(row: Sequence[Any], course: Course) -> str:
    """What became of the paragraph since, like “2 reworded; 3 split”; nothing on the newest version."""
    _receipt, version, _version_id, paragraph_id, *_rest = row
    if paragraph_id is None or not course.later_than(version):
        return ""
    steps = [f"{turn.version} {turn.fate}" for turn in course.turns((version, paragraph_id))]
    return "; ".join(steps) or Fate.SAME


def _place(row: Sequence[Any], texts: dict[str, Read] | None, key: str | None) -> tuple[str, str]:
    """Key and label of the paragraph where the comment is read now; nothing when it is removed."""
    label, _text, _language = _as_read(texts, row[5])
    return key or "", label


def _as_read(translations: dict[str, Read] | None, language: str) -> Read:
    # The original comes first, and stands in for a language that the draft is not translated into.
    if not translations:
        return "", "", ""
    return translations.get(language) or next(iter(translations.values()))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _countries(person: Person, consultation: Consultation) -> frozenset[str] | None:
    countries = countries_of(person, Permission.EXPORT_COMMENTS, consultation.id)
    if countries is not None and not countries:
        raise ForbiddenError(Permission.EXPORT_COMMENTS)
    return countries
