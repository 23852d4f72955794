"""Puts the lines of a PDF together again, guessed from sizes and distances."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from app.adapters.importing._inline import Run
from app.adapters.importing._pdf_lines import NOTE_NUMBER, Line
from app.services.files.numbering import BULLETS, MARKER

BULLETED = re.compile(rf"[{re.escape(BULLETS)}\uf0b7\uf0a7\uf02do]\s+(?=\S)")
SENTENCE_ENDS = (".", ":", ";", "!", "?", "”", "»", ".)")
HYPHENS = ("-", "\u2010", "\u00ad")
WIDER_GAP = 1.25
SHORT = 0.75
SMALLER = 0.93
LARGER = 1.08
INDENT = 4.0
LONGEST_HEADING = 200
WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
NOTE_BEGINS = re.compile(r"(\d{1,3})[.)]?\s*(?=\S)")


@dataclass
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]
    is_heading: bool = False
    is_doubtful: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def look(self) -> tuple[float, bool]:
        """By how much it stands out."""
        return round(max(line.size for line in self.lines) * 2) / 2, all(line.is_bold for line in self.lines)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Measures:
    """What is usual in this document."""

    size: float
    gap: float
    width: int
    is_bold: bool
    is_spaced: bool  # whether paragraphs stand further apart than lines

    def stands_out(self, line: Line) -> bool:
        """Whether the line is larger than the text, or bold where the text is not."""
        return line.size > LARGER * self.size or (line.is_bold and not self.is_bold)


def measures_of(lines: Sequence[Line]) -> Measures:
    """The size, distance and width of most lines."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
        bold[line.is_bold] += len(line.text)
    size = sizes.most_common(1)[0][0]
    usual = [line for line in lines if abs(line.size - size) < 0.3]
    gaps = Counter(
        round((before.y - after.y) * 2) / 2
        for before, after in pairwise(usual)
        if before.page == after.page and 0 < before.y - after.y < 4 * size
    )
    # Lines stand closer than paragraphs: of the distances that are frequent the smallest is theirs.
    frequent = [gap for gap, count in gaps.items() if count * 5 >= max(gaps.values())]
    gap = min(frequent, default=size * 1.2)
    wider = sum(count for distance, count in gaps.items() if distance > WIDER_GAP * gap)
    width = sorted(len(line.text) for line in usual)[int(len(usual) * 0.9)]
    is_spaced = wider * 10 > sum(gaps.values())
    return Measures(size, gap, max(width, 20), bold[True] > bold[False], is_spaced)


def paragraphs_of(lines: Sequence[Line], usual: Measures) -> list[Paragraph]:
    """The lines in paragraphs; those that stand out are headings."""
    paragraphs: list[Paragraph] = []
    for line in lines:
        if paragraphs and not _begins(paragraphs[-1], line, usual):
            paragraphs[-1].lines.append(line)
        else:
            doubtful = bool(paragraphs) and _is_doubtful(paragraphs[-1].lines[-1], line, usual)
            paragraphs.append(Paragraph([line], is_doubtful=doubtful))
    for paragraph in paragraphs:
        stands_out = all(usual.stands_out(line) for line in paragraph.lines)
        paragraph.is_heading = stands_out and len(paragraph.text) <= LONGEST_HEADING
    return paragraphs


def _begins(paragraph: Paragraph, line: Line, usual: Measures) -> bool:
    """Whether a new paragraph begins with the line."""
    last = paragraph.lines[-1]
    if abs(last.size - line.size) > 0.06 * usual.size or usual.stands_out(last) != usual.stands_out(line):
        return True
    begins_item = bool(BULLETED.match(line.text) or MARKER.fullmatch(line.text))
    ends = last.text.endswith(SENTENCE_ENDS)
    is_short = len(last.text) < SHORT * usual.width
    if last.page != line.page or line.y > last.y:
        return begins_item or (ends and (is_short or not line.text[:1].islower())) or usual.stands_out(line)
    if last.y - line.y > WIDER_GAP * max(usual.gap, line.size * 1.1 if usual.stands_out(line) else 0):
        return True
    if begins_item and (ends or last.text.endswith(",") or line.x != last.x or is_short):
        return True
    if usual.is_spaced:
        return False
    # The first line may stand out to the left, as a marker does.
    is_indented = line.x - min((one.x for one in paragraph.lines[1:]), default=line.x) > INDENT
    return (is_indented and ends) or (is_short and ends and not line.text[:1].islower())


def _is_doubtful(last: Line, line: Line, usual: Measures) -> bool:
    is_over = last.page != line.page and not usual.stands_out(line) and not usual.stands_out(last)
    return is_over and len(last.text) >= SHORT * usual.width


def take_notes(lines: Sequence[Line], usual: Measures) -> tuple[list[Line], dict[tuple[int, str], str]]:
    """The lines of the text, and the notes at the feet of the pages by page and number."""
    text: list[Line] = []
    notes: dict[tuple[int, str], str] = {}
    for page, group in groupby(lines, lambda line: line.page):
        on_page = list(group)
        start = _start_of_notes(on_page, usual)
        text += on_page[:start]
        for number, words in _notes_in(on_page[start:]):
            notes[page, number] = words
    return text, notes


def _start_of_notes(lines: Sequence[Line], usual: Measures) -> int:
    start = len(lines)
    for place in range(len(lines) - 1, 0, -1):
        line = lines[place]
        if line.is_raised(line.first):
            start = place
        elif line.size > SMALLER * usual.size and (start == len(lines) or line.size != lines[start].size):
            break
        elif line.size <= SMALLER * usual.size and NOTE_BEGINS.match(line.text):
            start = place
    return start


def _notes_in(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    number, words = "", ""
    for line in lines:
        begins = NOTE_BEGINS.match(line.text)
        if begins and (not number or int(begins[1]) == int(number) + 1):
            if number:
                yield number, words
            number, words = begins[1], line.text[begins.end() :]
        else:
            words = f"{words} {line.text}"
    if number:
        yield number, words


def runs_of(paragraph: Paragraph, known: Counter[str], notes: dict[tuple[int, str], str]) -> list[Run]:
    """The paragraph's words in their looks, the lines joined; its notes are its own from now on."""
    runs: list[Run] = []
    for line in paragraph.lines:
        runs = _joined(runs, line, known)
        for fragment in line.fragments:
            number = NOTE_NUMBER.fullmatch(fragment.text)
            if number and line.is_raised(fragment) and (line.page, number[1]) in notes:
                paragraph.notes.append(notes.pop((line.page, number[1])))
            else:
                runs.append(Run(fragment.text, fragment.is_bold, fragment.is_slanted))
    return runs


def words_known(lines: Iterable[Line]) -> Counter[str]:
    """The words that stand inside lines, where nothing was divided."""
    return Counter(word.lower() for line in lines for word in WORD.findall(line.text.rstrip("-\u2010\u00ad")))


def _joined(runs: list[Run], line: Line, known: Counter[str]) -> list[Run]:
    """The runs so far, ready for the next line: a word that was divided is whole again where that is sure."""
    if not runs:
        return runs
    last = runs[-1]
    ending = last.text.rstrip()
    if not ending.endswith(HYPHENS) or not line.text[:1].islower():
        return [*runs, Run(" ")]
    begin, rest = re.findall(r"[^\W\d_]*$", ending[:-1])[0], re.match(r"[^\W\d_]*", line.text)
    whole = f"{begin}{rest[0] if rest else ''}".lower()
    kept = ending[:-1] if ending.endswith("\u00ad") or known[whole] else ending
    return [*runs[:-1], Run(kept, last.strong, last.emphasis)]
