"""What the closing means: whose clock, what of a form opened before, how to send late, extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.services.consultations.extending import extensions_of
from app.web.access import public
from app.web.clock import now
from app.web.dates import date_words, long_date_words, time_words, zone_words
from app.web.openings import COUNTED_IN_DAYS
from app.web.presenting import Words, words_in

pages = Blueprint("closing", __name__)


@dataclass(frozen=True)
class ExtensionView:
    """“Extended on 3 February 2030”, from when to when, and why."""

    on: str
    before: str
    after: str
    reason: Words


@dataclass(frozen=True)
class Contract:
    """What a closing means; `is_near` where the last hour may begin while the page is open."""

    clock: str
    opened_before: str
    late: Words
    grace_minutes: int
    is_near: bool


@pages.route("/<lang>/clock")
@public
def clock() -> ResponseReturnValue:
    """The server's clock, in milliseconds since 1970, for the countdown of the last hour."""
    return Response(str(int(now().timestamp() * 1000)), mimetype="text/plain")


@pages.app_template_global("closing_contract")
def contract_of(consultation: Consultation) -> Contract:
    """What the consultation's closing means, in the words of the page's language."""
    return Contract(
        clock=str(_("What counts is when your comment reaches our server, by the server’s clock.")),
        opened_before=_opened_before(consultation),
        late=words_in(consultation.late_notices) if consultation.late_notices else Words("", ""),
        grace_minutes=consultation.grace_minutes,
        is_near=timedelta(0) < consultation.closes_at - now() < COUNTED_IN_DAYS,
    )


@pages.app_template_global("extensions_of")
def extension_views(consultation: Consultation) -> list[ExtensionView]:
    """Every extension there was, the last one first."""
    return [
        extension_view(
            extension.old_closes_at,
            extension.new_closes_at,
            extension.reasons,
            extension.extended_at,
            consultation.zone,
        )
        for extension in extensions_of(consultation)
    ]


def extension_view(
    old: datetime, new: datetime, reasons: Mapping[str, str], at: datetime, zone: str
) -> ExtensionView:
    """The extension in the words of the page's language."""
    return ExtensionView(
        on=date_words(at, zone),
        before=instant_words(old, zone),
        after=instant_words(new, zone),
        reason=words_in(dict(reasons)),
    )


def instant_words(instant: datetime, zone: str) -> str:
    """“Friday 22 February 2030, 23:59 Paris time”."""
    return f"{long_date_words(instant, zone)}, {time_words(instant, zone)} {zone_words(zone)}"


def grace_words(consultation: Consultation) -> str:
    """Until when a form that was opened before the closing is received: “12:09”, with the day if another."""
    zone, closing = consultation.zone, consultation.closes_at
    end = closing + timedelta(minutes=consultation.grace_minutes)
    is_same_day = long_date_words(closing, zone) == long_date_words(end, zone)
    return time_words(end, zone) if is_same_day else instant_words(end, zone)


def _opened_before(consultation: Consultation) -> str:
    if consultation.grace_minutes:
        return str(
            _(
                "A form that you opened before the closing is still received until %(time)s. After that it "
                "is not, and your text is given back.",
                time=grace_words(consultation),
            )
        )
    return str(
        _(
            "A form that you opened before the closing and send after it is not received, and your text is "
            "given back."
        )
    )
