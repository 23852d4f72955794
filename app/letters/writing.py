"""A letter as its template says it: the first line is the subject, the rest is the text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import get_locale

from app.i18n import SOURCE_LANGUAGE, page_languages
from app.models.activity import Job
from app.services.subscriptions.notifying import Letter
from app.services.text import digest_of

SUBJECT = "Subject:"


def written_letter(name: str, to: str, context: dict[str, Any], job: Job, at: datetime) -> Letter:
    """The letter of that name with these facts in it; sent again for the same job it is the same letter."""
    written = render_template(f"mail/{name}.txt", **context)
    first, _newline, text = written.strip().partition("\n")
    subject = first.removeprefix(SUBJECT).strip()
    message_id = f"job-{job.id}-{digest_of(name)[:8]}"
    return Letter(to, subject, text.strip() + "\n", message_id, at, language=str(get_locale()))


def page_language(language: str) -> str:
    """The language, if pages are in it; their links lead to pages."""
    return language if language in page_languages() else SOURCE_LANGUAGE
