"""Words of a paragraph that a comment quotes: found where they stand, and found again in later versions.

They are kept as a TextQuoteSelector (W3C Web Annotation): the exact words, and what stands around them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select

from app.models.base import db
from app.models.draft import Draft, ParagraphText, Translation, Version
from app.services.comments.checking import Quotation
from app.services.public.following import Course, Origin, course_of, steps_in
from app.services.text import normalise

CONTEXT = 32
CODE_POINTS = 4  # of one letter, when it is typed as apart as it can be


class Span(NamedTuple):
    """Where words stand in a text."""

    start: int
    end: int


class Quoting(Protocol):
    """A comment, as far as its quotation goes."""

    @property
    def id(self) -> int: ...
    @property
    def paragraph_id(self) -> int | None: ...
    @property
    def version(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def quotation(self) -> Mapping[str, Any] | None: ...


_Texts = dict[tuple[int, int, str], str]  # by version, paragraph and language


def quotation_in(text: str, typed: str, prefix: str = "") -> Quotation | None:
    """The words as they stand in the text, however they were typed; None when they do not.

    Where they stand several times, those after what is most like the prefix are meant.
    """
    if len(typed) > len(text) * CODE_POINTS:
        return None
    found = find_words(text, normalise(typed), prefix[-CONTEXT:])
    if found is None:
        return None
    start, end = found
    return Quotation(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def find_words(text: str, words: str, prefix: str = "", suffix: str = "") -> Span | None:
    """Where the words stand, whatever their case, spaces and marks; between what is most like that."""
    folded, places = _fold(text)
    wanted = _fold(words)[0]
    if not wanted:
        return None
    before, after = _fold(prefix)[0], _fold(suffix)[0]
    best = max(
        _places_of(wanted, folded),
        key=lambda start: _fit(folded, start, start + len(wanted), before, after),
        default=None,
    )
    if best is None:
        return None
    return _with_marks(text, words, Span(places[best], places[best + len(wanted) - 1] + 1))


def quoted_in(text: str, quotations: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Where quoted words stand in the text, in order; quotations that overlap are one."""
    found = [
        find_words(text, each["exact"], each.get("prefix", ""), each.get("suffix", "")) for each in quotations
    ]
    merged: list[Span] = []
    for span in sorted(span for span in found if span is not None):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def gone_since(consultation_id: int, comments: Iterable[Quoting]) -> dict[int, int]:
    """The version in which the quoted words are no more, of those comments where they are not."""
    quoting = {
        each.id: each for each in comments if each.quotation is not None and each.paragraph_id is not None
    }
    if not quoting:
        return {}
    course = course_of(db.session.execute(steps_in(consultation_id)))
    origins = {number: (each.version, each.paragraph_id or 0) for number, each in quoting.items()}
    texts = _texts_of(consultation_id, course, origins.values())
    lost = {number: _lost_in(each, origins[number], course, texts) for number, each in quoting.items()}
    return {number: version for number, version in lost.items() if version is not None}


def _lost_in(comment: Quoting, origin: Origin, course: Course, texts: _Texts) -> int | None:
    quoted = str((comment.quotation or {}).get("exact", ""))
    language = _language_of(quoted, comment.language, origin, texts)
    for version, heirs in course.generations(origin):
        said = [texts[version, heir, language] for heir in heirs if (version, heir, language) in texts]
        # Where nothing is translated nobody can say whether the words are still there.
        is_known = bool(said) or not heirs
        if is_known and not any(find_words(text, quoted) for text in said):
            return version
    return None


def _language_of(quoted: str, language: str, origin: Origin, texts: _Texts) -> str:
    """The language of the text that was quoted: the comment's own unless the words are in another."""
    number, paragraph = origin
    languages = [code for version, where, code in texts if (version, where) == (number, paragraph)]
    languages.sort(key=lambda code: code != language)
    found = (code for code in languages if find_words(texts[number, paragraph, code], quoted))
    return next(found, language)


def _texts_of(consultation_id: int, course: Course, origins: Iterable[Origin]) -> _Texts:
    involved = {paragraph for _number, paragraph in origins}
    for origin in origins:
        for _version, heirs in course.generations(origin):
            involved |= heirs
    rows = db.session.execute(
        select(Version.number, ParagraphText.paragraph_id, Translation.language, ParagraphText.plain)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation_id,
            Version.sealed_at.is_not(None),
            ParagraphText.paragraph_id.in_(involved),
        )
    )
    return {(number, paragraph, language): plain for number, paragraph, language, plain in rows}


def _fold(text: str) -> tuple[str, list[int]]:
    """The text without marks, in small letters and with single spaces; and where each letter stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        folded = " " if sign.isspace() else "" if _is_mark(sign) else sign.casefold()
        if folded == " " and (not letters or letters[-1] == " "):
            continue
        letters.extend(folded)
        places.extend([place] * len(folded))
    while letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    return "".join(letters), places


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")


def _places_of(wanted: str, folded: str) -> Iterator[int]:
    start = folded.find(wanted)
    while start >= 0:
        yield start
        start = folded.find(wanted, start + 1)


def _fit(folded: str, start: int, end: int, before: str, after: str) -> tuple[int, bool, int]:
    """How well a place fits: by what stands around it, whole words first, then the first of them."""
    around = _common(reversed(folded[:start].strip()), reversed(before)) + _common(
        folded[end:].strip(), after
    )
    is_whole = not folded[start - 1 : start].isalnum() and not folded[end : end + 1].isalnum()
    return around, is_whole, -start


def _common(some: Iterable[str], others: Iterable[str]) -> int:
    count = 0
    for one, other in zip(some, others, strict=False):
        if one != other:
            break
        count += 1
    return count


def _with_marks(text: str, words: str, span: Span) -> Span:
    """The span with the marks that the quoted words begin and end with."""
    start, end = span
    if start and text[start - 1] == words.strip()[:1] and _is_mark(text[start - 1]):
        start -= 1
    if end < len(text) and text[end] == words.strip()[-1:] and _is_mark(text[end]):
        end += 1
    return Span(start, end)
