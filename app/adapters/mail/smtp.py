"""Sends letters by SMTP: smtp://[user:password@]host[:port]?from=consult@example.org[&tls=starttls|implicit|none]."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import parse_qs, unquote, urlsplit

from app.services.notifying import Letter

SECONDS = 20
PORTS = {"none": 25, "starttls": 587, "implicit": 465}


def create(address: str) -> SmtpCarrier:
    """A carrier for the server at that address; raises ValueError when the address lacks `from` or a host."""
    return SmtpCarrier(address)


class SmtpCarrier:
    """One SMTP conversation a letter; STARTTLS unless the address says otherwise."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self._tls = asked.get("tls", "starttls")
        if not parts.hostname or "from" not in asked or self._tls not in PORTS:
            raise ValueError("MAIL_URL must be like smtp://user:password@host:587?from=consult@example.org")
        self._host = parts.hostname
        self._port = parts.port or PORTS[self._tls]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = asked["from"]

    def send(self, letter: Letter) -> None:
        with self._connect() as server:
            if self._tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
            server.send_message(self._message(letter))

    def _connect(self) -> smtplib.SMTP:
        if self._tls == "implicit":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=SECONDS, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=SECONDS)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(display_name="Innspill", addr_spec=self._sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = " ".join(letter.subject.split())
        message["Message-ID"] = f"<{letter.message_id}@{self._sender.rpartition('@')[2]}>"
        message["Date"] = letter.at
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message
