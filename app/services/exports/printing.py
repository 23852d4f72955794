"""Receipts on paper: what stands on one, in order, and who writes it as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.services.errors import NotFoundError


class Part(StrEnum):
    """What a block of a printed receipt is."""

    HEADING = "heading"
    FACT = "fact"
    WORDS = "words"
    NOTE = "note"


@dataclass(frozen=True)
class Block:
    """A heading, a fact with its label, somebody's own words, or a note."""

    part: Part
    text: str
    label: str = ""


@dataclass(frozen=True)
class PrintedReceipt:
    """A receipt as it is printed; `link_words` say what its code leads to, `elsewhere` where all signs are.

    `elsewhere` is printed where signs had to be left out, which stand as `left_out`.
    """

    language: str
    title: str
    number: str
    link: str
    link_words: str
    elsewhere: str
    blocks: tuple[Block, ...]
    made_at: datetime
    left_out: str = "[…]"


class ReceiptPrinter(Protocol):
    """Writes receipts as files of one format."""

    media_type: str
    suffix: str

    def write(self, receipt: PrintedReceipt) -> bytes:
        """The file; the same receipt gives the same bytes."""


def printer_for(printers: Mapping[str, ReceiptPrinter], suffix: str) -> ReceiptPrinter:
    """The printer that writes files with that ending; raises NotFoundError."""
    for printer in printers.values():
        if printer.suffix == suffix:
            return printer
    raise NotFoundError(suffix)
