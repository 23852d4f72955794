"""Who sends: the respondent's particulars, asked once, with one comment or with many."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.models.comment import Capacity, Meeting, OrganisationKind
from app.models.consultation import Asking, Consultation, Particular
from app.services.comments.checking import asks, requires
from app.web.comment_forms.typed_words import TypedForm
from app.web.countries import countries
from app.web.forms import TextField
from app.web.locales import page_locale
from app.wording import CAPACITIES, MEETINGS, ORGANISATION_KINDS

ASKED = (Particular.CAPACITY, Particular.NAME, Particular.EMAIL, Particular.COUNTRY)
OF_A_CAPACITY = (
    "organisation",
    "organisation_kind",
    "register_number",
    "group_size",
    "meeting",
    "has_authority",
)


class ParticularsForm(TypedForm):
    """The respondent's particulars; field names are the public contract's."""

    capacity = RadioField(_l("I speak"), default=Capacity.INDIVIDUAL, validate_choice=False)
    organisation = TextField(_l("Name of the organisation or group"))
    organisation_kind = SelectField(_l("What the organisation is"), validate_choice=False)
    register_number = TextField(_l("Its number in a public register"))
    group_size = TextField(_l("How many people the group has"))
    meeting = SelectField(_l("How the group met"), validate_choice=False)
    has_authority = BooleanField(_l("I may speak for the organisation or group."))
    name = TextField(_l("Your name"))
    email = TextField(_l("Your e-mail address"))
    country = SelectField(_l("Your country"), validate_choice=False)
    consent = BooleanField(_l("I agree that my comment is published as said above."))


def ask_for_particulars(form: ParticularsForm, consultation: Consultation, email: str = "") -> None:
    """The form has the fields that the consultation asks for; `email` stands there until one is sent."""
    for name, choices in _choices_in(page_locale()).items():
        field: Any = form[name]
        field.choices = choices
    form.usual = {"email": email}
    if not form.email.raw_data:
        form.email.data = email
    form.consent.flags.required = True
    for name in {*ASKED, *OF_A_CAPACITY} - particulars_asked(consultation):
        del form[name]
    for particular in ASKED:
        if requires(consultation, particular):
            form[particular].flags.required = True


def particulars_asked(consultation: Consultation) -> set[str]:
    """The fields for particulars that the consultation's form has."""
    asked = {"consent", *(str(particular) for particular in ASKED if asks(consultation, particular))}
    if Particular.CAPACITY in asked:
        asked.update(OF_A_CAPACITY)
        if not consultation.asks_register_number:
            asked.remove("register_number")
    return asked


def public_particulars(consultation: Consultation) -> list[str]:
    """What the public will see beside a comment, in words, from what the consultation asks."""
    shown = {
        Particular.NAME: _("your name"),
        Particular.CAPACITY: _(
            "whether you speak for an organisation or group, its name, and what or how many it is"
        ),
        Particular.COUNTRY: _("your country"),
        Particular.KIND: _("what your comment is about"),
    }
    return [words for particular, words in shown.items() if consultation.asks(particular) != Asking.NO]


@cache
def _choices_in(_language: str) -> dict[str, list[SelectChoice]]:
    """What can be chosen, in the page's language, which is given so that it is made once for each."""
    choose = SelectChoice("", _("Choose"))
    return {
        "capacity": _choices(CAPACITIES, Capacity),
        "organisation_kind": [choose, *_choices(ORGANISATION_KINDS, OrganisationKind)],
        "meeting": [choose, *_choices(MEETINGS, Meeting)],
        "country": [choose, *countries()],
    }


def _choices(words: dict[str, Any], members: Any) -> list[SelectChoice]:
    return [SelectChoice(str(member), str(words[member])) for member in members]
