"""Mending how a working version is divided: what an editor does to its paragraphs before it is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.models.draft import ParagraphKind, Version
from app.models.people import Person
from app.services.drafts.aligning import original_of
from app.services.drafts.keying import new_paragraph
from app.services.drafts.linking import note_insertion, note_merger, note_removal, note_split, renew_fates
from app.services.drafts.rewriting import (
    Change,
    Place,
    Row,
    digest_of_row,
    first_found,
    paragraph_called,
    rows_of,
)
from app.services.drafts.undoing import Act, carry_out
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.files.importing import LONGEST_TITLE
from app.services.mending.dividing import merged, new_row, parts_of, rows_of_parts
from app.services.mending.renumbering import labels_again, number_after
from app.services.mending.seeing import (
    OtherTextError,
    Seen,
    Shape,
    accepted,
    allowed,
    grown_older,
    labels_of,
    stands_as,
    stay_as_fresh,
    translation_called,
)
from app.services.text import digest_of, one_line


def edit_text(
    seen: Seen, source: str, notes: Sequence[str] | None = None, *, by: Person, at: datetime
) -> None:
    """The paragraph says this in that language; other languages count as older when it is the original's."""

    def change() -> Change:
        here = stands_as(seen)
        row = {**here.row, "source": accepted(source)}
        if notes is not None:
            row["notes"] = [words for words in map(one_line, notes) if words]
        rows = {seen.language: row}
        if here.is_original:
            rows |= grown_older(here)
        return Change({(language, seen.key): row for language, row in rows.items()})

    carry_out(_act("text", seen), change, renew_fates, by=by, at=at)


def split_paragraph(seen: Seen, source: str, places: Sequence[int], *, by: Person, at: datetime) -> list[str]:
    """The original's paragraph, with these words, ends at each place; the answer is the keys of its parts.

    Translations keep their text with the first part and have none for the others.
    """
    keys = [seen.key]

    def change() -> Change:
        here = stands_as(seen)
        here.require_original()
        parts = parts_of(source, places)
        new_rows = rows_of_parts(here, parts[1:])
        keys.extend(_new_key(seen.version) for _ in new_rows)
        rows = {seen.language: {**here.row, "source": parts[0]}, **grown_older(here)}
        changed: dict[Place, Row | None] = {(language, seen.key): row for language, row in rows.items()}
        changed |= {(seen.language, key): row for key, row in zip(keys[1:], new_rows, strict=True)}
        return Change(changed, shift=(here.row["position"] + 1, len(new_rows)))

    def note(version: Version) -> None:
        for key in keys[1:]:
            note_split(version, _number(version, seen.key), _number(version, key))

    carry_out(_act("split", seen), change, note, by=by, at=at)
    return keys


def merge_with_next(
    seen: Seen, next_digest: str, source: str | None = None, *, by: Person, at: datetime
) -> str:
    """The paragraph holds its own words (or those given) and those of the next, in every language.

    The answer is the key of the one that went into it.
    """
    gone: list[str] = []

    def change() -> Change:
        here = stands_as(seen)
        here.require_original()
        following = here.beside(1)
        if following.digest != next_digest:
            raise OtherTextError(following)
        gone.append(following.paragraph.key)
        own = None if source is None else accepted(source)
        return Change(merged(here, following.paragraph.key, own), shift=(following.position + 1, -1))

    def note(version: Version) -> None:
        note_merger(version, _number(version, seen.key), _number(version, gone[0]))

    carry_out(_act("merge", seen), change, note, by=by, at=at)
    return gone[0]


def reshape_paragraph(seen: Seen, shape: Shape, *, by: Person, at: datetime) -> None:
    """The paragraph is of that kind, level and label, in every language."""

    def change() -> Change:
        here = stands_as(seen)
        here.require_original()
        wanted = allowed(shape, here)
        rows = {
            language: {**row, "kind": wanted.kind, "level": wanted.level, "label": wanted.label}
            for language, row in here.rows.items()
        }
        stay_as_fresh(here, rows)
        return Change({(language, seen.key): row for language, row in rows.items()})

    carry_out(_act("shape", seen), change, renew_fates, by=by, at=at)


def insert_after(seen: Seen, shape: Shape, source: str, *, by: Person, at: datetime) -> str:
    """A new paragraph of the original stands after that one; the answer is its key."""
    key: list[str] = []

    def change() -> Change:
        here = stands_as(seen)
        here.require_original()
        label = shape.label or number_after(here.row["label"], labels_of(here.text.translation))
        wanted = allowed(Shape(shape.kind, shape.level, label), here, is_new=True)
        key.append(_new_key(seen.version))
        position = here.row["position"] + 1
        row = new_row(wanted, accepted(source), position, None)
        return Change({(seen.language, key[0]): row}, shift=(position, 1))

    def note(version: Version) -> None:
        note_insertion(version, _number(version, key[0]))

    carry_out(_act("insert", seen), change, note, by=by, at=at)
    return key[0]


