"""A paragraph of a working version as its editor saw it, and as it stands when the editor acts on it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.base import db
from app.models.draft import Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.services.drafts.rewriting import Row, digest_of_row, rows_of
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.files.importing import LONGEST_BLOCK
from app.services.files.labelling import LONGEST_LABEL
from app.services.text import one_line

SHALLOWEST = {
    ParagraphKind.HEADING: 1,
    ParagraphKind.ITEM: 1,
    ParagraphKind.PARAGRAPH: 0,
    ParagraphKind.ROW: 0,
}
DEEPEST = 6


class OtherTextError(ChangedMeanwhileError):
    """The paragraph says something else than its editor saw; `text` says what, or None when it is gone."""

    def __init__(self, text: ParagraphText | None) -> None:
        super().__init__(text.paragraph.key if text else "gone")
        self.text = text


@dataclass(frozen=True)
class Seen:
    """A paragraph as its editor saw it: where it stands, and the digest of its text in that language."""

    version: Version
    language: str
    key: str
    digest: str


@dataclass(frozen=True)
class Shape:
    """What a paragraph is, without its words."""

    kind: str
    level: int
    label: str


@dataclass(frozen=True)
class Here:
    """The paragraph as it stands, in all languages, once it is known to say what the editor saw."""

    seen: Seen
    text: ParagraphText
    rows: dict[str, Row]

    @property
    def row(self) -> Row:
        return self.rows[self.seen.language]

    @property
    def is_original(self) -> bool:
        return self.text.translation.is_original

    def require_original(self) -> None:
        if not self.is_original:
            raise InvalidError({"act": "only_in_original"})

    def beside(self, steps: int) -> ParagraphText:
        texts = self.text.translation.texts
        place = texts.index(self.text) + steps
        if steps == 0 or not 0 <= place < len(texts):
            raise InvalidError({"act": "nothing_there"})
        return texts[place]

    def between(self, other: ParagraphText) -> list[ParagraphText]:
        first, last = sorted((self.text.position, other.position))
        return [text for text in self.text.translation.texts if first <= text.position <= last]


def translation_called(version: Version, language: str) -> Translation:
    """The version's text in that language; raises OtherTextError when it was taken out."""
    found = next((each for each in version.translations if each.language == language), None)
    if found is None:
        raise OtherTextError(None)
    return found


def text_called(version: Version, language: str, key: str) -> ParagraphText | None:
    """What the paragraph with that key says in that language, if it stands there."""
    translation = translation_called(version, language)
    return db.session.scalar(
        select(ParagraphText)
        .join(ParagraphText.paragraph)
        .where(ParagraphText.translation_id == translation.id, Paragraph.key == key)
    )


def stands_as(seen: Seen) -> Here:
    """The paragraph as it stands; raises OtherTextError unless it says what its editor saw."""
    text = text_called(seen.version, seen.language, seen.key)
    if text is None or text.digest != seen.digest:
        raise OtherTextError(text)
    rows = rows_of(seen.version, [seen.key])
    return Here(seen, text, {language: row for (language, _key), row in rows.items()})


def accepted(source: str) -> str:
    """The words on one line; raises InvalidError when there are none or too many."""
    words = one_line(source)
    if not words:
        raise InvalidError({"source": "empty"})
    if len(words) > LONGEST_BLOCK:
        raise InvalidError({"source": "too_long"})
    return words


def labels_of(translation: Translation) -> set[str]:
    """The labels of everything that can be cited."""
    return {text.label for text in translation.texts if text.kind != ParagraphKind.HEADING}


def grown_older(here: Here) -> dict[str, Row]:
    """The translations of which nobody said what they were made from: from what stood there until now."""
    return {
        language: {**row, "original_digest": here.text.digest}
        for language, row in here.rows.items()
        if language != here.seen.language and not row["original_digest"]
    }


def stay_as_fresh(here: Here, rows: dict[str, Row]) -> None:
    """Translations made from the original as it was are made from it as it is: its words are the same."""
    digest = digest_of_row(here.seen.key, rows[here.seen.language])
    for row in rows.values():
        if row["original_digest"] == here.text.digest:
            row["original_digest"] = digest


def allowed(shape: Shape, here: Here, *, is_new: bool = False) -> Shape:
    """The shape, if a paragraph may have it; raises InvalidError."""
    problems = {}
    label = one_line(shape.label)
    if shape.kind not in set(ParagraphKind):
        raise InvalidError({"kind": "unknown"})
    kind = ParagraphKind(shape.kind)
    if not SHALLOWEST[kind] <= shape.level <= DEEPEST:
        problems["level"] = "out_of_range"
    used = {
        text.label
        for text in here.text.translation.texts
        if text.kind != ParagraphKind.HEADING and (is_new or text is not here.text)
    }
    if len(label) > LONGEST_LABEL:
        problems["label"] = "too_long"
    elif kind != ParagraphKind.HEADING and not label:
        problems["label"] = "empty"
    elif kind != ParagraphKind.HEADING and label in used:
        problems["label"] = "taken"
    if problems:
        raise InvalidError(problems)
    return Shape(kind, shape.level, label)
