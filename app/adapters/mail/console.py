"""Prints letters instead of sending them, for development."""

from __future__ import annotations

import sys

from app.services.notifying import Letter

RULE = "-" * 72


def create(_address: str) -> ConsoleCarrier:
    """A carrier that prints."""
    return ConsoleCarrier()


class ConsoleCarrier:
    """Writes every letter to standard output."""

    def send(self, letter: Letter) -> None:
        print(
            f"{RULE}\nTo: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}\n{RULE}",
            file=sys.stdout,
            flush=True,
        )
