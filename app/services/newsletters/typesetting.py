"""Typesetting: an editor's Markdown as HTML and as plain lines that say the same."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from html.parser import HTMLParser

import regex

from app.services.text import render_report

LINE_LENGTH = 72
RULES = {"h2": "=", "h3": "-"}
BLOCKS = frozenset({"p", "li", *RULES})
TOO_HIGH, TOO_LOW = regex.compile(r"(?m)^( {0,3})#(?=\s)"), regex.compile(r"(?m)^( {0,3})#{4,6}(?=\s)")
MAIL = "mailto:"


def typeset(source: str) -> str:
    """The Markdown (paragraphs, two levels of headings, lists, emphasis, links) as safe HTML.

    The highest heading belongs to whoever shows it; nothing in it is fetched from anywhere.
    """
    return render_report(TOO_LOW.sub(r"\1###", TOO_HIGH.sub(r"\1##", source))).html


@lru_cache(maxsize=16)  # one newsletter goes to many
def plain_lines(safe_html: str) -> str:
    """The same words without tags: headings underlined, lists with their signs, links written out."""
    reader = _Lines()
    reader.feed(safe_html)
    reader.close()
    return "\n".join(reader.lines).strip("\n")


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._words = ""
        self._counts: list[int | None] = []
        self._mark = ""
        self._link, self._link_begins = "", 0

    def handle_data(self, data: str) -> None:
        self._words += data.replace("\n", " ")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ul", "ol"}:
            self._end_block()
            if not self._counts:
                self._leave_a_line()
            self._counts.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._end_block()
            self._mark = self._next_mark()
        elif tag in BLOCKS:
            self._end_block()
        elif tag == "br":
            self._words += "\n"
        elif tag == "a":
            self._link, self._link_begins = dict(attrs).get("href") or "", len(self._words)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag in {"ul", "ol"}:
            self._end_block()
            self._counts.pop()
            if not self._counts:
                self._leave_a_line()
        elif tag in BLOCKS:
            self._end_block(RULES.get(tag, ""))

    def close(self) -> None:
        super().close()
        self._end_block()

    def _end_link(self) -> None:
        words, address = self._words[self._link_begins :].strip(), self._link.removeprefix(MAIL)
        if address and words not in {address, self._link}:
            self._words += f" ({address})"
        self._link = ""

    def _next_mark(self) -> str:
        if not self._counts or self._counts[-1] is None:
            return "– "
        self._counts[-1] += 1
        return f"{self._counts[-1]}. "

    def _end_block(self, rule: str = "") -> None:
        words, self._words = self._words.strip(), ""
        if not words:
            return
        depth = len(self._counts)
        if not depth or rule:
            self._leave_a_line()
        indent = "   " * (depth - 1) if depth else ""
        begin, mark = indent + self._mark, self._mark
        hanging = indent + " " * len(mark)
        self._mark = " " * len(mark)  # what follows in the same item stands under its words
        written = _wrapped(words, begin, hanging)
        self.lines += [*written, *([rule * max(map(len, written))] if rule else [])]

    def _leave_a_line(self) -> None:
        if not self._counts:
            self._mark = ""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _wrapped(words: str, begin: str, hanging: str) -> list[str]:
    """Lines of a length that every program shows well; addresses are never broken."""
    lines: list[str] = []
    for line in words.split("\n"):
        lines += textwrap.wrap(
            " ".join(line.split()),
            LINE_LENGTH,
            initial_indent=hanging if lines else begin,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
