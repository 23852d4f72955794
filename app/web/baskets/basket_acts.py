"""What the buttons beside a comment that is not sent yet do."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.models.consultation import Consultation
from app.services.comments.admitting import Spot
from app.services.errors import NotFoundError
from app.services.public.reading import read_draft
from app.services.sittings.gathering import forget_sent, leave_sitting
from app.services.sittings.keeping import add_unsent, move_unsent, remove_unsent
from app.services.sittings.sittings import choose_sitting
from app.web.baskets.basket_views import place_beside, whole_of
from app.web.baskets.baskets import Basket
from app.web.baskets.sitting_cookie import bearer, forget_when_empty
from app.web.clock import now
from app.web.public.text_language import text_language


def ask_to_remove(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The comment asks first: what is removed is gone."""
    anchor = f"unsent-{number}"
    return redirect(url_for("basket.basket", slug=consultation.slug, remove=number, _anchor=anchor), 303)


def remove(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The comment is gone."""
    remove_unsent(consultation, number, bearer=bearer(), at=now())
    forget_when_empty()
    return _again(consultation)


def edit(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The comment stands in the form of its place."""
    found = next((view for view in Basket(consultation).views if view.id == number), None)
    if found is None or not found.may_change:
        raise NotFoundError(f"unsent comment {number}")
    return redirect(found.edit, 303)


def add(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The comment, as it is, is sent with the others."""
    add_unsent(consultation, number, bearer=bearer(), at=now())
    return _again(consultation, f"unsent-{number}")


def move(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The comment goes where those meant for its place go now; at its own place, it was looked at again."""
    found = Basket(consultation)
    comment = next((each for each in found.comments if each.id == number), None)
    if comment is None:
        raise NotFoundError(f"unsent comment {number}")
    draft = read_draft(consultation, text_language())
    place = place_beside(consultation, draft, comment)
    heir = place.heir if place else whole_of(consultation, draft)
    # A reply whose paragraph is gone is a comment of its own.
    parent = comment.parent_id if place and place.former is None else None
    spot = Spot(heir.text.paragraph_id if heir.text else None, draft.version_id, parent)
    move_unsent(consultation, number, spot, bearer=bearer(), at=now())
    return _again(consultation, f"unsent-{number}")


def part(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The reply is a comment of its own: what it replied to is no longer shown."""
    comment = next((each for each in Basket(consultation).comments if each.id == number), None)
    if comment is None:
        raise NotFoundError(f"unsent comment {number}")
    spot = Spot(comment.paragraph_id, comment.version_id)
    move_unsent(consultation, number, spot, bearer=bearer(), at=now())
    return _again(consultation, f"unsent-{number}")


def choose(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The sitting is the one in use."""
    choose_sitting(consultation, number, bearer=bearer(), at=now())
    return _again(consultation)


def leave(consultation: Consultation, number: int) -> ResponseReturnValue:
    """The colleague's submission goes on without whoever asks; what they wrote stays in it."""
    leave_sitting(consultation, number, bearer=bearer(), at=now())
    forget_when_empty()
    return _again(consultation)


def seen(consultation: Consultation, number: int) -> ResponseReturnValue:
    """Nobody tells them any more that the submission was sent that they had joined."""
    forget_sent(number, bearer=bearer())
    forget_when_empty()
    return _again(consultation)


ACTS = {
    "edit": edit,
    "added": add,
    "seen": seen,
    "remove": ask_to_remove,
    "removed": remove,
    "move": move,
    "part": part,
    "choose": choose,
    "leave": leave,
}


def _again(consultation: Consultation, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("basket.basket", slug=consultation.slug, _anchor=anchor), 303)
