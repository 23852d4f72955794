"""The words of an OpenDocument paragraph as a reader sees them: no comments, nothing hidden or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as Element

from app.adapters.importing._inline import Run, plain_of, web_address
from app.adapters.importing._odt_names import (
    DRAW,
    OFFICE,
    TEXT,
    XLINK,
    XML_ID,
    is_true,
    text_name,
    whole,
    words_in,
)
from app.adapters.importing._odt_styles import Style, Styles
from app.services.files.importing import DEEPEST, Doubt, Unreadable, UnreadableError

# What stands before a paragraph, asks to be filled in, or names the people behind the document.
SILENT = frozenset(
    {
        "number", "placeholder", "script", "note-citation", "ruby-text", "tracked-changes", "index-title",
        "author-name", "author-initials", "creator", "initial-creator", "printed-by", "file-name", "label",
        "template-name", "alphabetical-index-mark", "toc-mark", "user-index-mark", "dde-connection-decls",
    }
)  # fmt: skip
MOST_SPACES = 100


@dataclass
class Words:
    """What a paragraph holds: its words, what its notes say, boxes of text, and what to look at."""

    runs: list[Run] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)
    number: str | None = None  # where the file writes down what stands before the paragraph
    is_hidden: bool = False


@dataclass(frozen=True)
class _Look:
    """How words look where the reading stands, and where they lead."""

    strong: bool = False
    emphasis: bool = False
    struck: bool = False
    hidden: bool = False
    address: str = ""
    language: str = ""

    def within(self, style: Style) -> _Look:
        """The look of what has that style here."""
        own = (style.strong, style.emphasis, style.struck)
        inherited = (self.strong, self.emphasis, self.struck)
        strong, emphasis, struck = (
            bool(here if here is not None else above) for here, above in zip(own, inherited, strict=True)
        )
        hidden = self.hidden or bool(style.hidden)
        return _Look(strong, emphasis, struck, hidden, self.address, style.language or self.language)


@dataclass
class WordReader:
    """Reads the words of a text, paragraph by paragraph in their order."""

    styles: Styles
    insertions: frozenset[str]
    languages: Counter[str]
    _inserted: set[str] = field(default_factory=set)
    _words: Words = field(default_factory=Words)
    _has_hidden: bool = False
    _is_in_note: bool = False

    def read(self, paragraph: Element) -> Words:
        """The words of a paragraph."""
        outer, self._words, self._has_hidden = self._words, Words(), False
        style = self.styles.style("paragraph", paragraph.get(f"{TEXT}style-name", ""))
        self._take_inside(paragraph, _Look().within(style), 0)
        if self._inserted:
            self._words.doubts.add(Doubt.TRACKED_CHANGES)
        words, self._words = self._words, outer
        is_worded = any(run.text.strip() for run in words.runs) or bool(words.boxes)
        words.is_hidden = words.is_hidden or (self._has_hidden and not is_worded)
        return words

    def take_change(self, mark: Element) -> None:
        """An insertion begins or ends, or something was deleted here."""
        change, name = mark.get(f"{TEXT}change-id", ""), text_name(mark)
        if name == "change-start" and change in self.insertions:
            self._inserted.add(change)
        if name == "change-end":
            self._inserted.discard(change)
        if name == "change" or change in self.insertions:
            self._words.doubts.add(Doubt.TRACKED_CHANGES)

    def _take_inside(self, element: Element, look: _Look, depth: int) -> None:
        if depth > DEEPEST:
            raise UnreadableError(Unreadable.TOO_DEEP)
        self._add(element.text, look)
        for child in element:
            self._take(child, look, depth + 1)
            self._add(child.tail, look)

    def _take(self, element: Element, look: _Look, depth: int) -> None:
        name = text_name(element)
        if not name:
            self._take_foreign(element, look, depth)
        elif name in ("change-start", "change-end", "change"):
            self.take_change(element)
        elif name == "number":
            self._words.number = words_in(element)
        elif name == "hidden-paragraph":
            self._words.is_hidden = self._words.is_hidden or is_true(element, "is-hidden")
        elif name not in SILENT and not _is_hidden(element) and not look.hidden:
            self._take_shown(element, name, look, depth)

    def _take_shown(self, element: Element, name: str, look: _Look, depth: int) -> None:
        match name:
            case "s":
                self._add(" " * min(whole(element.get(f"{TEXT}c")) or 1, MOST_SPACES), look)
            case "tab":
                self._add(" ", look)
            case "line-break":
                self._add("\n", look)
            case "span":
                style = self.styles.style("text", element.get(f"{TEXT}style-name", ""))
                self._take_inside(element, look.within(style), depth)
            case "a":
                address = web_address(element.get(f"{XLINK}href", ""))
                self._take_inside(element, replace(look, address=address), depth)
            case "note":
                self._take_note(element)
            case "hidden-text":
                self._add(words_in(element) or element.get(f"{TEXT}string-value"), look)
            case _:
                self._take_inside(element, look, depth)

    def _take_foreign(self, element: Element, look: _Look, depth: int) -> None:
        """Drawings: boxes of text are read after the paragraph, all else is left out with a warning."""
        if not element.tag.startswith(DRAW) or look.hidden:
            return
        if element.tag in (f"{DRAW}a", f"{DRAW}g"):
            self._take_inside(element, look, depth)
            return
        boxes = boxes_of(element)
        self._words.boxes += boxes
        if not boxes:
            self._words.doubts.add(Doubt.LEFT_OUT)

    def _take_note(self, note: Element) -> None:
        body = note.find(f"{TEXT}note-body")
        if body is None or self._is_in_note:
            return
        self._is_in_note = True
        said = " ".join(text for one in _paragraphs_in(body, 0) if (text := plain_of(self.read(one).runs)))
        self._is_in_note = False
        if said:
            self._words.notes.append(said)

    def _add(self, text: str | None, look: _Look) -> None:
        if not text or look.hidden:
            self._has_hidden = self._has_hidden or bool(text and text.strip())
            return
        if look.struck:
            self._words.doubts.add(Doubt.STRUCK)
        self.languages[look.language] += len(text)
        words = text if text == "\n" else text.replace("\n", " ")
        self._words.runs.append(Run(words, look.strong, look.emphasis, look.address))


def boxes_of(drawing: Element) -> list[Element]:
    """What holds paragraphs in a drawing: a box of text, or the drawing itself."""
    boxes = drawing.findall(f"{DRAW}text-box")
    if not boxes and drawing.find(f"{TEXT}p") is not None:
        return [drawing]
    return boxes


def _paragraphs_in(parent: Element, depth: int) -> Iterator[Element]:
    """Paragraphs, also those of lists and sections."""
    if depth > DEEPEST:
        raise UnreadableError(Unreadable.TOO_DEEP)
    for child in parent:
        if text_name(child) in ("p", "h"):
            yield child
        elif text_name(child) in ("list", "list-item", "list-header", "section"):
            yield from _paragraphs_in(child, depth + 1)


def insertions_in(body: Element) -> tuple[bool, frozenset[str]]:
    """Whether changes were tracked that are still open, and which of them inserted something."""
    regions = body.findall(f"{TEXT}tracked-changes/{TEXT}changed-region")
    inserted = {
        region.get(f"{TEXT}id", region.get(XML_ID, ""))
        for region in regions
        if region.find(f"{TEXT}insertion") is not None
    }
    is_worded = any(
        region.find(f"{TEXT}{kind}") is not None for region in regions for kind in ("insertion", "deletion")
    )
    return is_worded, frozenset(inserted)


def _is_hidden(element: Element) -> bool:
    is_hidden = is_true(element, "is-hidden") or element.get(f"{TEXT}display") == "none"
    return is_hidden or element.tag == f"{OFFICE}annotation"
