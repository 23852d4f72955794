"""What can be refused. The web maps each class once to a status; the words for people are the web's."""

from __future__ import annotations


class DomainError(Exception):
    """Something was refused for a reason that the domain knows."""


class NotFoundError(DomainError):
    """What was asked for does not exist, or may not be seen by whoever asks."""


class ForbiddenError(DomainError):
    """Whoever asks may not do this."""


class NotYetOpenError(DomainError):
    """The consultation does not accept comments yet."""


class ClosedError(DomainError):
    """The consultation accepts no more comments."""


class ChangedMeanwhileError(DomainError):
    """Somebody else changed the record since it was read; nothing was written."""


class InvalidError(DomainError):
    """Fields hold what cannot be accepted: a mapping of field name to problem code."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in problems.items()))
        self.problems = problems


class HandmadeError(InvalidError):
    """So many changes that editors made by hand would be lost."""

    def __init__(self, changes: int) -> None:
        super().__init__({"replaces": "handmade"})
        self.changes = changes


class BrokenRecordError(DomainError):
    """The record does not hold what it proved before; the text says where, and names nobody."""
