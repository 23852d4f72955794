"""Mail carriers: what an SMTP server really receives, and what development prints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from app.adapters import adapter
from app.services.subscriptions.notifying import Invitation, Letter, LetterRefusedError
from tests.postbox import LETTER, Postbox, address_of


def test_a_letter_arrives_as_it_was_written(server: Controller, postbox: Postbox) -> None:
    adapter("mail", "smtp").create(address_of(server)).send(LETTER)
    [message] = postbox.received
    assert message["Subject"] == LETTER.subject
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert (message["To"], message["From"]) == ("ilze@example.org", "Innspill <consult@example.org>")
    assert message["Content-Transfer-Encoding"] == "quoted-printable"
    assert message["Message-ID"] == "<job-7-abc@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Sun, 10 Feb 2030 12:00:00 +0000"


@pytest.mark.parametrize(
    "to",
    [
        "ilze@example.org\r\nBcc: all@example.org",
        "ilze@example.org\rBcc: all@example.org",
        "two@example.org, one@example.org",
        "ilze@example.org>\r\nRCPT TO:<all@example.org",
        "",
        "nobody",
    ],
)
def test_an_address_can_smuggle_in_nothing(server: Controller, postbox: Postbox, to: str) -> None:
    carrier = adapter("mail", "smtp").create(address_of(server))
    letter = Letter(to, "A subject\r\nBcc: all@example.org", "Words", "job-1", LETTER.at)
    with pytest.raises(LetterRefusedError, match=r"^malformed address$"):
        carrier.send(letter)
    assert postbox.received == []


def test_a_subject_with_line_breaks_is_one_line(server: Controller, postbox: Postbox) -> None:
    letter = Letter("a@example.org", "One\r\nBcc: all@example.org", "Words", "job-1", LETTER.at)
    adapter("mail", "smtp").create(address_of(server)).send(letter)
    assert postbox.received[0]["Subject"] == "One Bcc: all@example.org"
    assert postbox.received[0]["Bcc"] is None


@pytest.mark.parametrize("breaks", ["\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\x00", "\u202e"])
@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_no_sign_in_a_letter_makes_a_header(
    server: Controller, postbox: Postbox, breaks: str, field: str
) -> None:
    hostile: Any = f"One{breaks}Bcc: all@example.org{breaks}{breaks}.{breaks}RSET"
    adapter("mail", "smtp").create(address_of(server)).send(replace(LETTER, **{field: hostile}))
    [message] = postbox.received
    assert message["Bcc"] is None
    assert message["To"] == LETTER.to
    said = (
        str(message["Subject"])
        if field == "subject"
        else str(message.get_body((("html" if field == "html" else "plain"),)))
    )
    assert "One" in said
    assert "all@example.org" in said


def test_a_newsletter_tells_its_list_and_how_to_leave_it(server: Controller, postbox: Postbox) -> None:
    leave = f"https://consult.example.org/lv/subscriptions/7KQM/unsubscribe?secret={'s' * 100}&subscription=7"
    letter = replace(
        LETTER, reply_to="editors@bücher.example", list_id="newsletter", unsubscribe=leave, language="lv"
    )
    adapter("mail", "smtp").create(address_of(server)).send(letter)
    [message] = postbox.received
    assert message["List-Id"] == "<newsletter.example.org>"
    assert message["List-Unsubscribe"] == f"<{leave}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Reply-To"] == "editors@xn--bcher-kva.example"
    assert message["Content-Language"] == "lv"
    assert message["Precedence"] is None


def test_letters_to_one_person_tell_of_no_list(server: Controller, postbox: Postbox) -> None:
    adapter("mail", "smtp").create(address_of(server)).send(LETTER)
    [message] = postbox.received
    assert not [name for name in message if name.lower().startswith("list-")]
    assert message["Reply-To"] is None


@pytest.mark.parametrize(
    "words",
    [
        "Deklarācija par mēģināšanu – šķēršļi, ģimenes un žēlastība. " * 30,
        "Erklæring om å prøve på nytt " * 30,
        "Déclaration sur l’essai à l’œuvre " * 30,
        "إعلان بشأن الابتكار في القطاع العام " * 30,
        "x" * 3000,
        "Ā" * 3000,
        "👩‍👩‍👧‍👦" * 300,
    ],
)
def test_long_words_of_any_script_arrive_whole_in_short_lines(
    server: Controller, postbox: Postbox, words: str
) -> None:
    words = words.strip()
    letter = replace(LETTER, subject=words, text=words, html=f"<p>{words}</p>")
    adapter("mail", "smtp").create(address_of(server)).send(letter)
    [message] = postbox.received
    assert message["Subject"] == words
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == words
    assert html.get_content().strip() == f"<p>{words}</p>"
    [raw] = postbox.raw
    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")


def test_the_sender_is_called_as_the_settings_say(server: Controller, postbox: Postbox) -> None:
    name = "Valsts%20kanceleja%2C%20%22Darbn%C4%ABca%22"
    adapter("mail", "smtp").create(f"{address_of(server)}&name={name}").send(LETTER)
    [sender] = postbox.received[0]["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (
        'Valsts kanceleja, "Darbnīca"',
        "consult@example.org",
    )


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("html", ["", "<p>Nāciet!</p>"])
def test_an_invitation_is_the_last_way_to_read_the_letter_and_a_file(
    server: Controller, postbox: Postbox, method: str, html: str
) -> None:
    file = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nX-NAME:Darbnīca\r\nEND:VCALENDAR\r\n".encode()
    letter = replace(LETTER, html=html, invitation=Invitation(method, file))
    adapter("mail", "smtp").create(address_of(server)).send(letter)
    [message] = postbox.received
    ways, attached = message.iter_parts()
    kinds = [part.get_content_type() for part in ways.iter_parts()]
    assert kinds == ["text/plain", *(["text/html"] if html else []), "text/calendar"]
    calendar = list(ways.iter_parts())[-1]
    assert calendar.get_param("method") == method
    assert calendar.get_content_charset() == "utf-8"
    assert calendar.get_payload(decode=True) == file
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
    assert attached.get_payload(decode=True) == file


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
