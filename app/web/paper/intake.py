"""Intake: what came on paper, by e-mail or from a workshop is entered by hand, and seen again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from app.models.comment import Submission
from app.models.roles import Permission
from app.services.errors import InvalidError, NotYetOpenError
from app.services.paper.desks import (
    Desk,
    consultations_with_desks,
    entered_at_desk,
    file_of,
    files_of,
    name_of_enterer,
    open_desk,
    submission_at_desk,
)
from app.services.paper.filing import MOST_SCAN_BYTES, ScannedFile, add_file, scanned_file
from app.services.paper.intake import enter_submission
from app.services.paper.papers import UnfitPaperError
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.codes import code_of
from app.web.forms import PageForm, small_number
from app.web.kept_files import FileForm, sent_form
from app.web.openings import closing_view
from app.web.paper.intake_forms import PaperForm, paper_form
from app.web.paper.intake_views import (
    comment_view,
    entered_view,
    facts_of,
    file_views,
    labels_at,
    places_at,
    secret_link,
    size_words,
)
from app.web.ports import settings
from app.web.presenting import country_name, words_in
from app.wording import intake_words

pages = Blueprint("intake", __name__)

REFUSED = 422
GET_AND_POST = ("GET", "POST")
DESK = "/<lang>/manage/consultations/<slug>/intake"
ALONE = "default-src 'none'; sandbox"


@pages.route("/<lang>/manage/intake")
@requires(Permission.ENTER_COMMENTS)
def index() -> ResponseReturnValue:
    """The consultations in which the person may enter comments."""
    at = now()
    consultations = [
        (one.slug, words_in(one.titles), closing_view(one, at))
        for one in consultations_with_desks(signed_in_person())
    ]
    return render_template("intake/index.html", consultations=consultations)


@pages.route(DESK)
@requires(Permission.ENTER_COMMENTS)
def entered(slug: str) -> ResponseReturnValue:
    """What was entered, newest first."""
    desk = open_desk(slug, by=signed_in_person())
    lines, following = entered_at_desk(desk, before=small_number(request.args.get("before")))
    zone = desk.consultation.zone
    return render_template(
        "intake/entered.html",
        **heading_of(desk),
        lines=[entered_view(line, zone) for line in lines],
        following=following,
    )


@pages.route(f"{DESK}/new", methods=GET_AND_POST)
@requires(Permission.ENTER_COMMENTS)
def new(slug: str) -> ResponseReturnValue:
    """The form for one letter, e-mail or note."""
    desk = open_desk(slug, by=signed_in_person())
    try:
        form = paper_form(desk, sent_form() if request.method == "POST" else None)
    except RequestEntityTooLarge:
        form = paper_form(desk)
        form.file.errors = [intake_words("file", "too_large")]
        return _form_page(desk, form, REFUSED)
    if request.method == "GET":
        return _form_page(desk, form)
    is_asking_for_more = "more" in request.form
    is_valid = is_asking_for_more or form.validate()
    file = form.sent_scan()
    if is_asking_for_more:
        form.add_comment()
        return _form_page(desk, form)
    if not is_valid or form.file.errors:
        return _form_page(desk, form, REFUSED)
    return _enter(desk, form, file)


@pages.route(f"{DESK}/<number>")
@requires(Permission.ENTER_COMMENTS)
def submission(slug: str, number: str) -> ResponseReturnValue:
    """What was entered, its receipt to hand over, and its scans."""
    desk = open_desk(slug, by=signed_in_person())
    return _submission_page(desk, submission_at_desk(desk, number), FileForm())


@pages.route(f"{DESK}/<number>", methods=["POST"])
@requires(Permission.ENTER_COMMENTS)
def add_scan(slug: str, number: str) -> ResponseReturnValue:
    """The submission has one more scan or file."""
    person = signed_in_person()
    desk = open_desk(slug, by=person)
    sent = submission_at_desk(desk, number)
    try:
        form = FileForm(sent_form())
        if not form.validate():
            return _submission_page(desk, sent, form, REFUSED)
        file = scanned_file(*form.sent_file(MOST_SCAN_BYTES))
    except (RequestEntityTooLarge, InvalidError) as error:
        form = FileForm()
        form.file.errors = [intake_words("file", _code_of(error))]
        return _submission_page(desk, sent, form, REFUSED)
    add_file(sent, file, by=person, at=now())
    flash(_("The file is kept."))
    return redirect(url_for("intake.submission", slug=slug, number=number), 303)


@pages.route(f"{DESK}/<number>/files/<int:file_id>")
@requires(Permission.ENTER_COMMENTS)
def scan(slug: str, number: str, file_id: int) -> ResponseReturnValue:
    """One scan or file, to be taken away and never shown by the browser as a page of ours."""
    desk = open_desk(slug, by=signed_in_person())
    found = file_of(submission_at_desk(desk, number), file_id)
    response = Response(found.content, content_type=found.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Content-Security-Policy"] = ALONE
    return response


def heading_of(desk: Desk) -> dict[str, object]:
    """What all pages of a desk show at their top."""
    return {
        "slug": desk.consultation.slug,
        "title": words_in(desk.consultation.titles),
        "closing": closing_view(desk.consultation, now()),
        "has_text": bool(desk.versions),
        "is_open_yet": now() >= desk.consultation.opens_at and desk.consultation.is_listed,
    }


def _enter(desk: Desk, form: PaperForm, file: ScannedFile | None) -> ResponseReturnValue:
    try:
        receipt = enter_submission(
            desk,
            form.paper(desk),
            file,
            form=form.token.nonce if form.token else "",
            by=signed_in_person(),
            at=now(),
            secret_key=settings().secret_key,
        )
    except UnfitPaperError as refused:
        form.add_problems(refused.found)
        return _form_page(desk, form, REFUSED)
    except NotYetOpenError:
        form.form_errors.append(_("The consultation has not opened yet. Nothing can be entered before."))
        return _form_page(desk, form, REFUSED)
    flash(_("It is entered. Its receipt number is %(number)s.", number=receipt.number))
    return redirect(url_for("intake.submission", slug=desk.consultation.slug, number=receipt.number), 303)


def _code_of(error: Exception) -> str:
    return next(iter(error.problems.values())) if isinstance(error, InvalidError) else "too_large"


def _form_page(desk: Desk, form: PaperForm, status: int = 200) -> ResponseReturnValue:
    kept = len(form.kept.data or "") * 3 // 4
    return render_template(
        "intake/new.html",
        **heading_of(desk),
        form=form,
        places=places_at(desk),
        country=country_name(desk.country) if desk.country else "",
        kept_size=size_words(kept) if kept else "",
    ), status


def _submission_page(desk: Desk, sent: Submission, form: PageForm, status: int = 200) -> ResponseReturnValue:
    labels, link = labels_at(desk), secret_link(sent, signed_in_person())
    return render_template(
        "intake/submission.html",
        **heading_of(desk),
        submission=sent,
        facts=facts_of(sent, name_of_enterer(sent)),
        comments=[comment_view(comment, labels) for comment in sent.comments],
        files=file_views(files_of(sent)),
        secret_link=link,
        code=code_of(link) if link else "",
        form=form,
    ), status
