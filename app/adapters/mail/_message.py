"""A letter as it travels: headers, text beside HTML, a calendar file where it invites (RFC 5322, MIME)."""

from __future__ import annotations

from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from email_validator import validate_email

from app.services.subscriptions.notifying import Invitation, Letter, LetterRefusedError
from app.services.text import normalise, one_line

INVITATION_FILE = "invite.ics"
LONGEST_LINE = 998  # RFC 5322, 2.1.1
LONGEST_HEADER_LINE = 76  # RFC 2047, 2
# Addresses that must be found as they are, however long: folded, they would become encoded words.
KEPT_WHOLE = frozenset({"list-unsubscribe", "list-id", "message-id"})


class _Travelling(EmailPolicy):
    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in KEPT_WHOLE:
            return f"{name}: {value}\r\n".encode("ascii")
        if name.lower() == "subject":
            return f"{name}: {_folded(str(value))}\r\n".encode("ascii")
        return super().fold_binary(name, value)


def _folded(subject: str) -> str:
    """The subject in lines of the usual length, words beyond ASCII encoded with the spaces between them."""
    is_plain = subject.isascii() and all(len(word) < LONGEST_HEADER_LINE for word in subject.split())
    header = Header(subject, "us-ascii" if is_plain else "utf-8", LONGEST_HEADER_LINE, "Subject")
    return header.encode(linesep="\r\n")


TRAVELLING = _Travelling(linesep="\r\n", raise_on_defect=False)


@dataclass(frozen=True)
class Sender:
    """Whom all letters come from."""

    name: str
    email: str

    @property
    def host(self) -> str:
        """What message and list identifiers end with."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True)
class Envelope:
    """An address as servers take it; beyond ASCII before its “@” only those take it that know SMTPUTF8."""

    email: str

    @property
    def needs_utf8(self) -> bool:
        """Whether the server must know RFC 6531."""
        return not self.email.isascii()

    @property
    def as_header(self) -> Address:
        """The address as the letter names it."""
        name, _at, host = self.email.rpartition("@")
        return Address(username=name, domain=host) if self.needs_utf8 else Address(addr_spec=self.email)


def envelope_for(to: str) -> Envelope:
    """Where the letter goes, the domain in ASCII; raises LetterRefusedError for what is no address."""
    try:
        if to.isascii():
            Address(addr_spec=to)
            return Envelope(to)
        checked = validate_email(to, check_deliverability=False)
    except (ValueError, IndexError) as error:  # EmailNotValidError is a ValueError; so are broken lines
        raise LetterRefusedError("malformed address") from error
    return Envelope(checked.ascii_email or f"{checked.local_part}@{checked.ascii_domain}")


def travelling(letter: Letter, to: Envelope, sender: Sender) -> bytes:
    """The whole message, with lines that every server takes."""
    message = EmailMessage(policy=TRAVELLING.clone(utf8=to.needs_utf8))
    for name, value in _headers(letter, to, sender).items():
        message[name] = value
    _set_text(message, letter.text)
    if letter.html:
        _add_alternative(message, letter.html)
    if letter.invitation is not None:
        _invite(message, letter.invitation)
    if letter.language:  # last: what was added took the headers of the content with it
        message["Content-Language"] = letter.language
    return message.as_bytes()


def _headers(letter: Letter, to: Envelope, sender: Sender) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "From": Address(display_name=sender.name, addr_spec=sender.email),
        "To": to.as_header,
        "Subject": one_line(letter.subject),
        "Message-ID": f"<{letter.message_id}@{sender.host}>",
        "Date": letter.at,
        "Auto-Submitted": "auto-generated",
    }
    if letter.reply_to:
        headers["Reply-To"] = envelope_for(letter.reply_to).as_header
    if letter.list_id:
        headers["List-Id"] = f"<{letter.list_id}.{sender.host}>"
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _set_text(message: EmailMessage, text: str) -> None:
    tidy = normalise(text) + "\n"
    message.set_content(tidy, cte=_encoding(tidy))


def _add_alternative(message: EmailMessage, html: str) -> None:
    tidy = normalise(html) + "\n"
    message.add_alternative(tidy, subtype="html", cte=_encoding(tidy))


def _encoding(text: str) -> str:
    """Seven bits on the way, so that no relay has to recode what may be signed."""
    is_short = all(len(line) <= LONGEST_LINE for line in text.split("\n"))
    return "7bit" if text.isascii() and is_short else "quoted-printable"


def _invite(message: EmailMessage, invitation: Invitation) -> None:
    """Last of the alternatives (RFC 6047, 2.4), which mail programs answer; and a file, for the others."""
    said = {"method": invitation.method, "charset": "utf-8"}
    message.add_alternative(
        invitation.content, maintype="text", subtype="calendar", cte="base64", params=said
    )
    message.add_attachment(
        invitation.content,
        maintype="application",
        subtype="ics",
        cte="base64",
        filename=INVITATION_FILE,
    )
