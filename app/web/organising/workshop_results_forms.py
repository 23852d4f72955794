"""What organisers fill in after a workshop: notes, what a group found, and links to materials."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, TextAreaField

from app.models.consultation import Particular
from app.models.workshop import Workshop
from app.services.comments.checking import asks, requires
from app.services.paper.papers import MOST_COMMENTS, Problem
from app.services.text import one_line
from app.services.workshops.minuting import MOST_MATERIALS, Finding, Material, Results
from app.services.workshops.overtaking import state_of_materials, state_of_notes
from app.web.countries import countries as all_countries
from app.web.forms import PageForm, TextField, small_number
from app.web.kept_files import FileForm
from app.web.organising.workshop_choices import language_choices
from app.web.organising.workshop_forms import OTHERS
from app.web.paper.intake_views import PlaceView
from app.wording import intake_words, workshop_words

FIELD_OF = {"organisation": "group", "place": "paragraph"}


class NotesForm(PageForm):
    """The notes, in each language (the fields are added by `notes_form`)."""

    languages: tuple[str, ...] = ()
    seen = HiddenField(id=OTHERS)

    def texts(self) -> dict[str, str]:
        """The notes as they were written."""
        return {code: self[f"notes_{code}"].data or "" for code in self.languages}

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """The longest of the texts says what could not be taken."""
        longest = max(self.languages, key=lambda code: len(self[f"notes_{code}"].data or ""))
        field: Any = self[f"notes_{longest}"]
        field.errors = [workshop_words(*one) for one in problems.items()]


class MaterialsForm(PageForm):
    """Links with what they are, in each language (the fields are added by `materials_form`)."""

    languages: tuple[str, ...] = ()
    seen = HiddenField(id=OTHERS)
    materials: Any

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of every problem, those of the links included."""
        whole: Any = [self["csrf_token"], self.seen, self.materials]
        parts = [field for entry in self.materials for field in entry.form]
        return [(field.id, str(message)) for field in [*whole, *parts] for message in field.errors]

    def found(self) -> list[Material]:
        """What was filled in; links of which nothing was filled in are left out."""
        return [self._material(entry) for entry in self._filled()]

    def add_material(self) -> None:
        """The form has room for one more link."""
        if len(self.materials) < MOST_MATERIALS:
            self.materials.append_entry()

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """The fields say in words what could not be taken."""
        filled = self._filled()
        for name, code in problems.items():
            place, _space, field_name = name.partition(" ")
            if not place.isdecimal():
                self.materials.errors = [workshop_words(name, code)]
                continue
            part = filled[int(place)].form
            field = part["address" if field_name == "address" else f"title_{self.languages[0]}"]
            field.errors = [*field.errors, workshop_words(f"material {field_name}", code)]

    def _filled(self) -> list[Any]:
        return [entry for entry in self.materials if any((one.data or "").strip() for one in entry.form)]

    def _material(self, entry: Any) -> Material:
        titles = {code: entry.form[f"title_{code}"].data or "" for code in self.languages}
        return Material(titles, entry.form.address.data or "")


class FindingPart(Form):
    """What was said on one paragraph."""

    paragraph = TextField(_l("Paragraph"))
    body = TextAreaField(_l("What the group says"))
    suggestion = TextAreaField(_l("Proposed wording"))

    @property
    def says_something(self) -> bool:
        """Whether there is more than the paragraph it would be about."""
        return bool((self.body.data or "").strip() or (self.suggestion.data or "").strip())


