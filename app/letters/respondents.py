"""Letters to respondents, and to visitors who agree with a comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.dates import minutes_words, seconds_words
from app.i18n import best_text
from app.letters.writing import page_language, written_letter
from app.models.activity import Job
from app.models.comment import Comment, CommentRevision, State, Submission
from app.models.consultation import Consultation, Extension
from app.models.moderation import Appeal, Decision, Disposition
from app.services.comments.receipts import secret_of
from app.services.comments.supporting import support_token, supporter_digest
from app.services.comments.vouching import awaits_confirmation, vouching_token
from app.services.moderation.queueing import texts_beside
from app.services.search.excerpts import first_words
from app.services.subscriptions.notifying import (
    CHOICE_OF_LETTER,
    Letter,
    comment_to_tell_of,
    submission_to_write_to,
    told_of,
)
from app.services.text import digest_of
from app.wording import ANSWERS, in_quotes, words_for_reason
from config import Config


@dataclass(frozen=True)
class Line:
    """A comment of the submission: where it belongs, and how it begins once the public sees it."""

    place: str
    words: str


def letter_to_respondent(job: Job, config: Config, at: datetime) -> Letter | None:
    """A letter on one comment, or on all that the respondent sent; None when there is nothing to tell."""
    comment = comment_to_tell_of(int(job.payload.get("comment_id", 0)))
    if "comment_id" in job.payload and comment is None:
        return None
    name = str(job.payload["letter"])
    submission_id = comment.submission_id if comment else int(job.payload["submission_id"])
    submission = submission_to_write_to(submission_id, name)
    if submission is None:
        return None
    language = page_language(submission.language)
    with force_locale(language):
        context = {
            **_facts_of(submission, language),
            **_told(job, submission.consultation, language),
            **_links(name, submission, config, at),
            "comment": comment,
            "place": _lines([comment])[0].place if comment else "",
            "comment_link": _comment_address(comment, language) if comment else "",
        }
        return written_letter(name, submission.email, context, job, at)


def letter_to_supporter(job: Job, config: Config, at: datetime) -> Letter | None:
    """The letter by which a visitor shows that an address is theirs, before their support counts."""
    comment = comment_to_tell_of(int(job.payload["comment_id"]))
    if comment is None:
        return None
    email, language = str(job.payload["email"]), page_language(str(job.payload["language"]))
    digest = supporter_digest(email, config.secret_key)
    address: dict[str, Any] = {"slug": comment.consultation.slug, "comment_id": comment.id, "lang": language}
    address["token"] = support_token(comment.id, digest, config.secret_key, at)
    with force_locale(language):
        context = {
            "consultation_title": best_text(comment.consultation.titles, language)[0],
            "place": _lines([comment])[0].place,
            "link": url_for("support.confirm", **address, _external=True),
        }
        return written_letter(str(job.payload["letter"]), email, context, job, at)


def receipt_address(submission: Submission, config: Config) -> str:
    """The secret address of the receipt; without its secret once the site's key has changed."""
    return _secret_address("receipts.receipt", submission, config)


def _facts_of(submission: Submission, language: str) -> dict[str, Any]:
    consultation = submission.consultation
    comments = [comment for comment in submission.comments if comment.state != State.ERASED]
    states = {comment.state for comment in comments if comment.has_words}
    return {
        "submission": submission,
        "lines": _lines(comments),
        "consultation_title": best_text(consultation.titles, language)[0],
        "received": seconds_words(submission.received_at, consultation.zone, language),
        "awaits_confirmation": awaits_confirmation(submission, consultation),
        "awaits_moderator": State.WAITING in states,
        "is_published": State.PUBLISHED in states,
    }


def _told(job: Job, consultation: Consultation, language: str) -> dict[str, Any]:
    """What happened, in words; empty where the letter tells of no such thing."""
    asked = job.payload.get
    decision = told_of(Decision, asked("decision_id"))
    disposition = told_of(Disposition, asked("disposition_id"))
    extension = told_of(Extension, asked("extension_id"))
    appeal, zone = told_of(Appeal, asked("appeal_id")), consultation.zone
    return {
        "reason_words": words_for_reason(decision.reason) if decision and decision.reason else "",
        "note": appeal.note if appeal else decision.note if decision else "",
        "appeal": appeal,
        "revision": told_of(CommentRevision, asked("revision_id")),
        "disposition": disposition,
        "answer_words": str(ANSWERS[disposition.answer]) if disposition else "",
        "extension_reason": best_text(extension.reasons, language)[0] if extension else "",
        "old_closing": minutes_words(extension.old_closes_at, zone, language) if extension else "",
        "new_closing": minutes_words(extension.new_closes_at, zone, language) if extension else "",
    }


def _links(name: str, submission: Submission, config: Config, at: datetime) -> dict[str, str]:
    language, slug = page_language(submission.language), submission.consultation.slug
    page: dict[str, Any] = {"lang": language, "slug": slug, "_external": True}
    links = {
        "receipt_link": receipt_address(submission, config),
        "draft_link": url_for("consultations.draft", **page),
        "outcome_link": url_for("consultations.outcome", **page),
    }
    if name in CHOICE_OF_LETTER:
        links["letters_link"] = _secret_address("letters.choose", submission, config)
    if submission.email_confirmed_at is None:
        token = vouching_token(submission, config.secret_key, at)
        links["confirm_link"] = url_for(
            "confirming.confirm", lang=language, number=submission.number, token=token, _external=True
        )
    return links


def _lines(comments: Sequence[Comment]) -> list[Line]:
    texts = texts_beside(comments)
    lines = []
    for comment in comments:
        text = texts.get(comment.id)
        place = f"{text.label} {in_quotes(first_words(text.plain))}" if text else _("The whole draft")
        # What nobody has read yet is sent to no address: it may be somebody else's.
        words = first_words(comment.plain) if comment.state == State.PUBLISHED else ""
        lines.append(Line(str(place).strip(), words))
    return lines


def _comment_address(comment: Comment, language: str) -> str:
    slug, anchor = comment.consultation.slug, f"c-{comment.id}"
    if comment.paragraph is None:
        return url_for("comments.whole_draft", lang=language, slug=slug, _anchor=anchor, _external=True)
    key = comment.paragraph.key
    return url_for("comments.paragraph", lang=language, slug=slug, key=key, _anchor=anchor, _external=True)


def _secret_address(endpoint: str, submission: Submission, config: Config) -> str:
    secret: str | None = secret_of(submission.number, config.secret_key)
    if digest_of(secret or "") != submission.secret_digest:
        secret = None
    language = page_language(submission.language)
    return url_for(endpoint, lang=language, number=submission.number, secret=secret, _external=True)
