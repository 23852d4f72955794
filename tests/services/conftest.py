"""What most services are tried with: an open consultation with a sealed draft, an editor, a moderator."""

from __future__ import annotations

import pytest
from flask import Flask

from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from tests.builders import a_consultation, a_draft, a_person


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """An open consultation."""
    return a_consultation()


@pytest.fixture
def version(consultation: Consultation) -> Version:
    """The sealed version that can be commented."""
    return a_draft(consultation)


@pytest.fixture
def moderator(app: Flask) -> Person:
    """Who moderates everywhere."""
    return a_person(Role.MODERATOR)


@pytest.fixture
def editor(app: Flask) -> Person:
    """Who edits everywhere."""
    return a_person(Role.EDITOR)
