"""Markdown as everybody renders it (CommonMark with tables and footnotes), with keys in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import groupby

from app.models.kinds import ParagraphKind
from app.services.files.importing import escape_markdown
from app.services.files.spans import Span, cells_of, markdown_of
from app.services.files.writing import WrittenDraft, WrittenParagraph

DEEPEST_HEADING = 5
# What Markdown would read as more than words, besides what our own sources escape.
SIGNS = re.compile(r"[`<\[~]|&(?=#?\w)|(?<!\S)#|!$")
LINE_BEGINS = re.compile(r"[-+>=|:]|\d{1,9}(?=[.)])")
WORD_ENDS = " .,;:)!?"


def create() -> MarkdownWriter:
    """The writer of Markdown."""
    return MarkdownWriter()


class MarkdownWriter:
    """Labels are bold; the key stands behind the words in a comment, which no rendering shows."""

    suffix = ".md"
    media_type = "text/markdown; charset=utf-8"

    def write(self, draft: WrittenDraft) -> bytes:
        """The whole file."""
        chunks = [_front_matter(draft), f"# {_line_start(_escaped(draft.title))}"]
        outline = _Outline()
        for is_row, group in groupby(
            draft.paragraphs, key=lambda one: (one.kind == ParagraphKind.ROW, one.level)
        ):
            if is_row[0]:
                chunks.append(_table(list(group), outline))
            else:
                chunks += [_chunk(paragraph, outline) for paragraph in group]
        chunks += [
            f"[^{paragraph.key}-{number}]: {_line_start(_escaped(note))}"
            for paragraph in draft.paragraphs
            for number, note in enumerate(paragraph.notes, start=1)
        ]
        return ("\n\n".join(chunks) + "\n").encode()


def _table_level(paragraph: WrittenParagraph) -> tuple[bool, int]:
    """Rows that follow each other at one level are one table."""
    return paragraph.kind == ParagraphKind.ROW, paragraph.level


class _Outline:
    """Which items are open, one in the other: Markdown says how deep a paragraph stands by its place."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def enter(self, paragraph: WrittenParagraph) -> tuple[str, int]:
        """What stands before the paragraph on its line, and the level that Markdown will read there."""
        if paragraph.is_heading:
            self._open.clear()
            shown = min(paragraph.level, DEEPEST_HEADING)
            return "#" * (shown + 1) + " ", shown
        is_item = paragraph.kind == ParagraphKind.ITEM
        while self._open and self._open[-1] >= paragraph.level + (not is_item):
            self._open.pop()
        before = "  " * len(self._open)
        if is_item:
            self._open.append(paragraph.level)
            before += "- "
        return before, len(self._open)


def _front_matter(draft: WrittenDraft) -> str:
    facts = {
        "format": "innspill draft 1",
        "title": draft.title,
        "lang": draft.language,
        "consultation": draft.consultation,
        "version": draft.number,
        "sealed": f"{draft.sealed_at:%Y-%m-%dT%H:%M:%SZ}" if draft.sealed_at else "",
        "digest": draft.digest,
    }
    lines = [f"{name}: {json.dumps(fact, ensure_ascii=False)}" for name, fact in facts.items() if fact]
    return "\n".join(["---", *lines, "---"])


def _chunk(paragraph: WrittenParagraph, outline: _Outline) -> str:
    before, shown = outline.enter(paragraph)
    label = _label(paragraph)
    words = _words(paragraph.spans)
    return f"{before}{label}{words if label else _line_start(words)}{_behind(paragraph, shown)}"


def _table(rows: list[WrittenParagraph], outline: _Outline) -> str:
    before, shown = outline.enter(rows[0])
    cells = [[_words(cell).replace("|", "\\|") for cell in cells_of(row.spans)] for row in rows]
    width = max(map(len, cells))
    lines = []
    for row, texts in zip(rows, cells, strict=True):
        texts[0] = _label(row).replace("|", "\\|") + texts[0]
        texts[-1] += _behind(row, shown).replace("|", "\\u007c")
        lines.append(f"{before}| {' | '.join([*texts, *[''] * (width - len(texts))])} |")
    lines.insert(1, f"{before}|{' --- |' * width}")
    return "\n".join(lines)


def _label(paragraph: WrittenParagraph) -> str:
    return f"**{_escaped(paragraph.label)}** " if paragraph.shown_label else ""


def _behind(paragraph: WrittenParagraph, shown: int) -> str:
    """The references to notes, and the comment that says what cannot be seen: "<!-- p4 -->"."""
    references = "".join(f"[^{paragraph.key}-{number}]" for number, _ in enumerate(paragraph.notes, start=1))
    said = [paragraph.key]
    if paragraph.level != shown:
        said.append(f"level {paragraph.level}")
    if paragraph.shown_label == "":
        said.append("unlabelled")
    if not _is_usual(paragraph):
        said.append(f"source {_in_comment(paragraph.source)}")
    return f"{references} <!-- {' '.join(said)} -->"


def _is_usual(paragraph: WrittenParagraph) -> bool:
    """Whether whoever reads the words would spell the source as it is."""
    if paragraph.is_plain:
        return True
    spans = paragraph.spans
    if markdown_of(spans) != paragraph.source or "\u00ad" in paragraph.source or "\ufeff" in paragraph.source:
        return False
    return all(_is_whole(spans, place) for place in range(len(spans)))


def _is_whole(spans: list[Span], place: int) -> bool:
    """Whether the look of a run begins and ends with its words."""
    _text, emphasis, strong, address = span = spans[place]
    if span.look == (False, False, ""):
        return True
    before = spans[place - 1].text[-1] if place else " "
    after = spans[place + 1].text[0] if place + 1 < len(spans) else " "
    is_simple = emphasis + strong + bool(address) == 1 and not set(address) & set("()")
    return (
        is_simple
        and before in " ("
        and after in WORD_ENDS
        and span.text[0].isalnum()
        and span.text[-1].isalnum()
    )


def _in_comment(source: str) -> str:
    return json.dumps(source, ensure_ascii=False).replace("-", "\\u002d").replace(">", "\\u003e")


def _words(spans: Iterable[Span]) -> str:
    return markdown_of(spans, _escaped)


def _escaped(text: str) -> str:
    return SIGNS.sub(r"\\\g<0>", escape_markdown(text))


def _line_start(line: str) -> str:
    """The line where it must not be taken for a list, a heading or a rule."""
    found = LINE_BEGINS.match(line)
    if not found:
        return line
    place = found.end() if found[0].isdigit() else 0
    return f"{line[:place]}\\{line[place:]}"
