"""Translating: a translation of the working version, corrected beside its original."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.i18n import name_of_language
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.roles import Permission
from app.services.consultations.consulting import consultation_to_manage
from app.services.drafts.drafting import versions_of, working_version_if_any, working_version_of
from app.services.drafts.sealing import SealedError
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.mending.carrying import begin_translation
from app.services.mending.correcting import discard_left_over, place_left_over, write_title
from app.services.mending.juxtaposing import correction_of
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.drafts.sealed_page import sealed_page
from app.web.drafts.translating_acts import carry_out
from app.web.drafts.translating_form import (
    BeginForm,
    LeftOverForm,
    TitleForm,
    WordsForm,
    begin_form,
    problem_words,
)
from app.web.drafts.translating_views import lines_of, next_to_do, screen_view
from app.web.forms import PageForm, small_number
from app.web.locales import page_locale
from app.web.management.management_views import consultation_view

pages = Blueprint("translating", __name__)

REFUSED = 422
CONFLICT = 409
PLACE = "/<lang>/manage/consultations/<slug>/translations"
ONE = f"{PLACE}/<language>"


@pages.route(PLACE)
@requires(Permission.MANAGE_CONSULTATIONS)
def index(slug: str) -> ResponseReturnValue:
    """The translations of the newest version, and, while it is not sealed, the form to begin one."""
    consultation = _consultation(slug)
    version = next(iter(versions_of(consultation)), None)
    is_working = version is not None and version.sealed_at is None
    return _index_page(consultation, version, begin_form(None, _taken(version)) if is_working else None)


@pages.route(PLACE, methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def begin(slug: str) -> ResponseReturnValue:
    """The working version has a translation to fill in."""
    consultation = _consultation(slug)
    version = working_version_if_any(consultation)
    if version is None:
        return sealed_page(consultation)
    form = begin_form(request.form, _taken(version))
    if not form.validate():
        return _index_page(consultation, version, form, REFUSED)
    language = form.language.data
    try:
        begin_translation(version, language, form.title.data or "", by=signed_in_person(), at=now())
    except InvalidError as error:
        _tell(form, error)
        return _index_page(consultation, version, form, REFUSED)
    flash(_("The translation is begun. Fill in what is missing."))
    return redirect(url_for("translating.translation", slug=slug, language=language), 303)


@pages.route(ONE)
@requires(Permission.MANAGE_CONSULTATIONS)
def translation(slug: str, language: str) -> ResponseReturnValue:
    """The original and the translation, paragraph by paragraph."""
    consultation = _consultation(slug)
    return _screen(consultation, working_version_of(consultation), language)


@pages.route(ONE, methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def correct(slug: str, language: str) -> ResponseReturnValue:
    """One paragraph of the translation is corrected."""
    consultation = _consultation(slug)
    version = working_version_if_any(consultation)
    if version is None:
        return sealed_page(consultation)
    form = WordsForm(request.form)
    if not form.validate():
        return _screen(consultation, version, language, form, REFUSED)
    try:
        carry_out(version, language, form)
    except ChangedMeanwhileError:
        form.words.errors = [problem_words("changed")]
        return _screen(consultation, version, language, form, CONFLICT)
    except SealedError:
        return sealed_page(consultation)
    except InvalidError as error:
        form.words.errors = [problem_words(next(iter(error.problems.values())))]
        return _screen(consultation, version, language, form, REFUSED)
    return redirect(_after(consultation, language, form), 303)


@pages.route(f"{ONE}/left-over", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def decide(slug: str, language: str) -> ResponseReturnValue:
    """A text that no paragraph was found for is placed or left out."""
    consultation = _consultation(slug)
    version = working_version_if_any(consultation)
    if version is None:
        return sealed_page(consultation)
    form = LeftOverForm(request.form)
    if not form.validate():
        return _screen(consultation, version, language, status=REFUSED, left_form=form)
    position = small_number(form.position.data)
    if position is None:
        form.position.errors = [_("This text has been placed or left out meanwhile.")]
        return _screen(consultation, version, language, status=REFUSED, left_form=form)
    key, person, at = form.key.data or "", signed_in_person(), now()
    if form.act.data == "discard":
        discard_left_over(version, language, position, by=person, at=at)
        flash(_("The text is left out of the translation."))
        return redirect(_address(slug, language, "left-over"), 303)
    place_left_over(version, language, position, key, by=person, at=at)
    flash(_("The text has a place now. Check it there."))
    return redirect(_address(slug, language, key), 303)


@pages.route(f"{ONE}/title", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def title(slug: str, language: str) -> ResponseReturnValue:
    """The translation has another title, or another standing."""
    consultation = _consultation(slug)
    version = working_version_if_any(consultation)
    if version is None:
        return sealed_page(consultation)
    form = TitleForm(request.form)
    try:
        if not form.validate():
            return _screen(consultation, version, language, status=REFUSED, title_form=form)
        write_title(
            version,
            language,
            form.title.data or "",
            is_official=bool(form.official.data),
            by=signed_in_person(),
            at=now(),
        )
    except InvalidError as error:
        _tell(form, error)
        return _screen(consultation, version, language, status=REFUSED, title_form=form)
    flash(_("The title is saved."))
    return redirect(url_for("translating.translation", slug=slug, language=language), 303)


def _after(consultation: Consultation, language: str, form: WordsForm) -> str:
    """The same screen at the paragraph, or with the act `save` at the next that has something to do."""
    show, key = request.args.get("show", "all"), form.key.data or ""
    anchor = key
    if form.act.data == "save" or show != "all":
        view = screen_view(correction_of(working_version_of(consultation), language), show)
        anchor = next_to_do(view, key)
    return _address(consultation.slug, language, anchor, show)


def _address(slug: str, language: str, anchor: str, show: str = "all") -> str:
    return url_for(
        "translating.translation",
        slug=slug,
        language=language,
        show=show if show != "all" else None,
        _anchor=anchor,
    )


def _consultation(slug: str) -> Consultation:
    return consultation_to_manage(slug, by=signed_in_person())


def _taken(version: Version | None) -> set[str]:
    return {text.language for text in version.translations} if version else set()


def _tell(form: PageForm, error: InvalidError) -> None:
    for name, code in error.problems.items():
        field = form[name]
        field.errors = [*field.errors, problem_words(code)]


def _index_page(
    consultation: Consultation, version: Version | None, form: BeginForm | None, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "management/translations.html",
        view=consultation_view(consultation, now()),
        number=version.number if version else 0,
        lines=lines_of(version) if version else [],
        form=form,
        is_sealed=version is not None and version.sealed_at is not None,
    ), status


def _screen(
    consultation: Consultation,
    version: Version,
    language: str,
    form: WordsForm | None = None,
    status: int = 200,
    title_form: TitleForm | None = None,
    left_form: LeftOverForm | None = None,
) -> ResponseReturnValue:
    correction = correction_of(version, language)
    stands = {"title": correction.translation.title, "official": correction.translation.is_official}
    return render_template(
        "management/translation.html",
        view=consultation_view(consultation, now()),
        screen=screen_view(correction, request.args.get("show", "all"), form),
        form=form or WordsForm(),
        left_form=left_form or LeftOverForm(),
        title_form=title_form or TitleForm(data=stands),
        page_name=name_of_language(language, page_locale()),
    ), status
