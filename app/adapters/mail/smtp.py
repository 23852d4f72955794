"""Sends letters by SMTP: smtp://[user:password@]host[:port]?from=consult@example.org[&name=…][&tls=starttls|implicit|none]."""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
import time
import weakref
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from app.adapters.mail._message import Envelope, Sender, envelope_for, travelling
from app.services.subscriptions.notifying import (
    Letter,
    LetterPutOffError,
    LetterRefusedError,
    LetterUncertainError,
)

SECONDS = 20
SECONDS_OF_JUDGING = 180  # servers that look into a letter take their time
SECONDS_OF_SILENCE = 10  # then the server may have hung up, or soon will
SECONDS_OF_GOODBYE = 1
MOST_LETTERS = 200  # of one conversation
PORTS = {"none": 25, "starttls": 587, "implicit": 465}
USUAL_NAME = "Innspill"
GO_ON = 354
CLOSING = 421
AT_LINE_START = re.compile(rb"^\.", re.MULTILINE)
ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)")


def create(address: str) -> SmtpCarrier:
    """A carrier for the server at that address; raises ValueError when the address lacks `from` or a host."""
    return SmtpCarrier(address)


class SmtpCarrier:
    """Letter after letter in one conversation, begun anew after a silence; STARTTLS unless told otherwise."""

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
        self._sender = Sender(" ".join(asked.get("name", USUAL_NAME).split()), asked["from"])
        self._server: smtplib.SMTP | None = None
        self._letters, self._heard_at = 0, 0.0
        self._turn = threading.Lock()

    def send(self, letter: Letter) -> None:
        to = envelope_for(letter.to)
        message = travelling(letter, to, self._sender)
        with self._turn:
            try:
                self._hand_over(message, to, self._begin(to))
            except (LetterRefusedError, LetterPutOffError):
                self._begin_anew()
                raise
            except BaseException:
                self._hang_up()
                raise
            finally:
                self._letters, self._heard_at = self._letters + 1, time.monotonic()

    def _begin(self, to: Envelope) -> smtplib.SMTP:
        """The conversation, after the server has agreed to take a letter from us."""
        if self._server is not None and self._is_fresh():
            with suppress(smtplib.SMTPServerDisconnected, ConnectionError):
                code, _answer = self._announce(self._server, to)
                if code // 100 == 2:
                    return self._server
        self._hang_up()
        server = self._server = self._connect()
        code, answer = self._announce(server, to)
        if code // 100 != 2:
            # Nobody's address is at fault but ours: the operator mends it, and the letters wait.
            raise smtplib.SMTPSenderRefused(code, answer, self._sender.email)
        return server

    def _is_fresh(self) -> bool:
        is_silent = time.monotonic() - self._heard_at > SECONDS_OF_SILENCE
        return not is_silent and self._letters < MOST_LETTERS

    def _announce(self, server: smtplib.SMTP, to: Envelope) -> tuple[int, bytes]:
        if to.needs_utf8 and not server.has_extn("smtputf8"):
            raise LetterRefusedError("the mail server takes no address beyond ASCII")
        return server.mail(self._sender.email, ["SMTPUTF8", "BODY=8BITMIME"] if to.needs_utf8 else [])

    def _hand_over(self, message: bytes, to: Envelope, server: smtplib.SMTP) -> None:
        _require(*server.rcpt(to.email), wanted=250)
        _require(*server.docmd("DATA"), wanted=GO_ON)
        try:
            server.send(AT_LINE_START.sub(b"..", message) + b".\r\n")
            if server.sock is not None:
                server.sock.settimeout(SECONDS_OF_JUDGING)
            code, answer = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(SECONDS)
        except OSError as error:
            raise LetterUncertainError(type(error).__name__) from error
        _require(code, answer, wanted=250)

    def _begin_anew(self) -> None:
        """The conversation goes on with the next letter, if the server still listens."""
        try:
            if self._server is None or self._server.rset()[0] != 250:
                self._hang_up()
        except OSError:
            self._hang_up()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context() if self._tls != "none" else None
        if self._tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=SECONDS)
        self._goodbye = weakref.finalize(self, _say_goodbye, server)
        if self._tls == "starttls":
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if self._user:
            server.login(self._user, self._password)
        self._letters = 0
        return server

    def _hang_up(self) -> None:
        if self._server is not None:
            self._server = None
            self._goodbye()


def _say_goodbye(server: smtplib.SMTP) -> None:
    with suppress(OSError):
        if server.sock is not None:
            server.sock.settimeout(SECONDS_OF_GOODBYE)
        server.quit()
    server.close()


def _require(code: int, answer: bytes, *, wanted: int) -> None:
    """Raises unless the server agrees; the error holds its codes, and not its words, which name people."""
    if code == wanted or (wanted == 250 and code // 100 == 2):
        return
    enhanced = ENHANCED.match(answer)
    told = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
    if code // 100 == 5:
        raise LetterRefusedError(told)
    if code // 100 == 4 and code != CLOSING:
        raise LetterPutOffError(told)
    raise smtplib.SMTPServerDisconnected(told)
