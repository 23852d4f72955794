"""Migrations go up and down with data in the tables, and end where the models are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select

from app import create_app
from app.models.base import Base, db
from app.models.comment import Comment, State
from config import Config
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of


@pytest.fixture
def app(config: Config, bare_database: str) -> Iterator[Flask]:
    app = create_app(replace(config, database_url=bare_database))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.extensions["ports"].changes.close()


@pytest.mark.usefixtures("app")
def test_the_last_migration_ends_where_the_models_are() -> None:
    upgrade()
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.usefixtures("app")
def test_every_step_goes_up_and_down_and_up_with_data_in_the_tables() -> None:
    upgrade()
    version = a_draft(a_consultation(), languages=("en", "lv"))
    a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    a_person()
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 1
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) >= set(Base.metadata.tables)


@pytest.mark.usefixtures("app")
def test_an_upgrade_of_what_is_up_to_date_changes_nothing() -> None:
    upgrade()
    a_draft(a_consultation())
    before = inspect(db.engine).get_table_names()
    upgrade()
    assert inspect(db.engine).get_table_names() == before


@pytest.mark.usefixtures("app")
def test_what_is_indexed_of_each_row_is_the_same_in_migrated_tables() -> None:
    upgrade()
    kind = db.engine.dialect.name
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        migrated = {index["name"]: index for index in found.get_indexes(table.name)}
        for index in table.indexes:
            wanted = index.dialect_options[kind]["where"]
            where = migrated[index.name].get("dialect_options", {}).get(f"{kind}_where")
            assert str(where if where is not None else "").strip("()") == str(
                wanted if wanted is not None else ""
            )
