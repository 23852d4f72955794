"""A text of the working version replaced by what a file holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.models.base import db
from app.models.draft import Paragraph, ParagraphLink, Translation, Version
from app.services.drafts.aligning import original_of
from app.services.drafts.composing import (
    Placed,
    remove_texts,
    remove_unused_paragraphs,
    rows_of,
    write_translation,
)
from app.services.drafts.keying import follow_original, heirs, is_key, new_paragraph
from app.services.drafts.leftovers import mark_left_over
from app.services.drafts.linking import links_between, passages_of, version_before, write_links
from app.services.files.importing import FoundDraft
from app.services.files.labelling import LabelledBlock, label_blocks
from app.services.matching.matching import Pair, Passage, match, words_with_notes
from app.services.matching.translating import match_to_original
from app.services.text import render_paragraph

STILL_THE_SAME_PARAGRAPH = 0.5


@dataclass(frozen=True)
class _Earlier:
    """What stands in the version before and in the working version, beside the blocks that replace it.

    `places` says which block each working paragraph has become, and `joined` which block one without a
    block of its own has gone into; `said` what the working paragraphs said.
    """

    before: dict[int, Passage]
    said: dict[int, Passage]
    places: dict[int, int]
    joined: dict[int, int]
    links: list[ParagraphLink]


def renew_original(version: Version, language: str, found: FoundDraft) -> Translation:
    """The original is what the file holds; its paragraphs are matched with the version before.

    Translations stay at their paragraphs, and what an editor confirmed stays where it is still so.
    """
    original = _original_to_keep(version)
    blocks = label_blocks(found.blocks)
    passages = [_passage(labelled) for labelled in blocks]
    rows = rows_of(original) if original else []
    earlier = _earlier(version, language, passages)
    pairs = _pairs(earlier, blocks, passages)
    paragraphs = _paragraphs(version, blocks, pairs, earlier)
    confirmed = _confirmed(earlier, passages)
    remove_texts(version, language)
    placed = [
        Placed(paragraph, labelled, position, position)
        for position, (paragraph, labelled) in enumerate(zip(paragraphs, blocks, strict=True))
    ]
    translation = write_translation(version, language, found, placed, is_original=True)
    changed = {number: paragraphs[place].id for number, place in earlier.places.items()}
    # A paragraph that the file words quite otherwise keeps its translations where no other one came.
    stayed = {paragraph.id for paragraph in paragraphs} & earlier.said.keys()
    changed |= {number: number for number in stayed - changed.keys() - set(changed.values())}
    was = _same_words(rows, rows_of(translation), changed)
    changed |= _joined(earlier, passages, paragraphs, changed)
    follow_original(version, changed, was)
    if version.number > 1:
        numbers = [paragraph.id for paragraph in paragraphs]
        write_links(version, [_numbered(pair, numbers) for pair in pairs])
        _confirm_again(version, confirmed, numbers)
    return translation


def renew_translation(version: Version, language: str, found: FoundDraft) -> Translation:
    """The translation is what the file holds, at the original's paragraphs as far as it has them."""
    original = original_of(version)
    texts = original.texts if original else []
    matched = match_to_original(texts, label_blocks(found.blocks))
    remove_texts(version, language)
    placed = [
        Placed(text.paragraph, labelled, text.position, place, text.digest)
        for text, labelled, place in zip(texts, matched.texts, matched.places, strict=True)
        if labelled is not None
    ]
    marked = replace(found, blocks=mark_left_over(found.blocks, matched.left_over))
    return write_translation(version, language, marked, placed, is_original=False)


def _original_to_keep(version: Version) -> Translation | None:
    """The original whose paragraphs others refer to; a first one alone begins anew, with the first key."""
    if version.number == 1 and len(version.translations) <= 1:
        remove_texts(version, *(translation.language for translation in version.translations))
        remove_unused_paragraphs(version.draft_id)
        version.draft.last_key = 0
    return original_of(version)


def _passage(labelled: LabelledBlock) -> Passage:
    block = labelled.block
    words = words_with_notes(render_paragraph(block.source).plain, block.notes)
    return Passage(block.kind, block.level, labelled.label, words)


def _earlier(version: Version, language: str, passages: Sequence[Passage]) -> _Earlier:
    before = version_before(version)
    said = passages_of(version) if original_of(version) else {}
    numbers = list(said)
    matched = match(list(said.values()), passages)
    kept = heirs(
        (numbers[old] if old is not None else None, new, score)
        for old, new, score in matched
        if score >= STILL_THE_SAME_PARAGRAPH
    )
    places = {number: place for place, number in kept.items()}
    return _Earlier(
        before=passages_of(before, language) if before else {},
        said=said,
        places=places,
        joined={
            numbers[old]: new
            for old, new, _score in matched
            if old is not None and new is not None and numbers[old] not in places
        },
        links=links_between(version),
    )


def _pairs(earlier: _Earlier, blocks: Sequence[LabelledBlock], passages: Sequence[Passage]) -> list[Pair]:
    """Which paragraphs of the version before the blocks come from: before by number, after by place."""
    numbers = list(earlier.before)
    keyed = _keyed(numbers, blocks)
    told = _confirmed(earlier, passages)
    certain = {place: numbers.index(number) for place, number in keyed.items()}
    pairs = [
        Pair(numbers[old] if old is not None else None, new, score)
        for old, new, score in match(list(earlier.before.values()), passages, certain)
    ]
    settled = {place for _number, place in told if place is not None}
    kept = [pair for pair in pairs if pair.after not in settled]
    return kept + [Pair(number, place, 1.0) for number, place in told if place is not None]


