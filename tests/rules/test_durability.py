"""What was acknowledged survives a power cut: how SQLite is told to write."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from app.models.base import db, transaction

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
