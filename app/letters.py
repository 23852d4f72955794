"""What letters say: templates/mail/, one file a letter, in the language of whom it goes to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import current_app, render_template, url_for
from flask_babel import force_locale

from app.i18n import SOURCE_LANGUAGE, best_text, page_languages
from app.models.activity import Job
from app.models.comment import Comment, Submission
from app.models.people import Person
from app.services.links import Purpose, link_token
from app.services.notifying import (
    Letter,
    comment_with_respondent,
    decision_told_of,
    person_to_write_to,
    submission_to_write_to,
)
from app.services.receipts import secret_of
from app.services.text import digest_of
from app.wording import words_for_reason
from config import Config

SUBJECT = "Subject:"
PURPOSE_OF_LETTER = {
    "sign_in": Purpose.SIGN_IN,
    "confirm_email": Purpose.CONFIRM,
    "reset_password": Purpose.RESET,
}


def letter_for(job: Job, at: datetime) -> Letter | None:
    """The letter that a job wants, or None when whom it would go to is gone."""
    name = str(job.payload["letter"])
    config: Config = current_app.extensions["config"]
    with current_app.test_request_context(base_url=config.base_url):
        if "comment_id" in job.payload:
            comment = comment_with_respondent(int(job.payload["comment_id"]))
            return _to_respondent(name, comment.submission, comment, config, job, at) if comment else None
        if "submission_id" in job.payload:
            submission = submission_to_write_to(int(job.payload["submission_id"]))
            return _to_respondent(name, submission, None, config, job, at) if submission else None
        person = person_to_write_to(int(job.payload["person_id"]))
        return _to_person(name, person, config, job, at) if person else None


def receipt_address(submission: Submission, config: Config) -> str:
    """The secret address of the receipt; without its secret once the site's key has changed."""
    secret: str | None = secret_of(submission.number, config.secret_key)
    if digest_of(secret or "") != submission.secret_digest:
        secret = None
    return url_for(
        "receipts.receipt",
        lang=_page_language(submission.language),
        number=submission.number,
        secret=secret,
        _external=True,
    )


def link_address(person: Person, purpose: Purpose, config: Config, at: datetime) -> str:
    """The whole address of a one-time link, in the person's language; needs a request context."""
    token = link_token(person, purpose, config.secret_key, at)
    return url_for("accounts.link", lang=_page_language(person.language), token=token, _external=True)


def _to_respondent(
    name: str, submission: Submission, comment: Comment | None, config: Config, job: Job, at: datetime
) -> Letter:
    """A letter on one comment, or on all that the respondent sent."""
    language = _page_language(submission.language)
    consultation = submission.consultation
    decision = decision_told_of(job.payload.get("decision_id"))
    with force_locale(language):
        context = {
            "submission": submission,
            "comment": comment,
            "consultation_title": best_text(consultation.titles, language)[0],
            "reason_words": words_for_reason(decision.reason) if decision and decision.reason else "",
            "note": decision.note if decision else "",
            "received": _instant_words(submission.received_at, consultation.zone, language),
            "receipt_link": receipt_address(submission, config),
        }
        return _letter(name, submission.email, context, job, at)


def _to_person(name: str, person: Person, config: Config, job: Job, at: datetime) -> Letter:
    language = _page_language(person.language)
    purpose = PURPOSE_OF_LETTER.get(name)
    link = link_address(person, purpose, config, at) if purpose else ""
    with force_locale(language):
        return _letter(name, person.email, {"person": person, "link": link}, job, at)


def _letter(name: str, to: str, context: dict[str, Any], job: Job, at: datetime) -> Letter:
    written = render_template(f"mail/{name}.txt", **context)
    first, _newline, text = written.strip().partition("\n")
    subject = first.removeprefix(SUBJECT).strip()
    return Letter(to, subject, text.strip() + "\n", f"job-{job.id}-{digest_of(name)[:8]}", at)


def _instant_words(instant: datetime, zone: str, language: str) -> str:
    return str(format_datetime(instant, "long", tzinfo=ZoneInfo(zone), locale=language))


def _page_language(language: str) -> str:
    return language if language in page_languages() else SOURCE_LANGUAGE
