"""What the buttons of the comment form do: send it, show what it will look like, or keep it for later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.services.comments.admitting import require_may_comment, require_open
from app.services.comments.checking import Words
from app.services.comments.commenting import post_comment, receipt_sent_before, sealed_version_of
from app.services.comments.grounding import ground
from app.services.comments.receipts import Receipt
from app.services.errors import (
    ChangedMeanwhileError,
    ClosedError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotYetOpenError,
)
from app.web.access import current_person
from app.web.baskets.unsent import at_form, forget_form, keep_in_form
from app.web.clock import now
from app.web.comment_forms.foreseen import foreseen_at
from app.web.comment_forms.guarding import TOO_MANY, are_too_many_previews, is_taken, status_of_refusal
from app.web.comment_forms.places import Place
from app.web.comments.comment_form import CommentForm
from app.web.comments.comment_page import comment_page, words_to_give_back
from app.web.comments.sent_comment import SAVE, SentComment, sent_to
from app.web.limits import network_of, private_key, wait_before
from app.web.ports import recollection, settings

SIGN_IN = "sign_in"


def answer_form(place: Place) -> ResponseReturnValue:
    """What the pressed button says is done: only the one that sends can send."""
    sent = sent_to(place)
    act = ACTS.get(request.form.get("act", ""), _preview)
    if sent.adds_to and act is not _add:
        act = _ask_to_add
    try:
        return act(sent)
    except InvalidError as error:
        sent.form.add_problems(error.problems)
        return come_again(place, sent.form, 422)
    except (ChangedMeanwhileError, NotFoundError):
        return come_again(place, sent.form, 422)
    except (ClosedError, NotYetOpenError, ForbiddenError) as error:
        given_back = _given_back(place, sent.form)
        return come_again(place, sent.form, 403, refusal=_refusal(error), given_back=given_back)


def come_again(place: Place, form: CommentForm, status: int, **said: Any) -> ResponseReturnValue:
    """The page with every word as it was typed, which is kept for later, too."""
    kept = keep_in_form(place.consultation, place.key, place.parent_id)
    if kept is not None:
        form.add_problems({name: each for name, each in kept.problems.items() if name not in form.errors})
    return comment_page(place, form, unsent=kept, **said), status


def _send(sent: SentComment) -> ResponseReturnValue:
    """The comment is received, or comes back with what is to be mended."""
    place, at = sent.place, now()
    require_may_comment(place.consultation, current_person())
    # Even when closed the token is read: a form received in time, sent again, still shows its receipt.
    refused = status_of_refusal(sent.guard, place.consultation, at)
    if refused is not None and is_taken(sent.guard, place.consultation, at):
        earlier = _sent_before(sent, at) if refused == TOO_MANY else None
        return _to_receipt(place, earlier) if earlier else come_again(place, sent.form, refused)
    return _to_receipt(place, _receive(sent, at))


def _add(sent: SentComment) -> ResponseReturnValue:
    """The comment is part of what is not sent yet; whoever wants to sign in first is led there."""
    place, form, act = sent.place, sent.form, request.form["act"]
    sent.require_offered()
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


def _ask_to_add(sent: SentComment) -> ResponseReturnValue:
    """Whoever gathers with colleagues sends nothing alone by that form: the words stay, to be added."""
    form = sent.form
    form.validate()
    form.form_errors.append(
        _(
            "You take part in the submission of %(whose)s. Your comment was not sent: it is kept. Add it "
            "below, or leave that submission first.",
            whose=form.adds_to,
        )
    )
    return come_again(sent.place, form, 422)


def _preview(sent: SentComment) -> ResponseReturnValue:
    """What the public will see of the comment; the form below stays the copy that it is."""
    place, form = sent.place, sent.form
    require_may_comment(place.consultation, current_person())
    # When it was opened is known once the token is read.
    is_fit = form.validate()
    require_open(place.consultation, now(), form.opened_at)
    if not is_fit or place.former is not None:
        return come_again(place, form, 422)
    if are_too_many_previews(form):
        return come_again(place, form, 429)
    form.keep_token()
    foreseen = foreseen_at(place.heir, sent.said(g.lang))
    kept = keep_in_form(place.consultation, place.key, place.parent_id)
    return comment_page(place, form, foreseen=foreseen, unsent=kept)


def _given_back(place: Place, form: CommentForm) -> str:
    text = place.heir.text
    return words_to_give_back(form, place.draft, text.paragraph_id if text else None)


def _sent_before(sent: SentComment, at: datetime) -> Receipt | None:
    """The receipt of the very form, sent again: no limit stands before it."""
    paragraph_id = _paragraph_id(sent.place)
    return receipt_sent_before(
        paragraph_id,
        _grounded(sent, paragraph_id, at),
        form=sent.guard.nonce,
        secret_key=settings().secret_key,
        parent_id=sent.place.parent_id,
    )


def _receive(sent: SentComment, at: datetime) -> Receipt:
    place, guard = sent.place, sent.guard
    paragraph_id = _paragraph_id(place)
    words = _grounded(sent, paragraph_id, at)
    return post_comment(
        place.consultation,
        paragraph_id,
        words,
        form=guard.nonce,
        by=current_person(),
        at=at,
        secret_key=settings().secret_key,
        read_version=guard.read_version,
        parent_id=place.parent_id,
        opened_at=guard.opened_at,
        network=network_of(request),
        with_letter=not words.email
        or wait_before("comment_letter", private_key(words.email.casefold())) == 0,
    )


def _paragraph_id(place: Place) -> int | None:
    return None if place.key is None else recollection().paragraph(place.consultation, place.key)


def _to_receipt(place: Place, receipt: Receipt) -> ResponseReturnValue:
    forget_form(place.consultation)
    address = url_for("receipts.receipt", number=receipt.number, secret=receipt.secret, _anchor="main")
    # Without a fragment of its own the address would inherit that of the form.
    return redirect(address, 303)


def _grounded(sent: SentComment, paragraph_id: int | None, at: datetime) -> Words:
    """The words held against the text that stood beside them."""
    guard, consultation = sent.guard, sent.place.consultation
    try:
        words = sent.said(g.lang)
        if words.quotation is None and not words.suggestion:
            return words
        version_id = guard.read_version or sealed_version_of(consultation).id
        return ground(words, version_id, paragraph_id)
    except InvalidError:
        # What came too late is told so, and not what there would be to mend.
        require_open(consultation, at, guard.opened_at)
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
