"""The words of a Word paragraph as a reader sees them: no codes, no comments, nothing hidden or deleted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from app.adapters.importing._docx_fields import Fields
from app.adapters.importing._docx_names import FALSE, MATHS, MC, R, W, is_on, name_of, value_of
from app.adapters.importing._docx_styles import Style, Styles
from app.adapters.importing._inline import Run, plain_of, web_address
from app.services.files.importing import DEEPEST, Doubt, Unreadable, UnreadableError

CHANGES = frozenset({"ins", "moveTo", "del", "moveFrom"})
DESCENDED = frozenset(
    {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "bdo", "dir", "ruby", "rubyBase"}
)
SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
PICTURES = ("blip", "imagedata", "chart", "relIds", "OLEObject", "svgBlip")


@dataclass
class Words:
    """What a paragraph holds: its words, what its notes say, boxes of text, and what to look at."""

    runs: list[Run] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)

    def add(self, other: Words) -> None:
        """The other words follow these."""
        self.runs += other.runs
        self.notes += other.notes
        self.boxes += other.boxes
        self.doubts |= other.doubts


@dataclass
class _RunLook:
    """How the words of one run look, and where they lead."""

    properties: Element | None
    address: str
    is_hidden: bool = False
    has_own_mark: bool = False  # what follows a note's reference is only its mark


@dataclass
class WordReader:
    """Reads the words of one story (the body, or a note), paragraph by paragraph in their order."""

    styles: Styles
    links: dict[str, str]
    notes: dict[tuple[str, str], str]
    languages: Counter[str]
    fields: Fields
    has_changes: bool = False
    _words: Words = field(default_factory=Words)
    _look: Style = field(default_factory=Style)

    def read(self, paragraph: Element, look: Style) -> Words:
        """The words of a paragraph that has that style."""
        self._words, self._look = Words(), look
        self._take_children(paragraph, "", 0)
        self.has_changes = self.has_changes or Doubt.TRACKED_CHANGES in self._words.doubts
        return self._words

    def _take_children(self, parent: Iterable[Element], address: str, depth: int) -> None:
        if depth > DEEPEST:
            raise UnreadableError(Unreadable.TOO_DEEP)
        for child in parent:
            self._take(child, address, depth + 1)

    def _take(self, element: Element, address: str, depth: int) -> None:
        name = name_of(element)
        if name in CHANGES:
            self._words.doubts.add(Doubt.TRACKED_CHANGES)
        match name:
            case "r":
                self._take_run(element, address)
            case "hyperlink":
                self._take_children(element, self.links.get(element.get(f"{R}id", ""), address), depth)
            case "fldSimple":
                self.fields.begin(element.get(f"{W}instr", ""))
                self._take_children(element, address, depth)
                self.fields.end()
            case _ if name in DESCENDED and not _asks_to_be_filled(element):
                self._take_children(element, address, depth)
            case "":
                self._take_foreign(element, address, depth)

    def _take_foreign(self, element: Element, address: str, depth: int) -> None:
        if element.tag == f"{MC}AlternateContent":
            self._take_children(chosen(element), address, depth)
        elif element.tag.startswith(f"{{{MATHS}}}oMath"):
            formula = "".join(words.text or "" for words in element.iter(f"{{{MATHS}}}t"))
            self._add(formula, _RunLook(None, address))
            self._words.doubts.add(Doubt.LEFT_OUT)

    def _take_run(self, element: Element, address: str) -> None:
        properties = element.find(f"{W}rPr")
        run = _RunLook(properties, address, self._is(properties, "vanish", "hidden"))
        for part in element:
            self._take_part(part, run)

    def _take_part(self, part: Element, run: _RunLook) -> None:
        """Marks and codes of fields count even where nothing is shown."""
        name = name_of(part)
        if name == "fldChar":
            self.fields.take_mark(part)
        elif name == "instrText":
            self.fields.take_code(part.text or "")
        elif not run.is_hidden and not self.fields.is_silent:
            self._take_shown(part, name, run)

    def _take_shown(self, part: Element, name: str, run: _RunLook) -> None:
        match name:
            case "t":
                self._add(_text_of(part), run)
            case "sym":
                self._add(_sign_of(part), run)
            case "footnoteReference" | "endnoteReference":
                self._take_note(part, name, run)
            case "drawing" | "pict" | "object":
                self._take_drawing(part)
            case "ruby":
                self._take_children(part.iterfind(f"{W}rubyBase/*"), run.address, 1)
            case "":
                for inner in chosen(part) if part.tag == f"{MC}AlternateContent" else ():
                    self._take_shown(inner, name_of(inner), run)
            case _:
                self._add(SIGNS.get(name, ""), run)

    def _add(self, text: str, run: _RunLook) -> None:
        if not text or run.has_own_mark or self.fields.is_silent:
            return
        if PRIVATE_USE.search(text):
            text = PRIVATE_USE.sub("", text)
            self._words.doubts.add(Doubt.LEFT_OUT)
        script = "Cs" if is_on(run.properties, "rtl") else ""
        if is_on(run.properties, "strike") or is_on(run.properties, "dstrike"):
            self._words.doubts.add(Doubt.STRUCK)
        self._count_language(text, run.properties)
        self._words.runs.append(
            Run(
                text,
                strong=self._is(run.properties, f"b{script}", "strong") and not self._look.strong,
                emphasis=self._is(run.properties, f"i{script}", "emphasis") and not self._look.emphasis,
                address=self.fields.address or run.address,
            )
        )

    def _is(self, properties: Element | None, name: str, look: str) -> bool:
        """Whether a run looks so by itself, or by its style or the paragraph's: two undo each other."""
        own = is_on(properties, name)
        if own is not None:
            return own
        by_run = getattr(self.styles.style(value_of(properties, "rStyle") or ""), look)
        by_paragraph = getattr(self._look, look)
        is_default = look == "hidden" and self.styles.is_hidden
        return is_default or bool(by_run) != bool(by_paragraph)

    def _take_note(self, reference: Element, name: str, run: _RunLook) -> None:
        run.has_own_mark = reference.get(f"{W}customMarkFollows", "0").lower() not in FALSE
        note = self.notes.get((name.removesuffix("Reference"), reference.get(f"{W}id", "")))
        if note:
            self._words.notes.append(note)

    def _take_drawing(self, drawing: Element) -> None:
        boxes = list(_boxes_in(drawing, 0))
        self._words.boxes += boxes
        if not boxes or any(next(drawing.iter(f"{{*}}{name}"), None) is not None for name in PICTURES):
            self._words.doubts.add(Doubt.LEFT_OUT)

    def _count_language(self, text: str, properties: Element | None) -> None:
        named = None if properties is None else properties.find(f"{W}lang")
        named = self._look.language if named is None else named
        language = "" if named is None else named.get(f"{W}{_script_of(text)}", "")
        self.languages[language] += len(text)


