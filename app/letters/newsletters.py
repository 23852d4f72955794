"""Newsletters as they are mailed, as plain lines and HTML: the editor's text, and how to leave the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.i18n import direction_of
from app.letters.subscribers import LISTS, subscriptions_address, unsubscribe_address
from app.letters.writing import page_language
from app.models.activity import Job
from app.models.subscription import Newsletter, Subscription, Topic
from app.services.newsletters.circulating import html_of, newsletter_numbered
from app.services.newsletters.delivering import Taken, subscription_behind
from app.services.newsletters.typesetting import plain_lines
from app.services.subscriptions.notifying import Letter, person_to_write_to
from config import Config


@dataclass(frozen=True)
class Exits:
    """Where the reader can end the subscription, and see all of them."""

    unsubscribe: str
    subscriptions: str


def newsletter_for(delivery: Taken, at: datetime) -> Letter | None:
    """The newsletter for one subscriber; None once the subscription has ended."""
    newsletter, subscription = newsletter_numbered(delivery.newsletter_id), subscription_behind(delivery)
    if newsletter is None or subscription is None:
        return None
    config: Config = current_app.extensions["config"]
    with current_app.test_request_context(base_url=config.base_url):
        letter = _to_subscriber(newsletter, delivery.language, subscription, config, at)
    return replace(letter, message_id=f"newsletter-{newsletter.id}-{delivery.id}")


def trial_newsletter(job: Job, config: Config, at: datetime) -> Letter | None:
    """The newsletter for its editor, marked as a test; None when the account is gone."""
    newsletter = newsletter_numbered(int(job.payload["newsletter_id"]))
    person = person_to_write_to(int(job.payload["person_id"]))
    if newsletter is None or person is None:
        return None
    letter = sample_newsletter(newsletter, str(job.payload["language"]), at)
    with force_locale(page_language(person.language)):
        subject = _("Test: %(title)s", title=letter.subject)
    return replace(letter, to=person.email, subject=subject, message_id=f"newsletter-test-{job.id}")


def sample_newsletter(newsletter: Newsletter, language: str, at: datetime) -> Letter:
    """The newsletter as a subscriber in that language gets it, to nobody; needs a request context.

    What leads elsewhere for each subscriber leads to the page where one subscribes.
    """
    page = url_for("newsletter.index", lang=page_language(language), _external=True)
    return _written(newsletter, language, page_language(language), Exits(page, page), at)


def _to_subscriber(
    newsletter: Newsletter, language: str, subscription: Subscription, config: Config, at: datetime
) -> Letter:
    exits = Exits(unsubscribe_address(subscription, config), subscriptions_address(subscription, config))
    page = page_language(subscription.language)
    letter = _written(newsletter, language, page, exits, at)
    return replace(
        letter,
        to=subscription.subscriber.email,
        unsubscribe=exits.unsubscribe,
        list_id=LISTS[Topic.NEWSLETTER],
    )


def _written(newsletter: Newsletter, language: str, page: str, exits: Exits, at: datetime) -> Letter:
    """`page` is the language of what stands around the editor's text."""
    title, html = newsletter.titles.get(language, ""), html_of(newsletter, language)
    context = {
        "title": title,
        "language": language,
        "direction": direction_of(language),
        "page_language": page,
        "page_direction": direction_of(page),
        "html": html,
        "plain": plain_lines(html),
        "web_link": url_for("newsletters.read", lang=page, slug=newsletter.slug, _external=True),
        "exits": exits,
    }
    with force_locale(page):
        text = render_template("mail/newsletter.txt", **context)
        written = render_template("mail/newsletter.html", **context)
    return Letter("", title, text.strip() + "\n", "", at, html=written, language=language)
