"""An editor confirms what became of a paragraph, or says what really did."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.models.base import db, transaction
from app.models.draft import Fate, ParagraphLink, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import record
from app.services.drafts.linking import add_link, compared_passages, links_between, renew_fates
from app.services.drafts.sealing import require_working
from app.services.errors import NotFoundError
from app.services.matching.deriving import Relation
from app.services.permissions import require


def confirm_fates(
    version: Version, links: Collection[int] | None = None, *, by: Person | None, at: datetime
) -> int:
    """These links, or all for None, are confirmed by that editor; how many were not before.

    `by` is None for an operator. Raises SealedError, or NotFoundError for a link of another version.
    """
    with transaction():
        _begin(version, by)
        found = links_between(version)
        chosen = [link for link in found if links is None or link.id in links]
        if links is not None and len(chosen) < len(set(links)):
            raise NotFoundError("link")
        opened = [link for link in chosen if link.confirmed_at is None and link.fate != Fate.SAME]
        for link in opened:
            _confirm(link, by, at)
        if opened:
            record("fates confirmed", f"version:{version.id}", person_id=by.id if by else None, at=at)
    return len(opened)


def say_sources(
    version: Version, paragraph_id: int, sources: Collection[int], *, by: Person | None, at: datetime
) -> None:
    """The paragraph comes from those of the version before; from none when it is new.

    Raises SealedError, or NotFoundError for a paragraph that is not there.
    """
    with transaction():
        _begin(version, by)
        before, after = compared_passages(version)
        if paragraph_id not in after or not set(sources) <= before.keys():
            raise NotFoundError("paragraph")
        gone = [link for link in links_between(version) if link.after_id == paragraph_id]
        _relink(version, gone, {(old, paragraph_id) for old in sources} or {(None, paragraph_id)}, by, at)
        record("fate corrected", f"paragraph:{paragraph_id}", person_id=by.id if by else None, at=at)


def say_places(
    version: Version, paragraph_id: int, places: Collection[int], *, by: Person | None, at: datetime
) -> None:
    """The paragraph of the version before went into those of this one; into none when it is removed.

    Raises SealedError, or NotFoundError for a paragraph that is not there.
    """
    with transaction():
        _begin(version, by)
        before, after = compared_passages(version)
        if paragraph_id not in before or not set(places) <= after.keys():
            raise NotFoundError("paragraph")
        gone = [link for link in links_between(version) if link.before_id == paragraph_id]
        _relink(version, gone, {(paragraph_id, new) for new in places} or {(paragraph_id, None)}, by, at)
        record("fate corrected", f"paragraph:{paragraph_id}", person_id=by.id if by else None, at=at)


def _begin(version: Version, by: Person | None) -> None:
    db.session.refresh(version, with_for_update=True)
    require_working(version)
    if by is not None:
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=version.draft.consultation_id)


def _confirm(link: ParagraphLink, by: Person | None, at: datetime) -> None:
    link.confirmed_by_id, link.confirmed_at = by.id if by else None, at


def _relink(
    version: Version,
    gone: Collection[ParagraphLink],
    said: Collection[Relation],
    by: Person | None,
    at: datetime,
) -> None:
    """These relations stand, confirmed, in place of those links."""
    standing = {(link.before_id, link.after_id) for link in links_between(version)}
    for link in gone:
        if (link.before_id, link.after_id) not in said:
            db.session.delete(link)
    for relation in said:
        if relation not in standing:
            add_link(version, *relation)
    renew_fates(version)
    for link in links_between(version):
        if (link.before_id, link.after_id) in said:
            _confirm(link, by, at)
