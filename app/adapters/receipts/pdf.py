"""PDF on A4, tagged, with language and title."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from app.services.printing import PrintedReceipt


def create() -> PdfPrinter:
    """The printer of PDF."""
    return PdfPrinter()


class PdfPrinter:
    """One column, calm, on as many sheets as it takes."""

    suffix = ".pdf"
    media_type = "application/pdf"

    def write(self, receipt: PrintedReceipt) -> bytes:
        """The whole file."""
        written: bytes = _sheet().write(receipt)
        return written


@cache
def _sheet() -> ModuleType:
    # What draws takes a second to load: only who asks for a PDF waits for it, no start and no command.
    return import_module("app.adapters.receipts._sheet")
