"""Pigeons that carry the letters: what they brought, to whom, and whom they do not reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.jobs import run_due_jobs
from app.models.activity import Job
from app.models.base import db
from app.services.subscriptions.notifying import Letter, LetterRefusedError


class Pigeons:
    """A carrier that remembers, and fails for those on its list."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.unreachable: set[str] = set()
        self.refused: set[str] = set()

    def send(self, letter: Letter) -> None:
        if letter.to in self.refused:
            raise LetterRefusedError("550 5.1.1")
        if letter.to in self.unreachable:
            raise ConnectionRefusedError(letter.to)
        self.sent.append(letter)


@pytest.fixture
def pigeons(app: Flask) -> Pigeons:
    pigeons = Pigeons()
    app.extensions["ports"] = replace(app.extensions["ports"], mail=pigeons)
    return pigeons


def carried(pigeons: Pigeons, at: datetime) -> list[tuple[str, str]]:
    """To whom letters of which subject went, all jobs being done."""
    pigeons.sent.clear()
    while run_due_jobs(at):
        pass
    assert not db.session.scalars(select(Job.error).where(Job.error != "")).all()
    return [(letter.to, letter.subject) for letter in pigeons.sent]
