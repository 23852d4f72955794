"""What the services are given of the outside world, in one hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.services.exports.exporting import Exporter
from app.services.exports.printing import ReceiptPrinter
from app.services.files.importing import DraftReader, Importer
from app.services.files.writing import DraftWriter
from app.services.freshness import ChangeSign
from app.services.paper.tabulating import SheetFormat
from app.services.search.searching import SearchIndex
from app.services.sharing.scheduling import CalendarWriter
from app.services.sharing.showing import CardPainter
from app.services.subscriptions.notifying import MailCarrier


@dataclass(frozen=True)
class Ports:
    """The adapters in use; exporters, importers, writers, sheets and printers by the name of their file."""

    search: SearchIndex
    mail: MailCarrier
    changes: ChangeSign
    exporters: Mapping[str, Exporter]
    importers: Mapping[str, Importer]
    reader: DraftReader
    writers: Mapping[str, DraftWriter]
    sheets: Mapping[str, SheetFormat]
    printers: Mapping[str, ReceiptPrinter]
    calendars: Mapping[str, CalendarWriter]
    painters: Mapping[str, CardPainter]
