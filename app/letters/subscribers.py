"""Letters to subscribers: to confirm, and what happens in what they subscribed to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale

from app.dates import minutes_words, stretch_words
from app.i18n import best_text
from app.letters.writing import page_language, written_letter
from app.models.activity import Job
from app.models.consultation import Consultation
from app.models.subscription import Subscription, Topic
from app.models.workshop import Workshop
from app.services.comments.receipts import secret_of
from app.services.search.finding import Hit, hits_among
from app.services.subscriptions.alerting import Alert, Event, alert_in, is_wanted
from app.services.subscriptions.notifying import Letter
from app.services.subscriptions.subscribing import subscription_to_write_to, subscription_token
from app.services.subscriptions.watching import question_of
from app.services.subscriptions.wishing import name_of_subject
from app.wording import in_quotes, languages_of_workshop, words_for_subscription
from config import Config

CONFIRMING = "confirm_subscription"
SEARCH = "alert_search"
LISTS = {
    Topic.NEWSLETTER: "newsletter",
    Topic.CONSULTATION: "consultations",
    Topic.CONTACT_POINT: "contact-points",
    Topic.SEARCH: "searches",
}


@dataclass(frozen=True)
class HitLine:
    """A hit of a search: in which consultation, what it says, and where to read it."""

    title: str
    words: str
    link: str


def letter_to_subscriber(job: Job, config: Config, at: datetime) -> Letter | None:
    """The letter, or None when the subscription has ended or there is nothing to tell any more."""
    name = str(job.payload["letter"])
    subscription = subscription_to_write_to(int(job.payload["subscription_id"]))
    if subscription is None or (name != CONFIRMING and subscription.confirmed_at is None):
        return None
    language = page_language(subscription.language)
    with force_locale(language):
        told = _told(job, subscription, language, at)
        if told is None:
            return None
        context = {**_standing(subscription, config, at), **told}
        letter = written_letter(name, subscription.subscriber.email, context, job, at)
    if name == CONFIRMING:  # who has not confirmed is on no list
        return letter
    return replace(
        letter,
        unsubscribe=unsubscribe_address(subscription, config),
        list_id=LISTS[Topic(subscription.topic)],
    )


def unsubscribe_address(subscription: Subscription, config: Config) -> str:
    """The secret address that ends the subscription: a page with a button, or one POST (RFC 8058)."""
    return _secret_address("subscriptions.unsubscribe", subscription, config, subscription=subscription.id)


def subscriptions_address(subscription: Subscription, config: Config) -> str:
    """The secret address of the page with all that the subscriber subscribes to."""
    return _secret_address("subscriptions.own", subscription, config)


def _secret_address(endpoint: str, asked: Subscription, config: Config, **further: Any) -> str:
    number = asked.subscriber.number
    address: dict[str, Any] = {"number": number, "secret": secret_of(number, config.secret_key), **further}
    return url_for(endpoint, lang=page_language(asked.language), **address, _external=True)


def _standing(subscription: Subscription, config: Config, at: datetime) -> dict[str, Any]:
    """What the letter's foot says: to what it belongs, and how to end it."""
    language = page_language(subscription.language)
    topic, is_typed = subscription.topic, subscription.topic == Topic.SEARCH
    name = name_of_subject(topic, subscription.subject, language)
    token = subscription_token(subscription, config.secret_key, at)
    return {
        "subscription": subscription,
        # An address that nobody confirmed gets no words of whoever typed it.
        "what": words_for_subscription(topic, name if subscription.confirmed_at or not is_typed else ""),
        "confirm_link": url_for("subscriptions.confirm", lang=language, token=token, _external=True),
        "unsubscribe_link": unsubscribe_address(subscription, config),
        "subscriptions_link": subscriptions_address(subscription, config),
    }


def _told(job: Job, subscription: Subscription, language: str, at: datetime) -> dict[str, Any] | None:
    """What happened, in words; None for what is so no more or belongs to another subscription."""
    name = str(job.payload["letter"])
    if name == SEARCH:
        return _new_hits(job, subscription, language)
    if name not in set(Event):
        return {}
    told = alert_in(job.payload, at)
    if told is None or not is_wanted(subscription, told):
        return None
    return {
        **_facts_of(told.consultation, language),
        **_changes(told, language),
        **(_facts_of_workshop(told.workshop, language) if told.workshop else {}),
    }


def _facts_of(consultation: Consultation, language: str) -> dict[str, Any]:
    page: dict[str, Any] = {"lang": language, "slug": consultation.slug, "_external": True}
    return {
        "title": best_text(consultation.titles, language)[0],
        "summary": best_text(consultation.summaries, language)[0],
        "closing": minutes_words(consultation.closes_at, consultation.zone, language),
        "draft_link": url_for("consultations.draft", **page),
        "versions_link": url_for("versions.index", **page),
        "outcome_link": url_for("consultations.outcome", **page),
    }


def _changes(told: Alert, language: str) -> dict[str, Any]:
    extension, version, zone = told.extension, told.version, told.consultation.zone
    return {
        "reason": best_text(extension.reasons, language)[0] if extension else "",
        "old_closing": minutes_words(extension.old_closes_at, zone, language) if extension else "",
        "new_closing": minutes_words(extension.new_closes_at, zone, language) if extension else "",
        "version": version,
        "change_log": best_text(version.change_log, language)[0] if version else "",
    }


def _facts_of_workshop(workshop: Workshop, language: str) -> dict[str, Any]:
    return {
        "workshop": workshop,
        "workshop_title": best_text(workshop.titles, language)[0],
        "purpose": best_text(workshop.purposes, language)[0],
        "when": stretch_words(workshop.starts_at, workshop.ends_at, workshop.zone, language),
        "place": best_text(workshop.addresses, language)[0],
        "languages": languages_of_workshop(workshop.working_language, workshop.interpretation, language),
        "register_by": minutes_words(workshop.register_by, workshop.zone, language),
        "workshop_link": url_for("workshops.workshop", lang=language, slug=workshop.slug, _external=True),
    }


def _new_hits(job: Job, subscription: Subscription, language: str) -> dict[str, Any] | None:
    """The hits that everybody may still read; None when there is none of them."""
    hits = hits_among(list(job.payload["keys"]), question_of(subscription))
    if subscription.topic != Topic.SEARCH or not hits:
        return None
    return {
        "words": subscription.subject,
        "hits": [_hit_line(hit, language) for hit in hits],
        "others": int(job.payload["number"]) - len(job.payload["keys"]),
        "search_link": url_for("search.results", lang=language, q=subscription.subject, _external=True),
    }


def _hit_line(hit: Hit, language: str) -> HitLine:
    words = "".join(piece.text for piece in hit.excerpt)
    return HitLine(
        best_text(hit.titles, language)[0], in_quotes(" ".join(words.split())), _place(hit, language)
    )


def _place(hit: Hit, language: str) -> str:
    """A paragraph is read in the draft, in the text's own language; a comment where it stands."""
    page: dict[str, Any] = {"lang": language, "slug": hit.slug, "_external": True}
    if not hit.is_comment:
        text = hit.language if hit.language != language else None
        return url_for("consultations.draft", **page, text=text, _anchor=hit.paragraph)
    if hit.paragraph is None:
        return url_for("comments.whole_draft", **page, _anchor=f"c-{hit.number}")
    return url_for("comments.paragraph", **page, key=hit.paragraph, _anchor=f"c-{hit.number}")
