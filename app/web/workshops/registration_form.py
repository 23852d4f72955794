"""The form by which somebody registers for a workshop, and the same form to change it later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField, TextAreaField

from app.models.workshop import Registration, Workshop
from app.services.comments.checking import LONGEST_LINE
from app.services.errors import InvalidError
from app.services.workshops.applying import LONGEST_ANSWER, QUESTION, Applicant, check_applicant
from app.services.workshops.seating import MOST_WITH_ONE_ADDRESS
from app.web.forms import PageForm, TextField
from app.web.limits import count, network_of, private_key, wait_for
from app.web.presenting import Words, words_in

SHORTEST_TIME = timedelta(seconds=2)
SECONDS_A_MINUTE = 60
AFTER_QUESTIONS = ("accessibility", "diet", "consent", "csrf_token")
INVALID, TOO_MANY = 422, 429
PROBLEMS: dict[tuple[str, str], Any] = {
    ("name", "required"): _l("Write your name."),
    ("name", "address"): _l("Write your name without the address of a page."),
    ("organisation", "address"): _l("Write the organisation’s name without the address of a page."),
    ("email", "required"): _l("Write your e-mail address: the answer goes there."),
    ("email", "invalid"): _l("This is not an e-mail address. It should look like name@example.org."),
    ("email", "too_many"): _l(
        "At most %(most)s people can register with one e-mail address. Write another address.",
        most=MOST_WITH_ONE_ADDRESS,
    ),
    ("consent", "required"): _l("Tick the box: without your consent we may not keep your registration."),
}


class RegistrationForm(PageForm):
    """Who comes and what they need; the workshop's questions are added by `registration_form`."""

    website = StringField(_l("Leave this empty"))
    name = TextField(_l("Your name"))
    email = TextField(_l("Your e-mail address"))
    organisation = TextField(_l("Organisation"))
    accessibility = TextAreaField(_l("Accessibility"))
    diet = TextAreaField(_l("Food"))
    consent = BooleanField(_l("I agree that what I fill in here is kept for the workshop as said above."))

    questions: Sequence[Any] = ()

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) in the order of the page; what concerns the whole form comes first."""
        asked = [(field.id, str(message)) for field in self.questions for message in field.errors]
        found = super().error_list
        place = next((at for at, (name, _words) in enumerate(found) if name in AFTER_QUESTIONS), len(found))
        whole = [("csrf_token", str(message)) for message in self.form_errors]
        return [*whole, *found[:place], *asked, *found[place:]]

    def applicant(self, language: str, email: str = "") -> Applicant:
        """What was filled in; `email` is that of a registration that is changed."""
        return Applicant(
            name=self.name.data or "",
            email=(self.email.data or "") if "email" in self else email,
            language=language,
            organisation=self.organisation.data or "",
            accessibility=self.accessibility.data or "",
            diet=self.diet.data or "",
            answers={field.name.removeprefix(QUESTION): field.data or "" for field in self.questions},
            consent="consent" in self and bool(self.consent.data),
        )

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """The fields say in words what the service could not take."""
        fields = {field.name: field for field in (*self, *self.questions)}
        for name, problem in problems.items():
            fields[name].errors = [*fields[name].errors, _problem_words(name, problem)]


def registration_form(
    workshop: Workshop, sent: MultiDict[str, Any] | None = None, email: str = ""
) -> RegistrationForm:
    """The form with the workshop's questions, filled with what was sent."""
    form = RegistrationForm(sent)
    if not form.email.raw_data:
        form.email.data = email
    _ask(form, workshop, sent)
    for name in ("name", "email", "consent"):
        form[name].flags.required = True
    return form


def change_form(registration: Registration, sent: MultiDict[str, Any] | None = None) -> RegistrationForm:
    """The form with what the registration says, or with what was sent; the address cannot be changed."""
    needs = registration.needs
    said = {
        "name": registration.name,
        "organisation": registration.organisation,
        "accessibility": needs.accessibility if needs else "",
        "diet": needs.diet if needs else "",
    }
    form = RegistrationForm(sent, data=said)
    _ask(form, registration.workshop, sent, registration.answers)
    for name in ("email", "consent", "website"):
        del form[name]
    form.name.flags.required = True
    return form


def status_of_refusal(form: RegistrationForm, workshop: Workshop, at: datetime) -> int | None:
    """The status with which the form comes back, saying why; None when it can be taken, which is counted."""
    if not form.validate():
        return INVALID
    if form.website.data:
        form.website.errors = [_("Leave this field empty: it is there to catch robots.")]
        return INVALID
    if form.token is not None and at - form.token.made_at < SHORTEST_TIME:
        form.form_errors.append(_("That was very fast. Look at it once more, then send it."))
        return TOO_MANY
    return _refuse_unfit(form, workshop) or _refuse_too_many(form)


def _refuse_unfit(form: RegistrationForm, workshop: Workshop) -> int | None:
    """What is to be mended is said before anything is counted: no letter is written of it."""
    try:
        check_applicant(workshop.questions, form.applicant(language=""))
    except InvalidError as error:
        form.add_problems(error.problems)
        return INVALID
    return None


def _refuse_too_many(form: RegistrationForm) -> int | None:
    """Each registration writes a letter to an address that anybody can have typed."""
    network, address = network_of(request), private_key((form.email.data or "").casefold())
    wait = max(wait_for("registration", network), wait_for("registration_letter", address))
    if not wait:
        count("registration", network)
        count("registration_letter", address)
        return None
    minutes = -(-wait // SECONDS_A_MINUTE)
    form.form_errors.append(
        ngettext(
            "Many registrations came from your network or for this address. Wait %(num)s minute, then send "
            "yours. Nothing is lost.",
            "Many registrations came from your network or for this address. Wait %(num)s minutes, then send "
            "yours. Nothing is lost.",
            minutes,
        )
    )
    return TOO_MANY


def _ask(
    form: RegistrationForm,
    workshop: Workshop,
    sent: MultiDict[str, Any] | None,
    answers: Mapping[str, str] | None = None,
) -> None:
    """The form asks the workshop's questions; its class cannot, since each workshop asks others."""
    questions = []
    for question in workshop.questions:
        words = words_in(question["labels"])
        unbound: Any = TextAreaField(_marked(words))
        field: Any = unbound.bind(form=form, name=f"{QUESTION}{question['key']}")
        field.process(sent, (answers or {}).get(question["key"], ""))
        field.flags.required, field.words = bool(question.get("is_required")), words
        questions.append(field)
    form.questions = questions


def _marked(words: Words) -> Markup:
    """The words of a question, marked with their language where it is not the page’s."""
    if not words.is_other:
        return escape(words.text)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(words.language, words.direction, words.text)


def _problem_words(name: str, problem: str) -> str:
    if problem == "too_long":
        most = LONGEST_LINE if name in {"name", "organisation", "email"} else LONGEST_ANSWER
        written = f"{most:,}".replace(",", "\u202f")
        return str(_("This is too long: at most %(most)s characters.", most=written))
    if name.startswith(QUESTION):
        return str(_("Answer this question."))
    return str(PROBLEMS[name, problem])
