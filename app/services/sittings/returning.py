"""Giving back: what is not sent with a sitting is in one of whoever wrote it, who can still send it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.models.base import db
from app.models.sitting import Sitting, SittingKey, UnsentComment
from app.services.sittings.sittings import KEPT_FOR


def give_back(sitting: Sitting, comments: Sequence[UnsentComment], at: datetime) -> None:
    """Each comment is in a sitting of its author's own, reached as before; inside a transaction.

    Comments of somebody who reaches the sitting no more are the owner's.
    """
    owner = next(key for key in sitting.keys if key.is_owner)
    authors = {key.id: key if key.opens else owner for key in sitting.keys}
    own: dict[int, SittingKey] = {}
    for comment in comments:
        author = authors.get(comment.key_id or owner.id, owner)
        if author.id not in own:
            own[author.id] = _key_of_ones_own(sitting, author, at)
        comment.sitting_id, comment.key_id = own[author.id].sitting_id, own[author.id].id
        # What it would have replaced stays with the others.
        comment.replaces_id = None
    db.session.flush()


def _key_of_ones_own(sitting: Sitting, author: SittingKey, at: datetime) -> SittingKey:
    # A sitting that the author has already is left alone: two who change it at once would lose words.
    key = SittingKey(
        reference_digest=author.reference_digest, person_id=author.person_id, joined_at=author.joined_at
    )
    db.session.add(
        Sitting(
            consultation_id=sitting.consultation_id,
            language=sitting.language,
            particulars={},
            began_at=at,
            touched_at=at,
            expires_at=at + KEPT_FOR,
            keys=[key],
        )
    )
    db.session.flush()
    return key
