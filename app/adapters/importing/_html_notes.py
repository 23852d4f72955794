"""Footnotes and endnotes of pages: where the text refers to them, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.adapters.importing._html_tree import Element, name_of, words_in
from app.services.files.importing import MOST_BLOCKS, Unreadable, UnreadableError

SAYING = ("role", "epub:type", "style", "class", "id", "href")
NOTE_WORDS = re.compile(r"footnote|endnote|noteref|sdfoot|sdend|ftnt?(?:_?ref)?\d|mso-footnote|mso-endnote")
WHOLE_BLOCKS = frozenset({"aside", "dd", "div", "li", "p", "section", "td"})
CLIMBABLE = frozenset({"aside", "dd", "div", "li"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LONGEST_MARK = 12
MOST_LINKS = 2 * MOST_BLOCKS  # within one page


class Notes:
    """The notes of a page: `references` are the anchors in its text, `bodies` hold what the notes say."""

    def __init__(self, root: Element) -> None:
        self.references: dict[Element, Element] = {}
        self.bodies: dict[Element, None] = {}
        self.back_links: set[Element] = set()
        self._targets = _targets(root)
        links = {
            link: self._target_of(link) for link in root.iter("a") if link.get("href", "").startswith("#")
        }
        self._linked = {target for target in links.values() if target is not None}
        if len(links) > MOST_LINKS:
            raise UnreadableError(Unreadable.TOO_MANY_BLOCKS)
        places = {element: place for place, element in enumerate(root.iter())} if links else {}
        for link, target in links.items():
            if target is not None and places[link] < places[target] and self._is_pair(link, target, links):
                self._add(link, target)

    def is_list_of_notes(self, element: Element) -> bool:
        """Whether the element is there for its notes only, so that its own heading is no part of the text."""
        return _says_note(element) and any(body in self.bodies for body in element.iter())

    def _target_of(self, link: Element) -> Element | None:
        return self._targets.get(link.get("href", "")[1:])

    def _is_pair(self, link: Element, target: Element, links: dict[Element, Element | None]) -> bool:
        body = _block_of(target)
        if len(words_in(link)) > LONGEST_MARK or next(body.iter(*HEADINGS), None) is not None:
            return False
        for other in body.iter("a"):
            returned = links.get(other) if other is not link else None
            if returned is not None and (returned is link or _is_around(link, returned)):
                self.back_links.add(other)
                return True
        return _says_note(link) or _says_note(target)

    def _add(self, link: Element, target: Element) -> None:
        body = _block_of(target)
        while (parent := body.getparent()) is not None and self._is_for_one(parent, target, link):
            body = parent
        if link not in body.iter():
            self.references[link] = body
            self.bodies[body] = None

    def _is_for_one(self, parent: Element, target: Element, link: Element) -> bool:
        """Whether the parent holds this note alone, in several paragraphs perhaps."""
        if name_of(parent) not in CLIMBABLE:
            return False
        if len(parent) > 1 and name_of(parent) != "li" and not (_says_note(parent) or _says_note(target)):
            return False
        inside = set(parent.iter())
        return link not in inside and not (self._linked & inside) - {target}


def _targets(root: Element) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for element in root.iter():
        for name in (element.get("id"), element.get("name")):
            if name:
                found.setdefault(name, element)
    return found


def _block_of(element: Element) -> Element:
    for candidate in _upwards(element):
        if name_of(candidate) in WHOLE_BLOCKS:
            return candidate
    return element


def _upwards(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors()


def _is_around(link: Element, returned: Element) -> bool:
    """Whether the way back leads to what stands close around the reference or inside it."""
    near = list(_upwards(link))[:3]
    return returned in near or link in list(_upwards(returned))[:3]


def _says_note(element: Element) -> bool:
    attributes = (element.get(name) or "" for name in SAYING)
    return bool(NOTE_WORDS.search(" ".join(attributes).lower()))
