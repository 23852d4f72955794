"""Drafts: beginning a version, importing the original and its translations, and sealing."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.draft import Draft, Translation, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.drafts.aligning import original_of
from app.services.drafts.composing import copy_version, remove_texts, remove_unused_paragraphs
from app.services.drafts.keying import settle_keys
from app.services.drafts.linking import open_fates, renew_fates, version_before
from app.services.drafts.renewing import renew_original, renew_translation
from app.services.drafts.sealing import SealedError, digest_of_version, require_working
from app.services.drafts.standing import settle_standing
from app.services.drafts.undoing import changes_by_hand
from app.services.errors import HandmadeError, InvalidError, NotFoundError
from app.services.files.importing import FoundDraft, within_limits
from app.services.permissions import require
from app.services.subscriptions.alerting import Event, alert
from app.services.text import normalise

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
LONGEST_CHANGE_LOG = 10_000


def begin_version(consultation: Consultation, *, by: Person | None, at: datetime) -> Version:
    """The next working version, with all the texts of the last sealed one; the working one if there is one.

    Raises InvalidError before the first version.
    """
    with transaction():
        _require_editor(consultation, by)
        draft = _draft_for_writing(consultation)
        last = last_version(draft)
        if last is None:
            raise InvalidError({"version": "nothing_to_begin_from"})
        if last.sealed_at is None:
            return last
        version = _next_version(draft, last)
        copy_version(last, version)
        record("version begun", f"version:{version.id}", person_id=by.id if by else None, at=at)
    return version


def write_change_log(version: Version, language: str, words: str, *, by: Person | None, at: datetime) -> None:
    """The working version's list of changes says this in that language; nothing for no words.

    Raises SealedError, or InvalidError for too many words.
    """
    if not LANGUAGE.fullmatch(language):
        raise InvalidError({"language": "unknown"})
    said = normalise(words)
    if len(said) > LONGEST_CHANGE_LOG:
        raise InvalidError({"change_log": "too_long"})
    with transaction():
        version = _lock(version)
        _require_editor(version.draft.consultation, by)
        others = {code: text for code, text in version.change_log.items() if code != language}
        version.change_log = {**others, language: said} if said else others
        record("change log written", f"version:{version.id}", person_id=by.id if by else None, at=at)


def import_translation(
    consultation: Consultation,
    language: str,
    found: FoundDraft,
    *,
    is_original: bool,
    by: Person | None,
    at: datetime,
    may_lose: float = 0,
) -> Translation:
    """The text stands in the working version in that language, in place of what stood there before.

    An original begins a version where all are sealed, with the translations of the last; what became of its
    paragraphs is proposed. `by` is None for an operator. Raises InvalidError or SealedError, and
    HandmadeError when more than `may_lose` changes that editors made by hand stood there.
    """
    if not LANGUAGE.fullmatch(language):
        raise InvalidError({"language": "unknown"})
    found = within_limits(found)
    with transaction():
        _require_editor(consultation, by)
        draft = _draft_for_writing(consultation)
        version = _working_version(draft, language, is_original)
        _refuse_confusion(version, language, is_original)
        _refuse_loss(version, language, may_lose)
        renew = renew_original if is_original else renew_translation
        translation = renew(version, language, found)
        remove_unused_paragraphs(draft.id)
        touch_public_pages(consultation.id)
        record(
            "translation imported", f"translation:{translation.id}", person_id=by.id if by else None, at=at
        )
        enqueue("index_consultation", {"consultation_id": consultation.id}, at=at)
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
        remove_texts(version, translation.language)
        renew_fates(version)
        remove_unused_paragraphs(draft.id)
        touch_public_pages(draft.consultation_id)
        record("translation removed", subject, person_id=by.id if by else None, at=at)


def seal_version(draft: Draft, *, by: Person | None, at: datetime) -> Version:
    """The working version is the one under consultation from now on, and never changes.

    Raises InvalidError when there is no working version with an original, while nobody has confirmed what
    became of a paragraph, and where no text of any language is other than in the version before.
    """
    with transaction():
        _require_editor(draft.consultation, by)
        version = last_version(draft)
        if version is None or version.sealed_at is not None or original_of(_lock(version)) is None:
            raise InvalidError({"version": "nothing_to_seal"})
        renew_fates(version)
        if open_fates(version):
            raise InvalidError({"version": "open_fates"})
        settle_keys(version)
        settle_standing(version)
        version.digest = digest_of_version(version)
        if _says_what_was_said(version):
            raise InvalidError({"version": "nothing_changed"})
        version.sealed_at = at
        touch_public_pages(draft.consultation_id)
        record("version sealed", f"version:{version.id}", person_id=by.id if by else None, at=at)
        enqueue("index_consultation", {"consultation_id": draft.consultation_id}, at=at)
        alert(Event.VERSION, draft.consultation, at=at, version_id=version.id)
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


def working_version_if_any(consultation: Consultation) -> Version | None:
    """The version that is being worked on; None where there is none or the last one is sealed."""
    last = next(iter(versions_of(consultation)), None)
    return last if last is not None and last.sealed_at is None else None


def working_version_of(consultation: Consultation) -> Version:
    """The version that is being worked on; raises NotFoundError where there is none."""
    version = working_version_if_any(consultation)
    if version is None:
        raise NotFoundError("working version")
    return version


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


def _working_version(draft: Draft, language: str, is_original: bool) -> Version:
    last = last_version(draft)
    if last is not None and last.sealed_at is None:
        return _lock(last)
    if not is_original:
        raise InvalidError({"language": "no_original"}) if last is None else SealedError
    version = _next_version(draft, last)
    original = original_of(last) if last else None
    if last is not None and original is not None and original.language == language:
        copy_version(last, version)
    return version


def _says_what_was_said(version: Version) -> bool:
    """Whether readers would find every text, and which are official, as in the version before."""
    earlier = version_before(version)
    if earlier is None or earlier.digest != version.digest:
        return False
    return _official(earlier) == _official(version)


def _official(version: Version) -> set[tuple[str, bool]]:
    return {(each.language, each.is_official) for each in version.translations}


def _next_version(draft: Draft, last: Version | None) -> Version:
    version = Version(draft=draft, number=last.number + 1 if last else 1, translations=[])
    db.session.add(version)
    db.session.flush()
    return version


def _lock(version: Version) -> Version:
    """The version as it is now, which nobody else changes meanwhile; raises SealedError."""
    db.session.refresh(version, with_for_update=True)
    require_working(version)
    return version


def _refuse_loss(version: Version, language: str, may_lose: float) -> None:
    replaced = next((text for text in version.translations if text.language == language), None)
    changes = changes_by_hand(replaced) if replaced else 0
    if changes > may_lose:
        raise HandmadeError(changes)


def _refuse_confusion(version: Version, language: str, is_original: bool) -> None:
    original = original_of(version)
    if is_original and original is not None and original.language != language:
        raise InvalidError({"language": "other_original"})
    if not is_original and original is None:
        raise InvalidError({"language": "no_original"})
    if not is_original and original is not None and original.language == language:
        raise InvalidError({"language": "is_original"})
