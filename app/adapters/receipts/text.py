"""Plain text: every sign of every script, readable anywhere and for ever."""

from __future__ import annotations

import textwrap

from app.services.exports.printing import Block, Part, PrintedReceipt

WIDTH = 78
SET_IN = "    "


def create() -> TextPrinter:
    """The printer of plain text."""
    return TextPrinter()


class TextPrinter:
    """Lines of at most 78 characters; addresses and digests stand unbroken on lines of their own."""

    suffix = ".txt"
    media_type = "text/plain; charset=utf-8"

    def write(self, receipt: PrintedReceipt) -> bytes:
        """The whole file."""
        chunks = [f"{receipt.title}\n{'=' * min(len(receipt.title), WIDTH)}"]
        chunks += [_chunk(block) for block in receipt.blocks]
        chunks.append(f"{receipt.link_words}\n{receipt.link}")
        return ("\n\n".join(chunks) + "\n").encode()


def _chunk(block: Block) -> str:
    if block.part == Part.HEADING:
        return f"\n{block.text}\n{'-' * min(len(block.text), WIDTH)}"
    if block.part == Part.FACT:
        return f"{block.label}:\n{_wrapped(block.text, SET_IN)}"
    return _wrapped(block.text, SET_IN if block.part == Part.WORDS else "")


def _wrapped(text: str, indent: str) -> str:
    lines = (
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )
    return "\n".join(lines)
