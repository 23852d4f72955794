"""Reads HTML: pages of the web, what word processors save as such, and what is pasted from them."""

from __future__ import annotations

from dataclasses import replace

from app.adapters.importing._html_flow import Flow
from app.adapters.importing._html_kinds import TITLE
from app.adapters.importing._html_notes import Notes
from app.adapters.importing._html_tree import Element, Looks, language_of, parse_page, words_in
from app.adapters.importing._inline import words_of
from app.adapters.importing._own_html import mark_own
from app.services.characters import one_line
from app.services.files.importing import FoundBlock, FoundDraft, ParagraphKind, Unreadable, UnreadableError
from app.services.files.labelling import number_of_heading

LONGEST_LINE_AS_TITLE = 200


def create() -> HtmlImporter:
    """An importer of HTML."""
    return HtmlImporter()


class HtmlImporter:
    """What a reader of the page would call its text, in order."""

    suffixes = (".html", ".htm", ".xhtml")

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        """What the page holds; raises UnreadableError."""
        root, doubts = parse_page(content, encoding)
        marks = mark_own(root)
        flow = Flow(Looks(root), Notes(root))
        flow.take_page(root)
        if not flow.found:
            raise UnreadableError(Unreadable.EMPTY)
        title, blocks = _with_title(flow.found, _title_of_page(root))
        draft = FoundDraft(title, blocks, language_of(root), (*doubts, *flow.doubts))
        return marks.settle(draft) if marks else draft


def _title_of_page(root: Element) -> str:
    element = next(root.iter("title"), None)
    return one_line(words_in(element)) if element is not None else ""


def _with_title(blocks: list[FoundBlock], page_title: str) -> tuple[str, list[FoundBlock]]:
    place = _place_of_title(blocks, bool(page_title))
    if place is None and not page_title:
        raise UnreadableError(Unreadable.NO_TITLE)
    title = _plain(blocks[place]) if place is not None else page_title
    rest = [block for number, block in enumerate(blocks) if number != place]
    if rest and _plain(rest[0]) == title:
        # Many programmes write the title above the page and at the head of its text.
        del rest[0]
    return title, [
        replace(block, level=max(1, block.level)) if _is_heading(block) else block for block in rest
    ]


def _place_of_title(blocks: list[FoundBlock], has_other: bool) -> int | None:
    """Which block is the title; None when only the page's own title can be it."""
    headings = [place for place, block in enumerate(blocks) if _is_heading(block)]
    declared = next((place for place in headings if blocks[place].level == TITLE), None)
    if declared is not None:
        return declared
    highest = [place for place in headings if blocks[place].level == 1]
    if headings[:1] == [0] and not (has_other and _is_numbered(blocks[0])):
        return 0
    if len(highest) == 1 and not _is_numbered(blocks[highest[0]]):
        return highest[0]
    is_line = not _is_heading(blocks[0]) and len(blocks[0].source) <= LONGEST_LINE_AS_TITLE
    return 0 if is_line and not has_other else None


def _is_heading(block: FoundBlock) -> bool:
    return block.kind == ParagraphKind.HEADING


def _is_numbered(block: FoundBlock) -> bool:
    return bool(number_of_heading(block.source)[0])


def _plain(block: FoundBlock) -> str:
    return words_of(block.source)
