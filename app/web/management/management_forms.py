"""What editors fill in about a consultation: its words, times and rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.core import get_global
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.models.consultation import Asking, Consultation, ModerationPolicy, Particular, WhoMayComment
from app.services.consultations.consulting import Plan, instant_in, slug_problems, zones
from app.services.errors import InvalidError
from app.web.dates import zone_called
from app.web.forms import PageForm, TextField, small_number
from app.web.locales import page_locale
from app.wording import CONSULTATION_PROBLEMS

LOCAL_FORM = "%Y-%m-%dT%H:%M"
USUAL_ZONE = "Europe/Paris"
TEXTS = {"title": "titles", "summary": "summaries", "body": "bodies", "privacy": "privacy_notices"}
ALL_TEXTS = {**TEXTS, "late": "late_notices"}
NO_NUMBER = -1
ASKINGS: dict[str, Any] = {
    Asking.NO: _l("Not asked"),
    Asking.OPTIONAL: _l("Asked, may be left empty"),
    Asking.REQUIRED: _l("Required"),
}
PARTICULARS: dict[str, Any] = {
    Particular.NAME: _l("Name"),
    Particular.EMAIL: _l("E-mail address"),
    Particular.COUNTRY: _l("Country"),
    Particular.CAPACITY: _l("Capacity: individual, organisation or group"),
    Particular.KIND: _l("Kind of comment"),
    Particular.IMPORTANCE: _l("Importance, from 1 to 5"),
}


class _Beginning(PageForm):
    slug = TextField(_l("Address"))
    original = SelectField(_l("Language of the original"))


class _Texts(_Beginning):
    """The words in each language of the pages; the fields are added below, in the order of the languages."""


for _code in page_languages():
    setattr(_Texts, f"title_{_code}", TextField(_l("Title")))
    setattr(_Texts, f"summary_{_code}", TextAreaField(_l("Summary")))
    setattr(_Texts, f"body_{_code}", TextField(_l("Name of the public body")))
    setattr(_Texts, f"privacy_{_code}", TextAreaField(_l("Privacy notice")))
    setattr(_Texts, f"late_{_code}", TextAreaField(_l("How to send late")))


class ConsultationForm(_Texts):
    """All settings of a consultation."""

    zone = SelectField(_l("Time zone"))
    opens_at = TextField(_l("Opening"))
    closes_at = TextField(_l("Closing"))
    grace_minutes = TextField(_l("Grace minutes"), default="0")
    who_may_comment = RadioField(_l("Who may comment"), default=WhoMayComment.VISITORS)
    moderation = RadioField(_l("When comments become public"), default=ModerationPolicy.BEFORE)
    name = SelectField(PARTICULARS[Particular.NAME])
    email = SelectField(PARTICULARS[Particular.EMAIL])
    country = SelectField(PARTICULARS[Particular.COUNTRY])
    capacity = SelectField(PARTICULARS[Particular.CAPACITY])
    kind = SelectField(PARTICULARS[Particular.KIND])
    importance = SelectField(PARTICULARS[Particular.IMPORTANCE])
    takes_replies = BooleanField(_l("Published comments can be replied to"), default=True)
    asks_register_number = BooleanField(_l("Organisations are asked for their number in a public register"))
    asks_proof_of_work = BooleanField(_l("Browsers are asked to prove that they post for people"))
    contact_name = TextField(_l("Contact person"))
    contact_email = TextField(_l("E-mail address of the contact person"))

    def plan(self, slug: str, before: Consultation | None) -> Plan:
        """What was filled in; raises InvalidError for times that no clock shows."""
        zone = self.zone.data
        return Plan(
            slug=slug,
            **{plural: self._texts(name) for name, plural in ALL_TEXTS.items()},
            zone=zone,
            opens_at=self._instant("opens_at", zone, before),
            closes_at=self._instant("closes_at", zone, before),
            grace_minutes=self._grace_minutes(),
            who_may_comment=self.who_may_comment.data,
            moderation=self.moderation.data,
            asking={str(particular): self[particular].data for particular in Particular},
            takes_replies=bool(self.takes_replies.data),
            asks_register_number=bool(self.asks_register_number.data),
            asks_proof_of_work=bool(self.asks_proof_of_work.data),
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
        )

    def particulars(self) -> list[SelectField]:
        """The fields about what respondents are asked."""
        return [self.name, self.email, self.country, self.capacity, self.kind, self.importance]

    def require_slug(self) -> bool:
        """Whether the address can be taken; the field says why not."""
        problems = slug_problems(self.slug.data or "")
        for name, problem in problems.items():
            self.add_problem(name, problem)
        return not problems

    def require_texts(self) -> bool:
        """Whether all texts stand in the original's language; the fields that are empty say so."""
        if self.original.data not in page_languages():
            return False
        empty = [name for name in TEXTS if not (self[f"{name}_{self.original.data}"].data or "").strip()]
        for name in empty:
            self.add_problem(name, "required")
        return not empty

    def require_times(self, before: Consultation | None) -> bool:
        """Whether opening and closing can be read; the fields that cannot say why."""
        problems = {}
        for name in ("opens_at", "closes_at"):
            try:
                self._instant(name, self.zone.data, before)
            except InvalidError as error:
                problems.update(error.problems)
        for name, problem in problems.items():
            self.add_problem(name, problem)
        return not problems

    def add_problem(self, name: str, problem: str) -> None:
        """The field says in words what could not be taken."""
        singular = {plural: name for name, plural in ALL_TEXTS.items()}.get(name, name)
        field = self[f"{singular}_{self.original.data}" if singular in ALL_TEXTS else singular]
        is_missing = problem == "required" and singular in TEXTS
        words = _missing(singular, self.original.data) if is_missing else _problem_words(name, problem)
        field.errors = [*field.errors, words]

    def _texts(self, name: str) -> Mapping[str, str]:
        codes = sorted(page_languages(), key=lambda code: code != self.original.data)
        return {code: self[f"{name}_{code}"].data or "" for code in codes}

    def _grace_minutes(self) -> int:
        found = small_number(self.grace_minutes.data or "0")
        return NO_NUMBER if found is None else found

    def _instant(self, name: str, zone: str, before: Consultation | None) -> datetime:
        typed = self[name].data or ""
        if before and before.zone == zone and typed == _local(getattr(before, name), zone):
            return getattr(before, name)  # type: ignore[no-any-return]  # opens_at or closes_at
        try:
            return instant_in(zone, datetime.fromisoformat(typed).replace(second=0, microsecond=0))
        except ValueError as error:
            raise InvalidError({name: "unreadable"}) from error
        except InvalidError as error:
            raise InvalidError(
                {name: error.problems["local"]} if "local" in error.problems else {}
            ) from error


