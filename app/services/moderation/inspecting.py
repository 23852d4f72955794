"""Inspecting what came in: comments that a moderator should look at twice are flagged, and nothing else.

A flagged comment stays in the queue like all others: it is neither hidden nor dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from app.models.base import db, transaction
from app.models.comment import Comment
from app.models.moderation import Flag, FlagKind
from app.services.activity import record

MANY_LINKS = 4
MANY_NETWORKS = 3
NETWORKS_KEPT = timedelta(hours=48)
# Comments that are committed a little out of the order of their numbers are looked at again.
OVERLAP = 500
AT_ONCE = 500


def inspect_comments(after: int, *, at: datetime) -> int:
    """What came in after that comment is flagged where it should be; answers where to go on the next time.

    Flagged are comments with many links, and those whose very words came from many networks in 48 hours
    to one consultation, the earlier ones too.
    """
    newest = db.session.scalar(select(func.max(Comment.id))) or 0
    since = max(0, after - OVERLAP)
    links, same = _with_links(since), _with_same_words(since, at)
    if not (links or same):
        return newest
    with transaction():
        flagged = _flag(FlagKind.MANY_LINKS, links, at) + _flag(FlagKind.SAME_WORDS, same, at)
        if flagged:
            record("comments flagged", f"flags:{flagged}", person_id=None, at=at)
    return newest


def flags_on(comment_ids: list[int]) -> dict[int, list[Flag]]:
    """The flags of these comments, by comment; one without flags is left out."""
    found: dict[int, list[Flag]] = {}
    flags = select(Flag).where(Flag.comment_id.in_(comment_ids)).order_by(Flag.id)
    for flag in db.session.scalars(flags):
        found.setdefault(flag.comment_id, []).append(flag)
    return found


def _with_links(since: int) -> dict[int, int]:
    chosen = select(Comment.id, Comment.links).where(Comment.id > since, Comment.links >= MANY_LINKS)
    return {comment_id: links for comment_id, links in db.session.execute(chosen)}  # noqa: C416 - typed so


def _with_same_words(since: int, at: datetime) -> dict[int, int]:
    came_in = select(Comment.words_digest).where(Comment.id > since, Comment.words_digest.is_not(None))
    networks = func.count(Comment.network_digest.distinct())
    groups = (
        select(Comment.consultation_id, Comment.words_digest, networks.label("networks"))
        .where(
            Comment.words_digest.in_(came_in),
            Comment.network_digest.is_not(None),
            Comment.received_at > at - NETWORKS_KEPT,
        )
        .group_by(Comment.consultation_id, Comment.words_digest)
        .having(networks >= MANY_NETWORKS)
        .subquery()
    )
    chosen = select(Comment.id, groups.c.networks).join(
        groups,
        and_(
            Comment.consultation_id == groups.c.consultation_id, Comment.words_digest == groups.c.words_digest
        ),
    )
    return {comment_id: figure for comment_id, figure in db.session.execute(chosen)}  # noqa: C416 - typed so


def _flag(kind: FlagKind, figures: dict[int, int], at: datetime) -> int:
    """Answers how many flags are new; the figure of an older one only grows."""
    known: set[int] = set()
    for ids in _portions(sorted(figures)):
        for flag in db.session.scalars(select(Flag).where(Flag.kind == kind, Flag.comment_id.in_(ids))):
            known.add(flag.comment_id)
            flag.figure = max(flag.figure, figures[flag.comment_id])
    new = sorted(figures.keys() - known)
    for comment_id in new:
        db.session.add(Flag(comment_id=comment_id, kind=kind, figure=figures[comment_id], flagged_at=at))
    db.session.flush()
    return len(new)


def _portions(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
