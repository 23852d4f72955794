"""Mending how a working version is divided: what an editor does to its paragraphs before it is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models.draft import ParagraphKind, ParagraphText, Translation, Version
from app.models.people import Person
from app.services.aligning import original_of
from app.services.cutting import cut, join
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.importing import LONGEST_BLOCK, LONGEST_TITLE
from app.services.labelling import LONGEST_LABEL
from app.services.linking import note_insertion, note_merger, note_removal, note_split, renew_fates
from app.services.renumbering import labels_again, number_after
from app.services.rewriting import Change, Row, digest_of_row, paragraph_called, rows_of
from app.services.text import digest_of, one_line
from app.services.undoing import Act, carry_out

SHALLOWEST = {
    ParagraphKind.HEADING: 1,
    ParagraphKind.ITEM: 1,
    ParagraphKind.PARAGRAPH: 0,
    ParagraphKind.ROW: 0,
}
DEEPEST = 6


class OtherTextError(ChangedMeanwhileError):
    """The paragraph says something else than its editor saw; `text` is what it says now, None when it is gone."""

    def __init__(self, text: ParagraphText | None) -> None:
        super().__init__(text.paragraph.key if text else "gone")
        self.text = text


@dataclass(frozen=True)
class Seen:
    """A paragraph as its editor saw it: where it stands, and the digest of its text in that language."""

    version: Version
    language: str
    key: str
    digest: str


@dataclass(frozen=True)
class Shape:
    """What a paragraph is, without its words."""

    kind: str
    level: int
    label: str


def edit_text(
    seen: Seen, source: str, notes: Sequence[str] | None = None, *, by: Person, at: datetime
) -> None:
    """The paragraph says this in that language; other languages count as older when it is the original's."""

    def change() -> Change:
        here = _here(seen)
        row = {**here.row, "source": _words(source)}
        if notes is not None:
            row["notes"] = [words for words in map(one_line, notes) if words]
        rows = {seen.language: row}
        if here.is_original:
            rows |= _grown_older(here)
        return Change({(language, seen.key): row for language, row in rows.items()})

    carry_out(_act("text", seen), change, renew_fates, by=by, at=at)


def split_paragraph(seen: Seen, source: str, places: Sequence[int], *, by: Person, at: datetime) -> list[str]:
    """The original's paragraph, with these words, ends at each place; the answer is the keys of its parts.

    Translations keep their text with the first part and have none for the others.
    """
    keys = [seen.key]

    def change() -> Change:
        here = _here(seen)
        here.require_original()
        parts = _parts(_words(source), sorted(places))
        new_rows = _new_rows(here, parts[1:])
        keys.extend(_new_key(seen.version) for _ in new_rows)
        rows = {seen.language: {**here.row, "source": parts[0]}, **_grown_older(here)}
        changed: dict[tuple[str, str], Row | None] = {
            (language, seen.key): row for language, row in rows.items()
        }
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
        here = _here(seen)
        here.require_original()
        following = here.beside(1)
        if following.digest != next_digest:
            raise OtherTextError(following)
        gone.append(following.paragraph.key)
        own = None if source is None else _words(source)
        return Change(_merged(here, following.paragraph.key, own), shift=(following.position + 1, -1))

    def note(version: Version) -> None:
        note_merger(version, _number(version, seen.key), _number(version, gone[0]))

    carry_out(_act("merge", seen), change, note, by=by, at=at)
    return gone[0]


def reshape_paragraph(seen: Seen, shape: Shape, *, by: Person, at: datetime) -> None:
    """The paragraph is of that kind, level and label, in every language."""

    def change() -> Change:
        here = _here(seen)
        here.require_original()
        wanted = _allowed(shape, here)
        rows = {
            language: {**row, "kind": wanted.kind, "level": wanted.level, "label": wanted.label}
            for language, row in here.rows.items()
        }
        _stay_as_fresh(here, rows)
        return Change({(language, seen.key): row for language, row in rows.items()})

    carry_out(_act("shape", seen), change, renew_fates, by=by, at=at)


