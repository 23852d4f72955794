"""Mailings: an editor sends a newsletter, sees how far it is, pauses it, sends uncertain letters again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.roles import Permission
from app.models.subscription import Newsletter
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.newsletters.circulating import newsletter_to_edit
from app.services.newsletters.mailing import (
    audience,
    continue_newsletter,
    pause_newsletter,
    progress_of,
    send_again,
    start_newsletter,
    uncertain_deliveries,
)
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.forms import PageForm, small_number
from app.web.newsletters.newsletter_forms import SendForm
from app.web.newsletters.newsletter_views import (
    language_view,
    newsletter_view,
    number_words,
    progress_view,
    uncertain_view,
)
from app.wording import NEWSLETTER_PROBLEMS

pages = Blueprint("mailings", __name__)

REFUSED = 422
ONE = "/<lang>/manage/newsletters/<int:number>"


@pages.route(f"{ONE}/send", methods=("GET", "POST"))
@requires(Permission.SEND_NEWSLETTERS)
def send(number: int) -> ResponseReturnValue:
    """How many would get it in which language, and the button that sends it."""
    newsletter = _newsletter(number)
    form = SendForm(request.form or None, data={"changes": str(newsletter.changes)})
    if request.method == "GET" and newsletter.started_at is None:
        return _send_page(newsletter, form)
    if request.method == "POST" and not form.validate():
        return _send_page(newsletter, form, REFUSED)
    if request.method == "POST":
        seen = small_number(form.changes.data)
        try:
            start_newsletter(
                newsletter,
                expected_changes=-1 if seen is None else seen,
                by=signed_in_person(),
                at=now(),
            )
        except (InvalidError, ChangedMeanwhileError) as refused:
            return _send_page(newsletter, _refused(newsletter, refused), REFUSED)
    return redirect(url_for("mailings.progress", number=number), 303)


@pages.route(f"{ONE}/progress")
@requires(Permission.SEND_NEWSLETTERS)
def progress(number: int) -> ResponseReturnValue:
    """How far the newsletter is."""
    newsletter = _newsletter(number)
    if newsletter.started_at is None:
        return redirect(url_for("mailings.send", number=number), 303)
    return _progress_page(newsletter, PageForm())


@pages.route(f"{ONE}/pause", methods=["POST"])
@requires(Permission.SEND_NEWSLETTERS)
def pause(number: int) -> ResponseReturnValue:
    """It is paused, or goes on, as the button says."""
    newsletter, form = _newsletter(number), PageForm(request.form)
    if not form.validate():
        return _progress_page(newsletter, form, REFUSED)
    act = continue_newsletter if request.form.get("act") == "continue" else pause_newsletter
    act(newsletter, by=signed_in_person(), at=now())
    return redirect(url_for("mailings.progress", number=number), 303)


@pages.route(f"{ONE}/again", methods=["POST"])
@requires(Permission.SEND_NEWSLETTERS)
def again(number: int) -> ResponseReturnValue:
    """The uncertain letters that were chosen go out again."""
    newsletter, form = _newsletter(number), PageForm(request.form)
    chosen = [small_number(written) or 0 for written in request.form.getlist("delivery")]
    if not form.validate():
        return _progress_page(newsletter, form, REFUSED)
    try:
        sent = send_again(newsletter, chosen, by=signed_in_person(), at=now())
    except InvalidError:
        problem = _("Choose the letters that go out again.")
        return _progress_page(newsletter, form, REFUSED, problem)
    flash(ngettext("%(num)s letter goes out again.", "%(num)s letters go out again.", sent))
    return redirect(url_for("mailings.progress", number=number), 303)


def _newsletter(number: int) -> Newsletter:
    return newsletter_to_edit(number, by=signed_in_person())


def _send_page(newsletter: Newsletter, form: SendForm, status: int = 200) -> ResponseReturnValue:
    counted = audience(newsletter)
    return render_template(
        "newsletters/send.html",
        view=newsletter_view(newsletter),
        form=form,
        audience=[(language_view(code), number_words(number)) for code, number in counted.items()],
        total=sum(counted.values()),
        total_words=number_words(sum(counted.values())),
        rate=newsletter.rate,
    ), status


def _refused(newsletter: Newsletter, refused: Exception) -> SendForm:
    """The form for the newsletter as it is now, with why it was not sent."""
    form = SendForm(data={"changes": str(newsletter.changes)})
    is_overtaken = isinstance(refused, ChangedMeanwhileError)
    words = NEWSLETTER_PROBLEMS["newsletter overtaken_before_sending" if is_overtaken else "sources required"]
    form.changes.errors = [str(words)]
    return form


def _progress_page(
    newsletter: Newsletter, form: PageForm, status: int = 200, problem: str = ""
) -> ResponseReturnValue:
    return render_template(
        "newsletters/progress.html",
        view=newsletter_view(newsletter),
        form=form,
        problem=problem,
        progress=progress_view(progress_of(newsletter)),
        uncertain=[uncertain_view(one) for one in uncertain_deliveries(newsletter)],
        rate=newsletter.rate,
    ), status