def consultation_form(
    sent: MultiDict[str, str] | None = None, consultation: Consultation | None = None, original: str = ""
) -> ConsultationForm:
    """The form as it was sent, or else filled with the consultation as it is."""
    form = ConsultationForm(sent or None, data=_present(consultation, original) if not sent else None)
    form.original.choices = [(code, _name(code)) for code in page_languages()]
    form.zone.choices = zone_choices(consultation.zone if consultation else USUAL_ZONE)
    form.who_may_comment.choices = [
        (WhoMayComment.VISITORS, _("Everybody, without an account")),
        (WhoMayComment.CONFIRMED_EMAIL, _("Everybody who confirms an e-mail address")),
        (WhoMayComment.SIGNED_IN, _("Persons who are signed in")),
    ]
    form.moderation.choices = [
        (ModerationPolicy.BEFORE, _("After a moderator has published them")),
        (ModerationPolicy.AFTER, _("At once; moderators look afterwards")),
    ]
    for field in form.particulars():
        field.choices = [(str(asking), str(words)) for asking, words in ASKINGS.items()]
    for name in ("slug", "opens_at", "closes_at", *(f"{name}_{form.original.data}" for name in TEXTS)):
        if name in form:
            form[name].flags.required = True
    if consultation is not None:
        del form["slug"]
    return form


def _present(consultation: Consultation | None, original: str) -> dict[str, Any]:
    if consultation is None:
        usual = Consultation(asking={}).asks
        asking = {str(particular): usual(particular) for particular in Particular}
        return {"original": page_locale(), "zone": USUAL_ZONE, **asking}
    zone = consultation.zone
    texts = {
        f"{name}_{code}": text
        for name, plural in ALL_TEXTS.items()
        for code, text in getattr(consultation, plural).items()
    }
    return {
        **texts,
        **{str(particular): consultation.asks(particular) for particular in Particular},
        "original": original or next(iter(consultation.titles)),
        "zone": zone,
        "opens_at": _local(consultation.opens_at, zone),
        "closes_at": _local(consultation.closes_at, zone),
        "grace_minutes": str(consultation.grace_minutes),
        "takes_replies": consultation.takes_replies,
        "asks_register_number": consultation.asks_register_number,
        "asks_proof_of_work": consultation.asks_proof_of_work,
        "who_may_comment": consultation.who_may_comment,
        "moderation": consultation.moderation,
        "contact_name": consultation.contact_name,
        "contact_email": consultation.contact_email,
    }


def _local(instant: datetime, zone: str) -> str:
    return instant.astimezone(zone_called(zone)).strftime(LOCAL_FORM)


def zone_choices(chosen: str) -> list[tuple[str, str]]:
    """The time zones that are places, by their present names, UTC and the one chosen before, as choices."""
    former = get_global("zone_aliases").keys() | {"UTC"}
    places = {zone for zone in zones() - former if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))}
    kept = {chosen} & zones() - {"UTC"}
    return [(zone, zone.replace("_", " ")) for zone in [*sorted(places | kept), "UTC"]]


def _name(code: str) -> str:
    return name_of_language(code, page_locale())


def _problem_words(name: str, problem: str) -> str:
    is_about_clock = problem in {"gap", "repeated"}
    return str(CONSULTATION_PROBLEMS[f"{'local' if is_about_clock else name} {problem}"])


def _missing(name: str, language: str) -> str:
    words = {
        "title": _(
            "Write the title in %(language)s, the language of the original.", language=_name(language)
        ),
        "summary": _("Write a summary in %(language)s.", language=_name(language)),
        "body": _("Write in %(language)s which public body asks.", language=_name(language)),
        "privacy": _("Write in %(language)s what happens to personal data.", language=_name(language)),
    }
    return str(words[name])
