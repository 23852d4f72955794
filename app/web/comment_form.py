"""The comment form: what a consultation asks, and what is said about words that cannot be taken."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.models.comment import Capacity, Kind
from app.models.consultation import Asking, Consultation, Particular
from app.services.checking import LONGEST_COMMENT, LONGEST_LINE, Words, asks, requires
from app.web.forms import PageForm, TextField
from app.web.locales import page_locale
from app.wording import CAPACITIES, KINDS

SHORTEST_TIME = timedelta(seconds=2)
ISO_COUNTRY_LENGTH = 2
LONGEST_NUMBER = 9
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

PROBLEMS: dict[tuple[str, str], Any] = {
    ("body", "required"): _l("Write your comment."),
    ("name", "required"): _l("Write your name."),
    ("email", "required"): _l("Write your e-mail address."),
    ("email", "invalid"): _l("This is not an e-mail address. It should look like name@example.org."),
    ("country", "required"): _l("Choose your country."),
    ("capacity", "required"): _l("Say for whom you speak."),
    ("kind", "required"): _l("Say what your comment is about."),
    ("importance", "required"): _l("Say how much this paragraph matters to you."),
    ("organisation", "required"): _l("Write the name of the organisation or group."),
    ("group_size", "required"): _l("Write how many people the group has: a number from 2 upwards."),
    ("consent", "required"): _l("Tick the box: we may not publish your comment without your consent."),
}


class CommentForm(PageForm):
    """Field names are the public contract's; `website` is for robots, who fill in everything.

    `version` says which text the form stood beside; a form without it is taken as one beside the newest.
    """

    body = TextAreaField(_l("Your comment"))
    kind = SelectField(_l("What it is about"), validate_choice=False)
    importance = RadioField(_l("How much does this paragraph matter to you?"), validate_choice=False)
    capacity = RadioField(_l("I speak"), default=Capacity.INDIVIDUAL, validate_choice=False)
    organisation = TextField(_l("Name of the organisation or group"))
    group_size = TextField(_l("How many people the group has"))
    name = TextField(_l("Your name"))
    email = TextField(_l("Your e-mail address"))
    country = SelectField(_l("Your country"), validate_choice=False)
    consent = BooleanField(_l("I agree that my comment is published as said above."))
    website = StringField(_l("Leave this empty"))
    version = HiddenField()

    def words(self, language: str) -> Words:
        """What the respondent filled in."""
        importance = self._given(Particular.IMPORTANCE)
        return Words(
            body=self.body.data or "",
            language=language,
            name=self._given(Particular.NAME),
            email=self._given(Particular.EMAIL),
            country=self._given(Particular.COUNTRY),
            capacity=self._given(Particular.CAPACITY),
            kind=self._given(Particular.KIND),
            importance=int(importance) if importance else None,
            organisation=self.organisation.data or "" if "organisation" in self else "",
            group_size=self._group_size(),
            consent=bool(self.consent.data),
        )

    @property
    def read_version(self) -> int | None:
        """The version that stood beside the form, if it says so; 0 for what cannot be one."""
        said = self.version.data or ""
        if not said:
            return None
        return int(said) if said.isdecimal() and len(said) <= LONGEST_NUMBER else 0

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what the service could not take."""
        for name, problem in problems.items():
            message = _too_long(name) if problem == "too_long" else PROBLEMS[name, problem]
            self[name].errors = [*self[name].errors, message]

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message); what concerns the whole form comes first."""
        return [("csrf_token", str(message)) for message in self.form_errors] + super().error_list

    def is_from_a_robot(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.website.data)

    def is_too_fast(self, at: datetime) -> bool:
        """Whether the form came back sooner than anybody writes."""
        return self.token is not None and at - self.token.made_at < SHORTEST_TIME

    def _group_size(self) -> int | None:
        typed = self.group_size.data or "" if "group_size" in self else ""
        return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None

    def _given(self, particular: Particular) -> str:
        if particular not in self:
            return ""
        field = self[particular]
        given = str(field.data or "")
        if isinstance(field, SelectField) and not _has(field, given):
            return ""
        return given


def comment_form(
    consultation: Consultation, sent: MultiDict[str, str] | None = None, email: str = ""
) -> CommentForm:
    """The form with the fields that the consultation asks for, filled with what was sent."""
    form = CommentForm(sent)
    choices = _choices_in(page_locale())
    form.kind.choices = choices[Particular.KIND]
    form.importance.choices = choices[Particular.IMPORTANCE]
    form.capacity.choices = choices[Particular.CAPACITY]
    form.country.choices = choices[Particular.COUNTRY]
    if sent is None:
        form.email.data = email
    for name in ("body", "consent"):
        form[name].flags.required = True
    for particular in Particular:
        if not asks(consultation, particular):
            del form[particular]
        elif requires(consultation, particular):
            form[particular].flags.required = True
    if Particular.CAPACITY not in form:
        del form["organisation"], form["group_size"]
    return form


def public_particulars(consultation: Consultation) -> list[str]:
    """What the public will see beside a comment, in words, from what the consultation asks."""
    shown = {
        Particular.NAME: _("your name"),
        Particular.CAPACITY: _("whether you speak for an organisation or group, and its name"),
        Particular.COUNTRY: _("your country"),
        Particular.KIND: _("what your comment is about"),
    }
    return [words for particular, words in shown.items() if consultation.asks(particular) != Asking.NO]


def countries() -> list[SelectChoice]:
    """Countries (ISO 3166-1 alpha-2) by their names in the page's language, in its alphabetical order."""
    locale = Locale.parse(page_locale(), sep="-")
    named = [
        (code, name)
        for code, name in locale.territories.items()
        if len(code) == ISO_COUNTRY_LENGTH and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return [SelectChoice(code, name) for code, name in sorted(named, key=lambda pair: sort_key(pair[1]))]


def sort_key(name: str) -> str:
    """A name without accents, in small letters: near enough to alphabetical order in our languages."""
    return unicodedata.normalize("NFKD", name.casefold())


@cache
def _choices_in(_language: str) -> dict[Particular, list[SelectChoice]]:
    """What can be chosen, in the page's language, which is given so that it is made once for each."""
    return {
        Particular.KIND: [SelectChoice("", _("Choose")), *_choices(KINDS, Kind)],
        Particular.IMPORTANCE: _importances(),
        Particular.CAPACITY: _choices(CAPACITIES, Capacity),
        Particular.COUNTRY: [SelectChoice("", _("Choose")), *countries()],
    }


def _choices(words: dict[str, Any], members: Any) -> list[SelectChoice]:
    return [SelectChoice(str(member), str(words[member])) for member in members]


def _has(field: SelectField, value: str) -> bool:
    choices: list[Any] = list(field.choices or ())
    return any(choice.value == value for choice in choices)


def _importances() -> list[SelectChoice]:
    ends = {1: _("1 – little"), 5: _("5 – very much")}
    return [SelectChoice(str(number), ends.get(number, str(number))) for number in range(1, 6)]


def _too_long(name: str) -> str:
    most = LONGEST_COMMENT if name == "body" else LONGEST_LINE
    return str(_("This is too long: at most %(most)s characters.", most=f"{most:,}".replace(",", "\u202f")))
