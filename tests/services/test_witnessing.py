"""When roots are published, and what they prove."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.jobs import publish_due_roots
from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.services.activity import verify_chain
from app.services.errors import BrokenRecordError
from app.services.proof.witnessing import (
    DAY,
    Proof,
    due_for_root,
    leaves_of,
    newest_root,
    next_root_by,
    proof_of,
    proofs_of,
    publish_root,
    roots_of,
)
from tests.builders import a_comment, a_consultation, a_draft

SIX = 6
MINUTE = timedelta(minutes=1)


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter"))


@pytest.fixture
def consultation(version: Version) -> Consultation:
    return version.draft.consultation


def root_by_hand(proof: Proof) -> str:
    """The root that a proof leads to, computed with nothing but SHA-256."""
    node = hashlib.sha256(b"\x00" + bytes.fromhex(proof.leaf_digest)).digest()
    for side, other in proof.path:
        pair = bytes.fromhex(other) + node if side == "left" else node + bytes.fromhex(other)
        node = hashlib.sha256(b"\x01" + pair).digest()
    return node.hex()


def publish_due(at: datetime) -> list[int]:
    return [root.size for one in due_for_root(at) if (root := publish_root(one, at))]


# ---------------------------------------------------------------- proofs


@pytest.mark.parametrize("number", [1, 2, 3, 7, 8, 13])
def test_every_comment_is_proved_with_nothing_but_sha_256(
    version: Version, consultation: Consultation, at: datetime, number: int
) -> None:
    comments = [a_comment(version, body=f"Remark {n}.") for n in range(number)]
    root = publish_root(consultation, at)
    assert root is not None
    assert root.size == number
    proofs = proofs_of(comments)
    assert {root_by_hand(proofs[comment.id]) for comment in comments} == {root.digest}


def test_a_comment_that_came_after_the_root_has_no_proof_yet(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    first = a_comment(version)
    assert proof_of(first) is None
    publish_root(consultation, at)
    second = a_comment(version, body="Later.")
    assert proof_of(first) is not None
    assert proof_of(second) is None


def test_a_proof_tells_the_root_that_it_leads_to(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    a_comment(version)
    comment = a_comment(version, body="Second.")
    publish_root(consultation, at)
    proof = proof_of(comment)
    assert proof is not None
    assert proof.as_json() == {
        "format": "innspill-proof-1",
        "leaf": 1,
        "leaf_digest": comment.leaf_digest,
        "path": [["left", proof.path[0][1]]],
        "size": 2,
        "root": proof.root.digest,
        "published_at": "2030-02-10T12:00:00.000000+00:00",
        "is_final": False,
    }


def test_nothing_is_proved_by_a_record_that_was_altered(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    comment = a_comment(version)
    other = a_comment(version, body="Other.")
    publish_root(consultation, at)
    with transaction():
        other.leaf_digest = "ab" * 32
    assert proofs_of([comment, other]) == {}


def test_a_missing_leaf_is_noticed(version: Version, consultation: Consultation, at: datetime) -> None:
    a_comment(version)
    gone = a_comment(version, body="Gone.")
    a_comment(version, body="Last.")
    with transaction():
        db.session.delete(gone)
        db.session.delete(gone.submission)
    with pytest.raises(BrokenRecordError, match="leaf 1"):
        leaves_of(consultation.id)
    with pytest.raises(BrokenRecordError):
        publish_root(consultation, at)
    assert newest_root(consultation.id) is None


def test_no_root_is_published_that_does_not_continue_the_last_one(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    comment = a_comment(version)
    publish_root(consultation, at)
    with transaction():
        comment.leaf_digest = "ab" * 32
    a_comment(version, body="Later.")
    with pytest.raises(BrokenRecordError):
        publish_root(consultation, at + DAY)
    assert [root.size for root in roots_of(consultation.id)] == [1]


# ---------------------------------------------------------------- when


def test_a_root_is_published_daily_while_something_new_came(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    assert publish_due(at) == []
    a_comment(version)
    assert publish_due(at) == [1]
    a_comment(version, body="Second.")
    assert publish_due(at + DAY - MINUTE) == []
    assert publish_due(at + DAY) == [2]
    assert publish_due(at + 3 * DAY) == []
    a_comment(version, body="Third.")
    assert publish_due(at + 3 * DAY) == [3]


def test_the_final_root_is_published_a_minute_after_the_closing_even_when_nothing_new_came(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    a_comment(version)
    publish_due(at)
    closing = consultation.closes_at
    assert publish_due(closing + timedelta(seconds=59)) == []
    assert publish_due(closing + MINUTE) == [1]
    assert publish_due(closing + DAY + MINUTE) == []
    assert [root.is_final for root in roots_of(consultation.id)] == [True, False]


def test_the_final_root_waits_for_forms_that_have_minutes_of_grace(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    with transaction():
        consultation.grace_minutes = 15
    a_comment(version)
    publish_due(at)
    assert publish_due(consultation.closes_at + 15 * MINUTE) == []
    assert publish_due(consultation.closes_at + 16 * MINUTE) == [1]


def test_what_is_entered_late_comes_under_another_final_root(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    a_comment(version)
    final = consultation.closes_at + MINUTE
    publish_due(final)
    a_comment(version, body="By letter.")
    assert publish_due(final + timedelta(hours=1)) == []
    assert publish_due(final + DAY) == [2]
    assert [root.is_final for root in roots_of(consultation.id)] == [True, True]


def test_a_closing_that_was_moved_has_its_own_final_root(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    a_comment(version)
    publish_due(consultation.closes_at + MINUTE)
    with transaction():
        consultation.closes_at += 7 * DAY
    assert publish_due(consultation.closes_at - DAY) == []
    assert publish_due(consultation.closes_at + MINUTE) == [1]


def test_what_comes_now_is_promised_to_be_under_a_root_within_a_day_and_soon_after_the_closing(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    room = timedelta(minutes=4)
    assert next_root_by(consultation, None, at) == at + room
    a_comment(version)
    root = publish_root(consultation, at)
    assert next_root_by(consultation, root, at + MINUTE) == at + DAY + room
    assert next_root_by(consultation, root, at + 3 * DAY) == at + 3 * DAY + room
    closing = consultation.closes_at
    a_comment(version, body="Second.")
    late = publish_root(consultation, closing - MINUTE)
    assert next_root_by(consultation, late, closing - timedelta(seconds=1)) == closing + MINUTE + room


def test_publishing_a_root_is_recorded_and_shown_on_the_public_pages(
    version: Version, consultation: Consultation, at: datetime
) -> None:
    a_comment(version)
    stamp = db.session.get_one(Consultation, consultation.id, populate_existing=True).public_stamp
    publish_root(consultation, at)
    assert db.session.get_one(Consultation, consultation.id, populate_existing=True).public_stamp > stamp
    assert verify_chain() is None


def test_of_six_workers_that_come_together_one_publishes(
    app: Flask, version: Version, consultation: Consultation, at: datetime
) -> None:
    a_comment(version)
    number = consultation.id
    db.session.remove()

    def publish(_worker: int) -> bool:
        with app.app_context():
            return publish_root(db.session.get_one(Consultation, number), at) is not None

    with ThreadPoolExecutor(SIX) as pool:
        published = list(pool.map(publish, range(SIX)))
    assert sum(published) == 1
    assert len(roots_of(number)) == 1


def test_an_erased_comment_keeps_its_leaf(version: Version, consultation: Consultation, at: datetime) -> None:
    erased = a_comment(version, state=State.ERASED)
    other = a_comment(version, body="Other.")
    root = publish_root(consultation, at)
    assert root is not None
    proof = proof_of(erased)
    assert proof is not None
    assert root_by_hand(proof) == root.digest
    assert leaves_of(consultation.id) == [erased.leaf_digest, other.leaf_digest]
    assert db.session.get_one(Comment, erased.id).leaf_salt == ""


def test_a_broken_record_holds_up_no_other_consultation(
    version: Version, consultation: Consultation, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    broken = a_comment(version)
    whole = a_draft(a_consultation())
    a_comment(whole)
    with transaction():
        broken.leaf = 4
    assert publish_due_roots(at) == 1
    assert newest_root(consultation.id) is None
    assert newest_root(whole.draft.consultation_id) is not None
    assert "no root is published for charter" in caplog.text


def test_the_worker_publishes_roots(app: Flask, version: Version, consultation: Consultation) -> None:
    a_comment(version)
    done = app.test_cli_runner().invoke(args=["work", "--once"])
    assert done.exit_code == 0, done.output
    assert [root.size for root in roots_of(consultation.id)] == [1]
