"""A draft on innovation, and its pages as their readers see them."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from tests.builders import a_consultation

DRAFT = "/en/consultations/innovation"
VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """An open consultation with somebody to ask."""
    return a_consultation(slug="innovation", contact_name="Hélène", contact_email="ask@example.org")


class Page(HTMLParser):
    """The visible text of a page, and of the elements asked for by class or tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.found: list[tuple[list[tuple[str, dict[str, str | None]]], str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.found.append((list(self.open), data))

    def text(self, tag: str = "body", **attributes: str) -> str:
        """The words inside the elements of that tag that have those attributes."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        words = [data for above, data in self.found if any(_is(each, tag, wanted) for each in above)]
        return " ".join("".join(words).split())

    def texts(self, tag: str) -> list[str]:
        """The words of every element of that tag."""
        wanted = [element for element in self.elements if element[0] == tag]
        parts = [[data for above, data in self.found if any(each is one for each in above)] for one in wanted]
        return [" ".join("".join(words).split()) for words in parts]

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of the elements of that tag that have those attributes."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [found for name, found in self.elements if _is((name, found), tag, wanted)]


def _is(element: tuple[str, dict[str, str | None]], tag: str, wanted: dict[str, str]) -> bool:
    name, attributes = element
    return name == tag and all(value in (attributes.get(key) or "").split() for key, value in wanted.items())


def page(client: FlaskClient, address: str, status: int = 200) -> Page:
    """The page at that address, answered with that status."""
    answer = client.get(address)
    assert answer.status_code == status
    return Page(answer.text)
