"""Workshops, registrations and subscribers for tests, each made by one call."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.subscription import Subscriber, Subscription, Topic
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.comments.receipts import new_number, secret_of
from app.services.text import digest_of
from tests.builders import a_consultation
from tests.conftest import NOON, SECRET

_numbers = count(1)


def a_workshop(consultation: Consultation | None = None, *, at: datetime = NOON, **changes: Any) -> Workshop:
    """A published workshop of three hours in ten days, with 30 places and a waiting list."""
    number = next(_numbers)
    starts_at = at + timedelta(days=10)
    usual: dict[str, Any] = {
        "slug": f"workshop-{number}",
        "consultation_id": (consultation or a_consultation(at=at)).id,
        "titles": {"en": f"Workshop {number}", "lv": f"Darbnīca {number}"},
        "addresses": {"en": "1 Example Street, 3rd floor, Riga"},
        "zone": "Europe/Riga",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "register_by": starts_at - timedelta(days=3),
        "working_language": "en",
        "places": 30,
        "contact_name": "A contact person",
        "contact_email": "workshops@example.org",
        "created_at": at - timedelta(days=2),
        "changed_at": at - timedelta(days=1),
        "published_at": at - timedelta(days=1),
    }
    with transaction():
        workshop = Workshop(**{**usual, **changes})
        db.session.add(workshop)
    return workshop


def a_registration(workshop: Workshop, *, at: datetime = NOON, **changes: Any) -> Registration:
    """A confirmed registration of somebody for the workshop, in English."""
    number, receipt = next(_numbers), new_number()
    usual: dict[str, Any] = {
        "workshop_id": workshop.id,
        "number": receipt,
        "secret_digest": digest_of(secret_of(receipt, SECRET)),
        "form_digest": digest_of(f"registration {number}"),
        "state": RegistrationState.CONFIRMED,
        "name": f"Person {number}",
        "email": f"person-{number}@example.org",
        "language": "en",
        "consented_at": at,
        "privacy_notice_version": 1,
        "registered_at": at,
        "changed_at": at,
    }
    with transaction():
        registration = Registration(**{**usual, **changes})
        db.session.add(registration)
    return registration


def a_subscriber(
    *topics: tuple[Topic, str], language: str = "en", at: datetime = NOON, **changes: Any
) -> Subscriber:
    """Somebody with confirmed subscriptions to those topics and subjects, else to the newsletter."""
    number, receipt = next(_numbers), new_number()
    usual: dict[str, Any] = {
        "email": f"subscriber-{number}@example.org",
        "language": language,
        "number": receipt,
        "secret_digest": digest_of(secret_of(receipt, SECRET)),
        "asked_at": at,
    }
    with transaction():
        subscriber = Subscriber(**{**usual, **changes})
        subscriber.subscriptions = [
            Subscription(topic=topic, subject=subject, language=language, asked_at=at, confirmed_at=at)
            for topic, subject in topics or ((Topic.NEWSLETTER, ""),)
        ]
        db.session.add(subscriber)
    return subscriber
