"""Correcting a translation of the working version, paragraph by paragraph beside the original.

Every act names what its editor saw; where something else stands by now, nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from app.models.base import transaction
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import record
from app.services.drafts.cutting import cut, join
from app.services.drafts.leftovers import leave_over, take_left_over
from app.services.drafts.rewriting import Change, Row, lock, rewrite
from app.services.drafts.undoing import Act, carry_out
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.files.importing import LONGEST_BLOCK, LONGEST_TITLE, Doubt
from app.services.mending.juxtaposing import Correction, Pair, correction_of
from app.services.permissions import require
from app.services.text import normalise, one_line

ABOUT_PLACE = frozenset({Doubt.GUESSED_PLACE, Doubt.HOLDS_NEXT, Doubt.JOINED})
BREAK = re.compile(r"\n")


def write_words(
    version: Version,
    language: str,
    key: str,
    words: str,
    notes: Sequence[str] = (),
    *,
    seen: str,
    is_current: bool = True,
    by: Person,
    at: datetime,
) -> None:
    """The paragraph and its notes say so in that language, or nothing for no words.

    Unless `is_current`, it stays a translation of the text that it was made from before. Raises
    ChangedMeanwhileError, SealedError, or InvalidError for too many words.
    """
    source = one_line(words)
    if len(source) > LONGEST_BLOCK:
        raise InvalidError({"words": "block_too_long"})

    def change() -> Change:
        correction = correction_of(version, language)
        pair = correction.pair(key)
        _require_seen(pair.seen, seen)
        said = _Said(source, [one_line(note) for note in notes if note.strip()], _said(pair).found_position)
        made_from = pair.original.digest if is_current or pair.text is None else pair.text.original_digest
        return _change(correction, {key: _row(pair, said, made_from) if source else None})

    carry_out(Act("text", version, key, language), change, None, by=by, at=at)


def confirm_words(version: Version, language: str, key: str, *, seen: str, by: Person, at: datetime) -> None:
    """What stands there is right, and says what the original says now."""

    def change() -> Change:
        correction = correction_of(version, language)
        pair = correction.pair(key)
        _require_seen(pair.seen, seen)
        if pair.text is None:
            raise NotFoundError(f"words {key}")
        return _change(correction, {key: _row(pair, replace(_said(pair), doubts=()))})

    carry_out(Act("confirm", version, key, language), change, None, by=by, at=at)


def move_words(
    version: Version, language: str, key: str, step: int, *, seen: str, by: Person, at: datetime
) -> None:
    """The words stand one paragraph lower (1) or higher (-1), and so do those in their way, up to a gap.

    Without a gap the last of them would have no paragraph: raises InvalidError.
    """

    def change() -> Change:
        correction = correction_of(version, language)
        _require_seen(correction.seen, seen)
        return _change(correction, _moved(correction.beside(key, step)))

    carry_out(Act("move_words", version, key, language), change, None, by=by, at=at)


def split_words(
    version: Version, language: str, key: str, words: str, *, seen: str, by: Person, at: datetime
) -> None:
    """What follows the first line break in the words stands at the beginning of the next paragraph.

    Raises InvalidError without a break, or when there is no next paragraph.
    """

    def change() -> Change:
        correction = correction_of(version, language)
        _require_seen(correction.seen, seen)
        here, there = _neighbours(correction, key)
        first, rest = _divided(words)
        said, below = _said(here), _said(there)
        found = below.found_position if there.text else said.found_position
        lower = replace(below, source=join(rest, below.source), found_position=found)
        return _change(
            correction,
            {here.key: _row(here, replace(said, source=first)), there.key: _row(there, lower)},
        )

    carry_out(Act("split_words", version, key, language), change, None, by=by, at=at)


def join_next(version: Version, language: str, key: str, *, seen: str, by: Person, at: datetime) -> None:
    """What the next paragraph says stands at the end of this one, and the next one says nothing."""

    def change() -> Change:
        correction = correction_of(version, language)
        _require_seen(correction.seen, seen)
        here, there = _neighbours(correction, key)
        if there.text is None:
            raise InvalidError({"words": "nothing_to_join"})
        return _change(
            correction, {here.key: _row(here, _said(here).with_more(_said(there))), there.key: None}
        )

    carry_out(Act("join_words", version, key, language), change, None, by=by, at=at)


def place_left_over(
    version: Version, language: str, position: int, key: str, *, by: Person, at: datetime
) -> None:
    """The text that had no paragraph stands at that one, behind what stands there already."""
    with _decision(version, language, "translation placed", by, at) as correction:
        pair = correction.pair(key)
        found = _Said(take_left_over(correction.translation, position), found_position=position)
        rewrite(version, _change(correction, {key: _row(pair, _said(pair).with_more(found))}))


def discard_left_over(version: Version, language: str, position: int, *, by: Person, at: datetime) -> None:
    """The text that had no paragraph is left out of the translation."""
    with _decision(version, language, "translation left out", by, at) as correction:
        take_left_over(correction.translation, position)


def leave_words_over(
    version: Version, language: str, key: str, *, seen: str, by: Person, at: datetime
) -> None:
    """The words have no paragraph any more, and wait for somebody to place them or leave them out."""
    with _decision(version, language, "translation taken out", by, at) as correction:
        pair = correction.pair(key)
        _require_seen(pair.seen, seen)
        if pair.text is None:
            raise NotFoundError(f"words {key}")
        leave_over(correction.translation, pair.text)
        rewrite(version, _change(correction, {key: None}))


def write_title(
    version: Version, language: str, title: str, *, is_official: bool, by: Person, at: datetime
) -> None:
    """The translation has that title, and is an official or a working one; raises InvalidError."""
    said = one_line(title)
    if not said or len(said) > LONGEST_TITLE:
        raise InvalidError({"title": "required" if not said else "too_long"})
    with _decision(version, language, "translation titled", by, at) as correction:
        correction.translation.title = said
        correction.translation.is_official = is_official


@dataclass(frozen=True)
class _Said:
    """Words with what goes with them when they move."""

    source: str = ""
    notes: Sequence[str] = ()
    found_position: int | None = None
    doubts: Sequence[str] = ()

    def with_more(self, other: _Said) -> _Said:
        """These words and the other ones behind them."""
        found = other.found_position if self.found_position is None else self.found_position
        return _Said(
            join(self.source, other.source),
            [*self.notes, *other.notes],
            found,
            list(dict.fromkeys([*self.doubts, *other.doubts])),
        )


@contextmanager
def _decision(version: Version, language: str, verb: str, by: Person, at: datetime) -> Iterator[Correction]:
    """One act that is not undone: what it decides about is no paragraph's text."""
    with transaction():
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=version.draft.consultation_id)
        lock(version)
        correction = correction_of(version, language)
        yield correction
        record(verb, f"translation:{correction.translation.id}", person_id=by.id, at=at)


