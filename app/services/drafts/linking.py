"""Which paragraphs of a version come from which of the version before, and so what became of each.

Every paragraph of both versions stands in at least one link. Who edits a working version notes here what
that does to the links; the fates follow from the links and the texts (`renew_fates`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.models.base import db
from app.models.draft import (
    Fate,
    Paragraph,
    ParagraphLink,
    ParagraphText,
    Translation,
    Version,
)
from app.services.matching.deriving import Relation, derive_fates
from app.services.matching.grouping import groups_of
from app.services.matching.matching import Pair, Passage, words_with_notes
from app.services.matching.weighing import likeness

ALONE = frozenset({Fate.SAME, Fate.REWORDED, Fate.MOVED})
FOREIGN = 0.2


def version_before(version: Version) -> Version | None:
    """The version that this one follows, or None for the first."""
    return db.session.scalar(
        select(Version).where(Version.draft_id == version.draft_id, Version.number == version.number - 1)
    )


def links_between(version: Version) -> list[ParagraphLink]:
    """The links from the version before to this one, in the order in which they were made."""
    chosen = select(ParagraphLink).where(ParagraphLink.version_id == version.id)
    return list(db.session.scalars(chosen.order_by(ParagraphLink.id)))


def passages_of(version: Version, language: str = "") -> dict[int, Passage]:
    """The version's paragraphs in order as its text in the language says them, else as the original does."""
    chosen = db.session.scalar(
        select(Translation.id)
        .where(Translation.version_id == version.id)
        .order_by((Translation.language == language).desc(), Translation.is_original.desc())
        .limit(1)
    )
    rows = db.session.execute(
        select(
            ParagraphText.paragraph_id, ParagraphText.kind, ParagraphText.level, ParagraphText.label,
            ParagraphText.plain, ParagraphText.notes,
        )
        .where(ParagraphText.translation_id == chosen)
        .order_by(ParagraphText.position)
    )  # fmt: skip
    return {
        number: Passage(kind, level, label, words_with_notes(plain, notes))
        for number, kind, level, label, plain, notes in rows
    }


def compared_passages(version: Version) -> tuple[dict[int, Passage], dict[int, Passage]]:
    """The paragraphs of the version before and of this one, both in the language of this one's original."""
    earlier = version_before(version)
    language = db.session.scalar(
        select(Translation.language).where(Translation.version_id == version.id, Translation.is_original)
    )
    after = passages_of(version)
    return (passages_of(earlier, language or "") if earlier else {}), after


def write_links(version: Version, pairs: Iterable[Pair]) -> None:
    """These pairs of paragraphs, by their numbers, are the version's links; nobody has confirmed one."""
    db.session.execute(delete(ParagraphLink).where(ParagraphLink.version_id == version.id))
    for before_id, after_id, score in pairs:
        add_link(version, before_id, after_id, score)
    renew_fates(version)


def renew_fates(version: Version) -> None:
    """Every fate and score is what the texts say now; call it when an edit has changed texts or their order.

    Paragraphs that came or went without a note become new or removed. A confirmation lapses when the fate
    becomes another one that nobody saw.
    """
    if version.number == 1:
        return
    db.session.flush()
    before, after = compared_passages(version)
    links = _completed(version, before, after)
    fates = derive_fates([(link.before_id, link.after_id) for link in links], before, after)
    for link, fate in zip(links, fates, strict=True):
        if fate != link.fate and not {fate, link.fate} <= ALONE:
            link.confirmed_by_id = link.confirmed_at = None
        link.fate = fate
        if link.before_id is not None and link.after_id is not None:
            link.score = likeness(before[link.before_id].plain, after[link.after_id].plain)
    db.session.flush()


def note_split(version: Version, paragraph_id: int, part_id: int) -> None:
    """The part comes from where the paragraph comes from; call it when both texts are as they will be."""
    if version.number == 1:
        return
    before, after = compared_passages(version)
    for link in links_between(version):
        if link.after_id == paragraph_id and link.before_id is not None:
            score = likeness(before[link.before_id].plain, after[part_id].plain)
            if score > 0:
                add_link(version, link.before_id, part_id, score)
    renew_fates(version)


def note_merger(version: Version, kept_id: int, gone_id: int) -> None:
    """What one of two paragraphs came from has gone into the other, which now holds the text of both."""
    if version.number == 1:
        return
    links = links_between(version)
    already = {link.before_id for link in links if link.after_id == kept_id}
    for link in links:
        if link.after_id != gone_id:
            continue
        db.session.delete(link)
        if link.before_id is not None and link.before_id not in already:
            add_link(version, link.before_id, kept_id, link.score)
    renew_fates(version)


