"""An Innspill of our own for measuring: a folder, a database, a secret, and nothing of anybody's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app import create_app
from app.models.base import db
from config import read_config

SECRET = "0123456789abcdef" * 4
SQLITE_FILE = "innspill.sqlite3"
FULL = 2


@dataclass(frozen=True)
class Site:
    """Where a measured Innspill keeps its data."""

    folder: Path
    database_url: str = ""
    trusted_proxies: int = 0

    @property
    def database_file(self) -> Path:
        """The SQLite file, if it is SQLite."""
        return self.folder / SQLITE_FILE

    @property
    def log(self) -> Path:
        """What its servers say."""
        return self.folder / "server.log"

    @property
    def environment(self) -> dict[str, str]:
        """The settings; every one is given, so that nothing comes from whoever measures."""
        return {
            "SECRET_KEY": SECRET,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "SEARCH_URL": "",
            "MAIL_URL": "",
            "LIMITS_URL": "",
            "BASE_URL": "http://localhost",
            "HOST": "127.0.0.1",
            "PORT": "8000",
            "TRUSTED_PROXIES": str(self.trusted_proxies),
        }

    def copy_to(self, folder: Path) -> Site:
        """The same site once more, to be changed; nobody may be writing to it."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)


@contextmanager
def opened(site: Site) -> Iterator[Flask]:
    """The site's application in this process, in its context, with all tables made."""
    site.folder.mkdir(parents=True, exist_ok=True)
    app = create_app(read_config(site.environment))
    with app.app_context():
        try:
            db.create_all()
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            app.extensions["ports"].changes.close()


def durability(site: Site) -> str:
    """How SQLite keeps what is committed; raises AssertionError if what was acknowledged could be lost."""
    with opened(site):
        journal = db.session.scalar(text("PRAGMA journal_mode"))
        synchronous = db.session.scalar(text("PRAGMA synchronous"))
    assert (journal, synchronous) == ("wal", FULL), (journal, synchronous)
    return "SQLite: journal_mode=WAL, synchronous=FULL"
