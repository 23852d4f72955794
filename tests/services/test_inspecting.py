"""Inspecting: what a moderator should look at twice is flagged, and stays where it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.moderation import Flag, FlagKind
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment
from app.services.moderation import inspecting
from app.services.moderation.inspecting import NETWORKS_KEPT, flags_on, inspect_comments
from tests.builders import a_consultation, a_draft
from tests.conftest import SECRET

HOUR = timedelta(hours=1)
_copies = count(1)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return opened()


def opened() -> Consultation:
    consultation = a_consultation()
    a_draft(consultation)
    return consultation


def say(consultation: Consultation, body: str, network: str | None, at: datetime) -> Comment:
    words = Words(body=body, language="en", name="Ilze", country="LV", consent=True)
    post_comment(
        consultation,
        None,
        words,
        form=f"copy {next(_copies)}",
        by=None,
        at=at,
        secret_key=SECRET,
        network=network,
    )
    return db.session.scalars(select(Comment).order_by(Comment.id.desc())).first() or Comment()


def figures() -> list[tuple[int, str, int]]:
    db.session.expire_all()
    flags = db.session.scalars(select(Flag).order_by(Flag.comment_id, Flag.kind))
    return [(flag.comment_id, flag.kind, flag.figure) for flag in flags]


def test_the_same_words_from_three_networks_are_flagged_on_all_of_them(
    consultation: Consultation, at: datetime
) -> None:
    bodies = ("Stop this.", "STOP THIS.", "*Stop* this.", "Stop this, please.", "Stop this.")
    said = [say(consultation, body, network, at) for body, network in zip(bodies, "abcda", strict=True)]
    inspect_comments(0, at=at)
    same = FlagKind.SAME_WORDS
    assert figures() == [(said[place].id, same, 3) for place in (0, 1, 2, 4)]
    assert {comment.state for comment in db.session.scalars(select(Comment))} == {State.WAITING}
    assert list(flags_on([comment.id for comment in said])) == [said[place].id for place in (0, 1, 2, 4)]


def test_two_networks_are_a_coincidence_and_another_consultation_is_another_matter(
    consultation: Consultation, at: datetime
) -> None:
    for network in ("a", "a", "b", None):
        say(consultation, "Stop this.", network, at)
    say(opened(), "Stop this.", "c", at)
    inspect_comments(0, at=at)
    assert figures() == []


def test_networks_of_more_than_48_hours_ago_do_not_count(consultation: Consultation, at: datetime) -> None:
    for network in ("a", "b"):
        say(consultation, "Stop this.", network, at)
    late = at + NETWORKS_KEPT
    say(consultation, "Stop this.", "c", late)
    inspect_comments(0, at=late)
    assert figures() == []


def test_the_figure_grows_with_what_comes_in_and_never_falls(
    consultation: Consultation, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspecting, "OVERLAP", 0)
    for network in ("a", "b", "c"):
        say(consultation, "Stop this.", network, at)
    seen = inspect_comments(0, at=at)
    assert [figure for _id, _kind, figure in figures()] == [3, 3, 3]
    say(consultation, "Stop this.", "d", at + HOUR)
    seen = inspect_comments(seen, at=at + HOUR)
    assert [figure for _id, _kind, figure in figures()] == [4, 4, 4, 4]
    with transaction():
        db.session.execute(update(Comment).values(network_digest=None))
    inspect_comments(0, at=at + HOUR)
    assert [figure for _id, _kind, figure in figures()] == [4, 4, 4, 4]
    assert seen == max(comment_id for comment_id, _kind, _figure in figures())


def test_four_links_are_many(consultation: Consultation, at: datetime) -> None:
    links = [" ".join(f"<https://example.org/{number}>" for number in range(count)) for count in (3, 4)]
    few, many = (say(consultation, body, "a", at) for body in links)
    inspect_comments(0, at=at)
    assert (few.links, many.links) == (3, 4)
    assert figures() == [(many.id, FlagKind.MANY_LINKS, 4)]


def test_plain_web_addresses_are_links(consultation: Consultation, at: datetime) -> None:
    addresses = [
        "https://www.example.org",
        "HTTP://example.org/1",
        "www.example.org",
        "https://example.org/2",
    ]
    few, many = (say(consultation, " and ".join(addresses[:count]), "a", at) for count in (3, 4))
    inspect_comments(0, at=at)
    assert (few.links, many.links) == (3, 4)
    assert figures() == [(many.id, FlagKind.MANY_LINKS, 4)]


def test_only_new_flags_are_a_line_of_activity(consultation: Consultation, at: datetime) -> None:
    for network in ("a", "b", "c"):
        say(consultation, "Stop this.", network, at)
    for _time in range(2):
        inspect_comments(0, at=at)
    lines = db.session.scalars(select(Activity).where(Activity.verb == "comments flagged")).all()
    assert [(line.subject, line.person_id) for line in lines] == [("flags:3", None)]
