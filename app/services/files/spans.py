"""A paragraph's words in runs that look the same, to and from the inline Markdown of sources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlsplit

from app.services.files.importing import escape_markdown

LINKED = frozenset({"http", "https", "mailto"})
SPACES = re.compile(r"\s+")
Escape = Callable[[str], str]
BRACKET = re.compile(r"([\[\]])")
HARD_ADDRESS = re.compile(r"[\s<>\\]")
PAIR = re.compile(r"\([^()]*\)")
CELL_BORDER = re.compile(r"(?:^| )\|(?= |$)")
SIGNS = {"strong": "**", "emphasis": "*"}


class Span(NamedTuple):
    """Words that are all emphasised or not, strong or not, and lead to one address or to none."""

    text: str
    emphasis: bool = False
    strong: bool = False
    address: str = ""

    @property
    def look(self) -> tuple[bool, bool, str]:
        """All but the words."""
        return self.emphasis, self.strong, self.address


PLAIN = Span("")


class _Sign(NamedTuple):
    """A sign in the Markdown being written: where it stands in it, and whose words it opens or closes."""

    place: int
    opens: bool
    name: str
    first: int
    end: int


def spans_of(html: str) -> list[Span]:
    """The runs of a paragraph's safe HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tidy(reader.spans)


def tidy(spans: Iterable[Span]) -> list[Span]:
    """The same words in as few runs as can be, with single spaces that stand outside emphasis and links."""
    runs = [PLAIN, *_joined(spans), PLAIN]
    pieces = [
        piece for place in range(1, len(runs) - 1) for piece in _without_edges(*runs[place - 1 : place + 2])
    ]
    tidied: list[Span] = []
    for span in _joined(pieces):
        text = SPACES.sub(" ", span.text)
        if not tidied or tidied[-1].text.endswith(" "):
            text = text.removeprefix(" ")
        if text:
            tidied.append(span._replace(text=text))
    if tidied:
        tidied[-1] = tidied[-1]._replace(text=tidied[-1].text.rstrip())
    return [span for span in _joined(tidied) if span.text]


def cells_of(spans: Iterable[Span]) -> list[list[Span]]:
    """The cells of a table's row, which stand between " | "."""
    cells: list[list[Span]] = [[]]
    for span in spans:
        first, *others = CELL_BORDER.split(span.text)
        cells[-1].append(span._replace(text=first))
        cells += [[span._replace(text=other)] for other in others]
    return [tidy(cell) for cell in cells]


def markdown_of(spans: Iterable[Span], escape: Escape = escape_markdown) -> str:
    """Inline Markdown that is read as these runs; emphasis that it cannot say there is left out."""
    wanted = tidy(spans)
    while True:
        writing = _Writing(wanted, escape)
        writing.put(0, len(wanted), ("address", "strong", "emphasis"))
        unread = writing.unread_sign()
        if unread is None:
            return writing.text
        wanted = [
            _without(span, unread.name) if unread.first <= place < unread.end else span
            for place, span in enumerate(wanted)
        ]


class _Writing:
    """Markdown being written, and where its signs of emphasis stand in it."""

    def __init__(self, spans: list[Span], escape: Escape) -> None:
        self.text = ""
        self._signs: list[_Sign] = []
        self._spans = spans
        self._escape = escape

    def put(self, first: int, end: int, looks: tuple[str, ...]) -> None:
        """Those runs stand at the end of the text, in signs of the looks that are not open yet."""
        place = first
        while place < end:
            name, stop = self._longest(place, end, looks)
            rest = tuple(look for look in looks if look != name)
            if not name:
                self.text += self._words(self._spans[place].text, in_link="address" not in looks)
            elif name == "address":
                self.text += "["
                self.put(place, stop, rest)
                self.text += f"]({_address(self._spans[place].address)})"
            else:
                self._sign(name, place, stop, opens=True)
                self.put(place, stop, rest)
                self._sign(name, place, stop, opens=False)
            place = stop

    def unread_sign(self) -> _Sign | None:
        """The first sign that would be read as an asterisk where it stands."""
        return next((sign for sign in self._signs if not self._is_read(sign)), None)

    def _longest(self, place: int, end: int, looks: tuple[str, ...]) -> tuple[str, int]:
        """Which look of the run there lasts longest, and until where; "" for words without one."""
        name, stop = "", place + 1
        for look in looks:
            wanted = getattr(self._spans[place], look)
            until = place
            while wanted and until < end and getattr(self._spans[until], look) == wanted:
                until += 1
            if until > place and (not name or until > stop):
                name, stop = look, until
        return name, stop

    def _sign(self, name: str, first: int, end: int, *, opens: bool) -> None:
        self._signs.append(_Sign(len(self.text), opens, name, first, end))
        self.text += SIGNS[name]

    def _words(self, text: str, *, in_link: bool) -> str:
        if not in_link:
            return self._escape(text)
        return "".join(
            f"\\{part}" if part in "[]" else self._escape(part) for part in BRACKET.split(text) if part
        )

    def _is_read(self, sign: _Sign) -> bool:
        # CommonMark: left- and right-flanking delimiter runs.
        before = self.text[: sign.place].rstrip("*")[-1:]
        after = self.text[sign.place :].lstrip("*")[:1]
        near, far = (after, before) if sign.opens else (before, after)
        return not _is_space(near) and (not _is_sign(near) or _is_space(far) or _is_sign(far))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.spans: list[Span] = []
        self._open = {"em": 0, "strong": 0}
        self._addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._open:
            self._open[tag] += 1
        elif tag == "a":
            self._addresses.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open[tag] -= 1
        elif tag == "a" and self._addresses:
            self._addresses.pop()

    def handle_data(self, data: str) -> None:
        address = self._addresses[-1] if self._addresses else ""
        self.spans.append(Span(data, self._open["em"] > 0, self._open["strong"] > 0, address))


def _joined(spans: Iterable[Span]) -> list[Span]:
    return [
        Span("".join(span.text for span in run), *look)
        for look, run in groupby((_with_safe_address(span) for span in spans), key=lambda span: span.look)
    ]


def _with_safe_address(span: Span) -> Span:
    if not span.address or urlsplit(span.address).scheme in LINKED:
        return span
    return span._replace(address="")


def _without_edges(before: Span, span: Span, after: Span) -> list[Span]:
    """Space at the edges of emphasis belongs to no word: Markdown cannot say it, and nobody sees it."""
    inner = span.text.strip()
    if span.look == PLAIN.look or not inner:
        return [_common(span, before, after)] if span.look != PLAIN.look else [span]
    first, last = span.text.split(inner, 1)
    edges = _common(span, before)._replace(text=first), _common(span, after)._replace(text=last)
    return [piece for piece in (edges[0], span._replace(text=inner), edges[1]) if piece.text]


def _common(span: Span, *others: Span) -> Span:
    """The run with the looks only that its neighbours have too."""
    for other in others:
        address = span.address if span.address == other.address else ""
        span = Span(span.text, span.emphasis and other.emphasis, span.strong and other.strong, address)
    return span


def _without(span: Span, name: str) -> Span:
    return span._replace(strong=False) if name == "strong" else span._replace(emphasis=False)


def _address(address: str) -> str:
    # Markdown takes brackets in an address as they are when each is closed.
    if not HARD_ADDRESS.search(address) and not set(PAIR.sub("", address)) & set("()"):
        return address
    return "<" + re.sub(r"([<>\\])", r"\\\1", SPACES.sub("%20", address)) + ">"


def _is_space(character: str) -> bool:
    return not character or character.isspace()


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
