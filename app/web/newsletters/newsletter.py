"""The newsletter's own page: how to get it, and what went out so far."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.models.subscription import Newsletter, Topic
from app.services.subscriptions.subscribing import sent_newsletters
from app.web.access import public
from app.web.clock import now
from app.web.dates import date_words
from app.web.newsletters.subscription_forms import SubscribeForm
from app.web.presenting import Words, words_in

pages = Blueprint("newsletter", __name__)


@dataclass(frozen=True)
class LetterView:
    """A newsletter in the list of those that went out."""

    slug: str
    title: Words
    day: str


@pages.route("/<lang>/newsletter")
@public
def index() -> ResponseReturnValue:
    """The form to subscribe, and the newsletters that went out."""
    return render_template(
        "subscriptions/newsletter.html",
        form=SubscribeForm(data={"topic": Topic.NEWSLETTER, "subject": ""}),
        letters=[_view(letter) for letter in sent_newsletters()],
    )


def _view(letter: Newsletter) -> LetterView:
    return LetterView(letter.slug, words_in(letter.titles), date_words(letter.started_at or now(), "UTC"))
