"""HTML: one page that needs nothing else, for reading, printing and pasting elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import count, groupby

from app.adapters.writing._page_style import STYLE
from app.i18n import direction_of
from app.models.kinds import ParagraphKind
from app.services.files.spans import Span, cells_of
from app.services.files.writing import WrittenDraft, WrittenParagraph

DEEPEST_HEADING = 6
OUTSIDE = -1  # of all lists


def create() -> HtmlWriter:
    """The writer of HTML."""
    return HtmlWriter()


class HtmlWriter:
    """A page without script; a paragraph's `id` is its key, and its label stands before its words."""

    suffix = ".html"
    media_type = "text/html; charset=utf-8"

    def write(self, draft: WrittenDraft) -> bytes:
        """The whole file."""
        language = f'lang="{escape(draft.language)}" dir="{direction_of(draft.language)}"'
        body = _Body()
        parts = [
            f"<!DOCTYPE html>\n<html {language}>\n<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="generator" content="Innspill">',
            *(f'<meta name="innspill-unseen" content="{escape(text)}">' for text in draft.unseen),
            f"<title>{escape(draft.title)}</title>",
            f"<style>{STYLE}</style>\n</head>\n<body>",
            '<article data-innspill="1">',
            *_opening(draft),
            *body.write(draft.paragraphs),
            *body.notes(),
            "</article>\n</body>\n</html>\n",
        ]
        return "\n".join(parts).encode()


def _opening(draft: WrittenDraft) -> Iterable[str]:
    sealed = f" · <time>{draft.sealed_at:%Y-%m-%d %H:%M} UTC</time>" if draft.sealed_at else ""
    yield "<header>"
    yield f'<p class="about">{escape(draft.consultation)}</p>'
    yield f'<h1 class="title">{escape(draft.title)}</h1>'
    yield f'<p class="about">{escape(draft.body)} · <span class="version">{draft.number}</span>{sealed}</p>'
    if draft.digest:
        yield f'<p class="about digest">SHA-256 {draft.digest}</p>'
    yield "</header>"


class _Body:
    """The paragraphs one after the other: which lists and tables are open, and the notes so far."""

    def __init__(self) -> None:
        self._items: list[int] = []
        self._table: int | None = None
        self._notes: list[str] = []
        self._numbers = count(1)

    def write(self, paragraphs: Iterable[WrittenParagraph]) -> Iterable[str]:
        """The lines of all paragraphs."""
        for paragraph in paragraphs:
            yield from self._close_for(paragraph)
            if paragraph.is_heading:
                yield self._heading(paragraph)
            elif paragraph.kind == ParagraphKind.ROW:
                yield self._row(paragraph)
            else:
                yield self._element("p", paragraph, paragraph.spans)
        yield from self._close_table()
        yield from self._close_items(OUTSIDE)

    def notes(self) -> Iterable[str]:
        """The notes of all paragraphs, at the end of the page."""
        if self._notes:
            yield '<section class="notes" role="doc-endnotes">\n<ol>'
            yield from self._notes
            yield "</ol>\n</section>"

    def _close_for(self, paragraph: WrittenParagraph) -> Iterable[str]:
        """Closes what the paragraph does not stand in, and opens the list or table that it does."""
        is_item, is_row = paragraph.kind == ParagraphKind.ITEM, paragraph.kind == ParagraphKind.ROW
        if not is_row or self._table != paragraph.level:
            yield from self._close_table()
        yield from self._close_items(OUTSIDE if paragraph.is_heading else paragraph.level)
        if is_item:
            is_first = not (self._items and self._items[-1] == paragraph.level)
            yield '<ul><li class="item">' if is_first else '</li><li class="item">'
            if is_first:
                self._items.append(paragraph.level)
        if is_row and self._table is None:
            self._table = paragraph.level
            yield "<table><tbody>"

    def _close_items(self, level: int) -> Iterable[str]:
        while self._items and self._items[-1] > level:
            self._items.pop()
            yield "</li></ul>"

    def _close_table(self) -> Iterable[str]:
        if self._table is not None:
            self._table = None
            yield "</tbody></table>"

    def _heading(self, paragraph: WrittenParagraph) -> str:
        return self._element(f"h{min(paragraph.level + 1, DEEPEST_HEADING)}", paragraph, paragraph.spans)

    def _element(self, tag: str, paragraph: WrittenParagraph, spans: list[Span]) -> str:
        words = f"{_label(paragraph)}{_words(spans)}{self._references(paragraph)}"
        return f"<{tag}{_attributes(paragraph)}>{words}</{tag}>"

    def _row(self, paragraph: WrittenParagraph) -> str:
        cells = [_words(cell) for cell in cells_of(paragraph.spans)]
        cells[0] = _label(paragraph) + cells[0]
        cells[-1] += self._references(paragraph)
        written = "".join(f"<td>{cell}</td>" for cell in cells)
        return f"<tr{_attributes(paragraph)}>{written}</tr>"

    def _references(self, paragraph: WrittenParagraph) -> str:
        return "".join(
            self._reference(f"{paragraph.key}-{n}", note) for n, note in enumerate(paragraph.notes, 1)
        )

    def _reference(self, name: str, note: str) -> str:
        number = next(self._numbers)
        back = f'<a href="#{name}" role="doc-backlink">↩</a>'
        self._notes.append(f'<li id="note-{name}" role="doc-endnote">{escape(note)} {back}</li>')
        return f'<sup><a id="{name}" href="#note-{name}" role="doc-noteref">{number}</a></sup>'


def _attributes(paragraph: WrittenParagraph) -> str:
    said = {"id": paragraph.key, "data-kind": paragraph.kind, "data-level": str(paragraph.level)}
    if not paragraph.is_plain:
        said |= {"data-source": paragraph.source, "data-shown": paragraph.html}
    return "".join(f' {name}="{escape(value)}"' for name, value in said.items())


def _label(paragraph: WrittenParagraph) -> str:
    if paragraph.shown_label is None:
        return ""
    return f'<span class="label">{escape(paragraph.label)}</span>{" " if paragraph.label else ""}'


def _words(spans: Iterable[Span]) -> str:
    parts = []
    for address, linked in groupby(spans, key=lambda span: span.address):
        words = "".join(map(_marked, linked))
        parts.append(f'<a href="{escape(address)}">{words}</a>' if address else words)
    return "".join(parts)


def _marked(span: Span) -> str:
    words = escape(span.text, quote=False)
    if span.emphasis:
        words = f"<em>{words}</em>"
    return f"<strong>{words}</strong>" if span.strong else words
