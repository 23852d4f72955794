"""A draft with comments on every paragraph, and forms that are filled in beside it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.words_on_pages import value_of

DRAFT = "/en/consultations/innovation"
ONE, TWO, THREE = "Everybody may try new ways.", "What was learned is published.", "Nobody pays for it."
SAID = {"body": "Who pays?", "name": "Ilze", "country": "LV", "capacity": "individual", "consent": "y"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """An open consultation."""
    return a_consultation(slug="innovation", titles={"en": "Innovation"})


@pytest.fixture
def version(consultation: Consultation) -> Version:
    """One version, with a published comment on each paragraph and on the whole draft."""
    version = a_draft(consultation, texts=(ONE, TWO, THREE), languages=("en", "lv"))
    for number, paragraph in enumerate([*paragraphs_of(version), None], 1):
        a_comment(version, paragraph, state=State.PUBLISHED, body=f"Comment {number}.")
    return version


def filled(client: FlaskClient, clock: time_machine.Traveller, address: str) -> dict[str, Any]:
    """The form of that page as a respondent fills it in, half a minute later."""
    page = client.get(address)
    clock.shift(30)
    return {**SAID, "csrf_token": value_of(page, "csrf_token"), "version": value_of(page, "version")}


def received_on(version: Version) -> int:
    """How many comments from such forms that version has."""
    wanted = select(func.count()).select_from(Comment).where(Comment.version_id == version.id)
    return db.session.scalar(wanted.where(Comment.plain == "Who pays?")) or 0
