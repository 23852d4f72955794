"""What whoever asks has not sent yet in a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.models.consultation import Consultation
from app.models.sitting import SittingKey, UnsentComment
from app.services.comments.admitting import takes_until
from app.services.sittings.claiming import claim_sittings
from app.services.sittings.readying import first_written, in_time
from app.services.sittings.sittings import is_shared, keys_of
from app.services.sittings.unsent import may_change, unsent_in
from app.web.baskets.basket_views import UnsentView, unsent_views
from app.web.baskets.sitting_cookie import bearer
from app.web.clock import now


@dataclass
class Basket:
    """What whoever asks has not sent yet in a consultation."""

    consultation: Consultation

    @cached_property
    def keys(self) -> list[SittingKey]:
        """How they reach it; of several the one in use first."""
        who, at = bearer(), now()
        claim_sittings(who, at)
        return keys_of(self.consultation, who, at)

    @property
    def key(self) -> SittingKey | None:
        """How they reach the sitting in use."""
        return self.keys[0] if self.keys else None

    @cached_property
    def comments(self) -> list[UnsentComment]:
        """Its comments, in the order in which they were begun."""
        key = self.key
        comments = unsent_in(key.sitting) if key else []
        # What the owner has not saved in a colleague's comment, and colleagues in theirs, is for its author.
        return [each for each in comments if each.replaces_id is None or (key and may_change(key, each))]

    @cached_property
    def views(self) -> list[UnsentView]:
        """Its comments as the page shows them."""
        return unsent_views(self.consultation, self.key, self.comments) if self.key and self.comments else []

    @cached_property
    def ready(self) -> list[UnsentComment]:
        """What of it goes when it is sent: not what colleagues are still writing."""
        return [comment for comment in self.comments if comment.is_ready]

    @property
    def number(self) -> int:
        """How many there are; changes that nobody has saved are no comments of their own."""
        return sum(comment.replaces_id is None for comment in self.comments)

    @property
    def takes_until(self) -> datetime:
        """The first instant at which it cannot be sent any more."""
        return takes_until(self.consultation, first_written(self.ready))

    @property
    def going(self) -> list[UnsentComment]:
        """What of it goes when it is sent now, as far as the closing lets it."""
        return in_time(self.consultation, self.ready, now())

    def is_in_time(self, at: datetime) -> bool:
        """Whether it can be sent at that instant."""
        return self.consultation.is_listed and self.consultation.opens_at <= at < self.takes_until

    @property
    def is_shared(self) -> bool:
        """Whether colleagues write in it, or may join."""
        return self.key is not None and is_shared(self.key.sitting)
