"""What newsletters are tried with: one to send, a carrier that remembers, and the post that brings them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.letters.post import Post
from app.models.base import db
from app.models.people import Person
from app.models.subscription import Newsletter
from app.services.newsletters.circulating import Issue, create_newsletter
from app.services.newsletters.mailing import progress_of, start_newsletter
from app.services.subscriptions.notifying import Letter
from tests.conftest import NOON

WORDS = Issue(
    slug="2030-02-10",
    titles={"en": "What came of it", "lv": "Kas no tā iznāca"},
    sources={"en": "Read **this**.\n\n[The draft](https://example.org/draft)", "lv": "Lasiet **šo**."},
)


class Mail:
    """A carrier that remembers, and fails for those on its lists."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.errors: dict[str, Exception] = {}

    def send(self, letter: Letter) -> None:
        if letter.to in self.errors:
            raise self.errors[letter.to]
        self.sent.append(letter)

    @property
    def reached(self) -> list[str]:
        """The addresses that letters came to, in order."""
        return [letter.to for letter in self.sent]


@pytest.fixture
def mail(app: Flask) -> Mail:
    mail = Mail()
    app.extensions["ports"] = replace(app.extensions["ports"], mail=mail)
    return mail


def a_newsletter(editor: Person, *, at: datetime = NOON, **changes: Any) -> Newsletter:
    return create_newsletter(replace(WORDS, **changes), by=editor, at=at)


def start(newsletter: Newsletter, editor: Person, at: datetime = NOON) -> None:
    start_newsletter(newsletter, expected_changes=newsletter.changes, by=editor, at=at)


def states(newsletter: Newsletter) -> dict[str, int]:
    db.session.expire_all()
    return {state: number for state, number in progress_of(newsletter).counts.items() if number}


def send_all(mail: Mail, at: datetime = NOON, post: Post | None = None) -> datetime:
    """The post goes on until nothing is left that could go out within a minute."""
    post = post or Post()
    until = at + timedelta(minutes=1)
    while at < until:
        post.send_some(mail, at)
        at += timedelta(seconds=1)
    return at
