"""The database itself refuses to change what is sealed, whoever asks and by whatever statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event

from app.models.base import Base

REFUSAL = "a sealed version never changes"
SEALED = "version.sealed_at IS NOT NULL"
SEALED_VERSION = f"SELECT 1 FROM version WHERE {SEALED} AND version.id ="
SEALED_TRANSLATION = (
    "SELECT 1 FROM version JOIN translation ON translation.version_id = version.id "
    f"WHERE {SEALED} AND translation.id ="
)
SEALED_PARAGRAPH = (
    "SELECT 1 FROM version JOIN translation ON translation.version_id = version.id "
    "JOIN paragraph_text ON paragraph_text.translation_id = translation.id "
    f"WHERE {SEALED} AND paragraph_text.paragraph_id ="
)
SEALED_DRAFT = f"SELECT 1 FROM version WHERE {SEALED} AND version.draft_id ="
# What is refused, when. On SQLite an INSERT OR REPLACE deletes without asking: hence the row that there was.
REFUSED = {
    ("version", "INSERT"): (
        f"EXISTS ({SEALED_VERSION} NEW.id) OR EXISTS ({SEALED_DRAFT} NEW.draft_id AND number = NEW.number)"
    ),
    ("version", "UPDATE"): "OLD.sealed_at IS NOT NULL",
    ("version", "DELETE"): "OLD.sealed_at IS NOT NULL",
    ("translation", "INSERT"): (
        f"EXISTS ({SEALED_VERSION} NEW.version_id) OR EXISTS ({SEALED_TRANSLATION} NEW.id)"
    ),
    ("translation", "UPDATE"): (
        f"EXISTS ({SEALED_VERSION} OLD.version_id) OR EXISTS ({SEALED_VERSION} NEW.version_id)"
    ),
    ("translation", "DELETE"): f"EXISTS ({SEALED_VERSION} OLD.version_id)",
    ("paragraph_link", "INSERT"): (
        f"EXISTS ({SEALED_VERSION} NEW.version_id) OR EXISTS "
        f"({SEALED_VERSION} (SELECT version_id FROM paragraph_link WHERE id = NEW.id))"
    ),
    ("paragraph_link", "UPDATE"): (
        f"EXISTS ({SEALED_VERSION} OLD.version_id) OR EXISTS ({SEALED_VERSION} NEW.version_id)"
    ),
    ("paragraph_link", "DELETE"): f"EXISTS ({SEALED_VERSION} OLD.version_id)",
    ("paragraph_text", "INSERT"): (
        f"EXISTS ({SEALED_TRANSLATION} NEW.translation_id) OR EXISTS "
        f"({SEALED_TRANSLATION} (SELECT translation_id FROM paragraph_text WHERE id = NEW.id))"
    ),
    ("paragraph_text", "UPDATE"): (
        f"EXISTS ({SEALED_TRANSLATION} OLD.translation_id) "
        f"OR EXISTS ({SEALED_TRANSLATION} NEW.translation_id)"
    ),
    ("paragraph_text", "DELETE"): f"EXISTS ({SEALED_TRANSLATION} OLD.translation_id)",
    ("paragraph", "INSERT"): f"EXISTS ({SEALED_PARAGRAPH} NEW.id)",
    ("paragraph", "UPDATE"): (
        "(OLD.id <> NEW.id OR OLD.key <> NEW.key OR OLD.draft_id <> NEW.draft_id) "
        f"AND EXISTS ({SEALED_PARAGRAPH} OLD.id)"
    ),
    ("paragraph", "DELETE"): f"EXISTS ({SEALED_PARAGRAPH} OLD.id)",
    ("draft", "INSERT"): f"EXISTS ({SEALED_DRAFT} NEW.id)",
    ("draft", "UPDATE"): (
        f"(OLD.id <> NEW.id OR OLD.consultation_id <> NEW.consultation_id) AND EXISTS ({SEALED_DRAFT} OLD.id)"
    ),
    ("draft", "DELETE"): f"EXISTS ({SEALED_DRAFT} OLD.id)",
    # A comment stays with the text that it was written on.
    ("comment", "UPDATE"): (
        "OLD.version_id <> NEW.version_id OR coalesce(OLD.paragraph_id, 0) <> coalesce(NEW.paragraph_id, 0)"
    ),
}


def guards(dialect: str) -> list[str]:
    """The statements that make the database refuse, in SQLite's words or in PostgreSQL's."""
    guard = _sqlite_guard if dialect == "sqlite" else _postgresql_guard
    return [
        statement for (table, act), refused in REFUSED.items() for statement in guard(table, act, refused)
    ]


def _sqlite_guard(table: str, act: str, refused: str) -> list[str]:
    return [
        f"CREATE TRIGGER {_name(table, act)} BEFORE {act} ON {table} WHEN {refused} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ]


def _postgresql_guard(table: str, act: str, refused: str) -> list[str]:
    name = _name(table, act)
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {refused} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {'OLD' if act == 'DELETE' else 'NEW'}; END $$",
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _name(table: str, act: str) -> str:
    return f"keep_sealed_{table}_on_{act.lower()}"


@event.listens_for(Base.metadata, "after_create")
def _guard_new_tables(_metadata: MetaData, connection: Connection, tables: Any, **_options: Any) -> None:
    if {table.name for table in tables} >= {table for table, _act in REFUSED}:
        for statement in guards(connection.dialect.name):
            connection.exec_driver_sql(statement)
