"""After a workshop: its notes, what it found as a group's submission, and its materials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from app.models.comment import Submission
from app.models.consultation import ModerationPolicy
from app.models.roles import Permission
from app.models.workshop import Workshop
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError, NotYetOpenError
from app.services.paper.filing import ScannedFile
from app.services.paper.papers import UnfitPaperError
from app.services.permissions import countries_of
from app.services.workshops.attending import number_attended
from app.services.workshops.hosting import workshop_to_run
from app.services.workshops.minuting import (
    change_materials,
    desk_of,
    enter_results,
    has_begun,
    problems_of_results,
    submissions_of,
    version_of_results,
    write_notes,
)
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.kept_files import sent_form
from app.web.organising.workshop_management import GET_AND_POST, ONE, REFUSED
from app.web.organising.workshop_management_views import (
    language_named,
    languages_for,
    places_in,
    workshop_line,
)
from app.web.organising.workshop_overtaken import Standing, standing_otherwise
from app.web.organising.workshop_results_forms import (
    MaterialsForm,
    NotesForm,
    ResultsForm,
    materials_form,
    notes_form,
    results_form,
)
from app.web.ports import settings
from app.wording import STATES, intake_words, workshop_words

pages = Blueprint("workshop_results", __name__)

TextsForm = NotesForm | MaterialsForm
FormOf = Callable[[Sequence[str], Any, Workshop], TextsForm]
PageOf = Callable[..., ResponseReturnValue]


@pages.route(f"{ONE}/notes", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def notes(slug: str) -> ResponseReturnValue:
    """The notes that the workshop's page shows, in each language."""
    workshop = _workshop(slug)
    form = notes_form(_codes(workshop), request.form, workshop)
    page = partial(_texts_page, "workshop_management/notes.html", workshop, form)
    if request.method == "GET":
        return page()
    if not form.validate():
        return page(REFUSED)
    write = partial(write_notes, workshop, form.texts())
    if (refusal := _refusal(workshop, form, notes_form, write, page)) is not None:
        return refusal
    flash(_("The notes are saved. The workshop’s page shows them."))
    return redirect(url_for("workshop_results.notes", slug=slug), 303)


