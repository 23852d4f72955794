"""The database and its one way of writing: a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, URL, Dialect, Engine, Insert, MetaData, Table, event, insert, orm
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import DateTime, TypeDecorator

from app.models.turns import turn_to_write

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITES = "innspill_writes"
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


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


@contextmanager
def transaction() -> Iterator[None]:
    """All that is written inside becomes true together, or not at all; one inside another joins it.

    SQLite takes its write lock at once (`BEGIN IMMEDIATE`), so what is read inside stays true until the end.
    """
    session = db.session()
    if session.info.get(WRITES):
        yield
        return
    if session.in_transaction():
        session.rollback()
    with _turn(db.engine.url):
        session.info[WRITES] = True
        try:
            session.connection(execution_options={WRITES: True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info[WRITES] = False


def _turn(address: URL) -> AbstractContextManager[None]:
    is_file = address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}
    return turn_to_write(str(address.database)) if is_file else nullcontext()


def write_row(model: type[Base], **values: Any) -> int:
    """A row is written at once, past the session's bookkeeping (a fifth of the cost); answers its number."""
    [number] = db.session.connection().execute(_insertion(model), values).inserted_primary_key or [0]
    return int(number)


@cache
def _insertion(model: type[Base]) -> Insert:
    return insert(cast("Table", model.__table__))


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
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
