"""A paragraph with all its comments, and the form to comment on it or on the whole draft."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.services.errors import (
    NotFoundError,
)
from app.services.public.hearing import place_of_thread
from app.web.access import public
from app.web.baskets.basket_views import UnsentView, unsent_views
from app.web.baskets.unsent import Standing, standing_in
from app.web.caching import keep
from app.web.clock import now
from app.web.comment_forms.guarding import in_turn
from app.web.comment_forms.places import Place
from app.web.comments.comment_acts import answer_form, come_again
from app.web.comments.comment_page import comment_page, former_page
from app.web.comments.sent_comment import form_of, sent_to
from app.web.openings import true_until
from app.web.public.consultations import consultation_to_read, consultation_to_send_to

pages = Blueprint("comments", __name__)


@pages.route("/<lang>/consultations/<slug>/paragraphs/<key>")
@public
def paragraph(slug: str, key: str) -> ResponseReturnValue:
    """One paragraph, all its comments, and the comment form."""
    return _show(Place(consultation_to_read(slug), key))


@pages.route("/<lang>/consultations/<slug>/paragraphs/<key>", methods=["POST"])
@public
@in_turn
def post_on_paragraph(slug: str, key: str) -> ResponseReturnValue:
    """A comment on the paragraph is received, or comes back with what is to be mended."""
    return answer_form(Place(consultation_to_send_to(slug), key))


@pages.route("/<lang>/consultations/<slug>/comments/new")
@public
def whole_draft(slug: str) -> ResponseReturnValue:
    """The comments on the whole draft, and the form for one more."""
    return _show(Place(consultation_to_read(slug), None))


@pages.route("/<lang>/consultations/<slug>/comments/new", methods=["POST"])
@public
@in_turn
def post_on_whole_draft(slug: str) -> ResponseReturnValue:
    """A comment on the whole draft is received, or comes back with what is to be mended."""
    return answer_form(Place(consultation_to_send_to(slug), None))


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
@in_turn
def post_reply(slug: str, comment_id: int) -> ResponseReturnValue:
    """A reply is received, or comes back with what is to be mended."""
    try:
        place = _place_of_thread(slug, comment_id)
    except NotFoundError:
        return _refuse_reply(consultation_to_read(slug), comment_id)
    return answer_form(place)


def _place_of_thread(slug: str, comment_id: int) -> Place:
    consultation = consultation_to_read(slug)
    if not consultation.takes_replies:
        raise NotFoundError("replies")
    return Place(consultation, place_of_thread(consultation, comment_id), comment_id)


def _refuse_reply(consultation: Consultation, comment_id: int) -> ResponseReturnValue:
    """The words of a reply to what is no longer there, to be sent as a comment, or to be copied."""
    place = Place(consultation, place_of_thread(consultation, comment_id, is_shown=False))
    form = sent_to(place).form
    if not consultation.takes_replies:
        words = str(_("Replies are switched off in this consultation. Yours was not received."))
        return come_again(place, form, 403, refusal=words, given_back=form.body.data or "")
    form.add_problems({"parent": "gone"})
    return come_again(place, form, 422)


def _added_in(place: Place, standing: Standing) -> list[UnsentView]:
    if standing.key is None or not standing.added:
        return []
    return unsent_views(place.consultation, standing.key, standing.added, standing.changed)


def _show(place: Place) -> ResponseReturnValue:
    # The stamp belongs to the same reading as the page: it is taken before anything can be committed between.
    stamp = place.consultation.public_stamp
    standing = standing_in(place.consultation, place.key, place.parent_id)
    form = form_of(place, standing.filled, standing.adds_to, is_edited=standing.is_edited)
    is_gone = place.former is not None
    return keep(
        former_page(place)
        if is_gone
        else comment_page(
            place, form, unsent=standing.unsent, added=_added_in(place, standing), has_form=standing.has_form
        ),
        consultation_id=place.consultation.id,
        stamp=stamp,
        until=true_until(place.consultation, now()),
        token="" if is_gone else form.written_token,
    )
