"""Agreeing with a published comment: at once for whoever is known, by a letter for a visitor."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import HiddenField

from app.models.comment import Comment
from app.services.comments.supporting import (
    ask_for_support_letter,
    comment_to_support,
    standing_with,
    support_comment,
    supporter_behind,
    take_support_back,
)
from app.services.comments.vouching import is_confirmed_organisation
from app.services.errors import ClosedError, ForbiddenError, InvalidError, NotYetOpenError
from app.services.people.links import VoidLinkError
from app.web.access import current_person, public
from app.web.clock import now
from app.web.comments.supporters import known_supporter, remember_supporter
from app.web.forms import PageForm
from app.web.limits import network_of, private_key, wait_before
from app.web.locales import page_locale
from app.web.openings import closing_view
from app.web.people.account_forms import AddressForm, add_error, add_problems, words_for_wait
from app.web.ports import settings
from app.web.presenting import capacity_words, country_name, name_of, words_in

pages = Blueprint("support", __name__)

A_COMMENT = "/<lang>/consultations/<slug>/comments/<int:comment_id>/support"
TAKE_BACK = "take_back"


class SupportForm(PageForm):
    """One button; `act` says which."""

    act = HiddenField()


@pages.after_request
def keep_out_of_indexes(response: Response) -> Response:
    """These pages go into no index, and the address of a link to no other page."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.route(A_COMMENT)
@public
def support(slug: str, comment_id: int) -> ResponseReturnValue:
    """The comment, how many agree, and how to do so."""
    comment = comment_to_support(slug, comment_id)
    return _page(comment, SupportForm() if _supporter() else AddressForm())


@pages.route(A_COMMENT, methods=["POST"])
@public
def change_support(slug: str, comment_id: int) -> ResponseReturnValue:
    """Whoever is known agrees, or no longer does; a visitor gets a letter."""
    comment = comment_to_support(slug, comment_id)
    supporter = _supporter()
    form: PageForm = SupportForm(request.form) if supporter else AddressForm(request.form)
    if not form.validate():
        return _page(comment, form, 422)
    try:
        if isinstance(form, AddressForm):
            return _ask_for_letter(comment, form)
        wait = wait_before("support", network_of(request))
        if wait:
            return _page(comment, form, 429, refusal=words_for_wait(wait))
        return _change(comment, supporter or "", form["act"].data == TAKE_BACK)
    except (ClosedError, NotYetOpenError, ForbiddenError) as refused:
        return _page(comment, form, 403, refusal=_refusal(refused))


@pages.route(f"{A_COMMENT}/sent")
@public
def sent(slug: str, comment_id: int) -> ResponseReturnValue:
    """That a letter is on its way, the same for every address."""
    return render_template("support/sent.html", back=_back(comment_to_support(slug, comment_id)))


@pages.route(f"{A_COMMENT}/confirm")
@public
def confirm(slug: str, comment_id: int) -> ResponseReturnValue:
    """What the link in the letter is for, and a button: programs that only look at links do nothing."""
    comment = comment_to_support(slug, comment_id)
    try:
        _supporter_of_link(comment)
    except VoidLinkError:
        return _void_page(comment)
    return _page(comment, SupportForm(), is_confirming=True)


@pages.route(f"{A_COMMENT}/confirm", methods=["POST"])
@public
def confirmed(slug: str, comment_id: int) -> ResponseReturnValue:
    """The visitor's agreement counts, and this browser is known from now on."""
    comment = comment_to_support(slug, comment_id)
    form = SupportForm(request.form)
    try:
        supporter = _supporter_of_link(comment)
        if not form.validate():
            return _page(comment, form, 422, is_confirming=True)
        response = _change(comment, supporter, takes_back=False)
    except VoidLinkError:
        return _void_page(comment)
    except (ClosedError, NotYetOpenError, ForbiddenError) as refused:
        return _page(comment, form, 403, refusal=_refusal(refused), is_confirming=True)
    remember_supporter(response, supporter)
    return response


def _change(comment: Comment, supporter: str, takes_back: bool) -> Response:
    if takes_back:
        take_support_back(comment.id, supporter, at=now())
    else:
        support_comment(comment.id, supporter, secret_key=settings().secret_key, at=now())
    address = url_for("support.support", slug=comment.consultation.slug, comment_id=comment.id)
    return make_response(redirect(address, 303))


def _ask_for_letter(comment: Comment, form: AddressForm) -> ResponseReturnValue:
    network, key = network_of(request), private_key(form.address.casefold())
    wait = wait_before("letter_from_network", network) or wait_before("letter", network, key)
    if wait:
        add_error(form, "email", words_for_wait(wait))
        return _page(comment, form, 429)
    try:
        # An address that many networks ask letters for gets few, and nobody learns which one that is.
        if wait_before("comment_letter", key) == 0:
            ask_for_support_letter(comment, form.address, page_locale(), at=now())
    except InvalidError as refused:
        add_problems(form, refused.problems)
        return _page(comment, form, 422)
    address = url_for("support.sent", slug=comment.consultation.slug, comment_id=comment.id)
    return redirect(address, 303)


def _supporter() -> str | None:
    return known_supporter(request, current_person())


def _supporter_of_link(comment: Comment) -> str:
    token = request.args.get("token", "")
    return supporter_behind(token, comment.id, secret_key=settings().secret_key, at=now())


def _page(
    comment: Comment, form: PageForm, status: int = 200, *, refusal: str = "", is_confirming: bool = False
) -> ResponseReturnValue:
    submission = comment.submission
    supporter = None if is_confirming else _supporter()
    capacity = capacity_words(submission.capacity, submission.group_size, submission.organisation_kind)
    is_erased = submission.person_erased_at is not None
    country = country_name(submission.country) if submission.country else ""
    return render_template(
        "support/support.html",
        form=form,
        refusal=refusal,
        is_confirming=is_confirming,
        title=words_in(comment.consultation.titles),
        name=name_of(submission.capacity, submission.name, submission.organisation, is_erased=is_erased),
        is_confirmed=is_confirmed_organisation(submission.capacity, submission.email_confirmed_at),
        particulars=" · ".join(words for words in (country, capacity) if words),
        html=Markup(comment.html),  # noqa: S704 - sanitised on writing
        suggestion=comment.suggestion,
        language=comment.language,
        standing=standing_with(comment, supporter, secret_key=settings().secret_key),
        closing=closing_view(comment.consultation, now()),
        back=_back(comment),
    ), status


def _void_page(comment: Comment) -> ResponseReturnValue:
    address = url_for("support.support", slug=comment.consultation.slug, comment_id=comment.id)
    return render_template("support/void.html", again=address), 410


def _back(comment: Comment) -> str:
    slug, anchor = comment.consultation.slug, f"c-{comment.id}"
    if comment.paragraph is None:
        return url_for("comments.whole_draft", slug=slug, _anchor=anchor)
    return url_for("comments.paragraph", slug=slug, key=comment.paragraph.key, _anchor=anchor)


def _refusal(refused: Exception) -> str:
    if isinstance(refused, ForbiddenError):
        return str(_("This is your own comment. It counts already."))
    if isinstance(refused, NotYetOpenError):
        return str(_("The consultation is not open yet."))
    return str(_("The consultation has closed. Nothing was changed."))
