"""Whether a stored copy of a public page is still true."""

from __future__ import annotations

from typing import Protocol


class ChangeSign(Protocol):
    """Tells of committed changes, cheaply, from any thread."""

    def sign(self) -> int:
        """A number that differs whenever anything was committed since it was last asked for."""

    def stamp(self, consultation_id: int | None) -> int:
        """The public stamp of a consultation, or the sum of all stamps when None."""
