"""What numbers in addresses can be, and which addresses are surely of this site."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter


class SmallNumber(IntegerConverter):
    """A number that every database can look up; an address with a longer one is no page."""

    regex = "[0-9]{1,9}"


def install(app: Flask) -> None:
    """The app's <int:…> takes small numbers only; to be called before pages are added."""
    app.url_map.converters["int"] = SmallNumber


def own_path(asked: str | None) -> str | None:
    """The path, when it surely leads to a page of this site."""
    if not asked or not asked.startswith("/") or asked.startswith("//"):
        return None
    return None if "\\" in asked or not asked.isprintable() or " " in asked else asked
