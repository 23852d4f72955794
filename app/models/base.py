"""The database and its one way of writing: a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy, session
from sqlalchemy import JSON, Dialect, Engine, Index, MetaData, Table, event, orm, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import DateTime, TypeDecorator

from app.models.statements import insert_row, rows_of
from app.models.turns import turn_among_threads
from app.models.writers import WRITES, connection_to_write, file_of, turn_of_engine

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MILLISECONDS = 10_000


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC, on every database; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every record."""

    registry: ClassVar[orm.registry] = orm.registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: Instant,
            dict[str, str]: JSON,
            dict[str, Any]: JSON(none_as_null=True),
            list[str]: JSON,
        },
    )


def index_where_known(name: str, *columns: str) -> Index:
    """An index of the rows that have something in the last column: the others cost nothing to write."""
    is_known = text(f"{columns[-1]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=is_known, postgresql_where=is_known)


class _Session(session.Session):
    """Asks and writes over the connection of the transaction that runs, if there is one."""

    def get_bind(self, *asked: Any, **further: Any) -> Engine | Connection:
        running = _running.get()
        return super().get_bind(*asked, **further) if running is None else running


_running: ContextVar[Connection | None] = ContextVar("running transaction", default=None)
db = SQLAlchemy(model_class=Base, session_options={"class_": _Session, "expire_on_commit": False})


@contextmanager
def transaction() -> Iterator[None]:
    """All that is written inside becomes true together, or not at all; one inside another joins it.

    SQLite takes its write lock at once (`BEGIN IMMEDIATE`), so what is read inside stays true until the end.
    The session takes part as soon as it is asked for something.
    """
    if _running.get() is not None:
        yield
        return
    if _has_session() and db.session().in_transaction():
        db.session.rollback()
    engine = db.engine
    with turn_of_engine(engine), connection_to_write(engine) as connection:
        joined = _running.set(connection)
        try:
            yield
            if _has_session() and db.session().in_transaction():
                db.session.commit()
            connection.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _running.reset(joined)


def turn_of_thread() -> AbstractContextManager[object]:
    """On SQLite no other thread of this process writes meanwhile, nor readies in its turn what it will write.

    Each statement of a transaction lets other threads run. Those that compute give the interpreter back
    milliseconds later, and all that while the file would be locked and idle. On PostgreSQL nobody waits.
    """
    file = file_of(db.engine)
    return turn_among_threads(file) if file else nullcontext()


def rows(statement: Executable, **values: Any) -> list[Any]:
    """All rows that the statement answers with, as named tuples: past the session, at a fraction of the cost.

    Outside of a transaction they are what is committed at this moment.
    """
    running = _running.get()
    if running is not None:
        return rows_of(running.connection, running.dialect, statement, values)
    with closing(db.engine.raw_connection()) as brief:
        return rows_of(brief, db.engine.dialect, statement, values)


def write_row(model: type[Base], **values: Any) -> int:
    """A row is written at once, past the session, in the transaction that runs; answers its number."""
    running = _running.get()
    if running is None:
        raise LookupError("no transaction runs")
    return insert_row(running.connection, running.dialect, cast("Table", model.__table__), values)


def write_what_waits() -> None:
    """What was added to the session and changed in it is written, before anything that follows."""
    if _has_session():
        db.session.flush()


def overwrite_what_was_erased() -> None:
    """Nothing that was written before stands in SQLite’s second file any more; where others read, later."""
    if db.engine.dialect.name == "sqlite":
        with closing(db.engine.raw_connection()) as brief:
            cursor = brief.cursor()
            cursor.execute("PRAGMA busy_timeout=0")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
                cursor.close()


def _has_session() -> bool:
    # A comment that is received never asks for one: making it and ending it would cost more than a row.
    return bool(db.session.registry.has())


@event.listens_for(Engine, "connect")
def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # SQLAlchemy's "begin" event begins
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is erased is overwritten: on pages that are written anyway and, ON and not FAST, on those set free.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITES)
        # Straight to the driver: every page and every comment begins here.
        cursor = connection.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        cursor.close()
