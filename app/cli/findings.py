"""What an import leaves to be looked at, as commands say it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from app.models.draft import Translation
from app.services.drafts.leftovers import texts_left_over
from app.services.files.importing import FoundDraft
from app.services.mending.juxtaposing import correction_of
from app.wording import DOUBTS

TAG = re.compile(r"<[^>]*>")
LONGEST_WORDS = 40
MOST_PLACES = 20


def findings(translation: Translation, found: FoundDraft) -> Iterator[str]:
    """What is still to do about a translation, and each kind of doubt once, with its places."""
    if not translation.is_original:
        yield from _still_to_do(translation)
    for code, places in _places(translation, found).items():
        named = f" Here: {', '.join(places[:MOST_PLACES])}" if places else ""
        more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        yield f"Look at this: {DOUBTS[code]}{named}{more}"


def _still_to_do(translation: Translation) -> Iterator[str]:
    correction = correction_of(translation.version, translation.language)
    missing = sum(pair.is_missing for pair in correction.pairs)
    doubtful = sum(pair.is_doubtful for pair in correction.pairs)
    left = len(correction.left_over)
    if missing:
        yield f"{_some(missing, 'paragraph')} of the original {'has' if missing == 1 else 'have'} no text."
    if left:
        yield f"{_some(left, 'text')} found no place."
    if doubtful:
        yield f"{_some(doubtful, 'text')} {'is' if doubtful == 1 else 'are'} to be checked."


def _places(translation: Translation, found: FoundDraft) -> dict[str, list[str]]:
    """The places of each doubt, in the order of the text; none for one about the whole file alone."""
    places: dict[str, list[str]] = {code: [] for code in found.doubts}
    for text in translation.texts:
        for code in dict.fromkeys(text.doubts):
            places.setdefault(code, []).append(_named(text.label, text.plain))
    for left in texts_left_over(translation):
        plain = html.unescape(TAG.sub("", left.html))
        for code in dict.fromkeys(left.doubts):
            if code not in found.doubts:
                places.setdefault(code, []).append(_named("", plain))
    return places


def _named(label: str, plain: str) -> str:
    words = plain if len(plain) < LONGEST_WORDS else plain[: LONGEST_WORDS - 2].rsplit(" ", 1)[0] + "…"
    return f"{label} “{words}”".strip()


def _some(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
