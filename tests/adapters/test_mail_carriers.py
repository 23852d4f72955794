"""Mail carriers: what an SMTP server really receives, and what development prints."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from app.adapters import adapter
from app.services.notifying import Letter

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

    def handle_message(self, message: Any) -> None:
        whole = message_from_bytes(message.as_bytes(), policy=policy.default)
        assert isinstance(whole, EmailMessage)
        self.received.append(whole)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def address_of(server: Controller) -> str:
    return f"smtp://127.0.0.1:{server.port}?from=consult@example.org&tls=none"


def test_a_letter_arrives_as_it_was_written(server: Controller, postbox: Postbox) -> None:
    adapter("mail", "smtp").create(address_of(server)).send(LETTER)
    [message] = postbox.received
    assert message["Subject"] == LETTER.subject
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert (message["To"], message["From"]) == ("ilze@example.org", "Innspill <consult@example.org>")
    assert message["Message-ID"] == "<job-7-abc@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Sun, 10 Feb 2030 12:00:00 +0000"


@pytest.mark.parametrize(
    "to", ["ilze@example.org\r\nBcc: all@example.org", "two@example.org, one@example.org"]
)
def test_an_address_can_smuggle_in_no_header(server: Controller, postbox: Postbox, to: str) -> None:
    carrier = adapter("mail", "smtp").create(address_of(server))
    letter = Letter(to, "A subject\r\nBcc: all@example.org", "Words", "job-1", LETTER.at)
    with pytest.raises(ValueError, match=r"(?i)addr|CR|invalid"):
        carrier.send(letter)
    assert postbox.received == []


def test_a_subject_with_line_breaks_is_one_line(server: Controller, postbox: Postbox) -> None:
    letter = Letter("a@example.org", "One\r\nBcc: all@example.org", "Words", "job-1", LETTER.at)
    adapter("mail", "smtp").create(address_of(server)).send(letter)
    assert postbox.received[0]["Subject"] == "One Bcc: all@example.org"
    assert postbox.received[0]["Bcc"] is None


def test_a_server_that_is_gone_raises_an_error() -> None:
    carrier = adapter("mail", "smtp").create("smtp://127.0.0.1:9?from=consult@example.org&tls=none")
    with pytest.raises(ConnectionRefusedError):
        carrier.send(LETTER)


@pytest.mark.parametrize("address", ["smtp://", "smtp://host", "smtp://host?from=a@b.c&tls=perhaps"])
def test_an_address_that_lacks_something_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL must be like"):
        adapter("mail", "smtp").create(address)


def test_development_prints_the_letter(capsys: pytest.CaptureFixture[str]) -> None:
    adapter("mail", "console").create("console:").send(LETTER)
    printed = capsys.readouterr().out
    assert LETTER.subject in printed
    assert LETTER.text in printed
