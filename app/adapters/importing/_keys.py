"""What files that Innspill wrote say of their paragraphs: keys, labels, kinds, levels and exact spellings.

Every fact stands in one place in a file, where whoever edits the file sees it, and what the file shows
counts. Only a spelling is hidden ("_so_" instead of "*so*"): it counts while the file shows the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.adapters.importing._inline import Run, source_of
from app.services.files.importing import Doubt, FoundBlock, FoundDraft, ParagraphKind
from app.services.files.spans import Span, cells_of, spans_of

# Stands before a paragraph's words while a file is being read; no document has these signs.
MARK = re.compile("\U000f0002(\\d+)\U000f0003 ?")
NOTE_SIGN = Span("1")  # some importers see it beside the words while they read them
GUESSES = frozenset({Doubt.GUESSED_HEADING, Doubt.GUESSED_BREAK})
END_OF_ROW = "\U000f0004"  # what follows it are cells that only fill the row
KEY = re.compile(r"p[1-9]\d{0,8}")
UNSEEN = re.compile("[\\s\u00ad\ufeff]")


def source_of_spans(spans: Iterable[Span]) -> str:
    """The runs as most importers write them."""
    return source_of(Run(span.text, span.strong, span.emphasis, span.address) for span in spans)


@dataclass(frozen=True)
class Given:
    """What a file says of a paragraph; None and "" for what it does not say."""

    key: str = ""
    label: str | None = None
    kind: str = ""
    level: int | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Marks:
    """What was given for paragraphs that are being read, each behind the mark that stands in its words."""

    write: Callable[[Sequence[Span]], str] = source_of_spans
    given: list[Given] = field(default_factory=list)
    spellings: dict[str, tuple[str, str]] = field(default_factory=dict)
    unseen: dict[str, str] = field(default_factory=dict)

    def mark(self, given: Given) -> str:
        """A mark to put before the paragraph's words."""
        self.given.append(given)
        return f"\U000f0002{len(self.given) - 1}\U000f0003 "

    def spell(self, key: str, shown: str, exact: str) -> None:
        """The paragraph is spelled exactly so, as long as it shows what this HTML does."""
        self.spellings[key] = (shown, exact)

    def spell_unseen(self, exact: str) -> None:
        """A title, label or note that is this text but for what importers do not see is this text."""
        self.unseen[_bare(exact)] = exact

    def settle(self, draft: FoundDraft) -> FoundDraft:
        """The same draft without marks, its paragraphs being what was given for them."""
        settled = [self._settled(block) for block in draft.blocks]
        return replace(draft, title=self._seen(MARK.sub("", draft.title)), blocks=_with_unique_keys(settled))

    def settle_block(self, block: FoundBlock, given: Given) -> FoundBlock:
        """The block as it was given."""
        is_heading = ParagraphKind.HEADING in (given.kind, block.kind)
        return replace(
            block,
            key=given.key,
            label=self._seen(given.label) if given.label else given.label,
            kind=given.kind or block.kind,
            level=block.level if given.level is None else given.level,
            marker="" if given.kind else block.marker,
            notes=(*given.notes, *map(self._seen, block.notes)),
            doubts=tuple(doubt for doubt in block.doubts if not (given.kind and doubt in GUESSES)),
            source=self._spelled(given.key, block.source, is_heading=is_heading),
        )

    def _seen(self, text: str) -> str:
        return self.unseen.get(_bare(text), text)

    def _spelled(self, key: str, source: str, *, is_heading: bool) -> str:
        """The exact spelling of what the source shows, if one is known."""
        if key not in self.spellings:
            return source
        shown, exact = self.spellings[key]
        looks = [spans_of(shown)]
        if is_heading:  # where all is strong, nobody sees what is
            looks.append([span._replace(strong=False) for span in looks[0]])
        return exact if any(self._is_read_as(look, source) for look in looks) else source

    def _is_read_as(self, spans: list[Span], source: str) -> bool:
        """Whether this importer, reading such words, would write the source."""
        readings = (
            self.write(spans),
            " | ".join(self.write(cell) for cell in cells_of(spans)),
            self.write([*spans, NOTE_SIGN]).removesuffix(NOTE_SIGN.text),
        )
        return any(_bare(reading) == _bare(source) for reading in readings)

    def _settled(self, block: FoundBlock) -> FoundBlock:
        found = MARK.search(block.source)
        if found is None or int(found[1]) >= len(self.given):
            return block
        words = " ".join(MARK.sub("", block.source).partition(END_OF_ROW)[0].split())
        return self.settle_block(replace(block, source=words), self.given[int(found[1])])


def is_key(key: str) -> bool:
    """Whether it is written as keys are."""
    return KEY.fullmatch(key) is not None


def _with_unique_keys(blocks: Iterable[FoundBlock]) -> list[FoundBlock]:
    """Of two paragraphs with one key the first has it: the other is a copy."""
    used: set[str] = set()
    unique = []
    for block in blocks:
        if block.key in used:
            block = replace(block, key="")
        used.add(block.key or "-")
        unique.append(block)
    return unique


def _bare(source: str) -> str:
    return UNSEEN.sub("", source)
