"""Addresses of e-mail: whether and in what form a mail server takes them, and names that are no addresses."""

from __future__ import annotations

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

SIGNS_OF_A_PAGE = ("://", "www.")


def is_email(address: str) -> bool:
    """Whether mail could be sent there, by its form (RFC 5322)."""
    return sendable_address(address) is not None


def names_a_page(line: str) -> bool:
    """Whether the address of a page is in the line: letters that carry a name would carry it to strangers."""
    return any(sign in line.casefold() for sign in SIGNS_OF_A_PAGE)


@lru_cache(maxsize=16)  # one comment asks several times
def sendable_address(address: str) -> str | None:
    """The address as mail servers take it, its domain in ASCII; None when mail cannot be sent there."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return checked.ascii_email
