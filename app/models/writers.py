"""Who writes, and over which connection."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import NamedTuple, cast

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.models.turns import turn_to_write

WRITES = "innspill_writes"


class _Writer(NamedTuple):
    process: int
    connection: Connection
    driver: DBAPIConnection


_writers: dict[Engine, _Writer] = {}


def file_of(engine: Engine) -> str | None:
    """The SQLite file that the engine is for; None for what is no file."""
    address = engine.url
    is_file = address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}
    return str(address.database) if is_file else None


def turn_of_engine(engine: Engine) -> AbstractContextManager[None]:
    """The turn to write, where writers take turns."""
    file = file_of(engine)
    return turn_to_write(file) if file else nullcontext()


@contextmanager
def connection_to_write(engine: Engine) -> Iterator[Connection]:
    """A connection on which a transaction has begun; what is not committed at the end is undone.

    An SQLite file has one writer at a time: each process keeps one connection for whoever's turn it is.
    """
    if file_of(engine) is None:
        with engine.connect() as connection:
            connection.begin()
            yield connection
        return
    try:
        connection = _kept(engine)
        connection.begin()
        yield connection
        connection.rollback()
    except BaseException:
        # After a commit that failed nobody knows what it holds: closing undoes all that is not committed.
        _let_go(engine)
        raise


def _kept(engine: Engine) -> Connection:
    kept = _writers.get(engine)
    if kept is None or not _is_usable(kept):
        connection = engine.connect().execution_options(**{WRITES: True})
        driver = connection.connection.driver_connection
        connection.detach()
        kept = _writers[engine] = _Writer(os.getpid(), connection, cast("DBAPIConnection", driver))
    return kept.connection


def _is_usable(kept: _Writer) -> bool:
    # What a forked process inherits is its parent's.
    return kept.process == os.getpid() and not kept.connection.invalidated


@event.listens_for(Engine, "engine_disposed")
def _let_go(engine: Engine) -> None:
    kept = _writers.pop(engine, None)
    if kept is not None and kept.process == os.getpid():
        kept.driver.close()
