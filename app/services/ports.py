"""What the services are given of the outside world, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.exporting import Exporter
from app.services.freshness import ChangeSign
from app.services.importing import DraftReader, Importer
from app.services.notifying import MailCarrier
from app.services.printing import ReceiptPrinter
from app.services.searching import SearchIndex
from app.services.tabulating import SheetFormat
from app.services.writing import DraftWriter


@dataclass(frozen=True)
class Ports:
    """The adapters in use; exporters, importers, writers, sheets and printers by the name of their file."""

    search: SearchIndex
    mail: MailCarrier
    changes: ChangeSign
    exporters: dict[str, Exporter]
    importers: dict[str, Importer]
    reader: DraftReader
    writers: dict[str, DraftWriter]
    sheets: dict[str, SheetFormat]
    printers: dict[str, ReceiptPrinter]
