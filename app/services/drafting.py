"""Drafts: importing the original and its translations, and sealing a version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphText, Translation, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.aligning import align, keep_keys, original_of
from app.services.errors import InvalidError, NotFoundError
from app.services.importing import FoundDraft, within_limits
from app.services.labelling import LabelledBlock, label_blocks
from app.services.permissions import require
from app.services.sealing import SealedError, digest_of_text, digest_of_version, require_working
from app.services.standing import settle_standing
from app.services.text import normalise, render_paragraph

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def import_translation(
    consultation: Consultation,
    language: str,
    found: FoundDraft,
    *,
    is_original: bool,
    by: Person | None,
    at: datetime,
) -> Translation:
    """The text stands in the working version in that language, in place of what stood there before.

    An original begins a version where all are sealed; paragraphs that say the same keep their keys.
    `by` is None for an operator. Raises InvalidError, MisalignedError or SealedError.
    """
    if not LANGUAGE.fullmatch(language):
        raise InvalidError({"language": "unknown"})
    blocks = label_blocks(within_limits(found).blocks)
    with transaction():
        _require_editor(consultation, by)
        draft = _draft_for_writing(consultation)
        version = _working_version(draft, is_original)
        _refuse_confusion(version, language, is_original)
        paragraphs = (
            _paragraphs_of_original(draft, version, blocks) if is_original else align(version, blocks)
        )
        _remove_texts(version, language)
        translation = _write(version, language, found.title, is_original, blocks, paragraphs)
        _remove_unused_paragraphs(draft)
        record(
            "translation imported", f"translation:{translation.id}", person_id=by.id if by else None, at=at
        )
        enqueue("index_consultation", {"consultation_id": consultation.id}, at=at)
        touch_public_pages(consultation.id)
    return translation


def remove_translation(translation: Translation, *, by: Person | None, at: datetime) -> None:
    """The working version has no text in that language any more.

    Raises SealedError, or InvalidError for an original that others are translations of.
    """
    with transaction():
        version = _lock(translation.version)
        draft = version.draft
        _require_editor(draft.consultation, by)
        if translation.is_original and len(version.translations) > 1:
            raise InvalidError({"language": "has_translations"})
        subject = f"translation:{translation.id}"
        _remove_texts(version, translation.language)
        _remove_unused_paragraphs(draft)
        record("translation removed", subject, person_id=by.id if by else None, at=at)
        touch_public_pages(draft.consultation_id)


def seal_version(draft: Draft, *, by: Person | None, at: datetime) -> Version:
    """The working version is the one under consultation from now on, and never changes.

    Raises InvalidError when there is no working version with an original.
    """
    with transaction():
        _require_editor(draft.consultation, by)
        version = last_version(draft)
        if version is None or version.sealed_at is not None or original_of(_lock(version)) is None:
            raise InvalidError({"version": "nothing_to_seal"})
        settle_standing(version)
        version.digest = digest_of_version(version)
        version.sealed_at = at
        record("version sealed", f"version:{version.id}", person_id=by.id if by else None, at=at)
        enqueue("index_consultation", {"consultation_id": draft.consultation_id}, at=at)
        touch_public_pages(draft.consultation_id)
    return version


def draft_of(consultation: Consultation) -> Draft | None:
    """The consultation's draft, or None before the first import."""
    return db.session.scalar(select(Draft).where(Draft.consultation_id == consultation.id))


def versions_of(consultation: Consultation) -> list[Version]:
    """All versions of the consultation's draft, the last one first."""
    return list(
        db.session.scalars(
            select(Version)
            .join(Version.draft)
            .where(Draft.consultation_id == consultation.id)
            .order_by(Version.number.desc())
        )
    )


def last_version(draft: Draft) -> Version | None:
    """The version with the highest number, sealed or not."""
    return db.session.scalar(
        select(Version).where(Version.draft_id == draft.id).order_by(Version.number.desc()).limit(1)
    )


def translation_in(version: Version, language: str | None) -> Translation:
    """The text in that language, or the original for None; raises NotFoundError."""
    for translation in version.translations:
        if translation.language == language or (language is None and translation.is_original):
            return translation
    raise NotFoundError("translation")


def _require_editor(consultation: Consultation, by: Person | None) -> None:
    if by is not None:
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=consultation.id)


def _draft_for_writing(consultation: Consultation) -> Draft:
    # The consultation's row is the one that two first imports would meet at.
    db.session.execute(select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    draft = draft_of(consultation)
    if draft is None:
        draft = Draft(consultation=consultation, last_key=0)
        db.session.add(draft)
        db.session.flush()
    return draft


def _working_version(draft: Draft, is_original: bool) -> Version:
    last = last_version(draft)
    if last is not None and last.sealed_at is None:
        return _lock(last)
    if not is_original:
        raise InvalidError({"language": "no_original"}) if last is None else SealedError
    version = Version(draft=draft, number=last.number + 1 if last else 1, translations=[])
    db.session.add(version)
    db.session.flush()
    return version


def _lock(version: Version) -> Version:
    """The version as it is now, which nobody else changes meanwhile; raises SealedError."""
    db.session.refresh(version, with_for_update=True)
    require_working(version)
    return version


def _refuse_confusion(version: Version, language: str, is_original: bool) -> None:
    original = original_of(version)
    if is_original and original is not None and original.language != language:
        raise InvalidError({"language": "other_original"})
    if not is_original and original is None:
        raise InvalidError({"language": "no_original"})
    if not is_original and original is not None and original.language == language:
        raise InvalidError({"language": "is_original"})


def _paragraphs_of_original(draft: Draft, version: Version, blocks: list[LabelledBlock]) -> list[Paragraph]:
    if len(version.translations) > 1:
        return align(version, blocks)
    if version.number == 1:
        # Nobody has seen these keys yet.
        draft.last_key = 0
        _remove_texts(version, *(translation.language for translation in version.translations))
        _remove_unused_paragraphs(draft)
    return keep_keys(draft, blocks)


def _remove_texts(version: Version, *languages: str) -> None:
    for translation in [found for found in version.translations if found.language in languages]:
        db.session.delete(translation)
    db.session.flush()
    db.session.expire(version, ["translations"])


def _remove_unused_paragraphs(draft: Draft) -> None:
    """A paragraph that was only in a working text that is gone is gone too; its key is not given again."""
    db.session.flush()
    used = select(ParagraphText.paragraph_id)
    db.session.execute(
        delete(Paragraph).where(Paragraph.draft_id == draft.id, Paragraph.id.not_in(used)),
        execution_options={"synchronize_session": "fetch"},
    )


def _write(
    version: Version,
    language: str,
    title: str,
    is_original: bool,
    blocks: Iterable[LabelledBlock],
    paragraphs: list[Paragraph],
) -> Translation:
    translation = Translation(
        version=version, language=language, is_original=is_original, title=" ".join(normalise(title).split())
    )
    translation.texts = [
        _text(paragraph, position, labelled)
        for position, (paragraph, labelled) in enumerate(zip(paragraphs, blocks, strict=True))
    ]
    db.session.add(translation)
    db.session.flush()
    return translation


def _text(paragraph: Paragraph, position: int, labelled: LabelledBlock) -> ParagraphText:
    said = render_paragraph(labelled.block.source)
    text = ParagraphText(
        paragraph=paragraph,
        position=position,
        kind=labelled.block.kind,
        level=labelled.block.level,
        label=labelled.label,
        source=said.source,
        html=said.html,
        plain=said.plain,
        notes=list(labelled.block.notes),
    )
    text.digest = digest_of_text(text, paragraph.key)
    return text
