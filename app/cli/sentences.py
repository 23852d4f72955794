"""What operators read when the database is not as a command needs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

MISSING = ("no such table", "no such column", "undefinedtable", "undefinedcolumn", "does not exist")
GUARDED = "ends_in_a_sentence"


def in_sentences(command: click.Command) -> click.Command:
    """The command, and all in it, end in one plain sentence when the database is missing or old."""
    for inner in getattr(command, "commands", {}).values():
        in_sentences(inner)
    if command.callback is not None and not hasattr(command.callback, GUARDED):
        command.callback = _guarded(command.callback)
    return command


def _guarded(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def guarded(*given: Any, **named: Any) -> Any:
        try:
            return callback(*given, **named)
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(_sentence(error)) from error

    setattr(guarded, GUARDED, True)
    return guarded


def _sentence(error: OperationalError | ProgrammingError) -> str:
    said = f"{type(error.orig).__name__} {error.orig}"
    if any(words in said.casefold() for words in MISSING):
        return "The database is empty or of an earlier version. Run `flask db upgrade`, then try again."
    return f"The database cannot be used ({str(error.orig).splitlines()[0]})."
