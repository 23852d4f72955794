"""What is said at a paragraph that is a part of another one."""

from __future__ import annotations

from dataclasses import dataclass, field

from babel.lists import format_list
from flask_babel import gettext as _

from app.services.public.parting import Parting, partings_of, wholes_still_translated
from app.services.public.reading import ReadDraft, Text
from app.web.locales import page_locale


@dataclass(frozen=True)
class PartingViews:
    """By paragraph: what it was split from, where the comments on that are, and what a translation covers."""

    told: dict[int, str] = field(default_factory=dict)
    places: dict[int, Text] = field(default_factory=dict)
    covered: dict[int, str] = field(default_factory=dict)


def parting_views(draft: ReadDraft) -> PartingViews:
    """What is to be said at the parts in that draft; nothing where no paragraph was split."""
    views, texts = PartingViews(), {text.paragraph_id: text for text in draft.texts}
    partings = partings_of(draft)
    for parting in partings:
        # The part that kept the key of the whole has its comments, which tell of the split themselves.
        if parting.part_id in texts and parting.part_id != parting.whole_id and parting.label:
            views.told[parting.part_id] = _told(parting)
            place = texts.get(parting.place_id or 0)
            if draft.is_newest and parting.comments and place and place.paragraph_id != parting.part_id:
                views.places[parting.part_id] = place
    for number, labels in wholes_still_translated(draft, partings).items():
        covered = format_list(labels, locale=page_locale())
        views.covered[number] = str(
            _("This older translation is still of %(labels)s together.", labels=covered)
        )
    return views


def _told(parting: Parting) -> str:
    was, version = parting.label, parting.version - 1
    return str(_("Split from %(was)s of version %(version)s.", was=was, version=version))
