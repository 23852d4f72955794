"""Numbers as lists show them: digits, letters, Roman, and what other scripts count with."""

from __future__ import annotations

from collections.abc import Callable

LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
HEBREW = "אבגדהוזחטיכלמנסעפצקרשת"
CHINESE = "〇一二三四五六七八九"
MOST_REPEATS = 20
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(value: int) -> str:
    """The number as Romans wrote it, in small letters; in digits where they had none."""
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for worth, letters in ROMAN:
        count, value = divmod(value, worth)
        written += letters * count
    return written


def repeated_letter(value: int, alphabet: str = LATIN) -> str:
    """a to z, then aa, bb, cc."""
    repeats, place = divmod(value - 1, len(alphabet))
    if value < 1 or repeats >= MOST_REPEATS:
        return str(value)
    return alphabet[place] * (repeats + 1)


def lettered(value: int, alphabet: str = LATIN) -> str:
    """a to z, then aa, ab, ac."""
    if not 0 < value < 1_000_000:
        return str(value)
    written = ""
    while value:
        value, place = divmod(value - 1, len(alphabet))
        written = alphabet[place] + written
    return written


def chinese(value: int) -> str:
    """The number as one counts in Chinese and Japanese; in digits from a hundred on."""
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    written = "" if not tens else "十" if tens == 1 else f"{CHINESE[tens]}十"
    return written + (CHINESE[ones] if ones else "")


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def padded(width: int) -> Callable[[int], str]:
    """Digits with noughts before them."""
    return lambda value: str(value).zfill(width)


def circled(value: int) -> str:
    """① to ⑳, then digits."""
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else str(value)
