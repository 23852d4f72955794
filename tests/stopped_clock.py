"""A clock that stands at noon and goes on only when a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import NOON


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of everything that happens in the test."""
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates
