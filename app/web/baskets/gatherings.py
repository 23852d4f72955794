"""Submissions that colleagues gather, for whoever joined them: whose they are, and that they were sent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint
from flask_babel import gettext as _

from app.models.consultation import Consultation, Particular
from app.models.sitting import Sitting
from app.services.comments.admitting import may_comment
from app.services.comments.checking import asks
from app.services.public.reading import has_text
from app.services.sittings.gathering import SentTogether, sent_together
from app.services.sittings.sittings import key_of
from app.web.access import current_person
from app.web.baskets.sitting_cookie import bearer
from app.web.clock import now
from app.web.dates import date_words, time_words, zone_words

pages = Blueprint("gatherings", __name__)


@dataclass(frozen=True)
class SentView:
    """A submission that was sent: whose it is, by whom (as far as they said) and when."""

    sitting_id: int
    whose: str
    by: str
    when: str


def whose(sitting: Sitting) -> str:
    """For whom the sitting speaks: an organisation or group, or else whoever gathers it."""
    return _name(sitting.particulars.get("organisation", ""), sitting.particulars.get("name", ""))


def joined_submission(consultation: Consultation) -> str:
    """Whose submission the comments of whoever asks are added to; empty for those who write on their own."""
    key = key_of(consultation, bearer(), now())
    return whose(key.sitting) if key and not key.is_owner else ""


def may_gather(consultation: Consultation) -> bool:
    """Whether a submission can be begun there that speaks for an organisation or group."""
    return (
        consultation.is_open(now())
        and asks(consultation, Particular.CAPACITY)
        and may_comment(consultation, current_person())
        and has_text(consultation)
    )


def sent_views(slug: str) -> list[SentView]:
    """The submissions that whoever asks took part in there, and that were sent."""
    return [_view(sent) for sent in sent_together(slug, bearer=bearer(), at=now())]


@pages.app_context_processor
def _tell() -> dict[str, object]:
    return {"sent_with_colleagues": sent_views}


def _view(sent: SentTogether) -> SentView:
    clock = f"{time_words(sent.sent_at, sent.zone)} {zone_words(sent.zone)}"
    return SentView(
        sitting_id=sent.sitting_id,
        whose=_name(sent.organisation, sent.name),
        by=sent.name,
        when=f"{date_words(sent.sent_at, sent.zone)}, {clock}",
    )


def _name(organisation: str, name: str) -> str:
    return organisation.strip() or name.strip() or str(_("your colleague"))
