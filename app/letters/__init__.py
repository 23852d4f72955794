"""What letters say: templates/mail/, one file a letter, in the language of whom it goes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import current_app

from app.letters.newsletters import trial_newsletter
from app.letters.people import letter_to_person, link_address
from app.letters.respondents import letter_to_respondent, letter_to_supporter
from app.letters.subscribers import letter_to_subscriber
from app.letters.workshops import letter_on_registration
from app.models.activity import Job
from app.services.subscriptions.notifying import Letter
from config import Config

__all__ = ["letter_for", "link_address"]

# Who is written to: the first of these that the job names, each with who writes to them.
WRITERS: dict[str, Callable[[Job, Config, datetime], Letter | None]] = {
    "newsletter_id": trial_newsletter,
    "email": letter_to_supporter,
    "person_id": letter_to_person,
    "comment_id": letter_to_respondent,
    "submission_id": letter_to_respondent,
    "registration_id": letter_on_registration,
    "subscription_id": letter_to_subscriber,
}


def letter_for(job: Job, at: datetime) -> Letter | None:
    """The letter that a job wants, or None when whom it would go to is gone or does not want it."""
    config: Config = current_app.extensions["config"]
    write = next(write for fact, write in WRITERS.items() if fact in job.payload)
    with current_app.test_request_context(base_url=config.base_url):
        return write(job, config, at)
