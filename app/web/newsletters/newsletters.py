"""Newsletters: editors write them and look at them as they will be mailed; everybody reads what was sent."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.letters.newsletters import sample_newsletter
from app.models.roles import Permission
from app.models.subscription import Newsletter
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.newsletters.circulating import (
    change_newsletter,
    create_newsletter,
    html_of,
    languages_of,
    newsletter_to_edit,
    newsletter_to_read,
    newsletters,
    send_test,
)
from app.web.access import public, requires, signed_in_person
from app.web.clock import now
from app.web.dates import long_date_words
from app.web.headers import POLICY
from app.web.limits import wait_before
from app.web.newsletters.newsletter_forms import LanguageForm, NewsletterForm, language_form, newsletter_form
from app.web.newsletters.newsletter_views import (
    ZONE,
    language_view,
    languages_to_write,
    newsletter_view,
)
from app.web.people.account_forms import words_for_wait
from app.web.presenting import Words, words_in
from app.wording import NEWSLETTER_PROBLEMS

pages = Blueprint("newsletters", __name__)

REFUSED = 422
GET_AND_POST = ("GET", "POST")
NEWSLETTERS = "/<lang>/manage/newsletters"
ONE = f"{NEWSLETTERS}/<int:number>"
STYLE_BEGINS, STYLE_ENDS = "<style>", "</style>"
WITH_FRAME = f"{POLICY}; frame-src 'self'"
FRAMED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; style-src"


@pages.route("/<lang>/newsletter/<slug>")
@public
def read(slug: str) -> ResponseReturnValue:
    """The newsletter on the web, in the page's language or the best there is."""
    newsletter = newsletter_to_read(slug)
    whole = {code: newsletter.titles[code] for code in languages_of(newsletter)}
    title = words_in(whole)
    started = newsletter.started_at or now()
    return render_template(
        "newsletters/read.html",
        title=title,
        html=html_of(newsletter, title.language),
        day=long_date_words(started, ZONE),
    )


@pages.route(NEWSLETTERS)
@requires(Permission.SEND_NEWSLETTERS)
def index() -> ResponseReturnValue:
    """All newsletters, the last one first."""
    views = [newsletter_view(one) for one in newsletters(by=signed_in_person())]
    return render_template("newsletters/index.html", newsletters=views)


@pages.route(f"{NEWSLETTERS}/new", methods=GET_AND_POST)
@requires(Permission.SEND_NEWSLETTERS)
def new() -> ResponseReturnValue:
    """The form for a new newsletter."""
    newsletters(by=signed_in_person())
    form = newsletter_form(request.form, None, now())
    if request.method == "GET":
        return _edit_page(form, None)
    if not form.validate():
        return _edit_page(form, None, REFUSED)
    try:
        newsletter = create_newsletter(form.issue(), by=signed_in_person(), at=now())
    except InvalidError as refused:
        form.add_problems(refused.problems)
        return _edit_page(form, None, REFUSED)
    return _saved(newsletter)


@pages.route(ONE, methods=GET_AND_POST)
@requires(Permission.SEND_NEWSLETTERS)
def edit(number: int) -> ResponseReturnValue:
    """The form for a newsletter's words; one that is being sent shows how far it is."""
    newsletter = _newsletter(number)
    if newsletter.started_at is not None:
        return redirect(url_for("mailings.progress", number=number), 303)
    form = newsletter_form(request.form, newsletter, now())
    if request.method == "GET":
        return _edit_page(form, newsletter)
    if not form.validate():
        return _edit_page(form, newsletter, REFUSED)
    try:
        change_newsletter(
            newsletter,
            form.issue(),
            expected_changes=form.seen_changes,
            by=signed_in_person(),
            at=now(),
        )
    except InvalidError as refused:
        form.add_problems(refused.problems)
        return _edit_page(form, newsletter, REFUSED)
    except ChangedMeanwhileError:
        return _edit_page(form, newsletter, REFUSED, is_overtaken=True)
    return _saved(newsletter)


@pages.route(f"{ONE}/preview/<language>")
@requires(Permission.SEND_NEWSLETTERS)
def preview(number: int, language: str) -> ResponseReturnValue:
    """The newsletter as it will be mailed: the plain lines, and the HTML in a frame of its own."""
    newsletter = _in_language(_newsletter(number), language)
    return _preview_page(newsletter, language, language_form(None, languages_of(newsletter)))


@pages.route(f"{ONE}/preview/<language>/html")
@requires(Permission.SEND_NEWSLETTERS)
def framed(number: int, language: str) -> ResponseReturnValue:
    """The HTML as it will be mailed; nothing in it is fetched or run."""
    newsletter = _in_language(_newsletter(number), language)
    html = sample_newsletter(newsletter, language, now()).html
    style = html.partition(STYLE_BEGINS)[2].partition(STYLE_ENDS)[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = f"{FRAMED} 'sha256-{digest}'; sandbox"
    return response


@pages.route(f"{ONE}/test", methods=["POST"])
@requires(Permission.SEND_NEWSLETTERS)
def test(number: int) -> ResponseReturnValue:
    """The newsletter is on its way to the editor alone."""
    newsletter, person = _newsletter(number), signed_in_person()
    form = language_form(request.form, languages_of(newsletter))
    if not form.validate():
        shown = next(iter(languages_of(newsletter)), "")
        return _preview_page(_in_language(newsletter, shown), shown, form, REFUSED)
    wait = wait_before("newsletter_test", str(person.id))
    if wait:
        form.language.errors = [words_for_wait(wait)]
        return _preview_page(newsletter, form.language.data, form, 429)
    send_test(newsletter, form.language.data, by=person, at=now())
    flash(_("A test is on its way to %(email)s.", email=person.email))
    return redirect(url_for("newsletters.preview", number=number, language=form.language.data), 303)


def _newsletter(number: int) -> Newsletter:
    return newsletter_to_edit(number, by=signed_in_person())


def _in_language(newsletter: Newsletter, language: str) -> Newsletter:
    if language not in languages_of(newsletter):
        raise NotFoundError(language)
    return newsletter


def _saved(newsletter: Newsletter) -> ResponseReturnValue:
    flash(_("Saved. Only editors see it until it is sent."))
    return redirect(url_for("newsletters.edit", number=newsletter.id), 303)


def _edit_page(
    form: NewsletterForm, newsletter: Newsletter | None, status: int = 200, *, is_overtaken: bool = False
) -> ResponseReturnValue:
    if is_overtaken and newsletter is not None:
        # Sent once more, these words take the place of the other editor's, who are shown beside them.
        form.changes.data = str(newsletter.changes)
        form.slug.errors = [*form.slug.errors, str(NEWSLETTER_PROBLEMS["newsletter overtaken"])]
    return render_template(
        "newsletters/edit.html",
        form=form,
        view=newsletter_view(newsletter) if newsletter else None,
        languages_to_write=languages_to_write(),
        others=_words_of(newsletter) if is_overtaken and newsletter else [],
    ), status


def _words_of(newsletter: Newsletter) -> list[tuple[Words, str]]:
    """What stands in the newsletter now: title and text by language."""
    return [
        (Words(newsletter.titles.get(code, ""), code), newsletter.sources.get(code, ""))
        for code in {**newsletter.titles, **newsletter.sources}
    ]


def _preview_page(
    newsletter: Newsletter, language: str, form: LanguageForm, status: int = 200
) -> ResponseReturnValue:
    form.language.data = form.language.data or language
    return (
        render_template(
            "newsletters/preview.html",
            view=newsletter_view(newsletter),
            language=language_view(language),
            letter=sample_newsletter(newsletter, language, now()),
            form=form,
            email=signed_in_person().email,
        ),
        status,
        {"Content-Security-Policy": WITH_FRAME},
    )
