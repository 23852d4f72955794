"""Office Open XML workbooks (ECMA-376) in which every cell is text: a spreadsheet changes none and runs none.

Written here row by row, as the libraries hand out nothing before the last row, for which no gateway waits.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROWS_A_PIECE = 500
# What a sheet can hold: a longer text says where it is cut, and more rows end the file with an error.
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
CUT = " [cut here: the CSV has all {:,} characters]"
# What XML 1.0 refuses, and what would be read as its escape.
UNWRITABLE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">'
    '<sheets><sheet name="comments" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
    # Style 1 is text (number format 49), style 2 the same in bold.
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="2">'
    '<font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}
# The first row stays in view; no green corner says that a number is text.
BEGINNING = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{columns}" width="18" style="1" customWidth="1"/></cols><sheetData>'
)
END = (
    f'</sheetData><ignoredErrors><ignoredError sqref="A1:{{last}}{MOST_ROWS}" numberStoredAsText="1"/>'
    "</ignoredErrors></worksheet>"
)


def create() -> XlsxExporter:
    """The exporter of XLSX files."""
    return XlsxExporter()


class XlsxExporter:
    """One sheet, its first row frozen; nothing in the file tells when it was made."""

    content_type = f"{KIND}.sheet"
    suffix = ".xlsx"

    def write(self, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
        """The file piece by piece; the same rows give the same bytes."""
        letters = [_letters(place) for place in range(len(header))]
        unsent = _Unsent()
        with ZipFile(unsent, "w") as archive:
            for name, content in PARTS.items():
                archive.writestr(_entry(name), XML + content)
            with archive.open(_entry(SHEET), "w") as sheet:
                sheet.write(BEGINNING.format(columns=len(header)).encode())
                for number, row in enumerate(chain([header], rows), 1):
                    sheet.write(_line(number, row, letters))
                    if number % ROWS_A_PIECE == 0:
                        yield from unsent.take()
                sheet.write(END.format(last=letters[-1]).encode())
        yield from unsent.take()


class _Unsent:
    """The end of the archive that is not sent yet: a file that never goes back, as `zipfile` sees it."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, some: bytes, /) -> int:
        self._written += some
        return len(some)

    def flush(self) -> None:
        """There is nowhere to flush to."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> Iterator[bytes]:
        """What was written since the last time, if anything was."""
        if self._written:
            piece = bytes(self._written)
            self._written.clear()
            yield piece


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # of 1980-01-01
    entry.compress_type = ZIP_DEFLATED
    return entry


def _letters(place: int) -> str:
    """“A” for 0, “Z” for 25, “AA” for 26."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _line(number: int, row: tuple[str, ...], letters: list[str]) -> bytes:
    if number > MOST_ROWS:
        raise OSError(errno.EFBIG, "a sheet cannot hold so many rows, take csv")
    style = 2 if number == 1 else 1
    cells = "".join(
        f'<c r="{letter}{number}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{_text(cell)}</t></is></c>'
        for letter, cell in zip(letters, row, strict=True)
        if cell
    )
    return f'<row r="{number}">{cells}</row>'.encode()


def _text(cell: str) -> str:
    if len(cell) > LONGEST_CELL // 2:
        cell = _cut(cell)
    return escape(UNWRITABLE.sub(_escaped, cell))


def _cut(cell: str) -> str:
    """The cell, or its beginning and how much there was; a spreadsheet counts as UTF-16 does."""
    units = cell.encode("utf-16-le")
    if len(units) <= LONGEST_CELL * 2:
        return cell
    mark = CUT.format(len(cell))
    return units[: (LONGEST_CELL - len(mark)) * 2].decode("utf-16-le", "ignore") + mark


def _escaped(sign: re.Match[str]) -> str:
    return f"_x{ord(sign[0]):04X}_"
