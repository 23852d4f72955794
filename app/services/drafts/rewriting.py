"""Rewriting some paragraphs of a working version, with what it takes to have them back as they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import select, update

from app.models.base import db
from app.models.draft import FoundText, Paragraph, ParagraphText, Version
from app.services.drafts.sealing import digest_of_text, require_working
from app.services.errors import ChangedMeanwhileError
from app.services.text import render_paragraph

Row: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, str]  # a language, and the key of a paragraph

COLUMNS = (
    "position", "kind", "level", "label", "source", "notes", "original_digest", "found_position", "doubts",
)  # fmt: skip


@dataclass
class Change:
    """What is to stand where: a text's columns by language and key, None where none is to stand.

    The positions from `shift[0]` on move by `shift[1]`, to make room or to close a gap. `titles` and `doubts`
    (about the whole file) are by language. `left` are the digests that the places must have when the change
    is made; a place that is not named may have any.
    """

    rows: dict[Place, Row | None] = field(default_factory=dict)
    shift: tuple[int, int] = (0, 0)
    titles: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, list[str]] = field(default_factory=dict)
    left: dict[Place, str] = field(default_factory=dict)


def lock(version: Version) -> Version:
    """The version as it is now, which nobody else changes meanwhile; raises SealedError."""
    db.session.refresh(version, with_for_update=True)
    require_working(version)
    return version


def rows_of(version: Version, keys: Iterable[str]) -> dict[Place, Row]:
    """What stands at those paragraphs, in every language that has a text there."""
    return {place: _row(text) for place, text in _texts(version, keys).items()}


def rewrite(version: Version, change: Change) -> Change:
    """All stands as the change says; the answer is the change that takes it back.

    Raises ChangedMeanwhileError where something else stands than the change was made for.
    """
    texts = _texts(version, {key for _language, key in change.rows})
    _refuse_other_texts(texts, change)
    opposite = Change(
        rows={place: _row(texts[place]) if place in texts else None for place in change.rows},
        shift=(change.shift[0] + change.shift[1], -change.shift[1]),
        titles=_exchange_titles(version, change.titles),
        doubts=_exchange_doubts(version, change.doubts),
    )
    for place, row in change.rows.items():
        if row is None and place in texts:
            db.session.delete(texts.pop(place))
    db.session.flush()
    _shift(version, *change.shift)
    db.session.expire_all()
    opposite.left = {place: _write(version, texts, place, row) for place, row in change.rows.items()}
    db.session.flush()
    db.session.expire_all()
    return opposite


def first_found(version: Version, language: str) -> FoundText | None:
    """The first piece of the file in that language, where what is doubtful about the whole file is told."""
    numbers = [each.id for each in version.translations if each.language == language]
    return db.session.scalar(
        select(FoundText).where(FoundText.translation_id.in_(numbers), FoundText.position == 0)
    )


def digest_of_row(key: str, row: Row) -> str:
    """The digest that the paragraph has with these columns."""
    return digest_of_text(ParagraphText(**{**row, "source": render_paragraph(row["source"]).source}), key)


def as_json(change: Change) -> dict[str, Any]:
    """The change, fit for JSON."""
    places = [
        {"language": language, "key": key, "row": row, "left": change.left.get((language, key), "")}
        for (language, key), row in change.rows.items()
    ]
    return {"texts": places, "shift": list(change.shift), "titles": change.titles, "doubts": change.doubts}


def from_json(kept: dict[str, Any]) -> Change:
    """The change that was kept as JSON."""
    first, by = kept["shift"]
    return Change(
        rows={(text["language"], text["key"]): text["row"] for text in kept["texts"]},
        shift=(first, by),
        titles=kept["titles"],
        doubts=kept["doubts"],
        left={(text["language"], text["key"]): text["left"] for text in kept["texts"]},
    )


def _texts(version: Version, keys: Iterable[str]) -> dict[Place, ParagraphText]:
    languages = {translation.id: translation.language for translation in version.translations}
    found = db.session.scalars(
        select(ParagraphText)
        .join(ParagraphText.paragraph)
        .where(ParagraphText.translation_id.in_(languages), Paragraph.key.in_(set(keys)))
        .order_by(ParagraphText.position)
    )
    return {(languages[text.translation_id], text.paragraph.key): text for text in found}


def _row(text: ParagraphText) -> Row:
    return {name: getattr(text, name) for name in COLUMNS}


def _refuse_other_texts(texts: dict[Place, ParagraphText], change: Change) -> None:
    for place, digest in change.left.items():
        if (texts[place].digest if place in texts else "") != digest:
            raise ChangedMeanwhileError(place)


def _exchange_titles(version: Version, titles: dict[str, str]) -> dict[str, str]:
    earlier = {}
    for translation in version.translations:
        if translation.language in titles:
            earlier[translation.language] = translation.title
            translation.title = titles[translation.language]
    return earlier


def _exchange_doubts(version: Version, doubts: dict[str, list[str]]) -> dict[str, list[str]]:
    earlier = {}
    for language, codes in doubts.items():
        found = first_found(version, language)
        if found is not None:
            earlier[language] = found.doubts
            found.doubts = codes
    return earlier


def _shift(version: Version, first: int, by: int) -> None:
    if by == 0:
        return
    db.session.execute(
        update(ParagraphText)
        .where(
            ParagraphText.translation_id.in_([translation.id for translation in version.translations]),
            ParagraphText.position >= first,
        )
        .values(position=ParagraphText.position + by),
        execution_options={"synchronize_session": False},
    )


def _write(version: Version, texts: dict[Place, ParagraphText], place: Place, row: Row | None) -> str:
    """The row stands at the place; the answer is its digest, or "" for none."""
    if row is None:
        return ""
    language, key = place
    text = texts.get(place)
    if text is None:
        text = ParagraphText(translation_id=_translation_id(version, language))
        text.paragraph = paragraph_called(version, key)
        db.session.add(text)
    said = render_paragraph(row["source"])
    for name in COLUMNS:
        setattr(text, name, row[name])
    text.source, text.html, text.plain = said.source, said.html, said.plain
    text.digest = digest_of_text(text, key)
    return text.digest


def _translation_id(version: Version, language: str) -> int:
    number = next((each.id for each in version.translations if each.language == language), None)
    if number is None:
        raise ChangedMeanwhileError(language)
    return number


def paragraph_called(version: Version, key: str) -> Paragraph:
    """The draft's paragraph with that key, made when there is none (any more)."""
    called = select(Paragraph).where(Paragraph.draft_id == version.draft_id, Paragraph.key == key)
    paragraph = db.session.scalar(called)
    if paragraph is None:
        paragraph = Paragraph(draft_id=version.draft_id, key=key)
        db.session.add(paragraph)
        db.session.flush()
    return paragraph