@pages.route(f"{ONE}/materials", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def materials(slug: str) -> ResponseReturnValue:
    """What the workshop's page links: slides, papers, minutes."""
    workshop = _workshop(slug)
    form = materials_form(_codes(workshop), request.form, workshop)
    page = partial(_texts_page, "workshop_management/materials.html", workshop, form)
    if request.method == "GET":
        return page()
    if not form.validate():
        return page(REFUSED)
    if "more" in request.form:
        form.add_material()
        return page()
    write = partial(change_materials, workshop, form.found())
    if (refusal := _refusal(workshop, form, materials_form, write, page)) is not None:
        return refusal
    flash(_("The materials are saved. The workshop’s page links them."))
    return redirect(url_for("workshop_results.materials", slug=slug), 303)


@pages.route(f"{ONE}/results", methods=GET_AND_POST)
@requires(Permission.RUN_WORKSHOPS)
def results(slug: str) -> ResponseReturnValue:
    """What a group at the workshop said, paragraph by paragraph; entered as its submission."""
    workshop = _workshop(slug)
    try:
        sent = sent_form() if request.method == "POST" else None
    except RequestEntityTooLarge:
        form = _results_form(workshop, None)
        form.file.errors = [intake_words("file", "too_large")]
        return _results_page(workshop, form, REFUSED)
    form = _results_form(workshop, sent)
    if sent is None:
        return _results_page(workshop, form)
    if "more" in sent:
        form.add_finding()
        return _results_page(workshop, form)
    is_valid, file = form.validate(), form.sent_scan()
    if not is_valid:
        return _results_page(workshop, form, REFUSED)
    return _enter(workshop, form, file)


def _workshop(slug: str) -> Workshop:
    return workshop_to_run(slug, by=signed_in_person())


def _codes(workshop: Workshop) -> list[str]:
    codes = [one.code for one in languages_for(workshop.consultation)]
    return list(dict.fromkeys([*codes, *workshop.titles, *workshop.notes]))


def _refusal(
    workshop: Workshop, form: TextsForm, form_of: FormOf, write: Callable[..., None], page: PageOf
) -> ResponseReturnValue | None:
    """The page with what is wrong, or with what somebody else saved meanwhile; None once all is saved."""
    try:
        write(seen=form.seen.data or "", by=signed_in_person(), at=now())
    except InvalidError as refused:
        form.add_problems(refused.problems)
        return page(REFUSED)
    except ChangedMeanwhileError:
        others = standing_otherwise(form, form_of(_codes(workshop), None, workshop))
        return page(REFUSED, others) if others else None
    return None


def _results_form(workshop: Workshop, sent: object) -> ResultsForm:
    return results_form(
        workshop,
        sent,
        places=places_in(version_of_results(workshop, now())),
        attended=number_attended(workshop),
        countries=desk_of(workshop, by=signed_in_person()).countries,
    )


def _enter(workshop: Workshop, form: ResultsForm, file: ScannedFile | None) -> ResponseReturnValue:
    try:
        if form.file.errors:
            _refuse_with_file(workshop, form)
        receipt = enter_results(
            workshop,
            form.results(),
            file,
            form=form.token.nonce if form.token else "",
            by=signed_in_person(),
            at=now(),
            secret_key=settings().secret_key,
        )
    except UnfitPaperError as refused:
        form.add_problems(refused.found)
    except NotFoundError:
        form.refuse(_("The draft has no sealed version yet. Comments can be entered once it has one."))
    except NotYetOpenError:
        form.refuse(_("The consultation is not open to the public. Nothing can be entered."))
    except InvalidError as refused:
        form.refuse(workshop_words(*next(iter(refused.problems.items()))))
    else:
        flash(_("The results are entered. Their receipt number is %(number)s.", number=receipt.number))
        if workshop.consultation.moderation == ModerationPolicy.BEFORE:
            flash(_("A moderator reads the comments before they are published."))
        return redirect(url_for("workshop_results.results", slug=workshop.slug), 303)
    return _results_page(workshop, form, REFUSED)


def _refuse_with_file(workshop: Workshop, form: ResultsForm) -> None:
    """Raises what else is wrong, beside the file that cannot be taken."""
    by, at = signed_in_person(), now()
    raise UnfitPaperError(problems_of_results(workshop, form.results(), has_file=True, by=by, at=at))


def _texts_page(
    template: str, workshop: Workshop, form: TextsForm, status: int = 200, others: Sequence[Standing] = ()
) -> ResponseReturnValue:
    at = now()
    return render_template(
        template,
        view=workshop_line(workshop, at),
        form=form,
        languages_of_texts=[language_named(code) for code in form.languages],
        has_begun=has_begun(workshop, at),
        others=others,
    ), status


def _states_words(sent: Submission) -> str:
    """How the comments stand: “Waiting”, or where they differ “Waiting: 2, Published: 1”."""
    numbers = Counter(one.state for one in sent.comments)
    if len(numbers) == 1:
        return "".join(str(STATES[state]) for state in numbers)
    return ", ".join(f"{STATES[state]}: {number}" for state, number in numbers.items())


def _may_moderate(workshop: Workshop) -> bool:
    countries = countries_of(signed_in_person(), Permission.MODERATE, workshop.consultation_id)
    return countries is None or bool(countries)


def _results_page(workshop: Workshop, form: ResultsForm, status: int = 200) -> ResponseReturnValue:
    at = now()
    return render_template(
        "workshop_management/results.html",
        view=workshop_line(workshop, at),
        form=form,
        places=[place for _key, place in places_in(version_of_results(workshop, at))],
        submissions=[(sent, _states_words(sent)) for sent in submissions_of(workshop)],
        may_moderate=_may_moderate(workshop),
        consultation_slug=workshop.consultation.slug,
        can_enter=has_begun(workshop, at),
        has_closed=at >= workshop.consultation.closes_at,
        kept_name=form.kept_name.data or "",
    ), status
