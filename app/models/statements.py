"""Statements made ready once and handed straight to the database's driver: those that every comment takes.

SQLAlchemy keeps what it has compiled, but readies each execution and each row anew, which costs several times
what the database does. The statements stay SQLAlchemy's own, so that they are right on every database.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Dialect, Insert, Table, bindparam, insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

MOST_STATEMENTS = 256


class Ready(NamedTuple):
    """A statement as one kind of database takes it.

    `usual` are the values that it holds itself. `writers` and `readers` turn our values into the driver's and
    back; None where they are the same.
    """

    words: str
    usual: dict[str, Any]
    writers: list[tuple[str, Callable[[Any], Any] | None]]
    is_by_place: bool
    row: Callable[[list[Any]], Any]
    readers: list[Callable[[Any], Any] | None]

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = {**self.usual, **values}
        if self.is_by_place:
            return [given[name] if write is None else write(given[name]) for name, write in self.writers]
        return {name: given[name] if write is None else write(given[name]) for name, write in self.writers}

    def read(self, found: tuple[Any, ...]) -> Any:
        """What the driver found, as a named tuple of values of our types."""
        pairs = zip(found, self.readers, strict=True)
        return self.row([value if read is None else read(value) for value, read in pairs])


def rows_of(
    connection: DBAPIConnection, dialect: Dialect, statement: Executable, values: Mapping[str, Any]
) -> list[Any]:
    """All rows that the statement answers with, as named tuples; raises what SQLAlchemy raises."""
    ready = _ready(statement, dialect)
    failures = dialect.loaded_dbapi.Error
    cursor = connection.cursor()
    try:
        cursor.execute(ready.words, ready.arguments(values))
        return [ready.read(found) for found in cursor.fetchall()] if ready.readers else []
    except failures as error:
        raise DBAPIError.instance(ready.words, None, error, failures, hide_parameters=True) from error
    finally:
        cursor.close()


def insert_row(connection: DBAPIConnection, dialect: Dialect, table: Table, values: Mapping[str, Any]) -> int:
    """The row is written, with what is usual where nothing is given; answers its number."""
    statement, made_anew = _insertion(table)
    unknown = values.keys() - table.columns.keys()
    if unknown:
        raise TypeError(f"{table.name} has no {', '.join(unknown)}")
    made = {name: make(None) for name, make in made_anew}
    [(number,)] = rows_of(connection, dialect, statement, {**made, **values})
    return int(number)


@lru_cache(maxsize=MOST_STATEMENTS)
def _ready(statement: Any, dialect: Dialect) -> Ready:
    compiled = statement.compile(dialect=dialect)
    answered: list[tuple[str, ColumnElement[Any]]] = statement.exported_columns.items()
    binds = {name: compiled.binds[name] for name in compiled.params}
    return Ready(
        words=str(compiled),
        usual={name: bind.value for name, bind in binds.items() if not bind.required},
        writers=[
            (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or binds
        ],
        is_by_place=compiled.positional,
        row=_row_of([name for name, _column in answered]),
        readers=[
            column.type.dialect_impl(dialect).result_processor(dialect, None) for _name, column in answered
        ],
    )


def _row_of(names: list[str]) -> Callable[[list[Any]], Any]:
    make: Any = namedtuple("Row", names)  # type: ignore[misc]
    return cast("Callable[[list[Any]], Any]", make._make)


@lru_cache(maxsize=MOST_STATEMENTS)
def _insertion(table: Table) -> tuple[Insert, list[tuple[str, Callable[[Any], Any]]]]:
    """The statement that writes a row, and what makes the values that are another for every row."""
    usual: dict[str, Any] = {}
    made_anew = []
    [key] = table.primary_key.columns
    for column in table.columns:
        if column is not key:
            default: Any = column.default
            usual[column.name] = default.arg if default is not None and default.is_scalar else None
            if default is not None and default.is_callable:
                made_anew.append((column.name, default.arg))
    places: Any = {name: bindparam(name, value) for name, value in usual.items()}
    return insert(table).values(places).returning(key), made_anew
