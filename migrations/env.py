"""Runs migrations on the application's database, in one transaction that SQLite and PostgreSQL both keep."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from app.models.base import Base, Instant, db
from app.models.writers import WRITES


def render(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """A migration names the database's own types, never ours: ours may change, a migration may not."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def migrate() -> None:
    """Brings the database to the revision that was asked for."""
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


migrate()
