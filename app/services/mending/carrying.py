"""A translation that is begun on the screen, with what the last version's says of what is still the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.draft import Fate, ParagraphText, Translation, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import record
from app.services.drafts.aligning import original_of
from app.services.drafts.cutting import join
from app.services.drafts.linking import links_between
from app.services.drafts.rewriting import lock
from app.services.drafts.sealing import digest_of_text
from app.services.errors import InvalidError
from app.services.files.importing import LONGEST_TITLE
from app.services.permissions import require
from app.services.text import one_line, render_paragraph


def begin_translation(
    version: Version, language: str, title: str, *, by: Person, at: datetime
) -> Translation:
    """The working version has a translation to fill in; where an earlier version had one, what it said.

    What is carried over from words that the original has no longer is marked as older. Raises SealedError, or
    InvalidError for a language that is taken or a title that cannot be.
    """
    said = one_line(title)
    if not said or len(said) > LONGEST_TITLE:
        raise InvalidError({"title": "required" if not said else "too_long"})
    with transaction():
        lock(version)
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=version.draft.consultation_id)
        original = original_of(version)
        if original is None:
            raise InvalidError({"language": "no_original"})
        if any(text.language == language for text in version.translations):
            raise InvalidError({"language": "taken"})
        earlier = _last_sealed(version)
        translation = Translation(
            version_id=version.id, language=language, is_original=False, is_official=False, title=said
        )
        translation.texts = _carried(earlier, version, original, language) if earlier else []
        db.session.add(translation)
        db.session.flush()
        db.session.expire(version, ["translations"])
        record("translation begun", f"translation:{translation.id}", person_id=by.id, at=at)
    return translation


def _last_sealed(version: Version) -> Version | None:
    return db.session.scalar(
        select(Version)
        .where(Version.draft_id == version.draft_id, Version.sealed_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )


def _carried(earlier: Version, version: Version, original: Translation, language: str) -> list[ParagraphText]:
    before = original_of(earlier)
    theirs = next((text for text in earlier.translations if text.language == language), None)
    if before is None or theirs is None or theirs is before:
        return []
    stood = {text.paragraph_id: text for text in before.texts}
    said = {text.paragraph_id: text for text in theirs.texts}
    came = _sources_of_mergers(version)
    carried = []
    for text in original.texts:
        sources = came.get(text.paragraph_id, {text.paragraph_id})
        found = [number for number in stood if number in sources and number in said]
        if found:
            first, *others = found
            copy = _copy(text, said[first], stood[first])
            carried.append(_with(copy, [said[number] for number in others], text.paragraph.key))
    return carried


def _sources_of_mergers(version: Version) -> dict[int, set[int]]:
    """What the paragraphs that several became one in come from."""
    sources: dict[int, set[int]] = {}
    for link in links_between(version):
        if link.fate == Fate.MERGED and link.before_id is not None and link.after_id is not None:
            sources.setdefault(link.after_id, set()).add(link.before_id)
    return sources


def _with(text: ParagraphText, others: Sequence[ParagraphText], key: str) -> ParagraphText:
    """The text with the words of the others after its own."""
    for other in others:
        words = render_paragraph(join(text.source, other.source))
        text.source, text.html, text.plain = words.source, words.html, words.plain
        text.notes = [*text.notes, *other.notes]
    text.digest = digest_of_text(text, key)
    return text


def _copy(original: ParagraphText, said: ParagraphText, stood: ParagraphText) -> ParagraphText:
    """The words where the original stands now; up to date if they were, and it says the same."""
    is_same = (original.source, original.notes) == (stood.source, stood.notes)
    was_current = said.original_digest in {"", stood.digest}
    text = ParagraphText(
        paragraph=original.paragraph,
        position=original.position,
        kind=original.kind,
        level=original.level,
        label=original.label,
        source=said.source,
        html=said.html,
        plain=said.plain,
        notes=list(said.notes),
        original_digest=original.digest if is_same and was_current else said.original_digest or stood.digest,
        doubts=[],
    )
    text.digest = digest_of_text(text, original.paragraph.key)
    return text
