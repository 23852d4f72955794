"""What is filled in for somebody who did not use the site: how it came, who they are, what they say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.i18n import name_of_language, page_languages
from app.models.comment import Capacity, Kind, Meeting, OrganisationKind
from app.models.consultation import Particular
from app.services.comments.checking import Words, asks, requires
from app.services.paper.desks import Desk
from app.services.paper.papers import CHANNELS, MOST_COMMENTS, Consent, Paper, PaperComment, Problem
from app.web.countries import countries, sort_key
from app.web.forms import TextField, small_number
from app.web.kept_files import FileForm
from app.web.locales import page_locale
from app.web.management.draft_form import FURTHER_LANGUAGES
from app.wording import (
    CAPACITIES_OF_OTHERS,
    CONSENTS,
    KINDS,
    MEETINGS,
    ORGANISATION_KINDS,
    intake_words,
)
from app.wording import (
    CHANNELS as CHANNEL_WORDS,
)

FIELD_OF = {"place": "paragraph", "received_at": "received_date"}
OF_A_CAPACITY = ("organisation", "organisation_kind", "register_number", "group_size", "meeting")


class CommentPart(Form):
    """One comment of what came."""

    paragraph = TextField(_l("Paragraph"))
    body = TextAreaField(_l("Comment"))
    suggestion = TextAreaField(_l("Proposed wording"))
    kind = SelectField(_l("What it is about"), validate_choice=False)
    importance = SelectField(_l("Importance"), validate_choice=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not any(str(field.data or "").strip() for field in self)


class PaperForm(FileForm):
    """A letter, e-mail or note, as it is entered for whoever sent it."""

    channel = RadioField(_l("How it came"), validate_choice=False)
    received_date = TextField(_l("Day on which it was received"))
    received_time = TextField(_l("Time"))
    language = SelectField(_l("Language of the comments"), validate_choice=False)
    version = SelectField(_l("Which version it is about"), validate_choice=False)
    comments = FieldList(FormField(CommentPart), min_entries=1, max_entries=MOST_COMMENTS)
    capacity = RadioField(_l("The respondent speaks"), default=Capacity.INDIVIDUAL, validate_choice=False)
    organisation = TextField(_l("Name of the organisation or group"))
    organisation_kind = SelectField(_l("What the organisation is"), validate_choice=False)
    register_number = TextField(_l("Its number in a public register"))
    group_size = TextField(_l("How many people the group has"))
    meeting = SelectField(_l("How the group met"), validate_choice=False)
    name = TextField(_l("Name"))
    email = TextField(_l("E-mail address"))
    country = SelectField(_l("Country"), validate_choice=False)
    with_letter = BooleanField(_l("Send the receipt to this address"), default=True)
    consent = RadioField(_l("How the respondent agreed that it is published"), validate_choice=False)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of every problem; what concerns the whole form comes first."""
        whole = [("csrf_token", str(message)) for message in self.form_errors]
        return whole + [(field.id, str(message)) for field in self._all() for message in field.errors]

    def paper(self, desk: Desk) -> Paper:
        """What was filled in; comments of which nothing was filled in are left out."""
        parts = [part for _place, part in self._filled()]
        return Paper(
            channel=self._said("channel"),
            received=" ".join(
                said for said in (self._said("received_date"), self._said("received_time")) if said
            ),
            consent=self._said("consent"),
            comments=tuple(self._comment(part, desk) for part in parts),
            with_letter=bool(self.with_letter.data) if "with_letter" in self else False,
        )

    def add_problems(self, problems: list[Problem]) -> None:
        """The fields say in words what cannot be taken."""
        places = [place for place, _part in self._filled()]
        for problem in problems:
            words = intake_words(problem.field, problem.code)
            name = FIELD_OF.get(problem.field, problem.field)
            part = None if problem.comment is None else self.comments[places[problem.comment]].form
            holder: Any = part if part is not None and name in part else self
            if name not in holder or name == "comments":
                self.form_errors.append(words)
            elif words not in holder[name].errors:
                holder[name].errors = [*holder[name].errors, words]

    def add_comment(self) -> None:
        """The form has room for one more comment."""
        if len(self.comments) < MOST_COMMENTS:
            self.comments.append_entry()
            _offer_in(self.comments[-1].form)

    def _all(self) -> Iterator[Any]:
        for field in self:
            if field is self.comments:
                for entry in self.comments:
                    yield from entry.form
            else:
                yield field

    def _filled(self) -> list[tuple[int, Any]]:
        """The comments that say something, each with its place; the first one in any case."""
        parts = [(place, entry.form) for place, entry in enumerate(self.comments)]
        return [(place, part) for place, part in parts if not part.is_empty] or parts[:1]

    def _comment(self, part: Any, desk: Desk) -> PaperComment:
        words = Words(
            body=part.body.data or "",
            language=self._said("language"),
            name=self._said("name"),
            email=self._said("email"),
            country=self._said("country") or desk.country,
            capacity=self._said("capacity"),
            organisation=self._said("organisation"),
            group_size=small_number(self._said("group_size")),
            kind=part.kind.data or "",
            importance=small_number(part.importance.data),
            consent=bool(self._said("consent")),
            suggestion=part.suggestion.data or "",
            organisation_kind=self._said("organisation_kind"),
            register_number=self._said("register_number"),
            meeting=self._said("meeting"),
        )
        return PaperComment(words, part.paragraph.data or "", small_number(self._said("version")))

    def _said(self, name: str) -> str:
        return str(self[name].data or "").strip() if name in self else ""


