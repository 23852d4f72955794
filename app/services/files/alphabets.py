"""Which languages a text could be in, by its letters and its smallest words."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEAST_SHARE = 0.97
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Alphabet:
    """A language's letters beyond a to z, and small words that others do not have."""

    letters: frozenset[str]
    words: frozenset[str]


def _alphabet(letters: str, words: str) -> Alphabet:
    return Alphabet(frozenset(letters), frozenset(words.split()))


WESTERN = {
    "da": _alphabet("æøåéóöäü", "og det som ikke af er til en de den der med har vi"),
    "de": _alphabet("äöüßéàáèêëîïôœç", "der die das und ist nicht von den mit für ein eine zu im sich auf"),
    "es": _alphabet("áéíñóúü", "el los las que y del para con por una es se en su"),
    "et": _alphabet("äõöüšžéå", "ja on ei see kui et ning mis oma või ka selle"),
    "fi": _alphabet("äöåšžé", "ja on ei se että tai ovat kun niin myös"),
    "fr": _alphabet(
        "àâæçéèêëîïôœùûüÿñö", "le la les des du et est une que qui dans pour sur aux ce cette nous"
    ),
    "is": _alphabet("áéíóúýþæðö", "og er að sem ekki til um en við það"),
    "it": _alphabet("àèéìîòóùú", "il di che la per una non del della con sono gli nel"),
    "nb": _alphabet("æøåéèêóòôüöä", "og det som ikke av er til en på de den med har vi for"),
    "nl": _alphabet("éëïöüóèêçáàíúñä", "de het een van en niet dat die voor met zijn op te"),
    "pt": _alphabet("áâãàçéêíóôõúü", "os as que do da para com uma não por dos das em ao"),
    "sv": _alphabet("åäöéàüæø", "och det som inte av är till en att den med har för vi"),
}
BALTIC = {
    "et": WESTERN["et"],
    "lt": _alphabet("ąčęėįšųūž", "ir yra kad tai kaip su bet jo nuo ar iki arba turi savo"),
    "lv": _alphabet("āčēģīķļņōŗšūž", "ir un ar uz kas vai lai bet tiek pie jo kur kad viss katrs savu"),
    "pl": _alphabet("ąćęłńóśźż", "jest nie to na do od dla przez oraz jako tego które być"),
}


def plausibility(text: str, alphabets: dict[str, Alphabet]) -> int:
    """How many small words speak for the likeliest of the languages; -1 when none has these letters."""
    foreign = [letter for letter in text.lower() if letter > "\x7f" and letter.isalpha()]
    words = WORD.findall(text.lower())
    best = -1
    for alphabet in alphabets.values():
        known = sum(letter in alphabet.letters for letter in foreign)
        if known >= LEAST_SHARE * len(foreign):
            best = max(best, sum(word in alphabet.words for word in words))
    return best
