"""Conversations with a mail server: many letters in one, what it refuses, what it puts off, how it breaks."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from app.adapters import adapter
from app.adapters.mail import smtp
from app.services.subscriptions.notifying import (
    Letter,
    LetterPutOffError,
    LetterRefusedError,
    LetterUncertainError,
)
from tests.live_site import free_port
from tests.postbox import LETTER

TAKEN = "250 2.0.0 taken"


@dataclass
class Office:
    """A mail server's rules, and what it was told."""

    answers: dict[str, str] = field(default_factory=dict)
    at_the_end: str = TAKEN
    senders: str = TAKEN
    greeted: int = 0
    taken: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greeted += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.senders == TAKEN:
            envelope.mail_from = address
        return self.senders

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.answers.get(address, TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_the_end == TAKEN:
            self.taken += envelope.rcpt_tos
        return self.at_the_end


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def server(office: Office) -> Iterator[Controller]:
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def carrier(server: Controller) -> Iterator[smtp.SmtpCarrier]:
    carrier = adapter("mail", "smtp").create(address_at(server.port))
    yield carrier
    del carrier


def address_at(port: int) -> str:
    return f"smtp://127.0.0.1:{port}?from=consult@example.org&tls=none"


def to(name: str) -> Letter:
    return replace(LETTER, to=f"{name}@example.org")


def test_letters_follow_each_other_in_one_conversation(carrier: smtp.SmtpCarrier, office: Office) -> None:
    for number in range(5):
        carrier.send(to(f"person-{number}"))
    assert office.taken == [f"person-{number}@example.org" for number in range(5)]
    assert office.greeted == 1


def test_a_conversation_has_an_end(
    carrier: smtp.SmtpCarrier, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MOST_LETTERS", 2)
    for number in range(5):
        carrier.send(to(f"person-{number}"))
    assert (len(office.taken), office.greeted) == (5, 3)


def test_after_a_silence_the_conversation_is_begun_anew(
    carrier: smtp.SmtpCarrier, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.send(to("first"))
    monkeypatch.setattr(smtp, "SECONDS_OF_SILENCE", -1)
    carrier.send(to("second"))
    assert (len(office.taken), office.greeted) == (2, 2)


def test_a_server_that_was_started_anew_gets_the_next_letter(office: Office) -> None:
    port = free_port()
    carrier = adapter("mail", "smtp").create(address_at(port))
    for name in ("before", "after"):
        server = Controller(office, hostname="127.0.0.1", port=port)
        server.start()
        carrier.send(to(name))
        server.stop()
    assert office.taken == ["before@example.org", "after@example.org"]


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 <gone@example.org> is unknown", "553 no", "521 5.3.2 no mail here"]
)
def test_an_address_that_is_refused_for_good_says_so_without_naming_it(
    carrier: smtp.SmtpCarrier, office: Office, answer: str
) -> None:
    office.answers["gone@example.org"] = answer
    with pytest.raises(LetterRefusedError, match=r"^5\d\d( 5\.\d\.\d)?$"):
        carrier.send(to("gone"))
    carrier.send(to("here"))
    assert (office.taken, office.greeted) == (["here@example.org"], 1)


def test_an_address_that_is_put_off_says_so(carrier: smtp.SmtpCarrier, office: Office) -> None:
    office.answers["grey@example.org"] = "451 4.7.1 <grey@example.org> come back later"
    with pytest.raises(LetterPutOffError, match=r"^451 4\.7\.1$"):
        carrier.send(to("grey"))
    carrier.send(to("here"))
    assert (office.taken, office.greeted) == (["here@example.org"], 1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 5.6.0 not wanted", LetterRefusedError), ("452 4.3.1 the disk is full", LetterPutOffError)],
)
def test_what_the_server_says_of_the_words_counts_too(
    carrier: smtp.SmtpCarrier, office: Office, answer: str, error: type[Exception]
) -> None:
    office.at_the_end = answer
    with pytest.raises(error):
        carrier.send(to("here"))
    office.at_the_end = TAKEN
    carrier.send(to("here"))
    assert office.taken == ["here@example.org"]


@pytest.mark.parametrize("answer", ["550 5.7.1 who are you", "451 later"])
def test_a_sender_that_is_refused_is_nobody_else_s_fault(
    carrier: smtp.SmtpCarrier, office: Office, answer: str
) -> None:
    office.senders = answer
    with pytest.raises(smtplib.SMTPSenderRefused):
        carrier.send(to("here"))


def test_an_address_beyond_ascii_is_refused_where_the_server_does_not_know_such(
    carrier: smtp.SmtpCarrier, office: Office
) -> None:
    with pytest.raises(LetterRefusedError, match="beyond ASCII"):
        carrier.send(to("jānis"))
    carrier.send(to("janis"))
    assert office.taken == ["janis@example.org"]


def test_an_address_beyond_ascii_is_written_to_where_the_server_knows_such(office: Office) -> None:
    server = Controller(office, hostname="127.0.0.1", port=free_port())
    server.start()
    adapter("mail", "smtp").create(address_at(server.port)).send(to("jānis"))
    server.stop()
    assert office.taken == ["jānis@example.org"]


def test_a_domain_beyond_ascii_is_written_to_everywhere(carrier: smtp.SmtpCarrier, office: Office) -> None:
    carrier.send(replace(LETTER, to="janis@bücher.example"))
    assert office.taken == ["janis@xn--bcher-kva.example"]


# ---------------------------------------------------------------- servers that break off


@pytest.fixture
def breaking() -> Iterator[Callable[[bytes], int]]:
    """Starts a server that hangs up when it has read these words; the answer is its port."""
    listening: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(last_words: bytes) -> int:
        door = socket.create_server(("127.0.0.1", 0))
        listening.append(door)
        threads.append(threading.Thread(target=_talk_until, args=(door, last_words)))
        threads[-1].start()
        return int(door.getsockname()[1])

    yield start
    for door in listening:
        door.close()
    for thread in threads:
        thread.join(60)


def _talk_until(door: socket.socket, last_words: bytes) -> None:
    caller, _address = door.accept()
    with caller:
        caller.sendall(b"220 here\r\n")
        heard = b""
        while last_words not in heard:
            said = caller.recv(65536)
            if not said:
                return
            heard += said
            if not said.startswith(last_words) and last_words not in heard:
                caller.sendall(b"354 go on\r\n" if said.startswith(b"DATA") else b"250 fine\r\n")


def test_a_conversation_that_breaks_off_before_the_letter_is_an_error_to_try_again(
    breaking: Callable[[bytes], int],
) -> None:
    carrier = adapter("mail", "smtp").create(address_at(breaking(b"rcpt")))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        carrier.send(to("here"))


def test_a_conversation_that_breaks_off_after_the_letter_leaves_it_uncertain(
    breaking: Callable[[bytes], int],
) -> None:
    carrier = adapter("mail", "smtp").create(address_at(breaking(b"\r\n.\r\n")))
    with pytest.raises(LetterUncertainError):
        carrier.send(to("here"))
