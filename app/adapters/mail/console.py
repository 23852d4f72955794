"""Prints letters instead of sending them, for development."""

from __future__ import annotations

import sys

from app.services.subscriptions.notifying import Letter

RULE = "-" * 72


def create(_address: str) -> ConsoleCarrier:
    """A carrier that prints."""
    return ConsoleCarrier()


class ConsoleCarrier:
    """Writes every letter to standard output."""

    def send(self, letter: Letter) -> None:
        headers = {
            "To": letter.to,
            "Subject": letter.subject,
            "Reply-To": letter.reply_to,
            "List-Unsubscribe": letter.unsubscribe,
            "Calendar": letter.invitation.method if letter.invitation else "",
        }
        said = "\n".join(f"{name}: {value}" for name, value in headers.items() if value)
        print(f"{RULE}\n{said}\n\n{letter.text}\n{RULE}", file=sys.stdout, flush=True)
