"""A mail server that keeps what arrives, and a letter to bring there."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from app.services.subscriptions.notifying import Letter

LETTER = Letter(
    to="ilze@example.org",
    subject="Mēs saņēmām jūsu komentāru – kvīts 7KQM",
    text="Labdien!\n\nPaldies par komentāru.\n.\nhttps://consult.example.org/lv/receipts/7KQM?secret=abc\n",
    message_id="job-7-abc",
    at=datetime(2030, 2, 10, 12, 0, tzinfo=UTC),
)


class Postbox(Message):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[EmailMessage] = []
        self.raw: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name
        self.raw.append(envelope.original_content)
        return str(await super().handle_DATA(server, session, envelope))

    def handle_message(self, message: Any) -> None:
        whole = message_from_bytes(self.raw[-1], policy=policy.default)
        assert isinstance(whole, EmailMessage)
        self.received.append(whole)


def address_of(server: Controller) -> str:
    """The MAIL_URL that leads to it."""
    return f"smtp://127.0.0.1:{server.port}?from=consult@example.org&tls=none"
