"""What a template for spreadsheets explains, in the language of the page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.consultation import Particular
from app.services.comments.checking import requires
from app.services.paper.desks import Desk
from app.services.paper.locating import SealedVersion
from app.services.paper.tabulating import COLUMNS, NEEDED_COLUMNS, VALUES, ColumnGuide, Template
from app.web.locales import page_locale
from app.web.paper.intake_views import shortened

GUIDE: dict[str, Any] = {
    "receipt_group": _l(
        "Rows with the same value are one submission with one receipt. Empty: a submission of its own."
    ),
    "received_at": _l(
        "The documented day on which it was received, like 2030-02-21, or with a time by a clock in the "
        "consultation’s zone: 2030-02-21T14:30."
    ),
    "channel": _l("How it came."),
    "capacity": _l("For whom the respondent speaks; empty: an individual."),
    "name": _l("The respondent’s name. It is published for individuals."),
    "email": _l("Never published. The receipt is sent there."),
    "country": _l("Two letters (ISO 3166-1), like NO or LV."),
    "organisation": _l("The name of the organisation or group. It is published."),
    "organisation_kind": _l("What the organisation is, if known."),
    "register_number": _l("Its number in a public register, if the consultation asks for it."),
    "group_size": _l("For groups: how many people, from 2 upwards."),
    "meeting": _l("For groups: how they met, if known."),
    "paragraph": _l("The paragraph’s label, like 1.b, or its key; empty: the whole draft."),
    "version": _l("The number of the version that it is about; empty: the newest on that day."),
    "language": _l("The language of the comment, like en or lv; empty: that of the original."),
    "kind": _l("What the comment is about, if said."),
    "importance": _l("How much the paragraph matters to the respondent, if said."),
    "comment": _l("What the respondent says, at most 10,000 characters."),
    "suggestion": _l("Other wording for the paragraph, if proposed."),
    "consent": _l(
        "How the respondent agreed that it is published: it says so itself (written), on a signed form "
        "(form), or said at a meeting and noted in its minutes (minutes)."
    ),
}
PARTICULARS = frozenset({Particular.NAME, Particular.COUNTRY})


def template_for(desk: Desk) -> Template:
    """The template for this desk: every column, its values, and the labels of the newest version."""
    newest = desk.versions[0] if desk.versions else None
    needed = {*NEEDED_COLUMNS, *(one for one in PARTICULARS if requires(desk.consultation, one))}
    return Template(
        intro=[
            _("One comment a row, under the names of the columns, which stay as they are."),
            _("Columns with an asterisk (*) are needed. Rows that begin with # are not read."),
            _("Cells are text, so that the label 1.10 does not become 1.1."),
        ],
        headings=(_("Explanation"), _("Column"), _("What to write")),
        columns=[
            ColumnGuide(name, str(GUIDE[name]), VALUES.get(name, ()), is_needed=name in needed)
            for name in COLUMNS
        ],
        paragraphs_title=_("Paragraphs of version %(number)s", number=newest.number) if newest else "",
        paragraphs=_paragraphs_of(newest) if newest else [],
    )


def _paragraphs_of(version: SealedVersion) -> list[tuple[str, str]]:
    return [(one.label, shortened(one.plain)) for one in version.paragraphs_in(page_locale())]
