"""SQLite's sign of change: `PRAGMA data_version`, which costs microseconds and never misses a commit."""

from __future__ import annotations

import sqlite3
import threading

from sqlalchemy.engine import make_url

STAMP = "SELECT public_stamp FROM consultation WHERE id = ?"
STAMPS = "SELECT total(public_stamp) FROM consultation"


def create(address: str) -> SqliteChanges:
    """The sign of change of the database at a SQLAlchemy address; opened when first asked."""
    return SqliteChanges(make_url(address).database or ":memory:")


class SqliteChanges:
    """One connection for the process; it never writes, as data_version tells of others' commits only."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def sign(self) -> int:
        with self._lock:
            return self._number("PRAGMA data_version")

    def stamp(self, consultation_id: int | None) -> int:
        with self._lock:
            if consultation_id is None:
                return self._number(STAMPS)
            return self._number(STAMP, consultation_id)

    def close(self) -> None:
        """Lets go of the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _number(self, question: str, *values: int) -> int:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        row = self._connection.execute(question, values).fetchone()
        return int(row[0]) if row else 0
