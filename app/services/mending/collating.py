"""The document as it was found, beside the paragraphs that its pieces have become."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from sqlalchemy import select

from app.models.base import db
from app.models.draft import FoundText, ParagraphText, Translation

TAG = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Piece:
    """A piece of the file; it is left out when no paragraph says its words any more."""

    found: FoundText
    is_left_out: bool


@dataclass(frozen=True)
class Match:
    """A paragraph with the pieces that it begins with and those that follow and begin none.

    `text` is None for pieces before the first paragraph. `continues` means that the piece is shown at a
    paragraph further up, of which this one is a part. `is_same` means that piece and paragraph say the same.
    """

    text: ParagraphText | None
    pieces: list[Piece]
    continues: bool = False
    is_same: bool = False


def collate(translation: Translation) -> list[Match]:
    """The translation's paragraphs in order, each with what the file had there; no piece is left unshown."""
    found = db.session.scalars(
        select(FoundText).where(FoundText.translation_id == translation.id).order_by(FoundText.position)
    ).all()
    parts: dict[int, list[ParagraphText]] = defaultdict(list)
    for text in translation.texts:
        if text.found_position is not None:
            parts[text.found_position].append(text)
    groups = _groups(found, set(parts))
    before = [Piece(piece, is_left_out=True) for piece in groups.pop(None, [])]
    matches = [Match(None, before)] if before else []
    for text in translation.texts:
        place = text.found_position
        group = groups.pop(place, []) if place is not None else []
        said = _squeezed("".join(part.plain for part in parts[place])) if place is not None else ""
        pieces = [Piece(piece, piece.position != place and _words(piece) not in said) for piece in group]
        is_same = len(pieces) == 1 and _words(pieces[0].found).endswith(_squeezed(text.plain))
        matches.append(Match(text, pieces, place is not None and not group, is_same))
    return matches


def doubts_about_whole(translation: Translation) -> list[str]:
    """What the import was in doubt about in the whole file."""
    first = db.session.scalar(
        select(FoundText).where(FoundText.translation_id == translation.id, FoundText.position == 0)
    )
    own = next((text.doubts for text in translation.texts if text.found_position == 0), [])
    return first.doubts[: max(0, len(first.doubts) - len(own))] if first else []


def _groups(found: Sequence[FoundText], begun: set[int]) -> dict[int | None, list[FoundText]]:
    """The pieces by the position of the last one, at or before them, that a paragraph begins with."""
    groups: dict[int | None, list[FoundText]] = {}
    first = list(takewhile(lambda piece: piece.position not in begun, found))
    if first:
        groups[None] = first
    here: int | None = None
    for piece in found[len(first) :]:
        here = piece.position if piece.position in begun else here
        groups.setdefault(here, []).append(piece)
    return groups


def _words(piece: FoundText) -> str:
    return _squeezed(html.unescape(TAG.sub("", piece.html)))


def _squeezed(words: str) -> str:
    return SPACE.sub("", words)
