"""The page on which an editor moves a closing later, sees what will be announced, and announces it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from app.i18n import page_languages
from app.models.consultation import Consultation
from app.models.roles import Permission
from app.services.consultations.consulting import consultation_to_manage
from app.services.consultations.extending import announcement, extend, number_to_tell
from app.services.consultations.planning import instant_in
from app.services.errors import InvalidError
from app.services.text import digest_of
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.dates import zone_called, zone_words
from app.web.forms import PageForm, TextField
from app.web.management.management_forms import LOCAL_FORM
from app.web.management.management_views import consultation_view, original_language
from app.web.public.closing import ExtensionView, extension_view, extension_views
from app.wording import CONSULTATION_PROBLEMS

pages = Blueprint("extending", __name__)

REFUSED = 422
ADDRESS = "/<lang>/manage/consultations/<slug>/extend"


class ExtensionForm(PageForm):
    """The new closing, and the reason in each language of the pages (the fields are added below)."""

    closes_at = TextField(_l("New closing"))
    original = ""

    def reasons(self) -> Mapping[str, str]:
        """The reasons as they were written, the original's language first."""
        codes = sorted(page_languages(), key=lambda code: code != self.original)
        return {code: self[f"reason_{code}"].data or "" for code in codes}

    def instant(self, zone: str) -> datetime:
        """The instant of the new closing; raises InvalidError."""
        try:
            typed = datetime.fromisoformat(self.closes_at.data or "")
            return instant_in(zone, typed.replace(second=0, microsecond=0, tzinfo=None))
        except ValueError as error:
            raise InvalidError({"closes_at": "unreadable"}) from error

    @property
    def digest(self) -> str:
        """The same for the same words: what is announced has been seen."""
        return digest_of(repr([self.closes_at.data, *self.reasons().items()]))

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what could not be taken."""
        for name, problem in problems.items():
            field = self[f"reason_{self.original}" if name == "reasons" else "closes_at"]
            field.errors = [*field.errors, str(CONSULTATION_PROBLEMS[f"{name} {problem}"])]


for _code in page_languages():
    setattr(ExtensionForm, f"reason_{_code}", TextAreaField(_l("Reason")))


@dataclass(frozen=True)
class Preview:
    """What will be announced, and how many letters will tell of it."""

    announced: ExtensionView
    letters: int


@pages.route(ADDRESS, methods=("GET", "POST"))
@requires(Permission.MANAGE_CONSULTATIONS)
def form(slug: str) -> ResponseReturnValue:
    """The form, then what will be announced, then it is announced."""
    consultation = consultation_to_manage(slug, by=signed_in_person())
    filled = _form(consultation)
    if request.method == "GET":
        return _page(consultation, filled)
    if not filled.validate():
        return _page(consultation, filled, status=REFUSED)
    try:
        new_closes_at = filled.instant(consultation.zone)
        if request.form.get("seen") != filled.digest:
            return _page(consultation, filled, _preview(consultation, new_closes_at, filled))
        extend(
            consultation,
            new_closes_at,
            filled.reasons(),
            original=filled.original,
            by=signed_in_person(),
            at=now(),
        )
    except InvalidError as refused:
        filled.add_problems(refused.problems)
        return _page(consultation, filled, status=REFUSED)
    flash(_("The consultation is extended, and the extension is announced."))
    return redirect(url_for("extending.form", slug=slug), 303)


def _form(consultation: Consultation) -> ExtensionForm:
    closing = consultation.closes_at.astimezone(zone_called(consultation.zone))
    form = ExtensionForm(request.form or None, data={"closes_at": closing.strftime(LOCAL_FORM)})
    form.original = original_language(consultation)
    for name in ("closes_at", f"reason_{form.original}"):
        form[name].flags.required = True
    return form


def _preview(consultation: Consultation, new_closes_at: datetime, form: ExtensionForm) -> Preview:
    at = now()
    announced = announcement(
        consultation,
        new_closes_at,
        form.reasons(),
        original=form.original,
        by=signed_in_person(),
        at=at,
    )
    return Preview(
        announced=extension_view(
            announced.old_closes_at, announced.new_closes_at, announced.reasons, at, consultation.zone
        ),
        letters=number_to_tell(consultation),
    )


def _page(
    consultation: Consultation, form: ExtensionForm, preview: Preview | None = None, status: int = 200
) -> ResponseReturnValue:
    at = now()
    return render_template(
        "management/extend.html",
        view=consultation_view(consultation, at),
        form=form,
        preview=preview,
        has_closed=at >= consultation.closes_at,
        zone=zone_words(consultation.zone),
        extensions=extension_views(consultation),
    ), status
