"""Texts of a translation's file that no paragraph of the original was found for, until somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from sqlalchemy import func, select

from app.models.base import db
from app.models.draft import FoundText, ParagraphText, Translation
from app.services.errors import ChangedMeanwhileError
from app.services.files.importing import Doubt, FoundBlock, escape_markdown
from app.services.text import render_paragraph

EMPHASIS = {"em": "*", "strong": "**"}


def mark_left_over(blocks: Sequence[FoundBlock], left_over: Sequence[int]) -> list[FoundBlock]:
    """The blocks, those left over marked so, with their notes in brackets behind their words."""
    marked = list(blocks)
    for place in left_over:
        block = marked[place]
        words = " ".join([block.source, *(f"({escape_markdown(note)})" for note in block.notes)])
        marked[place] = replace(block, source=words, doubts=(*block.doubts, Doubt.LEFT_OVER))
    return marked


def texts_left_over(translation: Translation) -> list[FoundText]:
    """The found texts that nobody has placed or discarded yet, in the order of the file."""
    found = db.session.scalars(
        select(FoundText).where(FoundText.translation_id == translation.id).order_by(FoundText.position)
    )
    return [text for text in found if Doubt.LEFT_OVER in text.doubts]


def take_left_over(translation: Translation, position: int) -> str:
    """The Markdown of that text, which is left over no more; ChangedMeanwhileError when it was not."""
    text = next((text for text in texts_left_over(translation) if text.position == position), None)
    if text is None:
        raise ChangedMeanwhileError(f"left over {position}")
    text.doubts = [doubt for doubt in text.doubts if doubt != Doubt.LEFT_OVER]
    return source_of(text.html)


def leave_over(translation: Translation, text: ParagraphText) -> None:
    """The words have no paragraph any more, and wait for somebody to decide."""
    last = db.session.scalar(
        select(func.max(FoundText.position)).where(FoundText.translation_id == translation.id)
    )
    [marked] = mark_left_over([FoundBlock(text.kind, text.level, "", text.source, tuple(text.notes))], [0])
    db.session.add(
        FoundText(
            translation_id=translation.id,
            position=0 if last is None else last + 1,
            kind=text.kind,
            level=text.level,
            marker="",
            html=render_paragraph(marked.source).html,
            doubts=list(marked.doubts),
        )
    )


def source_of(html: str) -> str:
    """Markdown that is shown as this HTML of a paragraph, which `render_paragraph` made."""
    writer = _MarkdownWriter()
    writer.feed(html)
    writer.close()
    return "".join(writer.parts)


class _MarkdownWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._addresses: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(escape_markdown(data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._addresses.append(dict(attrs).get("href") or "")
        self.parts.append("[" if tag == "a" else EMPHASIS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"](<{self._addresses.pop()}>)" if tag == "a" else EMPHASIS.get(tag, ""))
