"""Whatever happens to comments, what was received stays proved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.models.base import db
from app.models.comment import Comment, State, Submission
from app.models.consultation import Consultation, ModerationPolicy
from app.models.draft import Version
from app.models.moderation import Reason
from app.models.people import Person
from app.models.roles import Role
from app.services.comments.checking import Quotation, Words
from app.services.comments.commenting import post_comment
from app.services.errors import BrokenRecordError, DomainError
from app.services.moderation.approving import decide_correction
from app.services.moderation.erasing import erase_everything, erase_person
from app.services.moderation.moderating import decide
from app.services.moderation.revising import correct
from app.services.moderation.revisions import waiting_correction
from app.services.moderation.withdrawing import withdraw
from app.services.proof.proving import evidence_of
from app.services.proof.verifying import altered_leaves, problems_of_comments, problems_of_tree
from app.services.proof.witnessing import due_for_root, leaves_of, newest_root, publish_root
from tests.builders import a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET

COPIES = count(1)
WORDS = Words(body="", language="en", name="Ilze", country="LV", consent=True)
TEXTS = ("Who pays?", "=1+1; =2", "“Kas maksā?”\n\nUn kad?", "Ж\u00a0\U0001f600 and <b>bold</b>")

acts = st.tuples(
    st.sampled_from(
        [
            "post",
            "post",
            "reply",
            "correct",
            "correct",
            "publish",
            "reject",
            "withdraw",
            "erase",
            "forget",
            "root",
        ]
    ),
    st.integers(0, 7),
    st.sampled_from(TEXTS),
)


@settings(max_examples=25)
@given(history=st.lists(acts, max_size=14), policy=st.sampled_from(ModerationPolicy))
def test_every_text_is_proved_whatever_became_of_it(
    app: Flask, history: list[tuple[str, int, str]], policy: ModerationPolicy
) -> None:
    version = a_draft(a_consultation(moderation=policy))
    moderator = a_person(Role.MODERATOR)
    before: list[str] = []
    # A published comment with a correction that waits, so that all acts have something to act on.
    begun = [("post", 0, TEXTS[0]), ("publish", 0, ""), ("correct", 0, TEXTS[1])]
    for step, (act, which, words) in enumerate([*begun, *history]):
        at = NOON + timedelta(hours=11 * step)
        do(act, which, words, version, moderator, at)
        before = leaves_stay(version, before)
    consultation = fresh(version)
    publish_due(consultation, consultation.closes_at + timedelta(minutes=1))
    everything_is_proved(fresh(version))


def do(act: str, which: int, words: str, version: Version, moderator: Person, at: datetime) -> None:
    """The act, on one of the comments; the domain may refuse it."""
    consultation, comments = fresh(version), comments_of(version)
    try:
        if act == "root":
            publish_due(consultation, at)
        elif act == "post" or not comments:
            post(version, words, None, at)
        else:
            do_to(comments[which % len(comments)], act, words, version, moderator, at)
    except BrokenRecordError:
        raise
    except DomainError:
        db.session.rollback()


def do_to(chosen: Comment, act: str, words: str, version: Version, moderator: Person, at: datetime) -> None:
    seen = chosen.changes
    corrected = WORDS._replace(body=f"{words} {at.hour}")
    steps: dict[str, Callable[[], object]] = {
        "reply": lambda: post(version, words, chosen, at),
        "correct": lambda: correct(chosen.id, corrected, expected_changes=seen, at=at),
        "approve": lambda: approve(chosen, moderator, at),
        "publish": lambda: decide(
            chosen.id, State.PUBLISHED, expected_changes=seen, reason=None, by=moderator, at=at
        ),
        "reject": lambda: decide(
            chosen.id, State.REJECTED, expected_changes=seen, reason=Reason.HATE, by=moderator, at=at
        ),
        "withdraw": lambda: withdraw(chosen.submission, [chosen.id], at=at),
        "erase": lambda: erase_everything(chosen.submission_id, at=at),
        "forget": lambda: erase_person(chosen.submission_id, at=at),
    }
    steps[act]()


def approve(chosen: Comment, moderator: Person, at: datetime) -> None:
    waiting = waiting_correction(chosen)
    if waiting is not None:
        decide_correction(waiting.id, is_approved=True, by=moderator, at=at)


def post(version: Version, words: str, parent: Comment | None, at: datetime) -> None:
    paragraph_id = parent.paragraph_id if parent else paragraphs_of(version)[0].id
    said = WORDS._replace(
        body=words,
        suggestion=words if parent is None else "",
        quotation=Quotation("may try") if parent is None else None,
    )
    post_comment(
        version.draft.consultation,
        paragraph_id,
        said,
        form=f"copy-{next(COPIES)}",
        by=None,
        at=at,
        secret_key=SECRET,
        parent_id=parent.id if parent else None,
    )


def publish_due(consultation: Consultation, at: datetime) -> None:
    if consultation in due_for_root(at):
        publish_root(consultation, at)


def leaves_stay(version: Version, before: list[str]) -> list[str]:
    """What was a leaf is one, at its place."""
    now = leaves_of(version.draft.consultation_id)
    assert now[: len(before)] == before
    return now


def everything_is_proved(consultation: Consultation) -> None:
    assert list(altered_leaves(consultation)).count(None) == consultation.leaves
    assert [*problems_of_comments(consultation), *problems_of_tree(consultation)] == []
    root = newest_root(consultation.id)
    if root is None:
        assert consultation.leaves == 0
        return
    assert (root.size, root.is_final) == (consultation.leaves, True)
    comments = db.session.scalars(select(Comment).where(Comment.consultation_id == consultation.id)).all()
    texts = [text for found in evidence_of(comments).values() for text in found]
    assert sorted(text["leaf"] for text in texts) == list(range(root.size))
    for text in texts:
        assert climbed(text["leaf_digest"], text["path"]) == root.digest
        if text["facts"] is not None:
            written = json.dumps(text["facts"], ensure_ascii=False, separators=(",", ":"))
            assert hashlib.sha256(written.encode()).hexdigest() == text["leaf_digest"]
    erased = {comment.id for comment in comments if comment.state == State.ERASED}
    for number, found in evidence_of(comments).items():
        assert all((text["facts"] is None) == (number in erased) for text in found)


def climbed(leaf_digest: str, path: list[list[str]]) -> str:
    node = hashlib.sha256(b"\x00" + bytes.fromhex(leaf_digest)).digest()
    for side, other in path:
        pair = bytes.fromhex(other) + node if side == "left" else node + bytes.fromhex(other)
        node = hashlib.sha256(b"\x01" + pair).digest()
    return node.hex()


def comments_of(version: Version) -> list[Comment]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Comment)
            .join(Comment.submission)
            .where(Submission.consultation_id == version.draft.consultation_id)
            .options(selectinload(Comment.submission))
            .order_by(Comment.id)
        )
    )


def fresh(version: Version) -> Consultation:
    db.session.rollback()
    number = version.draft.consultation_id
    return db.session.get_one(Consultation, number, populate_existing=True)
