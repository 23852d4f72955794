"""Forms for subscribing, for one's subscriptions, and what pages say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from app.i18n import name_of_language, page_languages
from app.models.subscription import Subscriber, Subscription, Topic
from app.services.people.accounts import tidy_email
from app.services.subscriptions.wishing import name_of_subject
from app.web.dates import date_words
from app.web.forms import PageForm, Required, TextField
from app.web.locales import page_locale
from app.web.people.account_forms import PROBLEMS, AddressForm
from app.wording import words_for_subscription

LANGUAGE_OF = "language_"
# What letters come of, in the order in which it happens.
HEARD: dict[str, list[Any]] = {
    Topic.NEWSLETTER: [_l("the newsletter, whenever there is one")],
    Topic.CONSULTATION: [
        _l("when it opens, is extended, or closes within three days"),
        _l("when there is a new version of the draft, or a workshop"),
        _l("when its outcome is published"),
    ],
    Topic.CONTACT_POINT: [
        _l("when a consultation opens"),
        _l("when this contact point invites to a workshop"),
    ],
    Topic.SEARCH: [_l("when new texts have your words, once a day at most")],
}


class SubscribeForm(AddressForm):
    """An address, and what is to be sent to it; `website` is for robots, who fill in everything."""

    language = SelectField(_l("Language of the letters"))
    consent = BooleanField(
        _l("Send me these letters until I end them. My address serves for nothing else."),
        [Required(_l("Tick that we may send you these letters."))],
    )
    topic = HiddenField()
    subject = HiddenField()
    website = StringField(_l("Leave this empty"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.language.choices = [(code, name_of_language(code)) for code in page_languages()]
        self.language.data = self.language.data or page_locale()

    def validate_email(self, email: TextField) -> None:
        """Says of what is no address that it is none, beside all else that is to be mended."""
        if tidy_email(email.data or "") is None:
            raise ValidationError(PROBLEMS["email", "invalid"])

    def is_from_a_robot(self) -> bool:
        """Whether the field that people do not see was filled in; the form then says so."""
        if self.website.data:
            self.website.errors = [_("Leave this field empty: it is there to catch robots.")]
        return bool(self.website.data)


class ButtonForm(PageForm):
    """One button; what is wrong with all of it heads the page."""

    @property
    def error_list(self) -> list[tuple[str, str]]:
        return [("csrf_token", str(message)) for message in self.form_errors] + super().error_list


@dataclass(frozen=True)
class SubscriptionView:
    """A subscription as its owner sees it."""

    id: int
    what: str
    language: str
    since: str


def words_for_topic(topic: str, subject: str) -> str:
    """What a subscription is to, in the page's language."""
    return words_for_subscription(topic, name_of_subject(topic, subject, page_locale()))


def subscription_view(subscription: Subscription) -> SubscriptionView:
    """The subscription in words; `since` is empty until it is confirmed."""
    return SubscriptionView(
        subscription.id,
        words_for_topic(subscription.topic, subscription.subject),
        subscription.language,
        date_words(subscription.confirmed_at, "UTC") if subscription.confirmed_at else "",
    )


def changed_languages(subscriber: Subscriber, sent: Mapping[str, str]) -> dict[int, str]:
    """The confirmed subscriptions for which another language was chosen."""
    confirmed = [one for one in subscriber.subscriptions if one.confirmed_at is not None]
    chosen = {one.id: sent.get(f"{LANGUAGE_OF}{one.id}", one.language) for one in confirmed}
    return {one.id: chosen[one.id] for one in confirmed if chosen[one.id] != one.language}
