"""Plain text: readable anywhere, with emphasis and links as in Markdown and a key behind every paragraph."""

from __future__ import annotations

import re
import textwrap

from app.models.kinds import ParagraphKind
from app.services.files.writing import WrittenDraft, WrittenParagraph

WIDTH = 78
# What could be taken for one of our brackets gets a backslash before it.
BRACKET = re.compile(r"\[(?=p\d|note\]|innspill )")
HOLD = "\x00"  # a space at which no line ends
SET_IN = "   "
WIDEST_LABEL = 8
USUAL_LEVEL = {ParagraphKind.HEADING: 1, ParagraphKind.ITEM: 1}
RULES = {1: "=", 2: "-"}


def create() -> TextWriter:
    """The writer of plain text."""
    return TextWriter()


class TextWriter:
    """Lines of at most 78 characters; what stands in brackets behind a paragraph tells it from all others."""

    suffix = ".txt"
    media_type = "text/plain; charset=utf-8"

    def write(self, draft: WrittenDraft) -> bytes:
        """The whole file."""
        chunks = [_title(draft), _about(draft), *map(_chunk, draft.paragraphs)]
        return ("\n\n".join(chunks) + "\n").encode()


def _title(draft: WrittenDraft) -> str:
    lines = textwrap.wrap(_escaped(draft.title), WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, "=" * max(map(len, lines), default=1)])


def _about(draft: WrittenDraft) -> str:
    sealed = f", {draft.sealed_at:%Y-%m-%d %H:%M} UTC" if draft.sealed_at else ""
    lines = [
        f"[innspill 1] {draft.language}, version {draft.number}{sealed}",
        *_wrapped(draft.consultation, ""),
        *([f"SHA-256 {draft.digest}"] if draft.digest else []),
    ]
    return "\n".join(lines)


def _chunk(paragraph: WrittenParagraph) -> str:
    label = f"{_escaped(paragraph.label)}  " if paragraph.shown_label else ""
    indent = SET_IN * (0 if paragraph.is_heading else paragraph.level)
    words = f"{_escaped(paragraph.source)} [{_mark(paragraph).replace(' ', HOLD)}]"
    first = f"{indent}{label}"
    hanging = " " * (len(indent) + min(len(label), WIDEST_LABEL))
    lines = _wrapped(words, hanging, first) if not paragraph.is_heading else [first + words]
    for note in paragraph.notes:
        lines += _wrapped(_escaped(note), indent + SET_IN * 2, f"{indent}{SET_IN}[note] ")
    if paragraph.is_heading:
        lines = ["", lines[0], RULES.get(paragraph.level, ".") * min(WIDTH, len(lines[0])), *lines[1:]]
    return "\n".join(lines).replace(HOLD, " ")


def _mark(paragraph: WrittenParagraph) -> str:
    """The key, and what cannot be seen: "p4 item 2"."""
    kind = ParagraphKind(paragraph.kind)
    said = [paragraph.key]
    is_usual = paragraph.level == USUAL_LEVEL.get(kind, 0)
    if kind != ParagraphKind.PARAGRAPH or not is_usual:
        said.append(kind.value)
    if not is_usual:
        said.append(str(paragraph.level))
    if paragraph.shown_label == "":
        said.append("unlabelled")
    return " ".join(said)


def _wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        max(WIDTH, len(indent) + 30),
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _escaped(text: str) -> str:
    return BRACKET.sub(r"\\[", " ".join(text.split()))