class ResultsForm(FileForm):
    """Who the group is, how many took part, and what it says on which paragraph."""

    group = TextField(_l("Name of the group"))
    group_size = TextField(_l("How many people took part"))
    name = TextField(_l("Who answers for the notes"))
    country = SelectField(_l("Country"), validate_choice=False)
    language = SelectField(_l("Language of the results"), validate_choice=False)
    findings = FieldList(FormField(FindingPart), min_entries=1, max_entries=MOST_COMMENTS)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of every problem; what concerns the whole form comes first."""
        whole = [("csrf_token", str(message)) for message in self.form_errors]
        plain: list[Any] = [field for field in self if field is not self.findings]
        parts = [field for entry in self.findings for field in entry.form]
        return whole + [(field.id, str(message)) for field in [*plain, *parts] for message in field.errors]

    def results(self) -> Results:
        """What was filled in; paragraphs on which nothing was said are left out."""
        return Results(
            group=self.group.data or "",
            group_size=small_number(self.group_size.data),
            language=self.language.data or "",
            name=(self.name.data or "") if "name" in self else "",
            country=(self.country.data or "") if "country" in self else "",
            findings=[
                Finding(part.paragraph.data or "", part.body.data or "", part.suggestion.data or "")
                for part in self._filled()
            ],
        )

    def add_finding(self) -> None:
        """The form has room for one more paragraph."""
        if len(self.findings) < MOST_COMMENTS:
            self.findings.append_entry()

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """The fields say in words what cannot be taken."""
        filled = self._filled()
        for problem in problems:
            words = intake_words(problem.field, problem.code)
            name = FIELD_OF.get(problem.field, problem.field)
            part = None if problem.comment is None else filled[problem.comment]
            holder: Any = part if part is not None and name in part else self
            if name not in holder:
                self.refuse(words)
            elif words not in holder[name].errors:
                holder[name].errors = [*holder[name].errors, words]

    def refuse(self, words: str) -> None:
        """The form as a whole cannot be taken."""
        self.form_errors.append(words)

    def _filled(self) -> list[Any]:
        parts: list[Any] = [entry.form for entry in self.findings]
        return [part for part in parts if part.says_something] or parts[:1]


def notes_form(languages: Sequence[str], sent: Any, workshop: Workshop) -> NotesForm:
    """The form as it was sent, or else with the notes as they are."""
    shown = {f"notes_{code}": text for code, text in workshop.notes.items()}
    shown["seen"] = state_of_notes(workshop)
    return _notes_class(tuple(languages))(sent or None, data=None if sent else shown)


def materials_form(languages: Sequence[str], sent: Any, workshop: Workshop) -> MaterialsForm:
    """The form as it was sent, or else with the materials as they are and room for one more."""
    shown = [
        {"address": one["address"], **{f"title_{code}": title for code, title in one["titles"].items()}}
        for one in workshop.materials
    ]
    data = {"materials": shown, "seen": state_of_materials(workshop)}
    form = _materials_class(tuple(languages))(sent or None, data=None if sent else data)
    if not sent:
        form.add_material()
    return form


def results_form(
    workshop: Workshop,
    sent: Any,
    *,
    places: Sequence[tuple[str, PlaceView]],
    attended: int,
    countries: Collection[str] | None,
) -> ResultsForm:
    """The form as it was sent, or else with the labels of those `places` that the workshop was about."""
    labels = {key: place.label for key, place in places}
    shown = {
        "group": one_line(next(iter(workshop.titles.values()))),
        "group_size": str(attended) if attended > 1 else "",
        "name": workshop.contact_name,
        "language": workshop.working_language,
        "findings": [{"paragraph": labels[key]} for key in workshop.paragraph_keys if labels.get(key)],
    }
    form = ResultsForm(sent or None, data=None if sent else shown)
    form.language.choices = language_choices()
    form.country.choices = [("", _("Choose")), *all_countries()]
    for name in ("group", "group_size", "language"):
        form[name].flags.required = True
    if workshop.country is not None or not asks(workshop.consultation, Particular.COUNTRY):
        del form["country"]
    else:
        form.country.flags.required = requires(workshop.consultation, Particular.COUNTRY)
        if countries is not None:
            form.country.choices = [one for one in all_countries() if one.value in countries]
    if not asks(workshop.consultation, Particular.NAME):
        del form["name"]
    return form


@cache
def _notes_class(languages: tuple[str, ...]) -> type[NotesForm]:
    fields = {f"notes_{code}": TextAreaField(_l("Notes")) for code in languages}
    return type("NotesInLanguages", (NotesForm,), {**fields, "languages": languages})


@cache
def _materials_class(languages: tuple[str, ...]) -> type[MaterialsForm]:
    titles = {f"title_{code}": TextField(_l("What it is")) for code in languages}
    part = type("MaterialPart", (Form,), {"address": TextField(_l("Its address")), **titles})
    materials: Any = FieldList(FormField(part), max_entries=MOST_MATERIALS)
    return type("MaterialsInLanguages", (MaterialsForm,), {"materials": materials, "languages": languages})
