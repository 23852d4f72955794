"""What was acknowledged survives a power cut: how SQLite is told to write."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.models.activity import Job
from app.models.base import db, transaction
from app.services.activity import enqueue
from tests.conftest import NOON

FULL = 2


@pytest.fixture(autouse=True)
def _on_sqlite(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL is durable by its own settings")


def test_sqlite_keeps_a_write_ahead_log_and_waits_for_the_disk_at_every_commit() -> None:
    assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
    assert db.session.scalar(text("PRAGMA synchronous")) == FULL


def test_every_connection_is_told_so_and_not_only_the_first() -> None:
    with db.engine.connect() as first, db.engine.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text("PRAGMA synchronous")) == FULL
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


def test_a_transaction_that_writes_is_as_durable() -> None:
    with transaction():
        assert db.session.scalar(text("PRAGMA synchronous")) == FULL


def test_references_are_checked_by_the_database() -> None:
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1


def write_and_fail() -> None:
    with transaction():
        enqueue("letter", {}, at=NOON)
        raise RuntimeError("in the middle")


def test_what_failed_is_undone_and_the_next_to_write_begins_anew() -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError, match="in the middle"):
            write_and_fail()
        with transaction():
            enqueue("letter", {}, at=NOON)
    assert db.session.scalar(select(func.count()).select_from(Job)) == 2


def test_after_a_commit_that_failed_the_file_is_free_and_the_next_one_is_kept() -> None:
    with transaction():
        db.session.execute(
            text("CREATE TABLE promised (id REFERENCES job (id) DEFERRABLE INITIALLY DEFERRED)")
        )

    def promise_too_much() -> None:
        with transaction():
            enqueue("letter", {}, at=NOON)
            db.session.execute(text("INSERT INTO promised VALUES (-1)"))

    for number in (1, 2):
        with pytest.raises(IntegrityError):
            promise_too_much()
        with closing(sqlite3.connect(db.engine.url.database or "", timeout=0)) as another:
            another.execute("BEGIN IMMEDIATE")
        with transaction():
            enqueue("letter", {}, at=NOON)
        assert db.session.scalar(select(func.count()).select_from(Job)) == number


def test_who_let_go_of_the_database_can_write_again() -> None:
    for number in (1, 2):
        with transaction():
            enqueue("letter", {}, at=NOON)
        db.session.remove()
        db.engine.dispose()
        assert db.session.scalar(select(func.count()).select_from(Job)) == number


def test_a_process_that_was_forked_writes_over_a_connection_of_its_own() -> None:
    with transaction():
        enqueue("letter", {}, at=NOON)
    db.session.remove()
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as other:
        other.submit(enqueue_one_more).result(timeout=60)
    with transaction():
        assert db.session.scalar(select(func.count()).select_from(Job)) == 2
        enqueue("letter", {}, at=NOON)
    assert db.session.scalar(select(func.count()).select_from(Job)) == 3


def enqueue_one_more() -> None:
    with transaction():
        enqueue("letter", {}, at=NOON)