def insert_after(seen: Seen, shape: Shape, source: str, *, by: Person, at: datetime) -> str:
    """A new paragraph of the original stands after that one; the answer is its key."""
    key: list[str] = []

    def change() -> Change:
        here = _here(seen)
        here.require_original()
        label = shape.label or number_after(here.row["label"], _labels(here.text.translation))
        wanted = _allowed(Shape(shape.kind, shape.level, label), here, is_new=True)
        key.append(_new_key(seen.version))
        position = here.row["position"] + 1
        row = _new_row(wanted, _words(source), position, None)
        return Change({(seen.language, key[0]): row}, shift=(position, 1))

    def note(version: Version) -> None:
        note_insertion(version, _number(version, key[0]))

    carry_out(_act("insert", seen), change, note, by=by, at=at)
    return key[0]


def delete_paragraph(seen: Seen, *, by: Person, at: datetime) -> None:
    """The version has the paragraph no more, in any language."""

    def change() -> Change:
        here = _here(seen)
        here.require_original()
        if not any(
            text.kind != ParagraphKind.HEADING
            for text in here.text.translation.texts
            if text is not here.text
        ):
            raise InvalidError({"act": "only_paragraph"})
        rows: dict[tuple[str, str], Row | None] = {(language, seen.key): None for language in here.rows}
        return Change(rows, shift=(here.row["position"] + 1, -1))

    def note(version: Version) -> None:
        note_removal(version, _number(version, seen.key))

    carry_out(_act("delete", seen), change, note, by=by, at=at)


def move_paragraph(seen: Seen, steps: int, *, by: Person, at: datetime) -> None:
    """The paragraph stands so many places lower, or higher for a negative number, in every language."""

    def change() -> Change:
        here = _here(seen)
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
        row = _here(seen).row
        doubts = [code for code in row["doubts"] if code != doubt]
        return Change({(seen.language, seen.key): {**row, "doubts": doubts}})

    carry_out(_act("look", seen), change, None, by=by, at=at)


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
        translation = _translation(version, language)
        if digest_of(translation.title) != seen_digest:
            raise ChangedMeanwhileError("title")
        words = one_line(title)
        if not words or len(words) > LONGEST_TITLE:
            raise InvalidError({"source": "empty" if not words else "too_long"})
        return Change(titles={language: words})

    carry_out(Act("title", version, "", language), change, None, by=by, at=at)


@dataclass(frozen=True)
class _Here:
    """The paragraph as it stands, in all languages, once it is known to say what the editor saw."""

    seen: Seen
    text: ParagraphText
    rows: dict[str, Row]

    @property
    def row(self) -> Row:
        return self.rows[self.seen.language]

    @property
    def is_original(self) -> bool:
        return self.text.translation.is_original

    def require_original(self) -> None:
        if not self.is_original:
            raise InvalidError({"act": "only_in_original"})

    def beside(self, steps: int) -> ParagraphText:
        texts = self.text.translation.texts
        place = texts.index(self.text) + steps
        if steps == 0 or not 0 <= place < len(texts):
            raise InvalidError({"act": "nothing_there"})
        return texts[place]

    def between(self, other: ParagraphText) -> list[ParagraphText]:
        first, last = sorted((self.text.position, other.position))
        return [text for text in self.text.translation.texts if first <= text.position <= last]


def _act(name: str, seen: Seen) -> Act:
    return Act(name, seen.version, seen.key, seen.language)


def _translation(version: Version, language: str) -> Translation:
    found = next((each for each in version.translations if each.language == language), None)
    if found is None:
        raise OtherTextError(None)
    return found


def _here(seen: Seen) -> _Here:
    texts = _translation(seen.version, seen.language).texts
    text = next((text for text in texts if text.paragraph.key == seen.key), None)
    if text is None or text.digest != seen.digest:
        raise OtherTextError(text)
    rows = rows_of(seen.version, [seen.key])
    return _Here(seen, text, {language: row for (language, _key), row in rows.items()})


def _words(source: str) -> str:
    words = one_line(source)
    if not words:
        raise InvalidError({"source": "empty"})
    if len(words) > LONGEST_BLOCK:
        raise InvalidError({"source": "too_long"})
    return words


def _parts(source: str, places: Sequence[int]) -> list[str]:
    """The source cut at every place, from the last to the first so that the places stay true."""
    parts: list[str] = []
    if not places:
        raise InvalidError({"place": "nothing_there"})
    for place in reversed(places):
        source, after = cut(source, place)
        parts.insert(0, after)
    return [source, *parts]


