"""What organisers fill in about a workshop: its words, times, place, places and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)

from app.models.workshop import Workshop
from app.services.consultations.planning import instant_in
from app.services.errors import InvalidError
from app.services.workshops.arranging import MOST_QUESTIONS, Question, WorkshopPlan
from app.services.workshops.overtaking import state_of_plan
from app.web.dates import zone_called
from app.web.forms import PageForm, TextField, small_number
from app.web.management.management_forms import LOCAL_FORM
from app.wording import workshop_words

# By the field's name before the language: the plan's mapping, the label, and whether it is one line.
TEXTS: dict[str, tuple[str, Any, bool]] = {
    "title": ("titles", _l("Title"), True),
    "purpose": ("purposes", _l("Purpose"), False),
    "audience": ("audiences", _l("For whom it is"), False),
    "programme": ("programmes", _l("Programme"), False),
    "facilitators": ("facilitators", _l("Who leads it"), False),
    "address": ("addresses", _l("Address, with the floor"), False),
    "access": ("accesses", _l("How to get in"), False),
}
TIMES = ("starts_at", "ends_at", "register_by")
NUMBERS = ("places", "offer_hours", "reminder_hours", "retention_days")
NO_NUMBER = -1
NO_TIME = datetime.max.replace(tzinfo=UTC)
OTHERS = "others-title"  # the id of what somebody else saved meanwhile
ALL_COUNTRIES = "all"


class WorkshopForm(PageForm):
    """All about a workshop; the texts and questions in each language are added by `form_class`."""

    languages: tuple[str, ...] = ()

    seen = HiddenField(id=OTHERS)
    slug = TextField(_l("Address"))
    country = SelectField(_l("Country"), validate_choice=False)
    zone = SelectField(_l("Time zone"), validate_choice=False)
    starts_at = TextField(_l("Start"))
    ends_at = TextField(_l("End"))
    register_by = TextField(_l("Register by"))
    online_link = TextField(_l("Link to take part online"))
    working_language = SelectField(_l("Working language"), validate_choice=False)
    interpretation = SelectMultipleField(_l("Interpretation into"), validate_choice=False)
    places = TextField(_l("Places"))
    has_waiting_list = BooleanField(_l("Keep a waiting list when it is full"), default=True)
    offer_hours = TextField(_l("Hours to accept a place"), default="48")
    reminder_hours = TextField(_l("Hours before the start at which a reminder is sent"), default="0")
    retention_days = TextField(_l("Days after which registrations are erased"), default="90")
    paragraph_keys = SelectMultipleField(_l("Paragraphs it is about"), validate_choice=False)
    contact_name = TextField(_l("Contact person"))
    contact_email = TextField(_l("E-mail address of the contact person"))
    questions: Any

    def plan(self, slug: str, country: str | None, before: Workshop | None) -> WorkshopPlan:
        """What was filled in; it says itself which times no clock shows."""
        (instants, unread), numbers = self._instants(before), {name: self._number(name) for name in NUMBERS}
        return WorkshopPlan(
            slug=slug,
            country=country,
            **{plural: self._texts(name) for name, (plural, _label, _line) in TEXTS.items()},
            zone=self.zone.data or "",
            starts_at=instants["starts_at"],
            ends_at=instants["ends_at"],
            register_by=instants["register_by"],
            places=numbers["places"],
            offer_hours=numbers["offer_hours"],
            reminder_hours=numbers["reminder_hours"],
            retention_days=numbers["retention_days"],
            online_link=self.online_link.data or "",
            working_language=self.working_language.data or "",
            interpretation=self.interpretation.data or [],
            has_waiting_list=bool(self.has_waiting_list.data),
            questions=self._questions(),
            paragraph_keys=self.paragraph_keys.data or [],
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
            unread=unread,
        )

    def chosen_country(self, only: str | None) -> str | None:
        """The country that was chosen; `only` where there was no choice, None for all together."""
        if "country" not in self:
            return only
        return None if self.country.data in {ALL_COUNTRIES, "", None} else str(self.country.data)

    def add_question(self) -> None:
        """The form has room for one more question."""
        if len(self.questions) < MOST_QUESTIONS:
            self.questions.append_entry()

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """The fields say in words what could not be taken."""
        for name, code in problems.items():
            field = self._field(name)
            field.errors = [*field.errors, workshop_words(name, code)]

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of every problem, in the order of the page."""
        texts = {f"{name}_{code}" for name in TEXTS for code in self.languages}
        first = {"csrf_token", "seen", "slug"}
        fields: Any = sorted(self, key=lambda field: (field.name not in first, field.name not in texts))
        return [(self._id_of(field), str(message)) for field in fields for message in field.errors]

    def _field(self, name: str) -> Any:
        singular = {plural: one for one, (plural, _label, _line) in TEXTS.items()}.get(name)
        if singular is None:
            return self[name] if name in self else self["slug" if "slug" in self else "zone"]
        codes = [code for code in self.languages if (self[f"{singular}_{code}"].data or "").strip()]
        longest = max(codes, key=lambda code: len(self[f"{singular}_{code}"].data), default=self.languages[0])
        return self[f"{singular}_{longest}"]

    def _id_of(self, field: Any) -> str:
        return f"questions-0-label_{self.languages[0]}" if field.name == "questions" else str(field.id)

    def _texts(self, name: str) -> dict[str, str]:
        return {code: self[f"{name}_{code}"].data or "" for code in self.languages}

    def _number(self, name: str) -> int:
        found = small_number((self[name].data or "").strip())
        return NO_NUMBER if found is None else found

    def _questions(self) -> list[Question]:
        return [
            Question(
                labels={code: entry.form[f"label_{code}"].data or "" for code in self.languages},
                is_required=bool(entry.form.is_required.data),
                key=entry.form.key.data or "",
            )
            for entry in self.questions
        ]

    def _instants(self, before: Workshop | None) -> tuple[dict[str, datetime], dict[str, str]]:
        """The times, NO_TIME where none can be read, and by field why not."""
        found = dict.fromkeys(TIMES, NO_TIME)
        problems: dict[str, str] = {}
        for name in TIMES:
            try:
                found[name] = self._instant(name, before)
            except InvalidError as error:
                problems.update(error.problems)
        return found, problems

    def _instant(self, name: str, before: Workshop | None) -> datetime:
        zone, typed = self.zone.data or "", self[name].data or ""
        if before and before.zone == zone and typed == local_words(getattr(before, name), zone):
            kept: datetime = getattr(before, name)  # seconds, and which of two same hours, stay
            return kept
        try:
            local = datetime.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError as error:
            raise InvalidError({name: "unreadable"}) from error
        try:
            return instant_in(zone, local)
        except InvalidError as error:
            code = error.problems.get("local")
            raise InvalidError({name: code} if code else {"zone": "unknown"}) from error


