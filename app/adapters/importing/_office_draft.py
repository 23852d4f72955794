"""From the paragraphs of an office document to a draft: title, headings, items, and what is doubtful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.adapters.importing._inline import Run, plain_of, source_of_row
from app.adapters.importing._office_found import Found, Role, heading_block
from app.adapters.importing._office_inline import is_strong_throughout, source_lines
from app.adapters.importing._office_titles import take_title, with_guessed_headings
from app.models.kinds import ParagraphKind
from app.services.files.importing import (
    LONGEST_TITLE,
    MOST_BLOCKS,
    MOST_CHARACTERS,
    Doubt,
    FoundBlock,
    FoundDraft,
    Unreadable,
    UnreadableError,
    body_blocks,
)
from app.services.files.numbering import BULLET, MarkerReader

TYPED_BULLET = re.compile(r"[•◦▪·●○■□‣⁃]\s*|[-–—]\s+")
MOST_STEPS = 4 * MOST_BLOCKS  # the empty ones too
LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?")
NORWEGIAN = "no"


@dataclass
class Gathering:
    """The paragraphs of a document in order; what could not be brought along is doubted at the next one."""

    found: list[Found] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)
    _waiting: set[Doubt] = field(default_factory=set)
    _characters: int = 0
    _steps: int = 0

    def add(
        self,
        role: Role,
        level: int,
        runs: Sequence[Run],
        *,
        shown: str = "",
        is_bullet: bool = False,
        notes: Iterable[str] = (),
        doubts: Iterable[Doubt] = (),
    ) -> None:
        """The paragraph is part of the draft unless it is empty; raises UnreadableError if too long."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        if role == Role.HEADING:
            runs = [replace(run, strong=False) for run in runs]
        lines = source_lines(runs)
        self.doubt(*doubts)
        stands_alone = role == Role.HEADING and any(sign.isalpha() for sign in shown)
        if not lines and not stands_alone and not (notes := tuple(notes)):
            return
        self._append(
            Found(
                role,
                level,
                lines,
                plain_of(runs),
                shown,
                is_bullet,
                is_strong_throughout(runs),
                tuple(notes),
            )
        )

    def add_row(self, cells: Sequence[str], notes: Iterable[str], doubts: Iterable[Doubt]) -> None:
        """The row of a table is part of the draft unless all its cells are empty."""
        self.doubt(*doubts)
        if any(cells):
            source = source_of_row(cells)
            self._append(Found(Role.ROW, 0, [source], source, notes=tuple(notes)))

    def doubt(self, *doubts: Doubt) -> None:
        """The next paragraph is one to look at."""
        self._waiting.update(doubts)

    def _append(self, found: Found) -> None:
        self._characters += len(found.plain) + sum(map(len, found.notes))
        if self._characters > MOST_CHARACTERS:
            raise UnreadableError(Unreadable.TOO_LARGE)
        if len(self.found) > MOST_BLOCKS:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        self.found.append(replace(found, doubts=frozenset(self._waiting)))
        self._waiting.clear()

    def draft(self, property_title: str, property_language: str) -> FoundDraft:
        """The draft; raises UnreadableError when it has no words."""
        if not self.found:
            raise UnreadableError(Unreadable.EMPTY)
        self.doubts |= self._waiting
        title, rest = take_title(with_guessed_headings(self.found), property_title, self.doubts)
        return FoundDraft(
            title[: LONGEST_TITLE + 1],
            _blocks(rest),
            _language(self.languages, property_language),
            tuple(sorted(self.doubts)),
        )


def _blocks(found: list[Found]) -> list[FoundBlock]:
    markers = MarkerReader()
    return [block for one in found for block in _blocks_of(one, markers)]


def _blocks_of(one: Found, markers: MarkerReader) -> list[FoundBlock]:
    match one.role:
        case Role.TITLE | Role.HEADING:
            markers.begin_section()
            blocks = [heading_block(one)]
        case Role.ITEM if one.marker:
            markers.enter_list(one.level, f"list {one.is_bullet}")
            blocks = [FoundBlock(ParagraphKind.ITEM, one.level, one.marker, one.source)]
        case Role.ROW:
            blocks = [FoundBlock(ParagraphKind.ROW, 0, "", one.source)]
        case _ if one.level or not one.lines:
            blocks = [FoundBlock(ParagraphKind.PARAGRAPH, one.level, "", one.source)]
        case _:
            blocks = _body(one, markers)
    doubts = tuple(sorted(one.doubts))
    blocks = [replace(block, doubts=doubts) for block in blocks]
    return [*blocks[:-1], replace(blocks[-1], notes=one.notes)]


def _body(one: Found, markers: MarkerReader) -> list[FoundBlock]:
    bulleted = [TYPED_BULLET.match(line) for line in one.lines]
    if not bulleted[0]:
        return body_blocks(one.lines, markers)
    level = markers.depth + 1
    blocks: list[FoundBlock] = []
    for line, bullet in zip(one.lines, bulleted, strict=True):
        words = line[bullet.end() :] if bullet else line
        if bullet and words:
            blocks.append(FoundBlock(ParagraphKind.ITEM, level, BULLET, words))
        elif blocks:
            blocks[-1] = replace(blocks[-1], source=f"{blocks[-1].source} {words}".strip())
    return blocks or body_blocks(one.lines, markers)


def _language(languages: Counter[str], property_language: str) -> str:
    common = languages.most_common(1)
    found = LANGUAGE.fullmatch((common and common[0][0]) or property_language)
    language = found[1].lower() if found else ""
    return "nb" if language == NORWEGIAN else language
