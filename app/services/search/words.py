"""The words of a text as the search sees them: one analyser for what is indexed, asked and highlighted.

A word stands for its stem in the language of the text, without accents. The language's stemmer wants the
accents ("égalité" and "égalités"), people leave them out ("egalite"), so a word has two stems where they
differ: stemmed then folded, and folded then stemmed. Two words are the same when they share one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice
from threading import Lock
from typing import NamedTuple

import regex
import snowballstemmer
from LatvianStemmer import stem as latvian_stem

from app.services.search.stop_words import STOP_WORDS

LONGEST_WORD = 64
MOST_WORDS = 20
NO_LANGUAGE = "und"

# Scripts that write no spaces between words: there each sign is a word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_UNSPACED}]\p{{M}}*|[\p{{L}}\p{{M}}\p{{N}}--[{_UNSPACED}]]+", regex.V1)
_PHRASE = re.compile(r"\"([^\"]*)\"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»")
_ACCENT = regex.compile(r"[\u0300-\u036F\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670]")
_SINGLE = str.maketrans("øłđðħıŋ", "olddhin")
_DOUBLE = str.maketrans({"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"})
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Snowball leaves "innbyggere" and "innbyggerne" apart from "innbygger", and "utkastet" from "utkast" (unless
# it is asked twice); the Latvian stemmer knows "iestādēm" and "publiskajās", not "iestadem", "publiskajas".
_NORWEGIAN_PERSONS = re.compile(r"(?<=\w{3}er)(?:e|es|ne|nes|en|ens)$")
_LATVIAN_BARE = re.compile(r"(?<=\w{3})(?:ajas|aja|(?<!i)em)$")
_stemming = Lock()


class Word(NamedTuple):
    """Where a word stands in its text, and the stems it is known by."""

    start: int
    end: int
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What a question asks of texts in one language: each word and phrase, a word being its stems.

    `marked` are the stems to highlight.
    """

    words: tuple[tuple[str, ...], ...]
    phrases: tuple[tuple[tuple[str, ...], ...], ...]
    marked: frozenset[str]


def words_in(text: str, language: str) -> Iterator[Word]:
    """The words of a text in their order."""
    primary = _primary(language)
    for match in _WORD.finditer(text):
        yield Word(*match.span(), _stems(match[0][:LONGEST_WORD], primary))


def stems_of(word: str, language: str) -> tuple[str, ...]:
    """The one or two stems that a word is known by in that language."""
    return _stems(word[:LONGEST_WORD], _primary(language))


def wanted_in(question: str, language: str) -> Wanted:
    """The question as a text in that language would be asked it; small words count only when alone."""
    quoted = [next(filter(None, found), "") for found in _PHRASE.findall(question)]
    phrases = [list(islice(_WORD.findall(phrase), MOST_WORDS)) for phrase in quoted]
    loose = list(islice(_WORD.findall(_PHRASE.sub(" ", question)), 5 * MOST_WORDS))
    loose += [phrase[0] for phrase in phrases if len(phrase) == 1]
    phrases = [phrase for phrase in phrases if len(phrase) > 1][:MOST_WORDS]
    telling = [word for word in loose if not _is_small(word, language)]
    if not telling and not phrases:
        telling = loose
    marked = [word for word in chain(telling, *phrases) if not _is_small(word, language)] or telling
    return Wanted(
        _distinct(telling, language),
        tuple(tuple(stems_of(word, language) for word in phrase) for phrase in phrases),
        frozenset(stem for word in marked for stem in stems_of(word, language)),
    )


def analysed_language(language: str) -> str:
    """The language whose stems a text in that language is indexed with (`nb` for `nb-NO`)."""
    return _primary(language)


def fold(text: str) -> str:
    """The text without case, accents and other marks that people leave out."""
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).translate(_SINGLE).translate(_DOUBLE)


def _distinct(words: list[str], language: str) -> tuple[tuple[str, ...], ...]:
    return tuple(islice(dict.fromkeys(stems_of(word, language) for word in words), MOST_WORDS))


def _is_small(word: str, language: str) -> bool:
    folded = fold(word)
    is_letter = len(folded) == 1 and folded.isascii() and folded.isalpha()
    return is_letter or folded in STOP_WORDS.get(_primary(language), ())


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold() or NO_LANGUAGE


@lru_cache(maxsize=2**16)
def _stems(word: str, language: str) -> tuple[str, ...]:
    stem = _stemmer(language)
    whole = unicodedata.normalize("NFKC", word.casefold())
    bare = fold(word)
    with _stemming:  # Snowball's stemmers keep the word they work on in themselves
        found = (fold(stem(whole)), fold(stem(bare)))
    return tuple(dict.fromkeys(_even_out(each, language) or bare for each in found))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    if language == "lv":
        return lambda word: str(latvian_stem(_LATVIAN_BARE.sub("a", word)))
    if language not in _SNOWBALL:
        return str
    snowball: Callable[[str], str] = snowballstemmer.stemmer(_SNOWBALL[language]).stemWord
    if _SNOWBALL[language] == "norwegian":
        return lambda word: snowball(snowball(_NORWEGIAN_PERSONS.sub("", word)))
    return snowball


def _even_out(stem: str, language: str) -> str:
    # What the stemmers leave apart: "iestāde, iestāžu" and "latvietis, latviešu"; "public, publique".
    if language == "lv" and len(stem) > 3:
        return stem[:-1] + {"t": "s", "d": "z"}.get(stem[-1], stem[-1])
    if language == "fr" and stem.endswith("qu"):
        return stem[:-2] + "c"
    return stem