@cache
def form_class(languages: tuple[str, ...]) -> type[WorkshopForm]:
    """The form with texts and questions in those languages."""
    labels = {f"label_{code}": TextField(_l("Question")) for code in languages}
    question = type(
        "QuestionPart",
        (Form,),
        {**labels, "is_required": BooleanField(_l("An answer is required")), "key": HiddenField()},
    )
    texts = {
        f"{name}_{code}": (TextField if is_line else TextAreaField)(label)
        for name, (_plural, label, is_line) in TEXTS.items()
        for code in languages
    }
    questions: Any = FieldList(FormField(question), max_entries=MOST_QUESTIONS)
    return type("FormInLanguages", (WorkshopForm,), {**texts, "questions": questions, "languages": languages})


def workshop_form(
    languages: Sequence[str],
    sent: MultiDict[str, str] | None = None,
    *,
    shown: Mapping[str, Any] | None = None,
) -> WorkshopForm:
    """The form as it was sent, or else filled with what is to be shown."""
    form = form_class(tuple(languages))(sent or None, data=dict(shown or {}) if not sent else None)
    for name in ("slug", "zone", *TIMES, "working_language", "places", "contact_name", "contact_email"):
        form[name].flags.required = True
    return form


def present(workshop: Workshop, *, is_copy: bool = False) -> dict[str, Any]:
    """What the form shows of a workshop; a copy has neither address nor times, and asks anew."""
    zone = workshop.zone
    times = {} if is_copy else {name: local_words(getattr(workshop, name), zone) for name in TIMES}
    texts = {
        f"{name}_{code}": text
        for name, (plural, _label, _line) in TEXTS.items()
        for code, text in getattr(workshop, plural).items()
    }
    questions = [
        {
            **{f"label_{code}": label for code, label in one["labels"].items()},
            "is_required": one["is_required"],
            "key": "" if is_copy else one["key"],
        }
        for one in workshop.questions
    ]
    alike = ("online_link", "working_language", "interpretation", "has_waiting_list", "paragraph_keys",
             "contact_name", "contact_email")  # fmt: skip
    return {
        **texts,
        **times,
        **{name: getattr(workshop, name) for name in alike},
        **{name: str(getattr(workshop, name)) for name in NUMBERS},
        "zone": zone,
        "country": workshop.country or ALL_COUNTRIES,
        "questions": questions,
        "seen": "" if is_copy else state_of_plan(workshop),
    }


def local_words(instant: datetime, zone: str) -> str:
    """The instant as a field for day and time shows it in that zone."""
    return instant.astimezone(zone_called(zone)).strftime(LOCAL_FORM)
