"""Safe HTML of a paragraph with some of its words marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from app.services.comments.quoting import Span


def mark_words(html: str, plain: str, spans: Sequence[Span], opening: str) -> str:
    """The HTML with those spans of its plain words between the opening tag and `</mark>`.

    Left as it is where the words of the HTML are not those.
    """
    marker = _Marker(spans, opening)
    marker.feed(html)
    marker.close()
    return "".join(marker.parts) if "".join(marker.words) == plain else html


class _Marker(HTMLParser):
    """Writes what it reads, and opens and closes marks within each run of words."""

    def __init__(self, spans: Sequence[Span], opening: str) -> None:
        super().__init__()
        self.spans, self.opening = spans, opening
        self.parts: list[str] = []
        self.words: list[str] = []
        self.place = 0

    def handle_data(self, data: str) -> None:
        first, done = self.place, 0
        for span in self.spans:
            start, end = max(span.start - first, done), min(span.end - first, len(data))
            if start < end:
                self.parts += [_safe(data[done:start]), self.opening, _safe(data[start:end]), "</mark>"]
                done = end
        self.parts.append(_safe(data[done:]))
        self.words.append(data)
        self.place += len(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")


def _safe(words: str) -> str:
    return escape(words, quote=False)
