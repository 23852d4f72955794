"""What a workshop lacks in a language in which something of it is written."""

from __future__ import annotations

from flask import Flask

from app.services.workshops.lacking import Lacking, lacking_in, languages_of
from tests.gatherings import a_workshop


def test_what_a_workshop_lacks_in_one_of_its_languages_is_named(app: Flask) -> None:
    workshop = a_workshop(
        titles={"en": "Workshop", "lv": "Darbnīca"},
        addresses={"en": "Riga", "lv": ""},
        questions=[
            {"key": "7", "labels": {"lv": "Kur?", "en": "Where?"}, "is_required": True},
            {"key": "9", "labels": {"nb": "Når?"}, "is_required": True},
        ],
    )
    assert languages_of(workshop) == ["en", "lv", "nb"]
    assert lacking_in(workshop) == [
        Lacking("en", [], [2]), Lacking("lv", ["addresses"], [2]),
        Lacking("nb", ["titles", "addresses"], [1]),
    ]  # fmt: skip


def test_a_workshop_in_one_language_lacks_nothing(app: Flask) -> None:
    assert lacking_in(a_workshop(titles={"lv": "Darbnīca"}, addresses={"lv": "Rīga"})) == []
