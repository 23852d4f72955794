"""Words for subscriptions and newsletters."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.subscription import DeliveryState, Topic

# What a subscription is to; `name` is that of the consultation and the like.
SUBSCRIPTIONS: dict[str, Any] = {
    Topic.NEWSLETTER: _l("The newsletter"),
    Topic.CONSULTATION: _l("The consultation “%(name)s”"),
    Topic.CONTACT_POINT: _l("The contact point: %(name)s"),
    Topic.SEARCH: _l("New hits for “%(name)s”"),
}


def words_for_subscription(topic: str, name: str) -> str:
    """What a subscription is to: “The consultation “Innovation””; without a name it may not be public now."""
    if not name and topic == Topic.SEARCH:
        return str(_("New hits of a search"))
    if not name and topic != Topic.NEWSLETTER:
        return str(_("Something that is not public at the moment"))
    return str(SUBSCRIPTIONS[topic]) % {"name": name}


NEWSLETTER_PROBLEMS: dict[str, Any] = {
    "newsletter overtaken": _l(
        "Somebody else has changed this newsletter since you opened it. Your words are below, theirs are "
        "shown above the form. Put together what is to stay, and save again."
    ),
    "newsletter overtaken_before_sending": _l(
        "Somebody else has changed this newsletter since you opened this page. Look at it again before you "
        "send it."
    ),
    "newsletter started": _l("This newsletter is being sent and cannot be changed any more."),
    "slug invalid": _l("Use small letters, digits and single hyphens only, like “2030-02-10”."),
    "slug taken": _l("Another newsletter has this address. Choose another one."),
    "titles required": _l("Write the title, in one language at least."),
    "title too_long": _l("Shorten the title to 150 characters."),
    "source too_long": _l("Shorten the text to 50,000 characters."),
    "sources required": _l(
        "Write title and text in one language at least, and both where one of them stands."
    ),
    "rate out_of_range": _l("Write a number from 1 to 6,000."),
}

# What became of the letters of a newsletter, with their number beside it.
DELIVERY_STATES: dict[str, Any] = {
    DeliveryState.WAITING: _l("Still to be sent"),
    DeliveryState.SENT: _l("Handed to the mail server"),
    DeliveryState.REFUSED: _l("Refused by the mail server"),
    DeliveryState.UNCERTAIN: _l("Uncertain"),
    DeliveryState.FAILED: _l("Given up after several attempts"),
    DeliveryState.DROPPED: _l("Unsubscribed meanwhile"),
}
