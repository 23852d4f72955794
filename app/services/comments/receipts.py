"""The number and the secret by which a respondent follows a submission without an account."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from stdnum import luhn

from app.models.base import db
from app.models.comment import Comment, Submission
from app.services.derived_secrets import derived_secret
from app.services.errors import NotFoundError
from app.services.text import digest_of

# Crockford's base 32: no letters that look like digits, none that make words by chance.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
NUMBER_LENGTH = 11
GROUP = 4


@dataclass(frozen=True)
class Receipt:
    """What a respondent is given after sending."""

    number: str
    secret: str


def new_receipt(secret_key: str) -> Receipt:
    """A receipt with a number that nobody has."""
    return receipt_of(new_number(), secret_key)


def receipt_of(number: str, secret_key: str) -> Receipt:
    """The receipt with that number."""
    return Receipt(number, secret_of(number, secret_key))


def new_number() -> str:
    """A random receipt number: eleven characters and a check character (Luhn mod 32), in groups of four."""
    drawn = "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(NUMBER_LENGTH))
    whole = drawn + luhn.calc_check_digit(drawn, ALPHABET)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def tidy_number(typed: str) -> str:
    """The number as it is kept, from one that a person typed; raises NotFoundError when mistyped."""
    whole = "".join(letter for letter in typed.upper().translate(LOOKALIKES) if letter in ALPHABET)
    if len(whole) != NUMBER_LENGTH + 1 or not luhn.is_valid(whole, ALPHABET):
        raise NotFoundError("receipt")
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def secret_of(number: str, secret_key: str) -> str:
    """The receipt's secret, derived from the number."""
    return derived_secret(f"receipt:{number}", secret_key)


def submission_behind(number: str, secret: str) -> Submission:
    """The submission, with its comments; raises NotFoundError unless number and secret belong together."""
    submission = db.session.scalar(
        select(Submission)
        .where(Submission.number == tidy_number(number))
        .options(
            selectinload(Submission.comments).joinedload(Comment.paragraph),
            selectinload(Submission.comments).joinedload(Comment.version),
        )
    )
    given = digest_of(secret.strip().lower())
    kept = submission.secret_digest if submission else "0" * 64
    if not hmac.compare_digest(given, kept) or submission is None:
        raise NotFoundError("receipt")
    return submission
