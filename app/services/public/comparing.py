"""Any two sealed versions of a draft compared, paragraph by paragraph and word by word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, Fate, ParagraphLink, Version
from app.services.matching.deriving import Relation, derive_fates
from app.services.matching.differing import Piece, Pieces, pieces_by_paragraph, word_changes
from app.services.matching.grouping import Group, groups_of, interleave
from app.services.matching.matching import Passage, words_with_notes
from app.services.public.reading import ReadDraft, Text, read_draft

__all__ = ["Change", "Comparison", "Piece", "Pieces", "changes_of", "compare_versions", "word_changes"]


@dataclass(frozen=True)
class Change:
    """What became of some paragraphs: their texts in both versions, and the words that changed.

    `went` marks the old place of a paragraph that moved: its text stands at the new place. The pieces are
    empty where no word changed; each goes with the text at the same place in `olds` or `news`.
    """

    fate: Fate
    olds: tuple[Text, ...]
    news: tuple[Text, ...]
    old_pieces: tuple[Pieces, ...] = ()
    new_pieces: tuple[Pieces, ...] = ()
    went: bool = False

    @property
    def is_reworded(self) -> bool:
        """Whether any word is another."""
        return bool(self.new_pieces)

    @property
    def is_renumbered(self) -> bool:
        """Whether the paragraph is cited by another label now."""
        return len(self.olds) == len(self.news) == 1 and self.olds[0].label != self.news[0].label


@dataclass(frozen=True)
class Comparison:
    """Two versions, and what became of each paragraph in the order of the newer."""

    older: ReadDraft
    newer: ReadDraft
    changes: list[Change]
    counts: Mapping[Fate, int]


def compare_versions(consultation: Consultation, older: int, newer: int, language: str) -> Comparison:
    """Both sealed versions, compared in that language where both have it; raises NotFoundError."""
    before, after = _read(consultation, older, newer, language)
    relations = _relations(consultation, before, after)
    olds = {text.paragraph_id: text for text in before.texts}
    news = {text.paragraph_id: text for text in after.texts}
    _in_one_language(consultation, relations, olds, news, (before, after))
    changes = changes_of(relations, olds, news)
    counts = Counter(change.fate for change in changes if not change.went)
    return Comparison(before, after, changes, counts)


def changes_of(
    relations: Sequence[Relation], olds: Mapping[int, Text], news: Mapping[int, Text]
) -> list[Change]:
    """What the relations between two texts, given by paragraph in their order, tell of each."""
    fates = derive_fates(relations, _passages(olds), _passages(news))
    fate_of = {new: fate for (_old, new), fate in zip(relations, fates, strict=True) if new is not None}
    moved = {
        old: new
        for (old, new), fate in zip(relations, fates, strict=True)
        if fate == Fate.MOVED and old is not None and new is not None
    }
    changes = []
    for row in interleave(groups_of(relations, list(olds), list(news)), list(olds), moved.keys()):
        if isinstance(row, Group):
            changes.append(_change(row, fate_of[row.news[0]], olds, news))
        elif row in moved:
            changes.append(Change(Fate.MOVED, (olds[row],), (news[moved[row]],), went=True))
        else:
            changes.append(Change(Fate.REMOVED, (olds[row],), ()))
    return changes


def _read(consultation: Consultation, older: int, newer: int, language: str) -> tuple[ReadDraft, ReadDraft]:
    before = read_draft(consultation, language, older)
    after = read_draft(consultation, language, newer)
    if before.language != after.language:
        before = read_draft(consultation, after.original_language, older)
        after = read_draft(consultation, after.original_language, newer)
    return before, after


def _relations(consultation: Consultation, before: ReadDraft, after: ReadDraft) -> list[Relation]:
    """What each paragraph of the one has become in the other, over all the versions between."""
    steps: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = db.session.execute(
        select(Version.number, ParagraphLink.before_id, ParagraphLink.after_id)
        .join(ParagraphLink.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation.id,
            Version.number > before.number,
            Version.number <= after.number,
        )
    )
    for number, old, new in rows:
        if old is not None:
            steps[number][old] |= set() if new is None else {new}
    became = {text.paragraph_id: {text.paragraph_id} for text in before.texts}
    for number in range(before.number + 1, after.number + 1):
        for origin, here in became.items():
            # Versions that were sealed before links were kept have none: there a paragraph stays itself.
            became[origin] = {new for each in here for new in steps[number].get(each, {each})}
    return _as_relations(became, [text.paragraph_id for text in after.texts])


def _as_relations(became: Mapping[int, set[int]], after: Iterable[int]) -> list[Relation]:
    there = set(after)
    relations: list[Relation] = []
    for old, news in became.items():
        # What was taken out and put back since is what it was.
        stands = (news & there) or ({old} & there)
        relations += [(old, new) for new in sorted(stands)] or [(old, None)]
    come = {new for _old, new in relations}
    return relations + [(None, new) for new in there if new not in come]


def _in_one_language(
    consultation: Consultation,
    relations: Iterable[Relation],
    olds: dict[int, Text],
    news: dict[int, Text],
    drafts: tuple[ReadDraft, ReadDraft],
) -> None:
    """Where a translation is missing, or does not follow the original yet, both sides are in its words."""
    pairs = [(old, new) for old, new in relations if old is not None and new is not None]
    if all(olds[old].language == news[new].language and not news[new].is_older for old, new in pairs):
        return
    sides = (olds, news)
    originals = [
        {
            text.paragraph_id: text
            for text in read_draft(consultation, drafts[1].original_language, draft.number).texts
        }
        for draft in drafts
    ]
    for old, new in _differing(pairs, olds, news, originals):
        for side, number in enumerate((old, new)):
            sides[side][number] = originals[side][number]


def _differing(
    pairs: Sequence[tuple[int, int]],
    olds: Mapping[int, Text],
    news: Mapping[int, Text],
    originals: Sequence[Mapping[int, Text]],
) -> list[tuple[int, int]]:
    """The pairs in two languages, or whose newer translation is of an original that said otherwise."""
    behind = {
        new for old, new in pairs if news[new].is_older and originals[0][old].plain != originals[1][new].plain
    }
    mixed = {new for old, new in pairs if olds[old].language != news[new].language}
    chosen, before = behind | mixed, set[int]()
    # Parts of one paragraph, and paragraphs that became one, are compared together.
    while chosen != before:
        before = chosen
        parted = {old for old, new in pairs if new in chosen}
        chosen = {new for old, new in pairs if new in chosen or old in parted}
    return [(old, new) for old, new in pairs if new in chosen]


def _passages(texts: Mapping[int, Text]) -> dict[int, Passage]:
    return {
        number: Passage(text.kind, text.level, text.label, words_with_notes(text.plain, text.notes))
        for number, text in texts.items()
    }


def _change(group: Group, fate: Fate, olds: Mapping[int, Text], news: Mapping[int, Text]) -> Change:
    before, after = tuple(olds[old] for old in group.olds), tuple(news[new] for new in group.news)
    said, says = [text.plain for text in before], [text.plain for text in after]
    if not before or said == says:
        return Change(fate, before, after)
    return Change(fate, before, after, *pieces_by_paragraph(said, says))
