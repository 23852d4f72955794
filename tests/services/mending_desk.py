"""A draft in two languages that is mended, and who sits at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.adapters import adapter
from app.models.base import db
from app.models.draft import FoundText, ParagraphText, Translation, Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import begin_version, draft_of, import_translation, seal_version
from app.services.drafts.linking import links_of
from app.services.drafts.sealing import digest_of_version
from app.services.drafts.undoing import acts_on, redo, undo
from app.services.files.importing import FoundDraft
from app.services.mending.seeing import Seen
from tests.builders import a_consultation, a_person
from tests.conftest import NOON

ENGLISH = (
    "# Declaration\n\n## 1. Listen\n\nListen *first. Then* speak.\n\na) Ask.\n\nb) Answer.\n\nc) Thank."
    "\n\n## 2. Try\n\nEverybody may try. Nobody is blamed."
)
NORWEGIAN = (
    "# Erklæring\n\n## 1. Lytt\n\nLytt *først. Så* tal.\n\na) Spør.\n\nb) Svar.\n\nc) Takk."
    "\n\n## 2. Prøv\n\nAlle kan prøve. Ingen får skylden."
)
LISTEN, FIRST, ASK, ANSWER, THANK, TRY, EVERYBODY = (f"p{number}" for number in range(1, 8))


@dataclass
class Desk:
    """A working version in two languages, and who sits at it."""

    version: Version
    person: Person
    at: datetime = NOON

    def text(self, key: str, language: str = "en") -> ParagraphText | None:
        db.session.expire_all()
        translation = self.translation(language)
        return next((text for text in translation.texts if text.paragraph.key == key), None)

    def translation(self, language: str = "en") -> Translation:
        return next(each for each in self.version.translations if each.language == language)

    def seen(self, key: str, language: str = "en") -> Seen:
        text = self.text(key, language)
        return Seen(self.version, language, key, text.digest if text else "")

    def says(self, language: str = "en") -> list[tuple[str, str]]:
        db.session.expire_all()
        return [(text.label, text.source) for text in self.translation(language).texts]

    def keys(self) -> list[str]:
        db.session.expire_all()
        return [text.paragraph.key for text in self.translation().texts]

    def is_older(self, key: str) -> bool:
        original, text = self.text(key), self.text(key, "nb")
        assert original
        assert text
        return text.original_digest not in {"", original.digest}

    def undo(self, steps: int = 1) -> None:
        undo(self.version, acts_on(self.version)[0][steps - 1].id, by=self.person, at=self.at)

    def redo(self) -> None:
        undone = acts_on(self.version)[1]
        assert undone
        redo(self.version, undone.id, by=self.person, at=self.at)

    def whole(self) -> object:
        """Everything that an act could touch."""
        db.session.expire_all()
        texts = [
            (each.language, each.title, text.paragraph.key, text.position, text.digest, text.original_digest,
             text.html, text.plain, text.found_position, text.doubts)
            for each in sorted(self.version.translations, key=lambda each: each.language)
            for text in each.texts
        ]  # fmt: skip
        found = [row.doubts for row in db.session.scalars(select(FoundText).order_by(FoundText.id))]
        links = sorted(map(str, links_of(self.version)))
        return digest_of_version(self.version), texts, found, links


def found(text: str) -> FoundDraft:
    """What the file says."""
    read: FoundDraft = adapter("importing", "markdown").create().read(text.encode())
    return read


def a_desk(*, versions: int = 1) -> Desk:
    """A desk with the working version of that number; those before it are sealed."""
    consultation, person = a_consultation(), a_person(Role.EDITOR)
    for number in range(1, versions + 1):
        if number > 1:
            begin_version(consultation, by=person, at=NOON)
        else:
            import_translation(consultation, "en", found(ENGLISH), is_original=True, by=person, at=NOON)
            import_translation(consultation, "nb", found(NORWEGIAN), is_original=False, by=person, at=NOON)
        draft = draft_of(consultation)
        assert draft
        if number < versions:
            seal_version(draft, by=person, at=NOON)
    version = db.session.scalars(select(Version).order_by(Version.id.desc())).first()
    assert version
    return Desk(version, person)


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A desk with a first working version."""
    return a_desk()
