"""PDF on A4, tagged, with language and title."""

from __future__ import annotations

from app.adapters.receipts import _sheet
from app.services.exports.printing import PrintedReceipt


def create() -> PdfPrinter:
    """The printer of PDF."""
    return PdfPrinter()


class PdfPrinter:
    """One column, calm, on as many sheets as it takes."""

    suffix = ".pdf"
    media_type = "application/pdf"

    def write(self, receipt: PrintedReceipt) -> bytes:
        """The whole file."""
        return _sheet.write(receipt)
