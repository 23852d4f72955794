"""An editor, for services that ask who does something."""

from __future__ import annotations

import pytest
from flask import Flask

from app.models.people import Person
from app.models.roles import Role
from tests.builders import a_person


@pytest.fixture
def editor(app: Flask) -> Person:
    return a_person(Role.EDITOR)
