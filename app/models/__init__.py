"""What Innspill remembers."""

from app.models import (
    activity,
    comment,
    consultation,
    contact_point,
    draft,
    moderation,
    people,
    sealed,
    sitting,
    subscription,
    witness,
    workshop,
)

__all__ = [
    "activity",
    "comment",
    "consultation",
    "contact_point",
    "draft",
    "moderation",
    "people",
    "sealed",
    "sitting",
    "subscription",
    "witness",
    "workshop",
]