def delete_paragraph(seen: Seen, *, by: Person, at: datetime) -> None:
    """The version has the paragraph no more, in any language."""

    def change() -> Change:
        here = stands_as(seen)
        here.require_original()
        if not any(
            text.kind != ParagraphKind.HEADING
            for text in here.text.translation.texts
            if text is not here.text
        ):
            raise InvalidError({"act": "only_paragraph"})
        rows: dict[Place, Row | None] = {(language, seen.key): None for language in here.rows}
        return Change(rows, shift=(here.row["position"] + 1, -1))

    def note(version: Version) -> None:
        note_removal(version, _number(version, seen.key))

    carry_out(_act("delete", seen), change, note, by=by, at=at)


def move_paragraph(seen: Seen, steps: int, *, by: Person, at: datetime) -> None:
    """The paragraph stands so many places lower, or higher for a negative number, in every language."""

    def change() -> Change:
        here = stands_as(seen)
        here.require_original()
        other = here.beside(steps)
        between = here.between(other)
        places = {text.paragraph.key: text.position for text in between}
        order = [key for key in places if key != seen.key]
        order.insert(len(order) if steps > 0 else 0, seen.key)
        new = dict(zip(order, places.values(), strict=True))
        rows = rows_of(seen.version, places)
        return Change({place: {**row, "position": new[place[1]]} for place, row in rows.items()})

    carry_out(_act("move", seen), change, renew_fates, by=by, at=at)


def look_at(seen: Seen, doubt: str, *, by: Person, at: datetime) -> None:
    """An editor has looked at what the import was in doubt about there."""

    def change() -> Change:
        row = stands_as(seen).row
        found = first_found(seen.version, seen.language) if row["found_position"] == 0 else None
        doubts = {seen.language: _without_last(found.doubts, doubt)} if found else {}
        looked = {**row, "doubts": [code for code in row["doubts"] if code != doubt]}
        return Change({(seen.language, seen.key): looked}, doubts=doubts)

    carry_out(_act("look", seen), change, None, by=by, at=at)


def look_at_whole(version: Version, language: str, doubt: str, *, by: Person, at: datetime) -> None:
    """An editor has looked at what the import was in doubt about in the whole file."""

    def change() -> Change:
        found = first_found(version, language)
        if found is None or doubt not in found.doubts:
            raise ChangedMeanwhileError(doubt)
        place = found.doubts.index(doubt)
        return Change(doubts={language: found.doubts[:place] + found.doubts[place + 1 :]})

    carry_out(Act("look", version, "", language), change, None, by=by, at=at)


def number_again(version: Version, *, by: Person, at: datetime) -> None:
    """Every label is what it would be if the text came as it is divided now."""

    def change() -> Change:
        original = original_of(version)
        texts = original.texts if original else []
        again = {
            text.paragraph.key: labelled
            for text, labelled in zip(texts, labels_again(texts), strict=True)
            if (text.label, text.source) != (labelled.label, labelled.block.source)
        }
        digests = {text.paragraph.key: text.digest for text in texts}
        rows = rows_of(version, again)
        for (language, key), row in rows.items():
            row["label"] = again[key].label
            if original and language == original.language:
                row["source"] = again[key].block.source
        for (_language, key), row in rows.items():
            if original and row["original_digest"] == digests[key]:
                row["original_digest"] = digest_of_row(key, rows[original.language, key])
        return Change(dict(rows))

    carry_out(Act("number", version, "", ""), change, renew_fates, by=by, at=at)


def change_title(
    version: Version, language: str, title: str, seen_digest: str, *, by: Person, at: datetime
) -> None:
    """The draft has that title in that language."""

    def change() -> Change:
        translation = translation_called(version, language)
        if digest_of(translation.title) != seen_digest:
            raise ChangedMeanwhileError("title")
        words = one_line(title)
        if not words or len(words) > LONGEST_TITLE:
            raise InvalidError({"source": "empty" if not words else "too_long"})
        return Change(titles={language: words})

    carry_out(Act("title", version, "", language), change, None, by=by, at=at)


def _act(name: str, seen: Seen) -> Act:
    return Act(name, seen.version, seen.key, seen.language)


def _without_last(codes: list[str], code: str) -> list[str]:
    """What is doubtful about the whole file stands before what is about its first piece."""
    places = [place for place, each in enumerate(codes) if each == code]
    return [each for place, each in enumerate(codes) if place not in places[-1:]]


def _new_key(version: Version) -> str:
    return new_paragraph(version.draft).key


def _number(version: Version, key: str) -> int:
    return paragraph_called(version, key).id