def _new_rows(here: _Here, parts: list[str]) -> list[Row]:
    was = here.row
    is_heading = was["kind"] == ParagraphKind.HEADING
    used = _labels(here.text.translation)
    rows = []
    for number, part in enumerate(parts, start=1):
        label = number_after(was["label"], used)
        used.add(label)
        kind, level = (ParagraphKind.PARAGRAPH, 0) if is_heading else (was["kind"], was["level"])
        shape = Shape(kind, level, label)
        rows.append(_new_row(shape, part, was["position"] + number, was["found_position"]))
    return rows


def _new_row(shape: Shape, source: str, position: int, found_position: int | None) -> Row:
    return {
        "position": position, "kind": str(shape.kind), "level": shape.level, "label": shape.label,
        "source": source, "notes": [], "original_digest": "", "found_position": found_position, "doubts": [],
    }  # fmt: skip


def _new_key(version: Version) -> str:
    version.draft.last_key += 1
    return f"p{version.draft.last_key}"


def _number(version: Version, key: str) -> int:
    return paragraph_called(version, key).id


def _labels(translation: Translation) -> set[str]:
    return {text.label for text in translation.texts if text.kind != ParagraphKind.HEADING}


def _grown_older(here: _Here) -> dict[str, Row]:
    """The translations of which nobody said what they were made from: from what stood there until now."""
    return {
        language: {**row, "original_digest": here.text.digest}
        for language, row in here.rows.items()
        if language != here.seen.language and not row["original_digest"]
    }


def _stay_as_fresh(here: _Here, rows: dict[str, Row]) -> None:
    """Translations made from the original as it was are made from it as it is: its words are the same."""
    digest = digest_of_row(here.seen.key, rows[here.seen.language])
    for row in rows.values():
        if row["original_digest"] == here.text.digest:
            row["original_digest"] = digest


def _merged(here: _Here, gone: str, source: str | None) -> dict[tuple[str, str], Row | None]:
    following = {language: row for (language, _key), row in rows_of(here.seen.version, [gone]).items()}
    original = here.seen.language
    own = here.row if source is None else {**here.row, "source": source}
    rows = {original: _both(own, following[original])}
    digest = digest_of_row(here.seen.key, rows[original])
    gone_digest = digest_of_row(gone, following[original])
    for language in (here.rows.keys() | following.keys()) - {original}:
        first, second = here.rows.get(language), following.get(language)
        if first and second:
            is_fresh = source in {None, here.row["source"]} and (
                (first["original_digest"] or here.text.digest) == here.text.digest
                and (second["original_digest"] or gone_digest) == gone_digest
            )
            rows[language] = _both(first, second)
            rows[language]["original_digest"] = digest if is_fresh else here.text.digest
        else:
            alone = first or {**(second or {}), **_shape_of(here.row)}
            rows[language] = {**alone, "original_digest": here.text.digest}
    changed: dict[tuple[str, str], Row | None] = {(each, here.seen.key): row for each, row in rows.items()}
    changed |= {(language, gone): None for language in following}
    return changed


def _both(first: Row, second: Row) -> Row:
    positions = [row["found_position"] for row in (first, second) if row["found_position"] is not None]
    return {
        **first,
        "source": _words(join(first["source"], second["source"])),
        "notes": [*first["notes"], *second["notes"]],
        "found_position": min(positions, default=None),
        "doubts": list(dict.fromkeys([*first["doubts"], *second["doubts"]])),
    }


def _shape_of(row: Row) -> Row:
    return {name: row[name] for name in ("position", "kind", "level", "label")}


def _allowed(shape: Shape, here: _Here, *, is_new: bool = False) -> Shape:
    """The shape, if a paragraph may have it; raises InvalidError."""
    problems = {}
    label = one_line(shape.label)
    if shape.kind not in set(ParagraphKind):
        raise InvalidError({"kind": "unknown"})
    kind = ParagraphKind(shape.kind)
    if not SHALLOWEST[kind] <= shape.level <= DEEPEST:
        problems["level"] = "out_of_range"
    used = {
        text.label
        for text in here.text.translation.texts
        if text.kind != ParagraphKind.HEADING and (is_new or text is not here.text)
    }
    if len(label) > LONGEST_LABEL:
        problems["label"] = "too_long"
    elif kind != ParagraphKind.HEADING and not label:
        problems["label"] = "empty"
    elif kind != ParagraphKind.HEADING and label in used:
        problems["label"] = "taken"
    if problems:
        raise InvalidError(problems)
    return Shape(kind, shape.level, label)
