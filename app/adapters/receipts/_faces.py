"""The site's own fonts, unpacked once for all receipts."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).parents[3] / "static" / "vendor" / "fonts"
UNPACKING = Lock()


@dataclass(frozen=True)
class Face:
    """A font: its file without compression, and how wide each of its signs is, in parts of the size."""

    name: str
    content: bytes
    widths: dict[str, float]


def face(name: str) -> Face:
    """The font of that name; unpacking takes long, so nobody does it beside another."""
    with UNPACKING:
        return _unpacked(name)


@cache
def _unpacked(name: str) -> Face:
    with TTFont(FONTS / f"{name}.woff2", recalcTimestamp=False) as font:
        font.flavor = None
        unit, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        widths = {chr(sign): metrics[glyph][0] / unit for sign, glyph in font.getBestCmap().items()}
        content = io.BytesIO()
        font.save(content)
    return Face(name, content.getvalue(), widths)
