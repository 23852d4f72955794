"""The database itself keeps what is sealed, and every comment at the text that it was written on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.models.base import db, transaction
from app.models.draft import Version
from app.services.drafts.sealing import digest_of_version
from config import Config
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of

CHANGES = [
    "UPDATE version SET sealed_at = NULL",
    "UPDATE version SET change_log = '{}'",
    "DELETE FROM version",
    "UPDATE translation SET title = 'Other'",
    "DELETE FROM translation",
    "INSERT INTO translation (version_id, language, is_original, is_official, title) "
    "SELECT id, 'xx', false, false, 'Added' FROM version",
    "UPDATE paragraph_text SET plain = 'Other'",
    "DELETE FROM paragraph_text WHERE position = 1",
    "INSERT INTO paragraph_link (version_id, after_id, fate, score) "
    "SELECT version.id, paragraph.id, 'new', 0 FROM version, paragraph",
    "UPDATE paragraph SET key = key || 'x'",
    "DELETE FROM paragraph",
    "DELETE FROM draft",
    "UPDATE comment SET paragraph_id = NULL",
    "UPDATE comment SET paragraph_id = paragraph_id + 1",
]
REPLACEMENTS = [
    "INSERT OR REPLACE INTO version (id, draft_id, number, sealed_at, digest, change_log) "
    "SELECT id, draft_id, number, NULL, NULL, '{}' FROM version",
    "INSERT OR REPLACE INTO version (draft_id, number, change_log) "
    "SELECT draft_id, number, '{}' FROM version",
    "INSERT OR REPLACE INTO paragraph (id, draft_id, key) SELECT id, draft_id, key || 'x' FROM paragraph",
    "INSERT OR REPLACE INTO draft (id, consultation_id, last_key) SELECT id, consultation_id, 0 FROM draft",
]


@pytest.fixture
def version(app: Flask) -> Version:
    version = a_draft(a_consultation())
    a_comment(version, paragraphs_of(version)[0])
    return version


@pytest.mark.parametrize("statement", CHANGES)
def test_no_statement_changes_what_is_sealed(version: Version, statement: str) -> None:
    before = digest_of_version(version)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(statement))
    db.session.expire_all()
    assert digest_of_version(version) == before


@pytest.mark.parametrize("statement", REPLACEMENTS)
def test_nothing_takes_the_place_of_what_is_sealed(version: Version, statement: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite replaces rows by inserting")
    with pytest.raises(IntegrityError, match="a sealed version never changes"), transaction():
        db.session.execute(text(statement))


@pytest.mark.usefixtures("app")
def test_what_is_not_sealed_is_free() -> None:
    version = a_draft(a_consultation(), sealed=False)
    with transaction():
        db.session.execute(text("UPDATE paragraph_text SET plain = 'Other'"))
        db.session.execute(text("UPDATE paragraph SET key = key || 'x'"))
    db.session.expire_all()
    assert {row.plain for row in version.translations[0].texts} == {"Other"}


@pytest.fixture
def migrated(config: Config, bare_database: str) -> Iterator[Flask]:
    app = create_app(replace(config, database_url=bare_database))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.extensions["ports"].changes.close()


def test_a_migrated_database_has_the_same_guards_as_a_new_one(app: Flask, migrated: Flask) -> None:
    with migrated.app_context():
        upgrade()
        found = _guards()
    with app.app_context():
        assert found == _guards()
    assert found


def _guards() -> set[str]:
    sources = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT prosrc FROM pg_proc WHERE proname LIKE 'keep_sealed_%'",
    }
    return set(db.session.scalars(text(sources[db.engine.dialect.name])))
