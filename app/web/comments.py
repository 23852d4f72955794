"""A paragraph with all its comments, and the form to comment on it or on the whole draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.models.consultation import Consultation
from app.services.admitting import require_may_comment, require_open
from app.services.checking import Words
from app.services.commenting import post_comment, receipt_sent_before, sealed_version_of
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotYetOpenError,
)
from app.services.grounding import ground
from app.services.hearing import place_of_thread
from app.services.reading import paragraph_called
from app.services.receipts import Receipt
from app.web.access import current_person, public
from app.web.caching import keep
from app.web.clock import now
from app.web.comment_form import CommentForm, comment_form
from app.web.comment_page import comment_page, former_page, words_to_give_back
from app.web.consultations import consultation_to_read
from app.web.foreseen import foreseen_at
from app.web.guarding import TOO_MANY, are_too_many_previews, is_taken, status_of_refusal
from app.web.limits import network_of, private_key, wait_before
from app.web.places import Place
from app.web.ports import settings
from app.web.presenting import true_until
from app.web.unsent import at_form, forget_form, keep_in_form, standing_in

pages = Blueprint("comments", __name__)
SIGN_IN = "sign_in"


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


@pages.route("/<lang>/consultations/<slug>/comments/<int:comment_id>/reply")
@public
def reply(slug: str, comment_id: int) -> ResponseReturnValue:
    """A comment with its replies, and the form for one more."""
    place = _place_of_thread(slug, comment_id)
    if place.former is not None:
        return redirect(place.page_address, 303)
    return _show(place)


@pages.route("/<lang>/consultations/<slug>/comments/<int:comment_id>/reply", methods=["POST"])
@public
def post_reply(slug: str, comment_id: int) -> ResponseReturnValue:
    """A reply is received, or comes back with what is to be mended."""
    try:
        place = _place_of_thread(slug, comment_id)
    except NotFoundError:
        return _refuse_reply(consultation_to_read(slug), comment_id)
    return _post(place)


def _place(slug: str, key: str | None) -> Place:
    return Place(consultation_to_read(slug), key)


def _place_of_thread(slug: str, comment_id: int) -> Place:
    consultation = consultation_to_read(slug)
    if not consultation.takes_replies:
        raise NotFoundError("replies")
    return Place(consultation, place_of_thread(consultation, comment_id), comment_id)


def _refuse_reply(consultation: Consultation, comment_id: int) -> ResponseReturnValue:
    """The words of a reply to what is no longer there, to be sent as a comment, or to be copied."""
    place = Place(consultation, place_of_thread(consultation, comment_id, is_shown=False))
    form = _form(place, request.form)
    if not consultation.takes_replies:
        words = str(_("Replies are switched off in this consultation. Yours was not received."))
        return _again(place, form, 403, refusal=words, given_back=form.body.data or "")
    form.add_problems({"parent": "gone"})
    return _again(place, form, 422)


def _show(place: Place) -> ResponseReturnValue:
    # The stamp belongs to the same reading as the page: it is taken before anything can be committed between.
    stamp = place.consultation.public_stamp
    standing = standing_in(place.consultation, place.key, place.parent_id)
    form = _form(place, standing.filled)
    is_gone = place.former is not None
    return keep(
        former_page(place) if is_gone else comment_page(place, form, unsent=standing.unsent),
        consultation_id=place.consultation.id,
        stamp=stamp,
        until=true_until(place.consultation, now()),
        token="" if is_gone else form.written_token,
    )


def _post(place: Place) -> ResponseReturnValue:
    """What the pressed button says is done: only the one that sends can send."""
    form = _form(place, request.form)
    act = ACTS.get(request.form.get("act", ""), _preview)
    try:
        return act(place, form)
    except InvalidError as error:
        form.add_problems(error.problems)
        return _again(place, form, 422)
    except (ChangedMeanwhileError, NotFoundError):
        return _again(place, form, 422)
    except (ClosedError, NotYetOpenError, ForbiddenError) as error:
        return _again(place, form, 403, refusal=_refusal(error), given_back=_given_back(place, form))


def _send(place: Place, form: CommentForm) -> ResponseReturnValue:
    """The comment is received, or comes back with what is to be mended."""
    at = now()
    require_may_comment(place.consultation, current_person())
    # Even when closed the token is read: a form received in time, sent again, still shows its receipt.
    refused = status_of_refusal(form, place.consultation, at)
    if refused is not None and is_taken(form, place.consultation, at):
        earlier = _sent_before(place, form, at) if refused == TOO_MANY else None
        return _to_receipt(place, earlier) if earlier else _again(place, form, refused)
    return _to_receipt(place, _receive(place, form, at))


def _add(place: Place, form: CommentForm) -> ResponseReturnValue:
    """The comment is part of what is not sent yet; whoever wants to sign in first is led there."""
    kept = keep_in_form(
        place.consultation,
        place.key,
        place.parent_id,
        has_looked=True,
        is_added=request.form["act"] != SIGN_IN,
    )
    if kept is None or not kept.is_kept:
        form.validate()
        if kept is not None:
            form.add_problems(kept.problems or {"body": "required"})
        return comment_page(place, form, unsent=kept), 422
    back = url_for("basket.basket", slug=place.consultation.slug)
    if place.consultation.is_open(now()) and place.former is None:
        back = at_form(place.address, "kept", kept.id, "kept")
    if request.form["act"] == SIGN_IN:
        back = url_for("accounts.sign_in", next=back.partition("#")[0])
    return redirect(back, 303)


def _again(place: Place, form: CommentForm, status: int, **said: Any) -> ResponseReturnValue:
    """The page with every word as it was typed, which is kept for later, too."""
    kept = keep_in_form(place.consultation, place.key, place.parent_id)
    if kept is not None:
        form.add_problems({name: each for name, each in kept.problems.items() if name not in form.errors})
    return comment_page(place, form, unsent=kept, **said), status


def _preview(place: Place, form: CommentForm) -> ResponseReturnValue:
    """What the public will see of the comment; the form below stays the copy that it is."""
    require_may_comment(place.consultation, current_person())
    # When it was opened is known once the token is read.
    is_fit = form.validate()
    require_open(place.consultation, now(), form.opened_at)
    if not is_fit or place.former is not None:
        return _again(place, form, 422)
    if are_too_many_previews(form):
        return _again(place, form, 429)
    form.keep_token()
    foreseen = foreseen_at(place.heir, form.said(g.lang))
    kept = keep_in_form(place.consultation, place.key, place.parent_id)
    return comment_page(place, form, foreseen=foreseen, unsent=kept)


# The button that sends says so; a form without a button pressed sends, too.
ACTS = {"": _send, "send": _send, "preview": _preview, "add": _add, SIGN_IN: _add}


def _given_back(place: Place, form: CommentForm) -> str:
    text = place.heir.text
    return words_to_give_back(form, place.draft, text.paragraph_id if text else None)


def _sent_before(place: Place, form: CommentForm, at: datetime) -> Receipt | None:
    """The receipt of the very form, sent again: no limit stands before it."""
    paragraph_id = None if place.key is None else paragraph_called(place.consultation, place.key)
    return receipt_sent_before(
        paragraph_id,
        _grounded(place, form, paragraph_id, at),
        form=form.token.nonce if form.token else "",
        secret_key=settings().secret_key,
        parent_id=place.parent_id,
    )


def _receive(place: Place, form: CommentForm, at: datetime) -> Receipt:
    paragraph_id = None if place.key is None else paragraph_called(place.consultation, place.key)
    words = _grounded(place, form, paragraph_id, at)
    return post_comment(
        place.consultation,
        paragraph_id,
        words,
        form=form.token.nonce if form.token else "",
        by=current_person(),
        at=at,
        secret_key=settings().secret_key,
        read_version=form.read_version,
        parent_id=place.parent_id,
        opened_at=form.opened_at,
        network=network_of(request),
        with_letter=not words.email
        or wait_before("comment_letter", private_key(words.email.casefold())) == 0,
    )


def _to_receipt(place: Place, receipt: Receipt) -> ResponseReturnValue:
    forget_form(place.consultation)
    address = url_for("receipts.receipt", number=receipt.number, secret=receipt.secret, _anchor="main")
    # Without a fragment of its own the address would inherit that of the form.
    return redirect(address, 303)


def _grounded(place: Place, form: CommentForm, paragraph_id: int | None, at: datetime) -> Words:
    """The words held against the text that stood beside them."""
    words = form.said(g.lang)
    if words.quotation is None and not words.suggestion:
        return words
    version_id = form.read_version or sealed_version_of(place.consultation).id
    try:
        return ground(words, version_id, paragraph_id)
    except InvalidError:
        # What came too late is told so, and not what there would be to mend.
        require_open(place.consultation, at, form.opened_at)
        raise


def _form(place: Place, filled: MultiDict[str, str] | None) -> CommentForm:
    person = current_person()
    return comment_form(
        place.consultation,
        filled,
        email=person.email if person else "",
        is_on_paragraph=place.key is not None,
        is_reply=place.parent_id is not None,
    )


def _refusal(error: DomainError) -> str:
    if isinstance(error, ClosedError):
        return str(
            _("The consultation has closed. Your comment came after the closing and was not received.")
        )
    if isinstance(error, NotYetOpenError):
        return str(_("The consultation has not opened yet. Your comment was not received."))
    return str(_("Only signed-in people can comment here. Sign in, then send your comment."))
