"""The picture that stands for a page where somebody shares its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Card:
    """What stands on the picture: who asks, for what, until when, and the address in words."""

    overline: str
    title: str
    line: str
    address: str


class CardPainter(Protocol):
    """Paints cards."""

    def paint(self, card: Card) -> bytes:
        """The card as a picture of 1200 by 630 pixels; the same card gives the same bytes."""
