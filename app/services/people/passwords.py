"""Passwords: which ones are good enough, and their argon2 hashes."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.services.text import count_characters

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT = 5
SHORTEST_UNIT = 8
AT_ONCE = 2
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
# What the usual lists of leaked passwords come down to when digits and signs are left out.
COMMON_WORDS = """
    abc access admin administrator apple azerty azertyuiop baseball batman bonjour changeme charlie computer
    consultation correcthorsebatterystaple default dragon football freedom hello hemmelig iloveyou innspill
    internet jordan letmein login master michael monkey motdepasse mustang parole pass passord passphrase
    password passwort pokemon princess qazwsx qwerty qwertyuiop qwertz secret shadow soleil starwars
    sunshine superman sveiki test thisisapassword trustno user velkommen welcome whatever
"""
COMMON = frozenset(COMMON_WORDS.split())

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turn = threading.BoundedSemaphore(AT_ONCE)


def problem_with(password: str, *details: str) -> str | None:
    """Why the password is not good enough (`too_short`, `too_long`, `too_common`, `like_details`), or None.

    Length is what counts (NIST SP 800-63B): there are no rules about kinds of characters.
    """
    folded = _as_hashed(password).casefold()
    if count_characters(folded) < SHORTEST:
        return "too_short"
    if len(folded) > LONGEST:
        return "too_long"
    if _is_common(folded):
        return "too_common"
    if _letters(folded) in {_letters(detail) for detail in details} - {""}:
        return "like_details"
    return None


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    with _turn:
        return _hasher.hash(_as_hashed(password))


def is_password(password: str, kept_hash: str | None) -> bool:
    """Whether the hash was made of this password; takes as long when there is no hash to compare with."""
    if len(password) > LONGEST:
        password = ""
    try:
        with _turn:
            _hasher.verify(kept_hash or NOBODYS_HASH, _as_hashed(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept_hash is not None


def is_outdated(kept_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept_hash)


def _as_hashed(password: str) -> str:
    # One password may reach us as different code points, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)


def _is_common(folded: str) -> bool:
    unit = _repeated_unit(folded)
    return (
        len(set(folded)) < FEWEST_DIFFERENT
        or len(unit) < SHORTEST_UNIT
        or _letters(unit) in COMMON
        or _is_run(folded)
    )


def _repeated_unit(folded: str) -> str:
    return folded[: (folded * 2).index(folded, 1)]


def _is_run(folded: str) -> bool:
    around = [run * 3 for run in RUNS]
    return any(folded in line or folded in line[::-1] for line in around)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalpha())


NOBODYS_HASH = hash_password("nobody has this password")
