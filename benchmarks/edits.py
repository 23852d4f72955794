"""Texts and what an editor made of them, with what really became of every paragraph.

They stand in edits.txt. A text is written line by line: a letter to name it, then its words; "#" begins a
heading and "-" an item. An edited text names for each line the lines that it comes from: "a" alone stays as
it is, "a: …" is a with other words, "a b: …" holds both, "a" in two lines was split, ": …" is new. A line
that nothing names is removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from app.models.draft import Fate
from app.models.kinds import ParagraphKind
from app.services.files.importing import FoundBlock
from app.services.files.labelling import label_blocks
from app.services.matching.deriving import derive_fates
from app.services.matching.matching import Passage

FILE = Path(__file__).parent / "edits.txt"
SECTION = re.compile(r"^== (?:text (?P<text>\w+)|edit of (?P<of>\w+): (?P<edit>.+))$", re.MULTILINE)
SIGNS = {"#": ParagraphKind.HEADING, "-": ParagraphKind.ITEM}
Relation = tuple[int | None, int | None]


@dataclass(frozen=True)
class EditedPair:
    """Two states of a text, and how the paragraphs of the second come from those of the first, by place."""

    name: str
    before: list[Passage]
    after: list[Passage]
    relations: list[Relation]

    def fates(self) -> dict[Relation, Fate]:
        """What became of each paragraph."""
        return fates_of(self.before, self.after, self.relations)


def fates_of(before: list[Passage], after: list[Passage], relations: list[Relation]) -> dict[Relation, Fate]:
    """The fate that each relation between places tells of."""
    fates = derive_fates(relations, dict(enumerate(before)), dict(enumerate(after)))
    return dict(zip(relations, fates, strict=True))


def edited_pairs() -> list[EditedPair]:
    """All of them, as written by hand."""
    written = FILE.read_text(encoding="utf-8")
    heads = list(SECTION.finditer(written))
    ends = [head.start() for head in heads[1:]] + [len(written)]
    bodies = [written[head.end() : end].strip() for head, end in zip(heads, ends, strict=True)]
    texts = {head["text"]: body for head, body in zip(heads, bodies, strict=True)}
    return [
        _pair(head["edit"], texts[head["of"]], body)
        for head, body in zip(heads, bodies, strict=True)
        if head["edit"]
    ]


def passages_from(lines: list[str]) -> list[Passage]:
    """Lines as passages with the labels that an import would give them."""
    blocks = [_block(line) for line in lines]
    for kind, run in groupby(enumerate(blocks), key=lambda numbered: numbered[1].kind):
        if kind == ParagraphKind.ITEM:
            for number, (place, block) in enumerate(run):
                marker = chr(ord("a") + number) if number < 26 else str(number)
                blocks[place] = FoundBlock(kind, block.level, marker, block.source)
    return [
        Passage(labelled.block.kind, labelled.block.level, labelled.label, labelled.block.source)
        for labelled in label_blocks(blocks)
    ]


def _block(line: str) -> FoundBlock:
    kind = SIGNS.get(line[0], ParagraphKind.PARAGRAPH)
    words = line[1:].strip() if kind != ParagraphKind.PARAGRAPH else line
    return FoundBlock(kind, 1, "", words)


def _pair(name: str, text: str, edited: str) -> EditedPair:
    before = dict(line.split(" ", 1) for line in text.splitlines())
    places = {letter: place for place, letter in enumerate(before)}
    lines: list[str] = []
    relations: list[Relation] = []
    for place, line in enumerate(edited.splitlines()):
        letters, _colon, words = line.partition(":")
        sources = letters.split()
        lines.append(_words(words.strip(), before.get(sources[0], "") if sources else ""))
        relations += [(places[letter], place) for letter in sources]
        if not sources:
            relations.append((None, place))
    named = {old for old, _new in relations}
    gone: list[Relation] = [(old, None) for old in places.values() if old not in named]
    return EditedPair(name, passages_from(list(before.values())), passages_from(lines), relations + gone)


def _words(words: str, source: str) -> str:
    if not words:
        return source
    if source and source[0] in SIGNS and words[0] not in SIGNS:
        return f"{source[0]} {words}"
    return words
