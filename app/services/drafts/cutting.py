"""Cutting a paragraph's source in two at a character, so that emphasis and links stay whole on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from markdown_it.token import Token

from app.services.errors import InvalidError
from app.services.text import inline_tokens, one_line

# A character that no text holds marks the place while the source is parsed.
SENTINEL = "\ufdd0"
MOST_TRIES = 80
SPACE = re.compile(r"\s")


def cut(source: str, place: int) -> tuple[str, str]:
    """The words before and after that character; marks that are open there are closed and opened again.

    A place inside a mark or an address is taken to the nearest one where the words can be cut. Raises
    InvalidError when nothing would stand on one side.
    """
    if not (source[:place].strip() and source[place:].strip()):
        raise InvalidError({"place": "nothing_there"})
    whole = _shown(source)
    for candidate in islice(_nearest(source, place), MOST_TRIES):
        halves = _cut_at(source, candidate, whole)
        if halves:
            return halves
    raise InvalidError({"place": "nothing_there"})


def join(first: str, second: str) -> str:
    """Both sources as one paragraph."""
    return one_line(f"{first} {second}")


def _nearest(source: str, place: int) -> Iterator[int]:
    """The place, the characters beside it, then the spaces between words, the nearest first."""
    close = [place, *(place + step * side for step in (1, 2, 3) for side in (1, -1))]
    spaces = (found.start() for found in SPACE.finditer(source))
    yield from (candidate for candidate in close if 0 < candidate < len(source))
    yield from sorted(spaces, key=lambda space: abs(space - place))


def _cut_at(source: str, place: int, whole: list[str]) -> tuple[str, str] | None:
    marked = inline_tokens(source[:place] + SENTINEL + source[place:])
    open_marks = _open_at_sentinel(marked)
    if open_marks is None:
        return None
    closing = "".join(_closing(mark) for mark in reversed(open_marks))
    opening = "".join("[" if mark.type == "link_open" else mark.markup for mark in open_marks)
    first = one_line(source[:place].rstrip() + closing)
    second = one_line(opening + source[place:].lstrip())
    shown = _shown(first), _shown(second)
    if not all(shown) or shown[0] + shown[1] != whole:
        return None
    return None if _has_empty_link(first) or _has_empty_link(second) else (first, second)


def _open_at_sentinel(tokens: list[Token]) -> list[Token] | None:
    """The marks that are open where the sentinel stands, or None when it stands in no words."""
    marks: list[Token] = []
    for token in tokens:
        if token.nesting == 1:
            marks.append(token)
        elif token.nesting == -1:
            marks.pop()
        elif SENTINEL in token.content:
            return marks
    return None


def _closing(mark: Token) -> str:
    if mark.type != "link_open":
        return mark.markup
    address = str(mark.attrs["href"]).replace("<", "%3C").replace(">", "%3E")
    return f"](<{address}>)" if re.search(r"[\s()]", address) else f"]({address})"


def _has_empty_link(source: str) -> bool:
    tokens = [token.type for token in inline_tokens(source) if token.nesting or token.content]
    return ("link_open", "link_close") in pairwise(tokens)


def _shown(source: str) -> list[str]:
    """Every character that is read, with the marks it stands in, without white space."""
    marks: list[str] = []
    shown: list[str] = []
    for token in inline_tokens(one_line(source)):
        if token.nesting == 1:
            marks.append(f"{token.tag} {token.attrs.get('href', '')}")
        elif token.nesting == -1:
            marks.pop()
        else:
            style = " ".join(sorted(marks))
            shown.extend(f"{character}{style}" for character in token.content if not character.isspace())
    return shown
