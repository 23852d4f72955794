"""Whatever happens meanwhile, every unsent text is where its author left it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.sitting import UnsentComment
from app.services.comments.admitting import Spot
from app.services.comments.checking import Words
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from app.services.sittings.claiming import claim_sittings
from app.services.sittings.gathering import code_of, join_sitting, leave_sitting, share_sitting
from app.services.sittings.keeping import keep_unsent, remove_unsent
from app.services.sittings.readying import UnreadyError, seen_in
from app.services.sittings.sending import Sending, send_sitting
from app.services.sittings.sittings import Bearer, key_of, keys_of
from app.services.sittings.typed import Copy, Kept, Typed
from app.services.sittings.unsent import unsent_in
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import NOON, SECRET
from tests.histories import a_later_version

BROWSERS = ("first browser", "second browser")
PARTICULARS = Words(
    body="", language="en", name="Ilze", country="LV", consent=True, capacity="organisation",
    organisation="Makers", has_authority=True,
)  # fmt: skip
ACTS = (
    "write",
    "write",
    "write",
    "edit",
    "remove",
    "sign in",
    "sign out",
    "share",
    "join",
    "leave",
    "new version",
    "send",
)
histories = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 5)), max_size=12)


@dataclass
class World:
    """What is done, and what should be there because of it: texts by the number of their unsent comment."""

    consultation: Consultation
    version: Version
    persons: list[int]
    at: datetime = NOON
    turn: int = 0
    signed_in: list[bool] = field(default_factory=lambda: [False, False])
    left: dict[int, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def bearer(self, who: int) -> Bearer:
        return Bearer(BROWSERS[who], self.persons[who] if self.signed_in[who] else None)

    def reached(self, who: int) -> list[UnsentComment]:
        key = key_of(self.consultation, self.bearer(who), self.at)
        return unsent_in(key.sitting) if key else []


def write(world: World, who: int, which: int) -> None:
    text = f"Text {world.turn}."
    paragraphs = [None, *[text.paragraph_id for text in world.version.translations[0].texts[1:]]]
    spot = Spot(paragraphs[which % len(paragraphs)])
    kept = _keep(world, who, spot, text, Copy(f"copy {world.turn}"))
    assert kept.comment_id is not None
    world.left[kept.comment_id] = text


def edit(world: World, who: int, which: int) -> None:
    reached = world.reached(who)
    if not reached:
        return
    comment = reached[which % len(reached)]
    text = f"{comment.body} Edited {world.turn}."
    copy = Copy(f"copy {world.turn}", comment.id, comment.changes)
    number, replaces = comment.id, comment.replaces_id
    kept = _keep(world, who, Spot(comment.paragraph_id), text, copy)
    # A colleague’s comment is not changed, and what was added only when that is said: what was typed
    # stands beside it. What is saved takes the place of what was added.
    assert kept.comment_id is not None
    if replaces == kept.comment_id:
        del world.left[number]
    world.left[kept.comment_id] = text


def remove(world: World, who: int, which: int) -> None:
    reached = world.reached(who)
    if not reached:
        return
    number = reached[which % len(reached)].id
    try:
        remove_unsent(world.consultation, number, bearer=world.bearer(who), at=world.at)
    except NotFoundError:
        return
    del world.left[number]


def sign_in(world: World, who: int, _which: int) -> None:
    world.signed_in[who] = True
    claim_sittings(world.bearer(who), world.at)


def sign_out(world: World, who: int, _which: int) -> None:
    world.signed_in[who] = False


def share(world: World, who: int, _which: int) -> None:
    try:
        share_sitting(world.consultation, bearer=world.bearer(who), at=world.at, secret_key=SECRET)
    except (NotFoundError, ForbiddenError, InvalidError):
        return


def join(world: World, who: int, _which: int) -> None:
    other = key_of(world.consultation, world.bearer(1 - who), world.at)
    code = code_of(other.sitting, SECRET) if other else None
    if code:
        join_sitting(world.consultation, code, "Colleague", bearer=world.bearer(who), at=world.at)


def leave(world: World, who: int, _which: int) -> None:
    key = key_of(world.consultation, world.bearer(who), world.at)
    if key and not key.is_owner:
        leave_sitting(world.consultation, key.sitting_id, bearer=world.bearer(who), at=world.at)


def new_version(world: World, _who: int, which: int) -> None:
    parts = [("p2", f"Words {world.turn}."), ("p3", "What was learned is published.")]
    stands = {text.paragraph.key for text in world.version.translations[0].texts}
    going_on = [part for part in parts[: 1 + which % 2] if part[0] in stands]
    world.version = a_later_version(world.version, *going_on, at=world.at)


def send(world: World, who: int, _which: int) -> None:
    reached = world.reached(who)
    if not reached:
        return
    ready = [comment for comment in reached if comment.is_ready]
    sending = Sending(reached[0].sitting_id, seen_in(ready))
    try:
        send_sitting(
            world.consultation, sending, PARTICULARS, bearer=world.bearer(who), by=None, at=world.at,
            secret_key=SECRET,
        )  # fmt: skip
    except (UnreadyError, ForbiddenError, ClosedError, ChangedMeanwhileError):
        return
    world.sent += [world.left.pop(comment.id) for comment in ready]


DOING: dict[str, Callable[[World, int, int], None]] = {
    "write": write, "edit": edit, "remove": remove, "sign in": sign_in, "sign out": sign_out,
    "share": share, "join": join, "leave": leave, "new version": new_version, "send": send,
}  # fmt: skip


@pytest.fixture
def persons(app: Flask) -> list[int]:
    return [a_person().id, a_person().id]


@settings(max_examples=20)
@given(history=histories)
def test_every_unsent_text_is_where_its_author_left_it(
    app: Flask, persons: list[int], history: list[tuple[str, int, int]]
) -> None:
    consultation = a_consultation()
    world = World(consultation, a_draft(consultation), persons)
    for turn, (act, who, which) in enumerate(history):
        world.turn, world.at = turn, NOON + timedelta(minutes=turn)
        DOING[act](world, who, which)
        everything_is_there(world)
    # The closing takes nothing away, either.
    world.at = consultation.closes_at
    everything_is_there(world)


def everything_is_there(world: World) -> None:
    db.session.rollback()
    rows = db.session.scalars(
        select(UnsentComment).where(UnsentComment.sitting.has(consultation_id=world.consultation.id))
    )
    assert {row.id: row.body for row in rows} == world.left
    sent = db.session.scalars(
        select(Comment.source).where(Comment.consultation_id == world.consultation.id).order_by(Comment.id)
    )
    assert sorted(sent) == sorted(world.sent)
    # Each is reached by somebody: by a browser, or by the person who signed in in it.
    bearers = [Bearer(BROWSERS[who]) for who in (0, 1)] + [Bearer(person_id=each) for each in world.persons]
    reached = {
        comment.id
        for bearer in bearers
        for key in keys_of(world.consultation, bearer, world.at)
        for comment in unsent_in(key.sitting)
    }
    assert reached == set(world.left)


def _keep(world: World, who: int, spot: Spot, text: str, copy: Copy) -> Kept:
    # Every other one is added, so that of a colleague's some are sent and some are still being written.
    return keep_unsent(
        world.consultation,
        spot,
        Typed(text),
        copy,
        bearer=world.bearer(who),
        language="en",
        at=world.at,
        particulars={"capacity": "organisation", "organisation": "Makers"},
        is_added=world.turn % 2 == 0,
    )
