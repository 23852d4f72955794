"""The database itself refuses to change what is sealed, whoever asks and by whatever statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event

from app.models.base import Base

REFUSAL = "a sealed version never changes"
ITSELF = "SELECT 1 WHERE {row}.sealed_at IS NOT NULL"
OF_VERSION = "SELECT 1 FROM version WHERE version.id = {row}.version_id AND version.sealed_at IS NOT NULL"
OF_TRANSLATION = (
    "SELECT 1 FROM version JOIN translation ON translation.version_id = version.id "
    "WHERE translation.id = {row}.translation_id AND version.sealed_at IS NOT NULL"
)
# Which rows tell whether an act touches what is sealed: the one there was, the one there would be, or both.
ANY_ACT: dict[str, tuple[str, ...]] = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
GUARDED: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "version": (ITSELF, {"UPDATE": ("OLD",), "DELETE": ("OLD",)}),
    "translation": (OF_VERSION, ANY_ACT),
    "paragraph_link": (OF_VERSION, ANY_ACT),
    "paragraph_text": (OF_TRANSLATION, ANY_ACT),
}


def guards(dialect: str) -> list[str]:
    """The statements that make the database refuse, in SQLite's words or in PostgreSQL's."""
    guard = _sqlite_guard if dialect == "sqlite" else _postgresql_guard
    return [
        statement
        for table, (sealed, acts) in GUARDED.items()
        for act, rows in acts.items()
        for statement in guard(table, act, " OR ".join(f"EXISTS ({sealed.format(row=row)})" for row in rows))
    ]


def _sqlite_guard(table: str, act: str, is_sealed: str) -> list[str]:
    return [
        f"CREATE TRIGGER {_name(table, act)} BEFORE {act} ON {table} WHEN {is_sealed} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ]


def _postgresql_guard(table: str, act: str, is_sealed: str) -> list[str]:
    name = _name(table, act)
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {is_sealed} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {'OLD' if act == 'DELETE' else 'NEW'}; END $$",
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _name(table: str, act: str) -> str:
    return f"keep_sealed_{table}_on_{act.lower()}"


@event.listens_for(Base.metadata, "after_create")
def _guard_new_tables(_metadata: MetaData, connection: Connection, tables: Any, **_options: Any) -> None:
    if {table.name for table in tables} >= GUARDED.keys():
        for statement in guards(connection.dialect.name):
            connection.exec_driver_sql(statement)
