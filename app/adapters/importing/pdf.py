"""Reads PDF that has its text in it; what its paragraphs are is guessed, and the draft says so."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from app.adapters.importing._inline import Run, source_of, words_of
from app.adapters.importing._pdf_lines import Line, lines_of, without_running_lines
from app.adapters.importing._pdf_paragraphs import (
    BULLETED,
    Paragraph,
    measures_of,
    paragraphs_of,
    runs_of,
    take_notes,
    words_known,
)
from app.services.characters import one_line
from app.services.files.importing import (
    MEGABYTE,
    Doubt,
    FoundBlock,
    FoundDraft,
    ParagraphKind,
    Unreadable,
    UnreadableError,
    body_blocks,
)
from app.services.files.numbering import BULLET, MarkerReader

BEGINNING = b"%PDF-"
PICTURE = re.compile(rb"\bDo\b|\bBI\b")  # the operators that draw one
LONGEST_PREFACE = 1024  # some mailers write before the beginning
MOST_PAGES = 1_000
MOST_DRAWING_BYTES = 30 * MEGABYTE
LEAST_LETTERS_A_PAGE = 20
LONGEST_LINE_AS_TITLE = 200
INDENT = 4.0


def create() -> PdfImporter:
    """An importer of PDF."""
    return PdfImporter()


class PdfImporter:
    """Lines are joined to paragraphs; what stands on every page is left out; every draft wants a look."""

    suffixes = (".pdf",)

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds; raises UnreadableError."""
        if BEGINNING not in content[:LONGEST_PREFACE]:
            raise UnreadableError(Unreadable.WRONG_FORMAT)
        try:
            reader = _open(content)
            lines, pages = _lines(reader), len(reader.pages)
            language, title = _named(reader)
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
            # The library trusts a file to be what the standard says.
            raise UnreadableError(Unreadable.DAMAGED) from error
        return _draft(without_running_lines(lines, pages), language, title)


def _open(content: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(content))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(Unreadable.ENCRYPTED)
    except (DependencyError, NotImplementedError) as error:
        raise UnreadableError(Unreadable.ENCRYPTED) from error
    return reader


def _lines(reader: PdfReader) -> list[Line]:
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
    _refuse_endless_drawing(reader.pages)
    lines = [line for number, page in enumerate(reader.pages) for line in lines_of(number, page)]
    if sum(len(line.text) for line in lines) < LEAST_LETTERS_A_PAGE * pages:
        has_pictures = any(_has_pictures(page) for page in reader.pages)
        raise UnreadableError(Unreadable.SCANNED if has_pictures else Unreadable.EMPTY)
    return lines


def _refuse_endless_drawing(pages: Iterable[PageObject]) -> None:
    left = MOST_DRAWING_BYTES
    for page in pages:
        drawn = page.get_contents()
        left -= len(drawn.get_data()) if drawn is not None else 0
        if left < 0:
            raise UnreadableError(Unreadable.UNPACKS_TOO_LARGE)


def _has_pictures(page: PageObject) -> bool:
    drawn = page.get_contents()
    return drawn is not None and bool(PICTURE.search(drawn.get_data()))


def _named(reader: PdfReader) -> tuple[str, str]:
    """The language and the title that the file says it has."""
    language = str(reader.root_object.get("/Lang", ""))
    title = str(reader.metadata.title or "") if reader.metadata else ""
    return language, one_line(title)


def _draft(lines: Sequence[Line], language: str, title: str) -> FoundDraft:
    usual = measures_of(lines)
    text, notes = take_notes(lines, usual)
    known = words_known(text)
    paragraphs = paragraphs_of(text, usual)
    looks = sorted({paragraph.look for paragraph in paragraphs if paragraph.is_heading}, reverse=True)
    building = _Building(looks)
    for paragraph in paragraphs:
        building.add(paragraph, runs_of(paragraph, known, notes))
    stray = [
        FoundBlock(ParagraphKind.PARAGRAPH, 0, "", words, doubts=(Doubt.STRAY_NOTE,))
        for words in notes.values()
    ]
    return _titled([*building.blocks, *stray], title, language)


class _Building:
    """The blocks so far, and in which lists they stand."""

    def __init__(self, looks: Sequence[tuple[float, bool]]) -> None:
        self.blocks: list[FoundBlock] = []
        self._levels = {look: level for level, look in enumerate(looks, start=1)}
        self._markers = MarkerReader()
        self._bullets: list[float] = []

    def add(self, paragraph: Paragraph, runs: list[Run]) -> None:
        """The paragraph is a heading, an item or a paragraph of the draft."""
        doubts = (Doubt.GUESSED_BREAK,) if paragraph.is_doubtful else ()
        notes = tuple(paragraph.notes)
        if paragraph.is_heading:
            source = source_of(Run(run.text) for run in runs)
            self._markers.begin_section()
            self._bullets.clear()
            level = self._levels[paragraph.look]
            self.blocks.append(FoundBlock(ParagraphKind.HEADING, level, "", source, notes))
            return
        bullet = BULLETED.match(paragraph.text)
        if bullet:
            level = self._depth_of_bullet(paragraph.lines[0].x)
            source = _without_beginning(source_of(_plainly(runs)))
            self.blocks.append(FoundBlock(ParagraphKind.ITEM, level, BULLET, source, notes, doubts))
            return
        self._bullets.clear()
        found = body_blocks([source_of(_plainly(runs))], self._markers)
        self.blocks += [
            FoundBlock(block.kind, block.level, block.marker, block.source, notes, doubts) for block in found
        ]

    def _depth_of_bullet(self, x: float) -> int:
        while self._bullets and self._bullets[-1] > x + INDENT:
            self._bullets.pop()
        if not self._bullets or self._bullets[-1] < x - INDENT:
            self._bullets.append(x)
        return self._markers.depth + len(self._bullets)


def _plainly(runs: list[Run]) -> list[Run]:
    """Of a paragraph that is set in one look throughout, the words without it."""
    worded = [run for run in runs if run.text.strip()]
    strong, emphasis = (
        all(look) for look in zip(*((run.strong, run.emphasis) for run in worded), strict=True)
    )
    return [Run(run.text, run.strong and not strong, run.emphasis and not emphasis) for run in runs]


def _without_beginning(source: str) -> str:
    return source.partition(" ")[2]


def _titled(blocks: list[FoundBlock], title: str, language: str) -> FoundDraft:
    headings = [place for place, block in enumerate(blocks) if block.kind == ParagraphKind.HEADING]
    highest = [place for place in headings if blocks[place].level == 1]
    place = highest[0] if len(highest) == 1 or highest[:1] == [0] else None
    if place is None and blocks and (not title or len(blocks[0].source) > LONGEST_LINE_AS_TITLE):
        place = 0 if len(blocks[0].source) <= LONGEST_LINE_AS_TITLE else None
    words = words_of(blocks[place].source) if place is not None else title
    if not words:
        raise UnreadableError(Unreadable.NO_TITLE)
    rest = [block for number, block in enumerate(blocks) if number != place]
    return FoundDraft(words, rest, language, (Doubt.CLOSE_LOOK,))
