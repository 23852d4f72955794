"""The Merkle tree of a consultation's received texts: published roots, and proofs that a text is under one.

The tree is that of RFC 9162 (certificate transparency) with SHA-256; docs/verifying.md says what is hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from pymerkle import InmemoryTree
from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.orm import aliased

from app.models.base import db, transaction
from app.models.comment import Comment, CommentRevision
from app.models.consultation import Consultation
from app.models.witness import TreeRoot
from app.services.activity import record, touch_public_pages
from app.services.errors import BrokenRecordError

FORMAT = "innspill-proof-1"
LEAVES_FORMAT = "innspill-leaves-1"
DAY = timedelta(days=1)
# A comment that came in time may still be on its way into the record when the clock passes the closing.
SETTLING = timedelta(minutes=1)
# The worker looks once a minute; what is promised leaves it room.
ROOM = timedelta(minutes=4)
MOST_TREES = 4
SIDES = ("right", "left")


@dataclass(frozen=True)
class Proof:
    """That a leaf is under a published root: what to combine it with on the way up, each on its side."""

    leaf: int
    leaf_digest: str
    path: tuple[tuple[str, str], ...]
    root: TreeRoot

    def as_json(self) -> dict[str, Any]:
        """The proof as docs/verifying.md describes it."""
        return {
            "format": FORMAT,
            "leaf": self.leaf,
            "leaf_digest": self.leaf_digest,
            "path": [list(step) for step in self.path],
            **root_as_json(self.root),
        }


def root_as_json(root: TreeRoot) -> dict[str, Any]:
    """A published root, for files: its digest, how many leaves it covers, when it was published."""
    return {
        "size": root.size,
        "root": root.digest,
        "published_at": root.published_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "is_final": root.is_final,
    }


def leaves_of(consultation_id: int, size: int | None = None) -> list[str]:
    """The digests of all texts received, in order (or of the first `size` of them).

    Raises BrokenRecordError where one is missing or there are two of one number.
    """
    of_comments = select(Comment.leaf, Comment.leaf_digest).where(Comment.consultation_id == consultation_id)
    of_revisions = select(CommentRevision.leaf, CommentRevision.leaf_digest).where(
        CommentRevision.consultation_id == consultation_id
    )
    both = union(of_comments, of_revisions).subquery()
    wanted = select(both).order_by(both.c.leaf)
    rows = db.session.execute(wanted if size is None else wanted.where(both.c.leaf < size)).all()
    for place, (leaf, _digest) in enumerate(rows):
        if leaf != place:
            raise BrokenRecordError(f"consultation {consultation_id}: leaf {min(leaf, place)}")
    if size is not None and len(rows) != size:
        raise BrokenRecordError(f"consultation {consultation_id}: leaf {len(rows)}")
    return [digest for _leaf, digest in rows]


def tree_over(leaves: Sequence[str]) -> InmemoryTree:
    """The tree that has these digests for its entries."""
    return InmemoryTree.init_from_entries((bytes.fromhex(leaf) for leaf in leaves), algorithm="sha256")


def root_over(leaves: Sequence[str]) -> str:
    """The root of the tree over these digests, in hexadecimal."""
    return str(tree_over(leaves).get_root().hex())


def roots_of(consultation_id: int) -> list[TreeRoot]:
    """The published roots, newest first."""
    wanted = select(TreeRoot).where(TreeRoot.consultation_id == consultation_id)
    return list(db.session.scalars(wanted.order_by(TreeRoot.id.desc())))


def newest_root(consultation_id: int) -> TreeRoot | None:
    """The root published last, or None before the first."""
    return db.session.scalar(
        select(TreeRoot)
        .where(TreeRoot.consultation_id == consultation_id)
        .order_by(TreeRoot.id.desc())
        .limit(1)
    )


def publish_root(consultation: Consultation, at: datetime) -> TreeRoot | None:
    """The root over all that was received is published, the final one after the closing.

    None when no root is due: of several workers that come together one publishes. Raises BrokenRecordError,
    and publishes nothing, unless the tree continues the one published before.
    """
    leaves = leaves_of(consultation.id)
    tree = tree_over(leaves)
    with transaction():
        present = _locked(consultation.id)
        last = newest_root(present.id)
        if not _is_wanted(present, last, at):
            return None
        _require_continues(tree, last, present)
        root = TreeRoot(
            consultation_id=present.id,
            size=len(leaves),
            digest=tree.get_root().hex(),
            is_final=at >= settled_at(present),
            published_at=at,
        )
        db.session.add(root)
        db.session.flush()
        record("root published", f"tree_root:{root.id}", person_id=None, at=at)
        touch_public_pages(present.id)
    return root


def due_for_root(at: datetime) -> list[Consultation]:
    """The consultations whose root is to be published now.

    That is daily while something new came, and at the closing, also one that was moved later.
    """
    last = aliased(TreeRoot)
    newest = select(func.max(last.id)).where(last.consultation_id == Consultation.id).scalar_subquery()
    may_be_due = or_(
        Consultation.leaves > func.coalesce(TreeRoot.size, 0),
        and_(
            Consultation.closes_at <= at,
            or_(TreeRoot.is_final.is_(False), TreeRoot.published_at < Consultation.closes_at),
        ),
    )
    rows = db.session.execute(
        select(Consultation, TreeRoot)
        .outerjoin(TreeRoot, TreeRoot.id == newest)
        .where(may_be_due)
        .order_by(Consultation.id)
    )
    return [consultation for consultation, root in rows if _is_wanted(consultation, root, at)]


def settled_at(consultation: Consultation) -> datetime:
    """From when on the final root can be published: the closing, its grace minutes, and one minute."""
    return consultation.closes_at + timedelta(minutes=consultation.grace_minutes) + SETTLING


def next_root_by(consultation: Consultation, last: TreeRoot | None, at: datetime) -> datetime:
    """By when a text received at that instant is in a published root, the last one being given."""
    in_turn = at if last is None else max(at, last.published_at + DAY)
    settled = settled_at(consultation)
    return (in_turn if at >= settled else min(in_turn, settled)) + ROOM


def proof_of(comment: Comment) -> Proof | None:
    """That the comment is under the newest published root; None while it is in none."""
    return proofs_of([comment]).get(comment.id)


def proofs_of(comments: Sequence[Comment]) -> dict[int, Proof]:
    """The proofs of one consultation's comments, by the comment's number; none for one not yet in a root."""
    if not comments:
        return {}
    proofs = prove(comments[0].consultation_id, [(comment.leaf, comment.leaf_digest) for comment in comments])
    return {comment.id: proofs[comment.leaf] for comment in comments if comment.leaf in proofs}


def prove(consultation_id: int, leaves: Sequence[tuple[int, str]]) -> dict[int, Proof]:
    """The proofs of these leaves (number and digest) against the newest published root, by their number.

    None for one that is not under it; none at all where the record does not give that root any more.
    """
    root = newest_root(consultation_id)
    if root is None:
        return {}
    try:
        return {leaf: _proof(leaf, digest, root) for leaf, digest in leaves if leaf < root.size}
    except BrokenRecordError:
        return {}


def _proof(leaf: int, leaf_digest: str, root: TreeRoot) -> Proof:
    tree = _published_tree(root.consultation_id, root.size, root.digest)
    found = tree.prove_inclusion(leaf + 1, root.size)
    if tree.hash_buff(bytes.fromhex(leaf_digest)) != found.path[0]:
        raise BrokenRecordError(f"consultation {root.consultation_id}: leaf {leaf}")
    path = tuple(
        (SIDES[bit], digest.hex()) for bit, digest in zip(found.rule[:-1], found.path[1:], strict=True)
    )
    return Proof(leaf, leaf_digest, path, root)


@lru_cache(maxsize=MOST_TREES)
def _published_tree(consultation_id: int, size: int, digest: str) -> InmemoryTree:
    # What is under a published root never changes, so its tree can be kept.
    tree = tree_over(leaves_of(consultation_id, size))
    if tree.get_root().hex() != digest:
        raise BrokenRecordError(f"consultation {consultation_id}: root over {size}")
    return tree


def _locked(consultation_id: int) -> Consultation:
    one = select(Consultation).where(Consultation.id == consultation_id).with_for_update()
    return db.session.scalars(one.execution_options(populate_existing=True)).one()


def _require_continues(tree: InmemoryTree, last: TreeRoot | None, consultation: Consultation) -> None:
    if last is None:
        return
    if last.size > tree.get_size() or tree.get_root(last.size).hex() != last.digest:
        raise BrokenRecordError(f"consultation {consultation.id}: root over {last.size}")


def _is_wanted(consultation: Consultation, last: TreeRoot | None, at: datetime) -> bool:
    if consultation.leaves == 0:
        return False
    has_news = consultation.leaves > (last.size if last else 0)
    if has_news and (last is None or at >= last.published_at + DAY):
        return True
    settled = settled_at(consultation)
    has_final = last is not None and last.is_final and last.published_at >= settled
    return at >= settled and not has_final
