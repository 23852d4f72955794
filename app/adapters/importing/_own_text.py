"""Reading back the plain text that Innspill wrote: behind every paragraph stands its key in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.adapters.importing._keys import Given, Marks
from app.services.files.importing import FoundBlock, FoundDraft, ParagraphKind, body_blocks
from app.services.files.numbering import MarkerReader

DECLARED = re.compile(r"\A(?P<title>(?:.+\n)+)\n+\[innspill 1\] (?P<language>[A-Za-z0-9-]+)")
RULE = re.compile(r"[ \t]*([=.~-])\1*[ \t]*")
BRACKET = re.compile(
    r"(?<!\\)\[(?:note|(?P<key>p[1-9]\d{0,8})(?P<kind>(?: (?:heading|paragraph|item|row))?)"
    r"(?P<level>(?: \d{1,3})?)(?P<bare>(?: unlabelled)?))\]"
)
ESCAPED = re.compile(r"\\\[(?=p\d|note\]|innspill )")
BLANK = re.compile(r"\n[ \t]*\n")


def read_own(text: str) -> FoundDraft | None:
    """The draft that Innspill wrote so, or None for any other text."""
    declared = DECLARED.match(text)
    if declared is None:
        return None
    lines = declared["title"].splitlines()
    title = " ".join(_plain(line) for line in lines if not RULE.fullmatch(line)) or lines[0]
    chunks = BLANK.split(text[declared.end() :])[1:]
    marks = Marks()
    blocks = [block for chunk in chunks for block in _blocks(chunk.strip("\n"), marks)]
    return marks.settle(FoundDraft(title, blocks, declared["language"]))


def _blocks(chunk: str, marks: Marks) -> Iterator[FoundBlock]:
    """What stands between two empty lines: usually one paragraph with its notes."""
    block: FoundBlock | None = None
    begin = 0
    brackets = list(BRACKET.finditer(chunk))
    for place, bracket in enumerate(brackets):
        end = brackets[place + 1].start() if place + 1 < len(brackets) else len(chunk)
        if bracket["key"] is not None:
            if block:
                yield block
            block = _marked(chunk[begin : bracket.start()], bracket, marks)
            begin = bracket.end()
        elif block:
            block = replace(block, notes=(*block.notes, _plain(chunk[bracket.end() : end])))
            begin = end
    if block:
        yield block
    rest = _without_rules(chunk[begin:])
    if rest.strip():
        yield from body_blocks([_plain(rest)], MarkerReader())


def _marked(words: str, bracket: re.Match[str], marks: Marks) -> FoundBlock:
    kind = ParagraphKind((bracket["kind"] or " paragraph").strip())
    usual = 1 if kind in {ParagraphKind.HEADING, ParagraphKind.ITEM} else 0
    level = int(bracket["level"] or usual)
    label: str | None = "" if bracket["bare"] else None
    stripped = words.strip()
    first, gap, _rest = stripped.partition("\n")[0].partition("  ")
    if label is None and gap and first:
        label, stripped = _plain(first), stripped.removeprefix(first)
    given = Given(bracket["key"], label, kind, level)
    return FoundBlock(kind, level, "", marks.mark(given) + _plain(stripped))


def _without_rules(text: str) -> str:
    """The text without the lines that underline a heading."""
    return "\n".join(line for line in text.split("\n") if not RULE.fullmatch(line))


def _plain(text: str) -> str:
    return ESCAPED.sub("[", " ".join(text.split()))
