"""Reading back the pages that Innspill wrote: a paragraph's `id` is its key, its label stands before it."""

from __future__ import annotations

import re

from app.adapters.importing._html_tree import Element
from app.adapters.importing._keys import Given, Marks, is_key
from app.services.files.importing import ParagraphKind

KINDS = frozenset(kind.value for kind in ParagraphKind)


def mark_own(root: Element) -> Marks | None:
    """Puts marks before the paragraphs and takes their labels away; None for any other page."""
    if next((one for one in root.iter("article") if one.get("data-innspill")), None) is None:
        return None
    marks = Marks()
    for meta in root.iter("meta"):
        if meta.get("name") == "innspill-unseen":
            marks.spell_unseen(meta.get("content") or "")
    for element in list(root.iter("h2", "h3", "h4", "h5", "h6", "p", "tr")):
        kind, level = element.get("data-kind") or "", element.get("data-level") or ""
        if kind in KINDS and re.fullmatch(r"\d{1,3}", level):
            _mark(element, kind, int(level), marks)
    return marks


def _mark(element: Element, kind: str, level: int, marks: Marks) -> None:
    key = element.get("id") or ""
    key = key if is_key(key) else ""
    if key and element.get("data-source"):
        marks.spell(key, element.get("data-shown") or "", element.get("data-source") or "")
    holder = next(element.iter("td", "th"), element) if kind == ParagraphKind.ROW else element
    label = _take_label(holder)
    if label is None and key and kind != ParagraphKind.HEADING:
        label = ""
    given = Given(key, label, kind, level)
    holder.text = marks.mark(given) + (holder.text or "")


def _take_label(holder: Element) -> str | None:
    first = holder[0] if len(holder) and not (holder.text or "").strip() else None
    if first is None or first.tag != "span" or first.get("class") != "label":
        return None
    holder.text = (holder.text or "") + (first.tail or "")
    holder.remove(first)
    return "".join(str(words) for words in first.itertext())
