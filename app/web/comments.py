"""A paragraph with all its comments, and the form to comment on it or on the whole draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.services.admitting import may_comment
from app.services.commenting import post_comment
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotYetOpenError,
)
from app.services.hearing import comments_on, number_of_comments_on
from app.services.reading import paragraph_called
from app.web.access import current_person, public
from app.web.caching import keep
from app.web.clock import now
from app.web.comment_form import CommentForm, comment_form
from app.web.consultations import consultation_to_read
from app.web.guarding import hold_in_grace, is_taken, status_of_refusal
from app.web.limits import network_of, private_key, wait_before
from app.web.notes import compare_address, groups_of, trace_view
from app.web.particulars_form import public_particulars
from app.web.partings import parting_views
from app.web.places import Place, Since, since
from app.web.ports import settings
from app.web.presenting import closing_view, true_until, words_in

pages = Blueprint("comments", __name__)


@pages.route("/<lang>/consultations/<slug>/paragraphs/<key>")
@public
def paragraph(slug: str, key: str) -> ResponseReturnValue:
    """One paragraph, all its comments, and the comment form."""
    return _show(_place(slug, key))


@pages.route("/<lang>/consultations/<slug>/paragraphs/<key>", methods=["POST"])
@public
def post_on_paragraph(slug: str, key: str) -> ResponseReturnValue:
    """A comment on the paragraph is received, or comes back with what is to be mended."""
    return _post(_place(slug, key))


@pages.route("/<lang>/consultations/<slug>/comments/new")
@public
def whole_draft(slug: str) -> ResponseReturnValue:
    """The comments on the whole draft, and the form for one more."""
    return _show(_place(slug, None))


@pages.route("/<lang>/consultations/<slug>/comments/new", methods=["POST"])
@public
def post_on_whole_draft(slug: str) -> ResponseReturnValue:
    """A comment on the whole draft is received, or comes back with what is to be mended."""
    return _post(_place(slug, None))


def _place(slug: str, key: str | None) -> Place:
    return Place(consultation_to_read(slug), key)


def _show(place: Place) -> ResponseReturnValue:
    # The stamp belongs to the same reading as the page: it is taken before anything can be committed between.
    stamp = place.consultation.public_stamp
    form = _form(place)
    is_gone = place.former is not None
    return keep(
        _former_page(place) if is_gone else _page(place, form),
        consultation_id=place.consultation.id,
        stamp=stamp,
        until=true_until(place.consultation, now()),
        token="" if is_gone else form.written_token,
    )


def _post(place: Place) -> ResponseReturnValue:
    at = now()
    form = _form(place)
    try:
        if not may_comment(place.consultation, current_person()):
            raise ForbiddenError("signed_in")
        # Even when closed the token is read: a form received in time, sent again, still shows its receipt.
        refused = status_of_refusal(form, place.consultation, at)
        if refused is not None and is_taken(form, place.consultation, at):
            return _page(place, form), refused
        return _receive(place, form, at)
    except InvalidError as error:
        form.add_problems(error.problems)
        return _page(place, form), 422
    except (ChangedMeanwhileError, NotFoundError):
        return _page(place, form), 422
    except (ClosedError, NotYetOpenError, ForbiddenError) as error:
        return _page(place, form, refusal=_refusal(error), given_back=form.body.data or ""), 403


def _receive(place: Place, form: CommentForm, at: datetime) -> ResponseReturnValue:
    words = form.said(g.lang)
    receipt = post_comment(
        place.consultation,
        None if place.key is None else paragraph_called(place.consultation, place.key),
        words,
        form=form.token.nonce if form.token else "",
        by=current_person(),
        at=at,
        secret_key=settings().secret_key,
        read_version=form.read_version,
        opened_at=form.opened_at,
        network=network_of(request),
        with_letter=not words.email
        or wait_before("comment_letter", private_key(words.email.casefold())) == 0,
    )
    address = url_for("receipts.receipt", number=receipt.number, secret=receipt.secret, _anchor="main")
    # Without a fragment of its own the address would inherit that of the form.
    return redirect(address, 303)


def _form(place: Place) -> CommentForm:
    person = current_person()
    sent = request.form if request.method == "POST" else None
    return comment_form(place.consultation, sent, email=person.email if person else "")


def _page(asked: Place, form: CommentForm, refusal: str = "", given_back: str = "") -> str:
    """The place that was asked for, or where comments on it go now, with the form as it was filled in."""
    place, at = asked.heir, now()
    changed = since(asked, form.read_version)
    if changed and not refusal:
        form.form_errors.append(_news(changed))
    comments = comments_on(place.draft, place.text.paragraph_id if place.text else None)
    before, after = place.neighbours()
    return render_template(
        "comments/paragraph.html",
        consultation=place.consultation,
        draft=place.draft,
        text=place.text,
        partings=parting_views(place.draft),
        address=place.address,
        count=len(comments),
        groups=groups_of(comments, place.draft, place.text, place.consultation, at),
        closing=closing_view(place.consultation, at),
        may_comment=may_comment(place.consultation, current_person()),
        is_held=hold_in_grace(form, place.consultation, at),
        form=form,
        since=changed,
        public_particulars=public_particulars(place.consultation),
        title=words_in(place.consultation.titles),
        notice=words_in(place.consultation.privacy_notices),
        before=before,
        after=after,
        refusal=refusal,
        given_back=given_back,
    )


def _former_page(place: Place) -> str:
    """The last text of a paragraph that is gone, what became of it, and its comments or where they are."""
    former, draft = place.former, place.draft
    if former is None:
        raise NotFoundError(f"paragraph {place.key}")
    comments = [] if former.heir else comments_on(draft, former.spot)
    slug = place.consultation.slug
    return render_template(
        "comments/former.html",
        consultation=place.consultation,
        draft=draft,
        former=former,
        trace=trace_view(former.trace, slug),
        compare=compare_address(slug, former.trace.version, draft.number, former.key),
        heir=place.heir,
        moved=number_of_comments_on(draft, former.heir.paragraph_id) if former.heir else 0,
        count=len(comments),
        groups=[
            # What became of the text that stands beside them is said once for all.
            replace(group, trace=None)
            if group.trace and group.trace.versions[0] == former.trace.version
            else group
            for group in groups_of(comments, draft, None, place.consultation, now())
        ],
        closing=closing_view(place.consultation, now()),
        title=words_in(place.consultation.titles),
    )


def _news(changed: Since) -> str:
    if changed.former is not None:
        return str(
            _("The paragraph that you commented on is no longer in the text. Nothing is lost: see below.")
        )
    return str(
        _(
            "While you were writing, version %(number)s of the draft appeared. See what changed, check that "
            "your comment still fits, and send it again.",
            number=changed.newest,
        )
    )


def _refusal(error: DomainError) -> str:
    if isinstance(error, ClosedError):
        return str(
            _("The consultation has closed. Your comment came after the closing and was not received.")
        )
    if isinstance(error, NotYetOpenError):
        return str(_("The consultation has not opened yet. Your comment was not received."))
    return str(_("Only signed-in people can comment here. Copy your comment, sign in and send it again."))
