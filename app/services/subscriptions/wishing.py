"""Wishing: what there is to hear of, and by which name people know it."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import best_text
from app.models.base import db
from app.models.contact_point import ContactPoint
from app.models.subscription import Subscription, Topic
from app.services.errors import NotFoundError
from app.services.public.reading import consultation_called

LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Wish:
    """What somebody wants to hear of, and in which language; `subject` as a Subscription has it."""

    topic: str
    subject: str
    language: str

    def is_of(self, subscription: Subscription) -> bool:
        """Whether the subscription is just this."""
        return (subscription.topic, subscription.subject, subscription.language) == (
            self.topic,
            self.subject,
            self.language,
        )


def tidy_subject(topic: str, subject: str) -> str:
    """The subject as it is kept; raises NotFoundError for what there is nothing to hear of."""
    if topic == Topic.NEWSLETTER:
        return ""
    tidy = " ".join(subject.split())
    if topic == Topic.CONTACT_POINT:
        tidy = tidy.upper()
    if len(tidy) > LONGEST_SUBJECT or not name_of_subject(topic, tidy, ""):
        raise NotFoundError(f"{topic} {subject}")
    return tidy


def name_of_subject(topic: str, subject: str, language: str) -> str:
    """What a subscription is to, by its name in that language or the best there is; "" where it has none.

    The public does not see it then, or it is a newsletter.
    """
    if topic == Topic.SEARCH:
        return subject
    if topic == Topic.CONTACT_POINT:
        point = db.session.get(ContactPoint, subject)
        return best_text(point.names, language)[0] if point else ""
    if topic != Topic.CONSULTATION:
        return ""
    try:
        return best_text(consultation_called(subject).titles, language)[0]
    except NotFoundError:
        return ""
