"""What can be chosen in the form of a workshop."""

from __future__ import annotations

from flask_babel import gettext as _

from app.i18n import name_of_language, page_languages
from app.models.consultation import Consultation
from app.models.people import Person
from app.services.workshops.hosting import countries_to_convene_in
from app.web.countries import sort_key
from app.web.locales import page_locale
from app.web.management.draft_form import FURTHER_LANGUAGES
from app.web.management.management_forms import zone_choices
from app.web.organising.workshop_forms import ALL_COUNTRIES, WorkshopForm
from app.web.organising.workshop_management_views import places_of
from app.web.presenting import country_name


def offer_choices(form: WorkshopForm, consultation: Consultation, person: Person | None) -> None:
    """The form’s fields know what can be chosen; the country only where `person` sets up a new workshop."""
    form.zone.choices = zone_choices(form.zone.data or "")
    form.working_language.choices = language_choices()
    form.interpretation.choices = language_choices()
    form.paragraph_keys.choices = [
        (key, f"{place.label} {place.words}".strip()) for key, place in places_of(consultation)
    ]
    if person is not None:
        form.country.choices = [
            (code or ALL_COUNTRIES, country_name(code) if code else _("All countries"))
            for code in countries_to_convene_in(person, consultation)
        ]


def language_choices() -> list[tuple[str, str]]:
    """Languages by their names in the page’s language, those of the pages first."""
    others = [code for code in FURTHER_LANGUAGES if code not in page_languages()]
    others.sort(key=lambda code: sort_key(_name(code)))
    return [(code, _name(code)) for code in (*page_languages(), *others)]


def _name(code: str) -> str:
    return name_of_language(code, page_locale())
