"""QR codes: a picture in the page, without any style of its own."""

from __future__ import annotations

import segno
from markupsafe import Markup


def code_of(link: str) -> Markup:
    """The link as a QR code that a telephone reads from paper too."""
    drawn = segno.make(link, error="m").svg_inline(
        scale=1, border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - made by the library of dots only