def paper_form(desk: Desk, sent: MultiDict[str, str] | None = None) -> PaperForm:
    """The form for one paper at this desk, with what the consultation asks for."""
    form = PaperForm(sent or None)
    for name, choices in _choices_in(page_locale()).items():
        field: Any = form[name]
        field.choices = choices
    newest = SelectChoice("", _("The newest on that day"))
    numbers = [str(version.number) for version in desk.versions]
    form.version.choices = [newest, *(SelectChoice(n, _("Version %(number)s", number=n)) for n in numbers)]
    for entry in form.comments:
        _offer_in(entry.form)
    if not sent:
        form.language.data = desk.versions[0].language if desk.versions else page_locale()
    if desk.country:
        del form["country"]
    elif desk.countries is not None:
        form.country.choices = [one for one in countries() if one.value in desk.countries]
    _leave_out_what_is_not_asked(form, desk)
    return form


def _leave_out_what_is_not_asked(form: PaperForm, desk: Desk) -> None:
    for name in ("channel", "received_date", "consent"):
        form[name].flags.required = True
    consultation = desk.consultation
    for particular in (Particular.NAME, Particular.EMAIL, Particular.CAPACITY, Particular.COUNTRY):
        if particular not in form:
            continue
        if particular == Particular.COUNTRY and desk.countries is not None:
            form[particular].flags.required = True
        elif not asks(consultation, particular):
            del form[particular]
        elif requires(consultation, particular) and particular != Particular.EMAIL:
            form[particular].flags.required = True
    gone = [] if Particular.CAPACITY in form else [*OF_A_CAPACITY]
    gone += [] if Particular.EMAIL in form else ["with_letter"]
    gone += [] if consultation.asks_register_number else ["register_number"]
    for name in dict.fromkeys(gone):
        del form[name]


def _offer_in(part: Any) -> None:
    kinds, importances = _choices_of_parts(page_locale())
    part.kind.choices, part.importance.choices = kinds, importances


@cache
def _choices_in(_language: str) -> dict[str, list[SelectChoice]]:
    """What can be chosen, in the page's language, which is given so that it is made once for each."""
    choose = SelectChoice("", _("Choose"))
    others = sorted(
        (code for code in FURTHER_LANGUAGES if code not in page_languages()),
        key=lambda code: sort_key(_name(code)),
    )
    return {
        "channel": _choices(CHANNEL_WORDS, CHANNELS),
        "language": [SelectChoice(code, _name(code)) for code in (*page_languages(), *others)],
        "capacity": _choices(CAPACITIES_OF_OTHERS, Capacity),
        "organisation_kind": [choose, *_choices(ORGANISATION_KINDS, OrganisationKind)],
        "meeting": [choose, *_choices(MEETINGS, Meeting)],
        "country": [choose, *countries()],
        "consent": _choices(CONSENTS, Consent),
    }


@cache
def _choices_of_parts(_language: str) -> tuple[list[SelectChoice], list[SelectChoice]]:
    none = SelectChoice("", _("Not said"))
    ends = {1: _("1 – little"), 5: _("5 – very much")}
    importances = [SelectChoice(str(number), ends.get(number, str(number))) for number in range(1, 6)]
    return [none, *_choices(KINDS, Kind)], [none, *importances]


def _choices(words: dict[str, Any], members: Any) -> list[SelectChoice]:
    return [SelectChoice(str(member), str(words[member])) for member in members]


def _name(code: str) -> str:
    return name_of_language(code, page_locale())
