"""The composition root: which settings, adapters, pages and commands make one Innspill."""

from __future__ import annotations

import importlib
import pkgutil
from functools import partial
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, models, web
from app.adapters import Adapters, adapter
from app.cli.sentences import in_sentences
from app.i18n import CatalogueDomain
from app.jobs import work
from app.models.base import db
from app.services.ports import Ports
from app.services.public.recalling import Recollection
from app.web import access, addresses, bodies, errors, headers, limits, locales, sessions
from app.web.caching import PageCache, WsgiApp
from app.web.forms import visitor_tokens
from config import Config, ConfigError, read_config

ROOT = Path(__file__).parent.parent

__all__ = ["begin_anew", "create_app", "models"]


def create_app(config: Config | None = None) -> Flask:
    """An Innspill that answers; raises ConfigError or UnmarkedRouteError."""
    config = config or read_config()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    _configure(app, config)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    _speak_languages(app)
    addresses.install(app)
    bodies.install(app)
    sessions.install(app)
    headers.install(app, config)
    errors.install(app)
    _add_pages_and_commands(app)
    access.refuse_unmarked_routes(app)
    begin_anew(app, config)
    return app


def begin_anew(app: Flask, config: Config) -> None:
    """The application asks new adapters, and has counted, recalled and kept nothing; raises ConfigError."""
    app.extensions["config"] = config
    app.extensions["ports"] = ports = open_ports(config)
    app.extensions["recollection"] = Recollection(ports.changes)
    limits.install(app, config)
    cache = PageCache(partial(Flask.wsgi_app, app), ports.changes, visitor_tokens(config.secret_key))
    app.wsgi_app = _behind_proxies(cache, config.trusted_proxies)  # type: ignore[method-assign,assignment]


def open_ports(config: Config) -> Ports:
    """The adapters that the settings name; raises ConfigError when one cannot be as the settings say."""
    database = make_url(config.database_url)
    try:
        importers = Adapters("importing")
        return Ports(
            search=adapter("search", urlsplit(config.search_url).scheme).create(config.search_url),
            mail=adapter("mail", urlsplit(config.mail_url).scheme).create(config.mail_url),
            changes=adapter("freshness", database.get_backend_name()).create(config.database_url),
            exporters=Adapters("exporting"),
            importers=importers,
            reader=adapter("apart", "process").create(importers),
            writers=Adapters("writing"),
            sheets=Adapters("intake"),
            printers=Adapters("receipts"),
            calendars=Adapters("calendars"),
            painters=Adapters("cards"),
        )
    except (LookupError, ValueError) as error:
        raise ConfigError(str(error)) from error


def modules_in(package: ModuleType) -> list[ModuleType]:
    """Every module of a package and of the rooms in it, in alphabetical order."""
    return [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]


def _add_pages_and_commands(app: Flask) -> None:
    for module in modules_in(web):
        if hasattr(module, "pages"):
            app.register_blueprint(module.pages)
    for module in modules_in(cli):
        for command in getattr(module, "commands", ()):
            app.cli.add_command(in_sentences(command))
    app.cli.add_command(work)


def _behind_proxies(site: WsgiApp, number: int) -> WsgiApp:
    return ProxyFix(site, x_for=number, x_proto=number) if number else site


def _configure(app: Flask, config: Config) -> None:
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"DATA_DIR {config.data_dir} cannot be made ({error.strerror}).") from error
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # a logged error holds nobody's words
        SESSION_COOKIE_NAME="innspill",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}


def _speak_languages(app: Flask) -> None:
    babel = Babel(app, locale_selector=locales.page_locale)
    babel.domain_instance = CatalogueDomain()
    locales.install(app)
