"""A receipt on A4, in the site's own fonts, with a code that a telephone reads.

The fonts hold the letters of Europe: Latin, Greek and Cyrillic. What they lack is left out visibly, and the
reader is told where every sign is to be had.
"""

from __future__ import annotations

import io
import re
from collections import ChainMap
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, cast

import segno
from fpdf import FPDF, ViewerPreferences
from fpdf.fonts import TTFFont

from app.adapters.receipts._faces import Face, face
from app.adapters.receipts._lines import lines_of
from app.services.exports.printing import Block, Part, PrintedReceipt

if TYPE_CHECKING:
    from pathlib import Path

BOOK, PLAIN = "source-serif", "inter"
FILES = ("latin", "latin-ext", "greek", "cyrillic")
MARGIN = 25
CODE_SIZE = 34
INK, QUIET, HAIRLINE = (24, 28, 35), (92, 98, 110), (214, 217, 223)
# Of each part: its tag, its font, the size in points, the height of a line, the space above and the ink.
STYLES = {
    Part.HEADING: ("/H2", BOOK, 14, 7.0, 9.0, INK),
    Part.FACT: ("/P", PLAIN, 9.5, 5.0, 3.0, INK),
    Part.WORDS: ("/P", BOOK, 11, 6.0, 3.0, INK),
    Part.NOTE: ("/P", PLAIN, 9.5, 5.0, 3.0, QUIET),
}
TITLE = ("/H1", BOOK, 22, 10.0, 0.0, INK)
LABEL = ("/P", PLAIN, 8, 4.5, 3.5, QUIET)
UNDER_A_LABEL = ("/P", PLAIN, 9.5, 5.0, 0.5, INK)
Style = tuple[str, str, float, float, float, tuple[int, int, int]]


def write(receipt: PrintedReceipt) -> bytes:
    """The whole file: headings, paragraphs and the code are tagged in the order in which they are read."""
    sheet = _Sheet(receipt)
    sheet.put(receipt.title, TITLE)
    sheet.put_code()
    for block in receipt.blocks:
        sheet.put_block(block)
    sheet.put_block(Block(Part.FACT, receipt.link, receipt.link_words))
    if sheet.has_left_out:
        sheet.put_block(Block(Part.NOTE, receipt.elsewhere))
    return bytes(sheet.pdf.output())


class _Sheet:
    """A PDF as far as it is written."""

    def __init__(self, receipt: PrintedReceipt) -> None:
        self.receipt = receipt
        self.has_left_out = False
        self.pdf = pdf = FPDF(format="A4")
        pdf.set_title(receipt.title)
        pdf.set_lang(receipt.language)
        pdf.set_creation_date(receipt.made_at)
        pdf.set_producer("Innspill")
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        pdf.set_margins(MARGIN, MARGIN, MARGIN)
        pdf.set_auto_page_break(auto=False)
        pdf.str_alias_nb_pages = ""  # what somebody wrote is no mark of ours
        for family in (BOOK, PLAIN):
            self._add(face(f"{family}-{FILES[0]}"))
        pdf.add_page()

    def put_block(self, block: Block) -> None:
        if block.label:
            self.put(block.label, LABEL)
            self.put(block.text, UNDER_A_LABEL)
            return
        if block.part == Part.HEADING:
            self._rule()
        self.put(block.text, STYLES[block.part])

    def put(self, text: str, style: Style) -> None:
        tag, family, size, height, above, ink = style
        pdf = self.pdf
        faces = [face(f"{family}-{file}") for file in FILES]
        pdf.set_font(faces[0].name, size=size)
        pdf.set_text_color(*ink)
        lines = self._lines(self._printable(text, faces), faces, size)
        pdf.set_y(pdf.get_y() + above)
        while lines:
            room = int((pdf.h - MARGIN - pdf.get_y()) // height)
            # A heading does not stand alone at the foot of a page.
            if room < (3 if tag != "/P" else 1):
                pdf.add_page()
                continue
            with _tagged(pdf, tag):
                for line in lines[:room]:
                    pdf.cell(0, height, line, new_x="LMARGIN", new_y="NEXT")
            lines = lines[room:]

    def put_code(self) -> None:
        """The secret link as a code, in the corner of the first page."""
        pdf = self.pdf
        rows = [list(row) for row in segno.make(self.receipt.link, error="m").matrix]
        side = CODE_SIZE / len(rows)
        left, top = pdf.w - MARGIN - CODE_SIZE, MARGIN
        with _tagged(pdf, "/Figure", alternative=self.receipt.link_words):
            pdf.set_fill_color(*INK)
            for down, row in enumerate(rows):
                for dark, across in _runs(row):
                    if dark:
                        at = left + across.start * side
                        pdf.rect(at, top + down * side, len(across) * side, side, style="F")

    def _lines(self, text: str, faces: list[Face], size: float) -> list[str]:
        pdf = self.pdf
        is_beside_code = pdf.page == 1 and pdf.get_y() < MARGIN + CODE_SIZE
        width = pdf.epw - 2 * pdf.c_margin - (CODE_SIZE + 8 if is_beside_code else 0)
        widths = ChainMap(*(one.widths for one in faces))
        wide = {sign: widths.get(sign, 0) for sign in set(text)}
        return lines_of(text, wide, width * pdf.k / size)

    def _printable(self, text: str, faces: list[Face]) -> str:
        """The text with what the fonts lack left out, visibly; what it needs of them is in the file."""
        signs = set(text)
        for one in faces[1:]:
            if one.name not in self.pdf.fonts and not signs.isdisjoint(one.widths):
                self._add(one)
                self.pdf.set_fallback_fonts(list(self.pdf.fonts), exact_match=False)
        known = {"\n", " "}.union(*(signs & one.widths.keys() for one in faces))
        words = "".join(
            "".join(run) if is_known else self.receipt.left_out
            for is_known, run in groupby(text.replace("\t", " "), key=known.__contains__)
        )
        gap = re.escape(self.receipt.left_out)
        words = re.sub(f"{gap}(?: {gap})+", self.receipt.left_out, words)
        self.has_left_out = self.has_left_out or self.receipt.left_out in words
        return words

    def _add(self, one: Face) -> None:
        # The library would open and unpack the file anew for every receipt: that takes a second and more.
        font = TTFFont(self.pdf, cast("Path", io.BytesIO(one.content)), one.name, "")
        self.pdf.fonts[one.name] = font

    def _rule(self) -> None:
        pdf = self.pdf
        pdf.set_draw_color(*HAIRLINE)
        pdf.set_y(pdf.get_y() + 7)
        pdf.line(MARGIN, pdf.get_y(), pdf.w - MARGIN, pdf.get_y())


def _runs(row: list[int]) -> Iterator[tuple[int, range]]:
    start = 0
    for dark, run in groupby(row):
        end = start + len(list(run))
        yield dark, range(start, end)
        start = end


@contextmanager
def _tagged(pdf: FPDF, tag: str, alternative: str | None = None) -> Iterator[None]:
    """What is written inside is one element of the document's structure."""
    # The library tags pictures only; its own way of doing so serves for everything else.
    number = pdf.struct_builder.next_mcid_for_page(pdf.page)
    pdf._add_marked_content(struct_type=tag, mcid=number, alt_text=alternative)
    pdf._out(f"{tag} <</MCID {number}>> BDC")
    yield
    pdf._out("EMC")
