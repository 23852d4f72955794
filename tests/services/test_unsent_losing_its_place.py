"""An unsent comment whose paragraph or comment changed or went is named, and can be moved."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.services.comments.admitting import Spot
from app.services.comments.commenting import sealed_version_of
from app.services.sittings.keeping import keep_unsent, move_unsent
from app.services.sittings.readying import UnreadyError
from app.services.sittings.typed import Copy, Typed
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.conftest import NOON
from tests.histories import a_later_version
from tests.services.sittings import ILZE, LATER, consultation, keep, paragraph, send

__all__ = ["consultation"]


def test_a_comment_on_a_changed_paragraph_must_be_looked_at_again(app: Flask) -> None:
    consultation = a_consultation()
    version = a_draft(consultation)
    changed = keep(consultation, "On the first.")
    keep(consultation, "On the second.", key="p3")
    a_later_version(
        version, ("p2", "Everybody should try new ways."), ("p3", "What was learned is published.")
    )
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert refused.value.comments == {changed.comment_id: {"place": "changed"}}
    assert changed.comment_id is not None
    spot = Spot(paragraph(consultation, "p2"))
    move_unsent(consultation, changed.comment_id, spot, bearer=ILZE, at=LATER)
    send(consultation)
    assert sorted(comment.source for comment in db.session.scalars(select(Comment))) == [
        "On the first.",
        "On the second.",
    ]


def test_a_comment_on_a_paragraph_that_is_gone_can_be_moved(app: Flask) -> None:
    consultation = a_consultation()
    version = a_draft(consultation)
    gone = keep(consultation, "On the first.")
    a_later_version(version, ("p3", "What was learned is published."))
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert list(refused.value.comments) == [gone.comment_id]
    assert gone.comment_id is not None
    move_unsent(consultation, gone.comment_id, Spot(None), bearer=ILZE, at=LATER)
    send(consultation)
    [comment] = db.session.scalars(select(Comment))
    assert (comment.source, comment.paragraph_id, comment.version.number) == ("On the first.", None, 2)


def test_a_reply_whose_comment_was_taken_down_is_named(consultation: Consultation) -> None:
    version = sealed_version_of(consultation)
    parent = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    kept = keep_unsent(
        consultation,
        Spot(parent.paragraph_id, None, parent.id),
        Typed("I agree."),
        Copy("reply"),
        bearer=ILZE,
        language="en",
        at=NOON,
    )
    with transaction():
        parent.state = State.WITHDRAWN
    with pytest.raises(UnreadyError) as refused:
        send(consultation)
    assert refused.value.comments == {kept.comment_id: {"parent": "gone"}}
