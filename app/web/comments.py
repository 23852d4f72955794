"""A paragraph with all its comments, and the form to comment on it or on the whole draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.consultation import Consultation
from app.services.commenting import may_comment, post_comment
from app.services.errors import ClosedError, DomainError, ForbiddenError, InvalidError, NotYetOpenError
from app.services.hearing import comments_on
from app.services.reading import (
    ReadDraft,
    Text,
    consultation_called,
    paragraph_called,
    read_draft,
)
from app.web.access import current_person, public
from app.web.caching import keep
from app.web.clock import now
from app.web.comment_form import CommentForm, comment_form, public_particulars
from app.web.limits import network_of, private_key, wait_before
from app.web.ports import settings
from app.web.presenting import closing_view, comment_view, true_until, words_in

pages = Blueprint("comments", __name__)
SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Place:
    """What is commented on: one paragraph of a draft, or with no key the whole draft.

    Its words are read when a page needs them: receiving a comment does not.
    """

    consultation: Consultation
    key: str | None

    @cached_property
    def draft(self) -> ReadDraft:
        """The text under consultation, in the language of the page."""
        return read_draft(self.consultation, g.lang)

    @cached_property
    def number(self) -> int | None:
        """Where the paragraph stands in the draft."""
        return None if self.key is None else self.draft.place_of(self.key)

    @property
    def text(self) -> Text | None:
        """The paragraph's text, or None for the whole draft."""
        return None if self.number is None else self.draft.texts[self.number]

    def neighbours(self) -> tuple[Text | None, Text | None]:
        """The commentable paragraphs before and after this one."""
        if self.number is None:
            return None, None
        texts = self.draft.texts
        before = (text for text in reversed(texts[: self.number]) if not text.is_heading)
        after = (text for text in texts[self.number + 1 :] if not text.is_heading)
        return next(before, None), next(after, None)

    @property
    def address(self) -> str:
        """Where the paragraph, its comments and the form are."""
        if self.text is None:
            return url_for("comments.whole_draft", slug=self.consultation.slug)
        return url_for("comments.paragraph", slug=self.consultation.slug, key=self.text.key)


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
    return Place(consultation_called(slug), key)


def _show(place: Place) -> ResponseReturnValue:
    # The stamp belongs to the same reading as the page: it is taken before anything can be committed between.
    stamp = place.consultation.public_stamp
    form = _form(place)
    return keep(
        _page(place, form),
        consultation_id=place.consultation.id,
        stamp=stamp,
        until=true_until(place.consultation, now()),
        token=form.written_token,
    )


def _post(place: Place) -> ResponseReturnValue:
    at = now()
    form = _form(place)
    try:
        if not may_comment(place.consultation, current_person()):
            raise ForbiddenError("signed_in")
        # Even when closed the token is read: a form received in time, sent again, still shows its receipt.
        refused = _refuse(place, form)
        if refused is not None and place.consultation.is_open(at):
            return refused
        return _receive(place, form, at)
    except InvalidError as error:
        form.add_problems(error.problems)
        return _page(place, form), 422
    except (ClosedError, NotYetOpenError, ForbiddenError) as error:
        return _page(place, form, refusal=_refusal(error), given_back=form.body.data or ""), 403


def _receive(place: Place, form: CommentForm, at: datetime) -> ResponseReturnValue:
    words = form.words(g.lang)
    receipt = post_comment(
        place.consultation,
        None if place.key is None else paragraph_called(place.consultation, place.key),
        words,
        form=form.token.nonce if form.token else "",
        by=current_person(),
        at=at,
        secret_key=settings().secret_key,
        with_letter=not words.email
        or wait_before("comment_letter", private_key(words.email.casefold())) == 0,
    )
    address = url_for("receipts.receipt", number=receipt.number, secret=receipt.secret, _anchor="main")
    # Without a fragment of its own the address would inherit that of the form.
    return redirect(address, 303)


def _refuse(place: Place, form: CommentForm) -> ResponseReturnValue | None:
    """The page again, when the form itself cannot be taken."""
    if not form.validate():
        return _page(place, form), 422
    if form.is_from_a_robot():
        form.website.errors = [_("Leave this field empty: it is there to catch robots.")]
        return _page(place, form), 422
    if form.is_too_fast(now()):
        form.form_errors.append(_("That was very fast. Read your comment once more, then send it."))
        return _page(place, form), 429
    wait = wait_before("comment", network_of(request))
    if wait:
        form.form_errors.append(_too_many(wait))
        return _page(place, form), 429
    return None


def _form(place: Place) -> CommentForm:
    person = current_person()
    sent = request.form if request.method == "POST" else None
    return comment_form(place.consultation, sent, email=person.email if person else "")


def _page(place: Place, form: CommentForm, refusal: str = "", given_back: str = "") -> str:
    at = now()
    comments = comments_on(place.draft, place.text.paragraph_id if place.text else None)
    before, after = place.neighbours()
    return render_template(
        "comments/paragraph.html",
        consultation=place.consultation,
        draft=place.draft,
        text=place.text,
        address=place.address,
        comments=[comment_view(comment, place.consultation.zone) for comment in comments],
        closing=closing_view(place.consultation, at),
        may_comment=may_comment(place.consultation, current_person()),
        form=form,
        public_particulars=public_particulars(place.consultation),
        title=words_in(place.consultation.titles),
        notice=words_in(place.consultation.privacy_notices),
        before=before,
        after=after,
        refusal=refusal,
        given_back=given_back,
    )


def _refusal(error: DomainError) -> str:
    if isinstance(error, ClosedError):
        return str(
            _("The consultation has closed. Your comment came after the closing and was not received.")
        )
    if isinstance(error, NotYetOpenError):
        return str(_("The consultation has not opened yet. Your comment was not received."))
    return str(_("Only signed-in people can comment here. Copy your comment, sign in and send it again."))


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // SECONDS_A_MINUTE)
    return str(
        ngettext(
            "Many comments came from your network. Wait %(num)s minute, then send yours. Nothing is lost.",
            "Many comments came from your network. Wait %(num)s minutes, then send yours. Nothing is lost.",
            minutes,
        )
    )
