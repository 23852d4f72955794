"""Which paragraph a block is: the original's at its place, the one that said the same, or a new one."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from app.models.base import db
from app.models.draft import Draft, Paragraph, ParagraphKind, Translation, Version
from app.services.errors import InvalidError
from app.services.labelling import LabelledBlock
from app.services.text import render_paragraph


class MisalignedError(InvalidError):
    """A translation has not the same blocks as the original; says where they first differ.

    `original` and `translation` are what stands at that `position` (counted from 1), None past the end.
    """

    def __init__(self, position: int, original: str | None, translation: str | None) -> None:
        super().__init__({"content": "misaligned"})
        self.position = position
        self.original = original
        self.translation = translation


def keep_keys(draft: Draft, blocks: list[LabelledBlock]) -> list[Paragraph]:
    """A paragraph for each block: the last sealed version's where its words are the same, else a new one."""
    known = _paragraphs_by_words(draft)
    return [_same_or_new(draft, known, labelled) for labelled in blocks]


def align(version: Version, blocks: list[LabelledBlock]) -> list[Paragraph]:
    """The original's paragraphs, one for each block of a translation; raises MisalignedError."""
    original = original_of(version)
    texts = original.texts if original else []
    for place in range(max(len(texts), len(blocks))):
        text = texts[place] if place < len(texts) else None
        found = blocks[place].block if place < len(blocks) else None
        if text is None or found is None or (text.kind, text.level) != (found.kind, found.level):
            words = render_paragraph(found.source).plain if found else None
            raise MisalignedError(place + 1, text.plain if text else None, words)
    return [text.paragraph for text in texts]


def original_of(version: Version) -> Translation | None:
    """The translation that the others were made from."""
    return next((translation for translation in version.translations if translation.is_original), None)


def _paragraphs_by_words(draft: Draft) -> dict[tuple[bool, str], list[Paragraph]]:
    """Paragraphs of the last sealed original by what they say, the first in the text last."""
    known: dict[tuple[bool, str], list[Paragraph]] = defaultdict(list)
    sealed = db.session.scalar(
        select(Version)
        .where(Version.draft_id == draft.id, Version.sealed_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    original = original_of(sealed) if sealed else None
    for text in reversed(original.texts if original else []):
        known[text.kind == ParagraphKind.HEADING, text.plain].append(text.paragraph)
    return known


def _same_or_new(
    draft: Draft, known: dict[tuple[bool, str], list[Paragraph]], labelled: LabelledBlock
) -> Paragraph:
    is_heading = labelled.block.kind == ParagraphKind.HEADING
    same = known[is_heading, render_paragraph(labelled.block.source).plain]
    if same:
        return same.pop()
    draft.last_key += 1
    paragraph = Paragraph(draft=draft, key=f"p{draft.last_key}")
    db.session.add(paragraph)
    return paragraph
