"""What the buttons of the comment form do: send it, show what it will look like, or keep it for later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

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
from app.services.reading import paragraph_called
from app.services.receipts import Receipt
from app.web.access import current_person
from app.web.clock import now
from app.web.comment_form import CommentForm, comment_form
from app.web.comment_page import comment_page, words_to_give_back
from app.web.foreseen import foreseen_at
from app.web.gatherings import joined_submission
from app.web.guarding import TOO_MANY, are_too_many_previews, is_taken, status_of_refusal
from app.web.limits import network_of, private_key, wait_before
from app.web.places import Place
from app.web.ports import settings
from app.web.unsent import at_form, forget_form, keep_in_form

SIGN_IN, SAVE = "sign_in", "save"


def form_of(
    place: Place, filled: MultiDict[str, str] | None, adds_to: str, *, is_edited: bool
) -> CommentForm:
    """The form of the place, filled; for `adds_to` and `is_edited` see CommentForm."""
    person = current_person()
    return comment_form(
        place.consultation,
        filled,
        email=person.email if person else "",
        is_on_paragraph=place.key is not None,
        is_reply=place.parent_id is not None,
        adds_to=adds_to,
        is_edited=is_edited,
    )


def form_sent_to(place: Place) -> CommentForm:
    """The form of the place, as it was sent."""
    is_edited = request.form.get("act") == SAVE
    return form_of(place, request.form, joined_submission(place.consultation), is_edited=is_edited)


def answer_form(place: Place) -> ResponseReturnValue:
    """What the pressed button says is done: only the one that sends can send."""
    form = form_sent_to(place)
    act = ACTS.get(request.form.get("act", ""), _preview)
    if form.adds_to and act is not _add:
        act = _ask_to_add
    try:
        return act(place, form)
    except InvalidError as error:
        form.add_problems(error.problems)
        return come_again(place, form, 422)
    except (ChangedMeanwhileError, NotFoundError):
        return come_again(place, form, 422)
    except (ClosedError, NotYetOpenError, ForbiddenError) as error:
        return come_again(place, form, 403, refusal=_refusal(error), given_back=_given_back(place, form))


def come_again(place: Place, form: CommentForm, status: int, **said: Any) -> ResponseReturnValue:
    """The page with every word as it was typed, which is kept for later, too."""
    kept = keep_in_form(place.consultation, place.key, place.parent_id)
    if kept is not None:
        form.add_problems({name: each for name, each in kept.problems.items() if name not in form.errors})
    return comment_page(place, form, unsent=kept, **said), status


def _send(place: Place, form: CommentForm) -> ResponseReturnValue:
    """The comment is received, or comes back with what is to be mended."""
    at = now()
    require_may_comment(place.consultation, current_person())
    # Even when closed the token is read: a form received in time, sent again, still shows its receipt.
    refused = status_of_refusal(form, place.consultation, at)
    if refused is not None and is_taken(form, place.consultation, at):
        earlier = _sent_before(place, form, at) if refused == TOO_MANY else None
        return _to_receipt(place, earlier) if earlier else come_again(place, form, refused)
    return _to_receipt(place, _receive(place, form, at))


def _add(place: Place, form: CommentForm) -> ResponseReturnValue:
    """The comment is part of what is not sent yet; whoever wants to sign in first is led there."""
    act = request.form["act"]
    kept = keep_in_form(
        place.consultation, place.key, place.parent_id, has_looked=True, is_added=act != SIGN_IN
    )
    if kept is None or kept.id is None or kept.problems:
        form.validate()
        if kept is not None:
            form.add_problems(kept.problems or {"body": "required"})
        return comment_page(place, form, unsent=kept), 422
    return redirect(_after_adding(place, act, kept.id), 303)


def _after_adding(place: Place, act: str, number: int) -> str:
    """Where it goes on: in the basket if the comment was taken out of it to be changed, else at the form."""
    back = url_for("basket.basket", slug=place.consultation.slug, _anchor=f"unsent-{number}")
    if act != SAVE and place.consultation.is_open(now()) and place.former is None:
        back = at_form(place.address, "kept", number, "kept")
    if act == SIGN_IN:
        back = url_for("accounts.sign_in", next=back.partition("#")[0])
    return back


def _ask_to_add(place: Place, form: CommentForm) -> ResponseReturnValue:
    """Whoever gathers with colleagues sends nothing alone by that form: the words stay, to be added."""
    form.validate()
    form.form_errors.append(
        _(
            "You take part in the submission of %(whose)s. Your comment was not sent: it is kept. Add it "
            "below, or leave that submission first.",
            whose=form.adds_to,
        )
    )
    return come_again(place, form, 422)


def _preview(place: Place, form: CommentForm) -> ResponseReturnValue:
    """What the public will see of the comment; the form below stays the copy that it is."""
    require_may_comment(place.consultation, current_person())
    # When it was opened is known once the token is read.
    is_fit = form.validate()
    require_open(place.consultation, now(), form.opened_at)
    if not is_fit or place.former is not None:
        return come_again(place, form, 422)
    if are_too_many_previews(form):
        return come_again(place, form, 429)
    form.keep_token()
    foreseen = foreseen_at(place.heir, form.said(g.lang))
    kept = keep_in_form(place.consultation, place.key, place.parent_id)
    return comment_page(place, form, foreseen=foreseen, unsent=kept)


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


def _refusal(error: DomainError) -> str:
    if isinstance(error, ClosedError):
        return str(
            _("The consultation has closed. Your comment came after the closing and was not received.")
        )
    if isinstance(error, NotYetOpenError):
        return str(_("The consultation has not opened yet. Your comment was not received."))
    return str(_("Only signed-in people can comment here. Sign in, then send your comment."))


# The button that sends says so; a form without a button pressed sends, too.
ACTS = {"": _send, "send": _send, "preview": _preview, "add": _add, SAVE: _add, SIGN_IN: _add}
