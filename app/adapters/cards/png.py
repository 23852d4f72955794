"""Cards as PNG, in the site's own letters and colours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from threading import Lock

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from app.services.sharing.showing import Card

FONTS = Path(__file__).parents[3] / "static" / "vendor" / "fonts"
SCRIPTS = ("latin", "latin-ext", "greek", "cyrillic")
UNPACKING = Lock()
WIDTH, HEIGHT, MARGIN = 1200, 630, 84
PAPER, INK, QUIET, ACCENT = "#ffffff", "#1e2b3c", "#56616f", "#0062ba"
LARGEST, SMALLEST, MOST_LINES = 68, 40, 4


@dataclass(frozen=True)
class Script:
    """One file of a face, with the signs that it has."""

    content: bytes
    signs: frozenset[str]


@dataclass(frozen=True)
class Face:
    """A face in one size: of each run of signs, the file that has them."""

    name: str
    size: int

    def runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """The text in parts that one file can draw; signs that no file has are left out."""
        placed = ((_script_of(self.name, sign), sign) for sign in text)
        for script, signs in groupby(placed, key=lambda one: one[0]):
            if script is not None:
                yield _font(self.name, script, self.size), "".join(sign for _script, sign in signs)

    def width(self, text: str) -> float:
        """How wide the text is, in pixels."""
        return sum(font.getlength(run) for font, run in self.runs(text))

    def draw(self, on: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: str) -> None:
        """The text stands there, its baseline at that height."""
        left, baseline = at
        for font, run in self.runs(text):
            on.text((left, baseline), run, font=font, fill=colour, anchor="ls")
            left += font.getlength(run)


SMALL = tuple(Face("inter", size) for size in (30, 27, 24))


def create() -> PngPainter:
    """A painter."""
    return PngPainter()


class PngPainter:
    """Paints a white card with a blue edge, the title as large as it fits into four lines."""

    def paint(self, card: Card) -> bytes:
        with UNPACKING:
            picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
            _paint(ImageDraw.Draw(picture), card)
        content = io.BytesIO()
        picture.save(content, "PNG", optimize=True)
        return content.getvalue()


def _paint(on: ImageDraw.ImageDraw, card: Card) -> None:
    on.rectangle((0, 0, 20, HEIGHT), fill=ACCENT)
    plain = Face("inter", 30)
    plain.draw(on, (MARGIN, 110), _cut(card.overline, plain), QUIET)
    face, lines = _fitting(card.title)
    baseline = 140 + face.size
    for line in lines:
        face.draw(on, (MARGIN, baseline), line, INK)
        baseline += round(face.size * 1.2)
    narrow = next((face for face in SMALL if face.width(card.line) <= WIDTH - 2 * MARGIN), SMALL[-1])
    narrow.draw(on, (MARGIN, HEIGHT - 116), _cut(card.line, narrow), INK)
    plain.draw(on, (MARGIN, HEIGHT - 66), _cut(card.address, plain), ACCENT)


def _fitting(title: str) -> tuple[Face, list[str]]:
    for size in range(LARGEST, SMALLEST - 1, -4):
        face = Face("source-serif", size)
        lines = _lines(title, face)
        if len(lines) <= MOST_LINES - (size > 56):
            return face, lines
    return face, [*lines[: MOST_LINES - 1], _cut(" ".join(lines[MOST_LINES - 1 :]), face)]


def _lines(text: str, face: Face) -> list[str]:
    lines: list[str] = [""]
    for word in text.split()[:200]:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and face.width(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_cut(line, face) for line in lines]


def _cut(text: str, face: Face) -> str:
    """The text, cut where it would leave the card."""
    line = " ".join(text[:300].split())
    if face.width(line) <= WIDTH - 2 * MARGIN:
        return line
    while line and face.width(f"{line}…") > WIDTH - 2 * MARGIN:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _script_of(name: str, sign: str) -> str | None:
    return next((script for script in SCRIPTS if sign in _unpacked(name, script).signs), None)


@cache
def _unpacked(name: str, script: str) -> Script:
    with TTFont(FONTS / f"{name}-{script}.woff2", recalcTimestamp=False) as font:
        font.flavor = None
        content = io.BytesIO()
        font.save(content)
        return Script(content.getvalue(), frozenset(map(chr, font.getBestCmap())))


@cache
def _font(name: str, script: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(_unpacked(name, script).content), size)