def note_removal(version: Version, paragraph_id: int) -> None:
    """The paragraph is no longer in this version; call it before its record is deleted."""
    if version.number == 1:
        return
    for link in links_between(version):
        if link.after_id == paragraph_id:
            db.session.delete(link)
    renew_fates(version)


def note_insertion(version: Version, paragraph_id: int) -> None:
    """The paragraph is new in this version."""
    if version.number == 1:
        return
    if all(link.after_id != paragraph_id for link in links_between(version)):
        add_link(version, None, paragraph_id, 0.0)
    renew_fates(version)


def open_fates(version: Version) -> int:
    """How many proposals other than “same” are not confirmed yet; all parts of a paragraph are one."""
    links = links_between(version)
    opened = [link for link in links if link.fate != Fate.SAME and link.confirmed_at is None]
    removed = sum(link.after_id is None for link in opened)
    olds = list(dict.fromkeys(link.before_id for link in links if link.before_id is not None))
    news = list(dict.fromkeys(link.after_id for link in links if link.after_id is not None))
    groups = groups_of([(link.before_id, link.after_id) for link in links], olds, news)
    waiting = {link.after_id for link in opened}
    return removed + sum(not waiting.isdisjoint(group.news) for group in groups)


def links_of(version: Version) -> list[dict[str, Any]]:
    """The links as they are now, fit for JSON, for `restore_links`."""
    keys = _keys(version)
    return [
        {
            "before": keys.get(link.before_id),
            "after": keys.get(link.after_id),
            "fate": link.fate,
            "score": link.score,
            "by": link.confirmed_by_id,
            "at": link.confirmed_at.isoformat() if link.confirmed_at else None,
        }
        for link in links_between(version)
    ]


def restore_links(version: Version, kept: list[dict[str, Any]]) -> None:
    """The links are again as `links_of` told; call it when the texts are as they were then."""
    if version.number == 1:
        return
    db.session.flush()
    numbers = {key: number for number, key in _keys(version).items()}
    db.session.execute(delete(ParagraphLink).where(ParagraphLink.version_id == version.id))
    for link in kept:
        before_id, after_id = numbers.get(link["before"]), numbers.get(link["after"])
        if before_id is None and after_id is None:
            continue
        restored = add_link(version, before_id, after_id, link["score"], link["fate"])
        restored.confirmed_by_id = link["by"]
        restored.confirmed_at = datetime.fromisoformat(link["at"]) if link["at"] else None
    renew_fates(version)


def _keys(version: Version) -> dict[int | None, str]:
    rows = db.session.execute(
        select(Paragraph.id, Paragraph.key).where(Paragraph.draft_id == version.draft_id)
    )
    return dict(iter(rows))


def _completed(
    version: Version, before: dict[int, Passage], after: dict[int, Passage]
) -> list[ParagraphLink]:
    """The links without those of paragraphs that are gone, and with one for each that had none."""
    links = []
    for link in links_between(version):
        has_before = link.before_id is None or link.before_id in before
        has_after = link.after_id is None or link.after_id in after
        if has_before and has_after:
            links.append(link)
        else:
            db.session.delete(link)
    full = [link for link in links if link.before_id is not None and link.after_id is not None]
    have_source, have_place = {link.after_id for link in full}, {link.before_id for link in full}
    needed: list[Relation] = [(None, new) for new in after if new not in have_source]
    needed += [(old, None) for old in before if old not in have_place]
    lonely = {(link.before_id, link.after_id): link for link in links if link not in full}
    for relation, link in lonely.items():
        if relation not in needed:
            db.session.delete(link)
    added = [lonely.get(relation) or add_link(version, *relation, 0.0) for relation in needed]
    return full + added


def add_link(
    version: Version, before_id: int | None, after_id: int | None, score: float = 0.0, fate: str = ""
) -> ParagraphLink:
    """A link that nobody has confirmed; its fate waits for `renew_fates`."""
    provisional = Fate.NEW if before_id is None else Fate.REMOVED if after_id is None else Fate.SAME
    link = ParagraphLink(
        version_id=version.id,
        before_id=before_id,
        after_id=after_id,
        fate=fate or provisional,
        score=score,
    )
    db.session.add(link)
    return link
