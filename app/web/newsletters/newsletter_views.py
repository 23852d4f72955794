"""Newsletters as the editors' pages show them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from app.i18n import direction_of, name_of_language, page_languages
from app.models.subscription import Delivery, DeliveryState, Newsletter
from app.services.newsletters.circulating import half_written, languages_of
from app.services.newsletters.mailing import Progress
from app.web.dates import long_date_words, time_words
from app.web.locales import page_locale
from app.web.presenting import Words, words_in
from app.wording import DELIVERY_STATES

ZONE = "UTC"
MOST_MINUTES = 90
SHOWN = (
    DeliveryState.WAITING,
    DeliveryState.SENT,
    DeliveryState.REFUSED,
    DeliveryState.UNCERTAIN,
    DeliveryState.FAILED,
    DeliveryState.DROPPED,
)


@dataclass(frozen=True)
class LanguageView:
    """A language that the newsletter is written in, or half written."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True)
class NewsletterView:
    """A newsletter: `state` is draft, sending, paused or sent, `state_words` says so."""

    number: int
    slug: str
    title: Words
    state: str
    state_words: str
    when: str
    languages: list[LanguageView]
    half_written: list[LanguageView]
    changes: int

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == "draft"


@dataclass(frozen=True)
class CountView:
    """How many letters are in a state, in words."""

    state: str
    words: str
    number: str


@dataclass(frozen=True)
class ProgressView:
    """How far a newsletter is."""

    done: int
    total: int
    sentence: str
    counts: list[CountView]
    time_left: str


@dataclass(frozen=True)
class UncertainView:
    """A letter that may have arrived or not, and how the mail server's log names it."""

    id: int
    email: str
    language: str
    when: str
    message: str


def newsletter_view(newsletter: Newsletter) -> NewsletterView:
    """The newsletter as the page of its editors shows it."""
    state, words = _state(newsletter)
    last = newsletter.finished_at or newsletter.started_at or newsletter.changed_at
    return NewsletterView(
        number=newsletter.id,
        slug=newsletter.slug,
        title=words_in(newsletter.titles),
        state=state,
        state_words=words,
        when=f"{long_date_words(last, ZONE)}, {time_words(last, ZONE)} UTC",
        languages=[language_view(code) for code in languages_of(newsletter)],
        half_written=[language_view(code) for code in half_written(newsletter)],
        changes=newsletter.changes,
    )


def language_view(code: str) -> LanguageView:
    """The language, named in that of the page."""
    return LanguageView(code, name_of_language(code, page_locale()), direction_of(code))


def languages_to_write() -> list[LanguageView]:
    """All languages of the pages, that of the page first."""
    codes = sorted(page_languages(), key=lambda code: code != page_locale())
    return [language_view(code) for code in codes]


def progress_view(progress: Progress) -> ProgressView:
    """How far it is, in numbers and words."""
    counts = dict(progress.counts)
    counts[DeliveryState.WAITING] += counts.pop(DeliveryState.SENDING)
    return ProgressView(
        done=progress.done,
        total=progress.total,
        sentence=_(
            "%(done)s of %(total)s letters are settled.",
            done=number_words(progress.done),
            total=number_words(progress.total),
        ),
        counts=[
            CountView(state, str(DELIVERY_STATES[state]), number_words(counts[state])) for state in SHOWN
        ],
        time_left=_time_words(progress.ends_in) if progress.ends_in else "",
    )


def number_words(number: int) -> str:
    """The number as the page's language writes it."""
    return str(format_decimal(number, locale=page_locale()))


def uncertain_view(delivery: Delivery) -> UncertainView:
    """The letter, for its editor and for whoever looks it up in the mail server's log."""
    subscriber = delivery.subscriber
    return UncertainView(
        id=delivery.id,
        email=subscriber.email if subscriber else _("unsubscribed meanwhile"),
        language=name_of_language(delivery.language, page_locale()),
        when=f"{long_date_words(delivery.run_at, ZONE)}, {time_words(delivery.run_at, ZONE)} UTC",
        message=f"newsletter-{delivery.newsletter_id}-{delivery.id}",
    )


def _state(newsletter: Newsletter) -> tuple[str, str]:
    if newsletter.started_at is None:
        return "draft", _("Draft")
    if newsletter.finished_at is not None:
        return "sent", _("Sent")
    if newsletter.paused_at is not None:
        return "paused", _("Paused")
    return "sending", _("Being sent")


def _time_words(left: timedelta) -> str:
    minutes = math.ceil(left / timedelta(minutes=1))
    if minutes > MOST_MINUTES:
        hours = math.ceil(minutes / 60)
        return str(ngettext("about %(num)s hour", "about %(num)s hours", hours))
    return str(ngettext("about %(num)s minute", "about %(num)s minutes", minutes))
