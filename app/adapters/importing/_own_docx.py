"""Reading back the Word documents that Innspill wrote, as they are after somebody worked on them in Word.

A bookmark is a paragraph's key, its style says its kind and level, and words in the style of labels are its
label. All of that Word shows and people may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.etree import SubElement
from lxml.etree import _Element as Element

from app.adapters.importing._docx_names import W, value_of
from app.adapters.importing._inline import Run
from app.adapters.importing._keys import Given, Marks, is_key
from app.adapters.importing._office_inline import source_lines
from app.services.files.importing import ParagraphKind
from app.services.files.spans import Span

OURS = "{urn:x-innspill:draft}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BOOKMARK = re.compile(r"innspill_(?P<key>p[1-9]\d{0,8})(?P<bare>_unlabelled)?", re.IGNORECASE)
STYLE = re.compile(r"innspill(paragraph|item|row|heading)(\d{1,3})")
HEADING_STYLE = re.compile(r"heading([1-9])")
LABEL_STYLE = "innspilllabel"
GONE = (f"{W}del", f"{W}moveFrom")


def mark_own(body: Element, styles: Element | None, sources: Element | None) -> Marks | None:
    """Puts marks before the paragraphs and takes their labels away; None for any other document."""
    names = _style_names(styles)
    bookmarks = [one for one in body.iter(f"{W}bookmarkStart") if BOOKMARK.fullmatch(one.get(f"{W}name", ""))]
    if not bookmarks or LABEL_STYLE not in names.values():
        return None
    marks = Marks(_source_of_spans)
    for source in sources if sources is not None else ():
        if source.tag == f"{OURS}unseen":
            marks.spell_unseen(source.text or "")
        marks.spell(source.get("key", ""), source.get("shown", ""), source.text or "")
    waiting = ""
    for element in list(body.iter(f"{W}bookmarkStart", f"{W}p")):
        if element.tag == f"{W}bookmarkStart":
            # Word may move one between two paragraphs: then it is the next one's.
            waiting = waiting if _paragraph_around(element) is not None else element.get(f"{W}name", "")
            continue
        inside = (one.get(f"{W}name", "") for one in element.iter(f"{W}bookmarkStart"))
        found = next(filter(None, map(BOOKMARK.fullmatch, [*inside, waiting])), None)
        waiting = ""
        _mark(element, found, names, marks)
    return marks


def _source_of_spans(spans: Iterable[Span]) -> str:
    runs = [Run(span.text, span.strong, span.emphasis, span.address) for span in spans]
    return " ".join(source_lines(runs))


def _mark(paragraph: Element, bookmark: re.Match[str] | None, names: dict[str, str], marks: Marks) -> None:
    style = names.get(value_of(paragraph.find(f"{W}pPr"), "pStyle") or "", "")
    kind, level = _kind_and_level(style)
    if bookmark is None and not kind:
        return
    key = bookmark["key"].lower() if bookmark else ""
    label = _take_label(paragraph, names)
    if label is None and bookmark and bookmark["bare"]:
        label = ""
    given = Given(key if is_key(key) else "", label, kind, level)
    if not given.key and kind == ParagraphKind.HEADING:
        return
    run = SubElement(paragraph, f"{W}r")
    words = SubElement(run, f"{W}t")
    words.text = marks.mark(given)
    words.set(SPACE, "preserve")
    properties = paragraph.find(f"{W}pPr")
    paragraph.insert(0 if properties is None else 1, run)


def _kind_and_level(style: str) -> tuple[str, int | None]:
    found = STYLE.fullmatch(style)
    if found:
        return found[1], int(found[2])
    heading = HEADING_STYLE.fullmatch(style)
    return (ParagraphKind.HEADING.value, int(heading[1])) if heading else ("", None)


def _take_label(paragraph: Element, names: dict[str, str]) -> str | None:
    """The words in the style of labels at the paragraph's beginning, which are there no more."""
    label: str | None = None
    for run in list(paragraph.iter(f"{W}r")):
        if any(True for _ in run.iterancestors(*GONE)):
            continue
        if names.get(value_of(run.find(f"{W}rPr"), "rStyle") or "") != LABEL_STYLE:
            if run.find(f"{W}t") is not None:
                break
            continue
        label = (label or "") + "".join(part.text or "" for part in run.iter(f"{W}t"))
        parent = run.getparent()
        if parent is not None:
            parent.remove(run)
    return None if label is None else " ".join(label.split())


def _paragraph_around(element: Element) -> Element | None:
    return next(element.iterancestors(f"{W}p"), None)


def _style_names(styles: Element | None) -> dict[str, str]:
    """What styles are called, without spaces and in small letters: programmes give them other identifiers."""
    named = styles.iter(f"{W}style") if styles is not None else ()
    return {
        style.get(f"{W}styleId", ""): "".join((value_of(style, "name") or "").split()).lower()
        for style in named
    }