def _require_seen(stands: str, seen: str) -> None:
    if stands != seen:
        raise ChangedMeanwhileError("translation")


def _said(pair: Pair) -> _Said:
    if pair.text is None:
        return _Said()
    text = pair.text
    doubts = [doubt for doubt in text.doubts if doubt not in ABOUT_PLACE]
    return _Said(text.source, text.notes, text.found_position, doubts)


def _row(pair: Pair, said: _Said, made_from: str | None = None) -> Row:
    original = pair.original
    return {
        "position": original.position,
        "kind": original.kind,
        "level": original.level,
        "label": original.label,
        "source": said.source,
        "notes": list(said.notes),
        "original_digest": original.digest if made_from is None else made_from,
        "found_position": said.found_position,
        "doubts": list(said.doubts),
    }


def _neighbours(correction: Correction, key: str) -> tuple[Pair, Pair]:
    along = correction.beside(key, 1)
    if len(along) < 2:
        raise InvalidError({"words": "no_next"})
    return along[0], along[1]


def _divided(words: str) -> tuple[str, str]:
    text = normalise(words)
    if len(text) > LONGEST_BLOCK:
        raise InvalidError({"words": "block_too_long"})
    found = BREAK.search(text)
    if found is None:
        raise InvalidError({"words": "no_break"})
    return cut(BREAK.sub(" ", text), found.start())


def _moved(along: Sequence[Pair]) -> dict[str, Row | None]:
    """What stands where when every text goes one further, up to the first gap."""
    if not along or along[0].text is None:
        raise NotFoundError("words")
    gap = next((place for place, pair in enumerate(along) if pair.text is None), None)
    if gap is None:
        raise InvalidError({"words": "no_gap"})
    rows: dict[str, Row | None] = {along[0].key: None}
    for before, after in pairwise(along[: gap + 1]):
        rows[after.key] = _row(after, _said(before))
    return rows


def _change(correction: Correction, rows: Mapping[str, Row | None]) -> Change:
    language = correction.translation.language
    return Change(rows={(language, key): row for key, row in rows.items()})