def _keyed(numbers: Sequence[int], blocks: Sequence[LabelledBlock]) -> dict[int, int]:
    """Which blocks say by their key which paragraph of the version before they are."""
    rows = db.session.execute(select(Paragraph.key, Paragraph.id).where(Paragraph.id.in_(numbers)))
    known: dict[str, int] = dict(iter(rows))
    keyed: dict[int, int] = {}
    for place, labelled in enumerate(blocks):
        number = known.pop(labelled.block.key, None)
        if number is not None:
            keyed[place] = number
    return keyed


def _confirmed(
    earlier: _Earlier, passages: Sequence[Passage]
) -> dict[tuple[int | None, int | None], ParagraphLink]:
    """The relations that an editor confirmed for words that are still there, by place."""
    told: dict[tuple[int | None, int | None], ParagraphLink] = {}
    for link in earlier.links:
        if link.confirmed_at is None:
            continue
        place = earlier.places.get(link.after_id) if link.after_id is not None else None
        if link.after_id is None:
            told[link.before_id, None] = link
        elif place is not None and passages[place].plain == earlier.said[link.after_id].plain:
            told[link.before_id, place] = link
    return told


def _paragraphs(
    version: Version, blocks: Sequence[LabelledBlock], pairs: Sequence[Pair], earlier: _Earlier
) -> list[Paragraph]:
    """The paragraph that each block is: one there was, or a new one."""
    rows = db.session.scalars(select(Paragraph).where(Paragraph.draft_id == version.draft_id))
    known = {paragraph.id: paragraph for paragraph in rows}
    by_key = {paragraph.key: paragraph for paragraph in known.values()}
    kept = heirs(pairs)
    working = {place: number for number, place in earlier.places.items()}
    used = set(kept.values()) | earlier.before.keys()
    paragraphs = []
    _reserve_given_keys(version, blocks)
    for place, labelled in enumerate(blocks):
        paragraph = known.get(kept.get(place, 0)) or _free(by_key.get(labelled.block.key), used)
        paragraph = paragraph or _free(known.get(working.get(place, 0)), used)
        if paragraph is None:
            paragraph = new_paragraph(version.draft, _given_key(version, labelled, by_key))
            by_key[paragraph.key] = paragraph
        else:
            used.add(paragraph.id)
        paragraphs.append(paragraph)
    db.session.flush()
    return paragraphs


def _free(paragraph: Paragraph | None, used: set[int]) -> Paragraph | None:
    # A paragraph without a number was made just now, for another block.
    return paragraph if paragraph is not None and paragraph.id and paragraph.id not in used else None


def _reserve_given_keys(version: Version, blocks: Sequence[LabelledBlock]) -> None:
    """No new paragraph of a first version takes a key that the file gives to another one."""
    if version.number == 1:
        given = (int(labelled.block.key[1:]) for labelled in blocks if is_key(labelled.block.key))
        version.draft.last_key = max([version.draft.last_key, *given])


def _given_key(version: Version, labelled: LabelledBlock, known: Mapping[str, Paragraph]) -> str:
    """The key that the file gives, in a first version where nobody else has it."""
    key = labelled.block.key
    return key if version.number == 1 and is_key(key) and key not in known else ""


def _same_words(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], changed: Mapping[int, int]
) -> dict[str, str]:
    """The old digest and the new one of each text whose words and notes are the same."""
    now = {row["paragraph_id"]: row for row in after}
    same = {}
    for row in before:
        new = now.get(changed.get(row["paragraph_id"], 0))
        if new is not None and (new["source"], new["notes"]) == (row["source"], row["notes"]):
            same[row["digest"]] = new["digest"]
    return same


def _joined(
    earlier: _Earlier,
    passages: Sequence[Passage],
    paragraphs: Sequence[Paragraph],
    changed: Mapping[int, int],
) -> dict[int, int]:
    """Which paragraph the working ones that were merged went into, where that says more than it said."""
    as_it_was = {
        place
        for number, place in earlier.places.items()
        if earlier.said[number].plain == passages[place].plain
    }
    return {
        number: paragraphs[place].id
        for number, place in earlier.joined.items()
        if number not in changed and place not in as_it_was
    }


def _numbered(pair: Pair, numbers: Sequence[int]) -> Pair:
    return Pair(pair.before, numbers[pair.after] if pair.after is not None else None, pair.score)


def _confirm_again(
    version: Version,
    confirmed: Mapping[tuple[int | None, int | None], ParagraphLink],
    numbers: Sequence[int],
) -> None:
    told = {
        (before, numbers[place] if place is not None else None): link
        for (before, place), link in confirmed.items()
    }
    for link in links_between(version):
        old = told.get((link.before_id, link.after_id))
        if old is not None and old.fate == link.fate:
            link.confirmed_by_id, link.confirmed_at = old.confirmed_by_id, old.confirmed_at
    db.session.flush()
