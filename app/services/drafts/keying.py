"""Which paragraph record, and so which key, a text of a working version has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select

from app.models.base import db
from app.models.draft import Draft, Paragraph, ParagraphLink, ParagraphText, Version
from app.services.drafts.composing import remove_unused_paragraphs, rewrite_texts, rows_of
from app.services.drafts.cutting import join
from app.services.drafts.linking import links_between
from app.services.drafts.sealing import digest_of_text
from app.services.text import render_paragraph

KEY = re.compile(r"p([1-9]\d{0,8})")


def new_paragraph(draft: Draft, key: str = "") -> Paragraph:
    """A paragraph with that key, else with the next that was never given."""
    if key:
        draft.last_key = max(draft.last_key, int(key[1:]))
    else:
        draft.last_key += 1
        key = f"p{draft.last_key}"
    paragraph = Paragraph(draft=draft, key=key)
    db.session.add(paragraph)
    return paragraph


def is_key(key: str) -> bool:
    """Whether it looks like a key that a paragraph can have."""
    return KEY.fullmatch(key) is not None


def heirs(relations: Iterable[tuple[int | None, int | None, float]]) -> dict[int, int]:
    """Which newer paragraph keeps the key of which older one: the most alike, the first of equals."""
    full = [(old, new, score) for old, new, score in relations if old is not None and new is not None]
    kept: dict[int, int] = {}
    taken: set[int] = set()
    for old, new, _score in sorted(full, key=lambda relation: -relation[2]):
        if new not in kept and old not in taken:
            kept[new] = old
            taken.add(old)
    return kept


def settle_keys(version: Version) -> None:
    """Every paragraph of the working version has the key of the one it comes from, the others new ones."""
    links = links_between(version)
    kept = heirs((link.before_id, link.after_id, link.score) for link in links)
    earlier = {link.before_id for link in links if link.before_id is not None}
    here = {link.after_id for link in links if link.after_id is not None}
    changed: dict[int, int] = {new: old for new, old in kept.items() if new != old}
    strangers = [new for new in sorted(here - kept.keys()) if new in earlier]
    for number in strangers:
        paragraph = new_paragraph(version.draft)
        db.session.flush()
        changed[number] = paragraph.id
    if changed:
        _repoint_links(version, changed)
        was = _repoint_original(version, changed)
        follow_original(version, {number: changed.get(number, number) for number in here}, was)
        remove_unused_paragraphs(version.draft_id)


def follow_original(version: Version, changed: Mapping[int, int], was: Mapping[str, str]) -> None:
    """All translations stand where the original has their paragraphs, under its labels; others are gone.

    `changed` says which paragraph each one has become, itself or another; what several have become has the
    words of all, in order, as an older translation. `was` gives the present digest of each of the original's
    texts whose words stayed: what was translated from them is as new as it was.
    """
    keys = _keys(version)
    original = next(one for one in version.translations if one.is_original)
    places = {row["paragraph_id"]: row for row in rows_of(original)}
    for translation in version.translations:
        if translation.is_original:
            continue
        rows: dict[int, dict[str, Any]] = {}
        for row in rows_of(translation):
            number = changed.get(row["paragraph_id"], 0)
            place = places.get(number)
            if place is not None:
                stands = {name: place[name] for name in ("position", "kind", "level", "label")}
                made_from = was.get(row["original_digest"], row["original_digest"])
                moved = _moved({**row, **stands, "original_digest": made_from}, changed, keys)
                rows[number] = _joined(rows[number], moved, keys) if number in rows else moved
        rewrite_texts(translation, list(rows.values()))


def _repoint_original(version: Version, changed: Mapping[int, int]) -> dict[str, str]:
    """The original's paragraphs are those; the digest of each text before, and now."""
    keys = _keys(version)
    original = next(one for one in version.translations if one.is_original)
    before = rows_of(original)
    rows = [_moved(row, changed, keys) for row in before]
    rewrite_texts(original, rows)
    return {old["digest"]: new["digest"] for old, new in zip(before, rows, strict=True)}


def _keys(version: Version) -> dict[int, str]:
    rows = db.session.execute(
        select(Paragraph.id, Paragraph.key).where(Paragraph.draft_id == version.draft_id)
    )
    return dict(iter(rows))


def _moved(row: Mapping[str, Any], changed: Mapping[int, int], keys: Mapping[int, str]) -> dict[str, Any]:
    number = changed.get(row["paragraph_id"], row["paragraph_id"])
    moved = {**row, "paragraph_id": number}
    return {**moved, "digest": digest_of_text(ParagraphText(**moved), keys[number])}


def _joined(first: Mapping[str, Any], second: Mapping[str, Any], keys: Mapping[int, str]) -> dict[str, Any]:
    """Both texts as one, made from words that the original no longer has by themselves."""
    said = render_paragraph(join(first["source"], second["source"]))
    both = {
        **first,
        "source": said.source,
        "html": said.html,
        "plain": said.plain,
        "notes": [*first["notes"], *second["notes"]],
        "original_digest": first["original_digest"] or second["original_digest"] or first["digest"],
    }
    return {**both, "digest": digest_of_text(ParagraphText(**both), keys[both["paragraph_id"]])}


def _repoint_links(version: Version, changed: Mapping[int, int]) -> None:
    links = links_between(version)
    facts = [
        {
            "version_id": version.id,
            "before_id": link.before_id,
            "after_id": changed.get(link.after_id, link.after_id) if link.after_id else None,
            "fate": link.fate,
            "score": link.score,
            "confirmed_by_id": link.confirmed_by_id,
            "confirmed_at": link.confirmed_at,
        }
        for link in links
    ]
    db.session.execute(delete(ParagraphLink).where(ParagraphLink.version_id == version.id))
    db.session.add_all(ParagraphLink(**fact) for fact in facts)
    db.session.flush()