def chosen(alternatives: Element) -> Element:
    """Of several forms of the same thing the first, which newer programmes show."""
    first = alternatives.find(f"{MC}Choice")
    fallback = alternatives.find(f"{MC}Fallback")
    return next((one for one in (first, fallback) if one is not None), alternatives)


def note_text(words: Iterable[Words]) -> str:
    """What a note says, on one line."""
    return " ".join(text for one in words if (text := plain_of(one.runs)))


def external_links(relations: Iterable[Element]) -> dict[str, str]:
    """The addresses outside the document that its links lead to, by the links' identifiers."""
    return {
        relation.get("Id", ""): address
        for relation in relations
        if relation.get("TargetMode") == "External"
        and relation.get("Type", "").endswith("/hyperlink")
        and (address := web_address(relation.get("Target", "")))
    }


def _boxes_in(element: Element, depth: int) -> Iterable[Element]:
    if depth > DEEPEST:
        raise UnreadableError(Unreadable.TOO_DEEP)
    for child in element:
        if name_of(child) == "txbxContent":
            yield child
        else:
            yield from _boxes_in(chosen(child) if child.tag == f"{MC}AlternateContent" else child, depth + 1)


def _text_of(part: Element) -> str:
    text = part.text or ""
    is_kept = part.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    return " ".join(text.split("\n")) if is_kept else text.strip().replace("\n", " ")


def _sign_of(part: Element) -> str:
    try:
        return chr(int(part.get(f"{W}char", ""), 16))
    except (ValueError, OverflowError):
        return ""


def _script_of(text: str) -> str:
    if EAST_ASIAN.search(text):
        return "eastAsia"
    return "bidi" if RIGHT_TO_LEFT.search(text) else "val"


def _asks_to_be_filled(element: Element) -> bool:
    return element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
