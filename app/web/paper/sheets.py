"""Intake from a spreadsheet: a template to fill in, a dry run that names every bad row, all or nothing."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import RadioField

from app.models.roles import Permission
from app.services.errors import ChangedMeanwhileError, NotFoundError, NotYetOpenError
from app.services.files.importing import Reading, Unreadable, UnreadableError
from app.services.paper.desks import Desk, open_desk
from app.services.paper.intake import enter_papers, refuse_file_entered_before
from app.services.paper.papers import EnteredBeforeError
from app.services.paper.tabulating import MOST_SHEET_BYTES, RowProblem
from app.services.paper.transcribing import Sheet, read_sheet
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.dates import date_words
from app.web.kept_files import FileForm, sent_form
from app.web.management.draft_form import ENCODING_NAMES
from app.web.paper.intake import DESK, GET_AND_POST, REFUSED, heading_of
from app.web.paper.sheet_guide import template_for
from app.web.ports import ports, settings
from app.wording import intake_words, sheet_words

pages = Blueprint("sheets", __name__)

MOST_SHOWN = 1_000
HEADER = ("row", "column", "value", "problem")


class SheetForm(FileForm):
    """A spreadsheet, and how its letters are to be read where it does not say."""

    encoding = RadioField(_l("How the letters of the file are to be read"), validate_choice=False)

    def refuse(self, error: UnreadableError) -> None:
        """The file's field says why it cannot be read, or the form asks how."""
        if error.readings:
            self.offer(error.readings)
            self.encoding.errors = [sheet_words(error.reason)]
        else:
            self.forget_file()
            self.file.errors = [sheet_words(error.reason)]

    def offer(self, readings: tuple[Reading, ...]) -> None:
        """The encodings to choose from, each with words that show it."""
        self.encoding.choices = [
            (one.encoding, f"{ENCODING_NAMES.get(one.encoding, one.encoding)}: {one.sample}")
            for one in readings
        ]
        self.encoding.data = None


@pages.route(f"{DESK}/spreadsheet", methods=GET_AND_POST)
@requires(Permission.ENTER_COMMENTS)
def sheet(slug: str) -> ResponseReturnValue:
    """The form for a spreadsheet; then what is in it and what is wrong, or all of it entered."""
    desk = open_desk(slug, by=signed_in_person())
    if request.method == "GET":
        return _page(desk, sheet_form())
    try:
        form = sheet_form(sent_form())
    except RequestEntityTooLarge:
        form = sheet_form()
        form.file.errors = [sheet_words(Unreadable.TOO_LARGE)]
        return _page(desk, form, status=REFUSED)
    if not form.validate():
        return _page(desk, form, status=REFUSED)
    return _answer(desk, form)


@pages.route(f"{DESK}/spreadsheet/template.<format>")
@requires(Permission.ENTER_COMMENTS)
def template(slug: str, format: str) -> ResponseReturnValue:
    """An empty spreadsheet to fill in, with the labels of the draft and all values explained."""
    written = ports().sheets.get(format)
    if written is None:
        raise NotFoundError(format)
    desk = open_desk(slug, by=signed_in_person())
    response = Response(written.write(template_for(desk)), content_type=written.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-intake{written.suffix}")
    return response


def sheet_form(sent: MultiDict[str, str] | None = None) -> SheetForm:
    """The form, as it was sent."""
    form = SheetForm(sent)
    form.encoding.choices = []
    return form


def _answer(desk: Desk, form: SheetForm) -> ResponseReturnValue:
    name, content = form.sent_file(MOST_SHEET_BYTES)
    if not name:
        form.file.errors = [_("Choose a file.")]
        return _page(desk, form, status=REFUSED)
    is_answer = name == form.kept_name.data
    form.keep_file(name, content)
    encoding = form.encoding.data or "" if is_answer else ""
    try:
        found = read_sheet(ports().sheets, name, content, desk, now(), encoding)
        refuse_file_entered_before(desk.consultation, found.digest)
        if request.form.get("act") == "problems":
            return _problems_file(desk, found)
        if request.form.get("act") == "enter" and not found.problems:
            return _enter(desk, found)
    except UnreadableError as error:
        form.refuse(error)
        return _page(desk, form, status=REFUSED)
    except (EnteredBeforeError, NotYetOpenError, ChangedMeanwhileError, NotFoundError) as error:
        form.forget_file()
        form.file.errors = [_why_not(error, desk)]
        return _page(desk, form, status=REFUSED)
    return _page(desk, form, found, REFUSED if found.problems else 200)


def _enter(desk: Desk, found: Sheet) -> ResponseReturnValue:
    enter_papers(
        desk,
        found.papers,
        found.digest,
        by=signed_in_person(),
        at=now(),
        secret_key=settings().secret_key,
    )
    flash(_("Entered: %(submissions)s with %(comments)s.", **_counts(found)))
    return redirect(url_for("intake.entered", slug=desk.consultation.slug), 303)


def _page(desk: Desk, form: SheetForm, found: Sheet | None = None, status: int = 200) -> ResponseReturnValue:
    problems = found.problems if found else []
    return render_template(
        "intake/sheet.html",
        **heading_of(desk),
        form=form,
        formats=sorted(ports().sheets),
        found=found,
        counts=_counts(found) if found else {},
        problems=[(one.row, one.column, one.value, _words_of(one)) for one in problems[:MOST_SHOWN]],
        hidden=max(0, len(problems) - MOST_SHOWN),
    ), status


def _problems_file(desk: Desk, found: Sheet) -> ResponseReturnValue:
    rows = ((str(one.row), one.column, one.value, _words_of(one)) for one in found.problems)
    exporter = ports().exporters["csv"]
    response = Response(b"".join(exporter.write(HEADER, rows)), content_type=exporter.content_type)
    name = f"{desk.consultation.slug}-problems.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _words_of(problem: RowProblem) -> str:
    words = intake_words(problem.field, problem.code)
    values = _("One of: %(values)s.", values=", ".join(problem.values)) if problem.values else ""
    return f"{words} {values}".strip()


def _counts(found: Sheet) -> dict[str, str]:
    return {
        "submissions": ngettext("%(num)s submission", "%(num)s submissions", len(found.papers)),
        "comments": ngettext("%(num)s comment", "%(num)s comments", found.comments),
    }


def _why_not(error: Exception, desk: Desk) -> str:
    if isinstance(error, EnteredBeforeError):
        day = date_words(error.entered_at, desk.consultation.zone)
        name = error.name or _("somebody")
        return str(
            _("This file was entered on %(day)s by %(name)s. Nothing was entered now.", day=day, name=name)
        )
    if isinstance(error, NotYetOpenError):
        return str(_("The consultation has not opened yet. Nothing can be entered before."))
    if isinstance(error, NotFoundError):
        return str(_("The draft has no sealed version yet. Comments can be entered once it has one."))
    return str(_("The opening or closing was moved meanwhile. Nothing was entered: check the file again."))
