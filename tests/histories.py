"""Later versions for tests, told by where each paragraph comes from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.draft import Paragraph, ParagraphKind, ParagraphText, Translation, Version
from app.models.sitting import UnsentComment
from app.services.drafts.linking import write_links
from app.services.matching.matching import Pair
from app.services.text import digest_of, render_paragraph
from tests.builders import seal
from tests.conftest import NOON

ROW_SEPARATOR = " | "


def a_later_version(
    version: Version,
    *parts: tuple[str, str],
    at: datetime = NOON,
    sealed: bool = True,
    change_log: dict[str, str] | None = None,
) -> Version:
    """The next version, sealed or not: a heading, and a paragraph for each part, labelled 1, 2, … in order.

    A part is (where it comes from, what it says): ("p2", …) is what became of p2; ("p2 p3", …) are the two
    merged; ("p2", …) twice is p2 split; ("", …) is new. What nobody names is removed.
    """
    with transaction():
        later = Version(draft_id=version.draft_id, number=version.number + 1, change_log=change_log or {})
        db.session.add(later)
        known = {text.paragraph.key: text.paragraph for text in version.translations[0].texts}
        heading = version.translations[0].texts[0]
        placed = [(heading.paragraph, heading.plain), *_placed(version, known, parts)]
        for before in version.translations:
            _write(later, before, placed)
        db.session.flush()
        write_links(later, _pairs(version, known, parts, [paragraph for paragraph, _words in placed]))
        if sealed:
            seal(later, at)
    return later


def _placed(
    version: Version, known: dict[str, Paragraph], parts: tuple[tuple[str, str], ...]
) -> list[tuple[Paragraph, str]]:
    placed: list[tuple[Paragraph, str]] = []
    for sources, words in parts:
        kept = known.get(sources.split()[0]) if sources else None
        is_taken = any(paragraph is kept for paragraph, _words in placed)
        placed.append((_new(version) if kept is None or is_taken else kept, words))
    return placed


def _new(version: Version) -> Paragraph:
    version.draft.last_key += 1
    paragraph = Paragraph(draft=version.draft, key=f"p{version.draft.last_key}")
    db.session.add(paragraph)
    return paragraph


def _write(later: Version, before: Translation, placed: list[tuple[Paragraph, str]]) -> None:
    translation = Translation(
        version=later, language=before.language, is_original=before.is_original, title=before.title
    )
    translation.texts = [_text(paragraph, place, words) for place, (paragraph, words) in enumerate(placed)]
    db.session.add(translation)


def _text(paragraph: Paragraph, position: int, words: str) -> ParagraphText:
    said = render_paragraph(words)
    kind = ParagraphKind.ROW if ROW_SEPARATOR in words else ParagraphKind.PARAGRAPH
    return ParagraphText(
        paragraph=paragraph,
        position=position,
        kind=kind if position else ParagraphKind.HEADING,
        level=1,
        label=str(position) if position else "",
        source=said.source,
        html=said.html,
        plain=said.plain,
        digest=digest_of(said.plain),
    )


def _pairs(
    version: Version, known: dict[str, Paragraph], parts: tuple[tuple[str, str], ...], after: list[Paragraph]
) -> list[Pair]:
    sources = [list(known)[:1], *(named.split() for named, _words in parts)]
    pairs = [
        Pair(known[key].id, paragraph.id, 0.9)
        for paragraph, keys in zip(after, sources, strict=True)
        for key in keys
    ]
    named = {key for keys in sources for key in keys}
    pairs += [Pair(paragraph.id, None, 0.0) for key, paragraph in known.items() if key not in named]
    pairs += [
        Pair(None, paragraph.id, 0.0) for paragraph, keys in zip(after, sources, strict=True) if not keys
    ]
    return pairs


def more_unsent(number: int) -> None:
    """So many further comments stand beside the only unsent one."""
    with transaction():
        first = db.session.scalars(select(UnsentComment)).one()
        same = ("sitting_id", "key_id", "paragraph_id", "version_id", "language", "began_at", "changed_at")
        for place in range(number):
            alike = {name: getattr(first, name) for name in same}
            db.session.add(UnsentComment(**alike, body=f"Further comment {place}."))
