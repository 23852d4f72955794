"""What most pages are tried with: a sealed draft, and who is signed in to work on it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from tests.builders import a_draft, a_person
from tests.signing import sign_in


@pytest.fixture
def version(consultation: Consultation) -> Version:
    """The sealed draft of the consultation, which each module has for itself."""
    return a_draft(consultation)


@pytest.fixture
def editor(client: FlaskClient) -> Person:
    """An editor of everything, signed in."""
    return _signed_in(client, Role.EDITOR)


@pytest.fixture
def moderator(client: FlaskClient) -> Person:
    """A moderator of everything, signed in."""
    return _signed_in(client, Role.MODERATOR)


def _signed_in(client: FlaskClient, role: Role) -> Person:
    person = a_person(role)
    sign_in(client, person)
    return person
