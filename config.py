"""The settings of one running Innspill, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

SHORTEST_SECRET = 32


class ConfigError(click.ClickException):
    """A setting is missing or unsafe; commands end with the message, one plain sentence for the operator."""


@dataclass(frozen=True)
class Config:
    """What the environment says; nothing else in the code reads the environment."""

    secret_key: str
    database_url: str
    search_url: str
    mail_url: str
    limits_url: str
    base_url: str
    host: str
    port: int
    data_dir: Path
    trusted_proxies: int

    @property
    def is_https(self) -> bool:
        """Whether visitors come by HTTPS, which makes cookies secure and announces HSTS."""
        return self.base_url.startswith("https://")


def read_config(environ: Mapping[str, str] | None = None) -> Config:
    """The Config that the environment describes; raises ConfigError for a missing or unsafe value."""
    source = os.environ if environ is None else environ
    data_dir = Path(source.get("DATA_DIR", "data")).resolve()
    host = source.get("HOST", "127.0.0.1")
    port = _whole_number("PORT", source.get("PORT", "8000"), 1, 65535)
    return Config(
        secret_key=_secret(source),
        database_url=_database(source.get("DATABASE_URL") or f"sqlite:///{data_dir / 'innspill.sqlite3'}"),
        search_url=source.get("SEARCH_URL") or f"whoosh://{data_dir / 'search'}",
        mail_url=source.get("MAIL_URL") or "console:",
        limits_url=source.get("LIMITS_URL") or "memory://",
        base_url=_base_url(source.get("BASE_URL") or f"http://{host_in_address(host)}:{port}"),
        host=host,
        port=port,
        data_dir=data_dir,
        trusted_proxies=_whole_number("TRUSTED_PROXIES", source.get("TRUSTED_PROXIES", "0"), 0, 10),
    )


def host_in_address(host: str) -> str:
    """The host as it is typed into a browser: a wildcard becomes this machine, IPv6 gets brackets."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _secret(source: Mapping[str, str]) -> str:
    secret = source.get("SECRET_KEY", "")
    if len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"SECRET_KEY must be set to at least {SHORTEST_SECRET} random characters, "
            "for example the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if len(set(secret)) < SHORTEST_SECRET // 4:
        raise ConfigError("SECRET_KEY repeats too few different characters to be random.")
    return secret


def _database(address: str) -> str:
    for plain in ("postgres://", "postgresql://"):
        if address.startswith(plain):
            return "postgresql+psycopg://" + address.removeprefix(plain)
    if address.startswith(("sqlite:///", "postgresql+psycopg://")):
        return address
    raise ConfigError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _base_url(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise ConfigError("BASE_URL must be like https://consult.example.org, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def _whole_number(name: str, text: str, lowest: int, highest: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = lowest - 1
    if not lowest <= number <= highest:
        raise ConfigError(f"{name} must be a whole number from {lowest} to {highest}, not {text!r}.")
    return number
