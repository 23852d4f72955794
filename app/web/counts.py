"""What came in, counted, in the words of the page's language."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from app.services.consultations.reporting import Figures
from app.services.public.tallying import Importances
from app.web.locales import page_locale


@dataclass(frozen=True)
class FiguresView:
    """What has come in, in words; empty where nothing has."""

    submissions: str
    countries: str
    capacities: list[str]


def figures_view(figures: Figures) -> FiguresView:
    """“97 submissions”, “from 38 countries”, and individuals, organisations and groups apart."""
    submissions = ngettext("%(num)s submission", "%(num)s submissions", figures.submissions)
    countries = ngettext("from %(num)s country", "from %(num)s countries", figures.countries)
    return FiguresView(
        submissions=submissions if figures.submissions else "",
        countries=countries if figures.countries else "",
        capacities=count_words(
            figures.individuals, figures.organisations, figures.groups, figures.people_in_groups
        ),
    )


def count_words(individuals: int, organisations: int, groups: int, people: int) -> list[str]:
    """“41 individuals”, “7 organisations” and “3 groups with 112 people in all”: those that there are."""
    named_groups = ngettext("%(num)s group", "%(num)s groups", groups)
    counted_people = ngettext("%(num)s person", "%(num)s people", people)
    words = (
        (individuals, ngettext("%(num)s individual", "%(num)s individuals", individuals)),
        (organisations, ngettext("%(num)s organisation", "%(num)s organisations", organisations)),
        (
            groups,
            _("%(groups)s with %(people)s in all", groups=named_groups, people=counted_people)
            if groups > 1
            else _("%(groups)s of %(people)s", groups=named_groups, people=counted_people),
        ),
    )
    return [str(said) for count, said in words if count]


def importance_words(importances: Importances) -> list[str]:
    """“12 people said how much this matters to them: 4.2 of 5.”, organisations and groups apart."""
    words = []
    if importances.individuals:
        number, mean = importances.individuals.respondents, _mean(importances.individuals.mean)
        words.append(
            ngettext(
                "%(num)s person said how much this paragraph matters: %(mean)s of 5.",
                "%(num)s people said how much this paragraph matters: %(mean)s of 5.",
                number,
                mean=mean,
            )
        )
    if importances.others:
        number, mean = importances.others.respondents, _mean(importances.others.mean)
        words.append(
            ngettext(
                "%(num)s organisation or group said so: %(mean)s of 5.",
                "%(num)s organisations and groups said so: %(mean)s of 5.",
                number,
                mean=mean,
            )
        )
    return [str(said) for said in words]


def _mean(number: float) -> str:
    return str(format_decimal(number, "0.0", locale=page_locale()))
