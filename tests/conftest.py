"""What every test can ask for: an application on its own empty database, and a browser without script."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import QueuePool
from werkzeug.test import TestResponse

from app import begin_anew, create_app
from app.models.base import Base, db
from config import Config, read_config

SECRET = "0123456789abcdef" * 4
DATABASES = {"database", "bare_database"}
NOON = datetime(2030, 2, 10, 12, 0, tzinfo=UTC)

# How long an example takes tells only of the machine; each begins with what it needs, whatever was before.
settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--late", type=int, default=0, help="milliseconds by which pages reach a browser later")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run those that ask for a database: the others would say the same a second time."""
    if config.getoption("--database") == "postgresql":
        alike = [item for item in items if not DATABASES & set(getattr(item, "fixturenames", ()))]
        items[:] = [item for item in items if item not in set(alike)]
        config.hook.pytest_deselected(items=alike)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for this run."""
    import pgserver  # noqa: PLC0415 - it is large, and only this run needs it

    with TemporaryDirectory(prefix="innspill-postgresql-") as folder:
        # As root the server runs as a user of its own, who must be able to enter the folder.
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "server", cleanup_mode="delete")  # type: ignore[attr-defined]
        # The tests' own databases need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _execute(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        _execute(server.get_uri(), "SELECT pg_reload_conf()")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def prepared_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database with all tables: on SQLite copied for each test, on PostgreSQL emptied after each."""
    if request.config.getoption("--database") == "postgresql":
        address = _new_postgresql_database(request.getfixturevalue("postgresql_server"), "prepared")
    else:
        address = f"sqlite:///{tmp_path_factory.mktemp('prepared') / 'empty.sqlite3'}"
    engine = create_engine(address)
    Base.metadata.create_all(engine)
    engine.dispose()
    return address


@pytest.fixture
def database(prepared_database: str) -> Iterator[str]:
    """The address of an empty database for one test."""
    if prepared_database.startswith("sqlite"):
        empty = Path(prepared_database.removeprefix("sqlite:///"))
        yield f"sqlite:///{_copied_anew(empty)}"
        return
    yield prepared_database
    _empty(prepared_database)


@pytest.fixture
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"bare_{uuid4().hex}"
    yield _new_postgresql_database(server, name)
    _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def config(database: str, tmp_path: Path) -> Config:
    """Settings for one test; nothing comes from the environment."""
    return read_config(
        {
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database,
            "DATA_DIR": str(tmp_path),
            "BASE_URL": "http://localhost",
        }
    )


@pytest.fixture(scope="session")
def built() -> list[Flask]:
    """The application that all tests of this process use, once the first of them has built it.

    Building one takes as long as most tests do.
    """
    return []


@pytest.fixture
def app(config: Config, built: list[Flask]) -> Iterator[Flask]:
    """An application that remembers nothing, on an empty database; its context is open for services."""
    if built:
        begin_anew(built[0], config)
    else:
        built.append(create_app(config))
    [app] = built
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            _end_what_nobody_read_to_its_end(engine)
            engine.dispose()
    app.extensions["ports"].changes.close()


def _end_what_nobody_read_to_its_end(engine: Engine) -> None:
    """A file that a test did not read holds a connection until it is collected."""
    if isinstance(engine.pool, QueuePool) and engine.pool.checkedout():
        gc.collect()


class Browser(FlaskClient):
    """A browser without script that keeps cookies; nothing of the test's own context reaches the server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()
        response = Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script that keeps cookies."""
    return app.test_client()


@pytest.fixture
def at() -> datetime:
    """The instant at which things happen in a test."""
    return NOON


def _new_postgresql_database(server: str, name: str, template: str = "template0") -> str:
    _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    address = server.replace("/postgres?", f"/{name}?")
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


def _copied_anew(empty: Path) -> Path:
    """A copy of the database in the place of the last test's; whoever still has that one open keeps it."""
    copy = empty.with_name("innspill.sqlite3")
    for old in (copy, copy.with_name(f"{copy.name}-wal"), copy.with_name(f"{copy.name}-shm")):
        old.unlink(missing_ok=True)
    shutil.copyfile(empty, copy)
    return copy


def _empty(address: str) -> None:
    """All tables are as new: what took their rows away also began their numbers again."""
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    _execute(address, f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def _execute(server: str, statement: str) -> None:
    engine = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
