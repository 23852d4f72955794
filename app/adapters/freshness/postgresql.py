"""PostgreSQL's sign of change: the stamps themselves, asked for on a connection of its own."""

from __future__ import annotations

import threading

import psycopg

STAMP = "SELECT public_stamp FROM consultation WHERE id = %s"
STAMPS = "SELECT coalesce(sum(public_stamp), 0) FROM consultation"


def create(address: str) -> PostgresqlChanges:
    """The sign of change of the database at a SQLAlchemy address; opened when first asked."""
    return PostgresqlChanges(address.replace("postgresql+psycopg://", "postgresql://", 1))


class PostgresqlChanges:
    """One prepared query in place of SQLite's pragma: PostgreSQL counts no commits as cheaply."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[tuple[int]] | None = None

    def sign(self) -> int:
        return self._number(STAMPS)

    def stamp(self, consultation_id: int | None) -> int:
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
        with self._lock:
            try:
                return self._ask(question, *values)
            except psycopg.OperationalError:
                # The server was restarted: one new connection, then the error is real.
                self._connection = None
                return self._ask(question, *values)

    def _ask(self, question: str, *values: int) -> int:
        if self._connection is None:
            self._connection = psycopg.connect(self._address, autocommit=True, prepare_threshold=1)
        row = self._connection.execute(question.encode(), values).fetchone()
        return int(row[0]) if row else 0
