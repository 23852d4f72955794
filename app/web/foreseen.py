"""The preview: the very note that the public will see, and who sees the rest."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from app.models.consultation import Asking, Consultation, ModerationPolicy, Particular, WhoMayComment
from app.services.checking import Words
from app.services.foreseeing import UNSENT, contact_point_of, foresee
from app.services.grounding import ground
from app.services.hearing import comments_on
from app.web.access import current_person
from app.web.clock import now
from app.web.note_views import CommentView
from app.web.notes import groups_of
from app.web.places import Place
from app.web.presenting import country_name, words_in


@dataclass(frozen=True)
class Foreseen:
    """A comment before it is sent: its note (None where there is nothing to read), and who sees what."""

    note: CommentView | None
    public: str
    others: list[str]


def foreseen_at(place: Place, words: Words) -> Foreseen:
    """What the words would look like at the place; raises InvalidError as sending them would."""
    draft, text, at = place.draft, place.text, now()
    paragraph_id = text.paragraph_id if text else None
    grounded = ground(words, draft.version_id, paragraph_id)
    comment = foresee(
        place.consultation,
        draft,
        paragraph_id,
        grounded,
        parent_id=place.parent_id,
        by=current_person(),
        at=at,
    )
    comments = [*comments_on(draft, paragraph_id), comment]
    groups = groups_of(comments, draft, text, place.consultation, at)
    views = [view for group in groups for view in group.comments]
    views += [reply for view in views for reply in view.replies]
    note = next(view for view in views if view.id == UNSENT)
    has_words = bool(comment.html or comment.suggestion)
    return Foreseen(
        note=note if has_words else None,
        public=_when_public(place.consultation, has_words=has_words),
        others=who_else_sees(place.consultation, grounded),
    )


def who_else_sees(consultation: Consultation, words: Words) -> list[str]:
    """Who reads what the public does not, from the consultation's settings and from what was filled in."""
    told = [_("Moderators and the authors of the draft see all that you filled in but your e-mail address.")]
    point = contact_point_of(words.country)
    if point is not None:
        name, country = words_in(point.names).text, country_name(point.country)
        told.append(
            _("So does the contact point for %(country)s.", country=country)
            if name == country
            else _("So does the contact point for %(country)s: %(name)s.", country=country, name=name)
        )
    if words.importance and consultation.asks(Particular.IMPORTANCE) != Asking.NO:
        told.append(_("How much it matters to you is published as a mean only, of five people or more."))
    if words.email:
        told.append(
            _("Nobody else sees your e-mail address. Your receipt and letters on your comment go there.")
        )
    return [str(each) for each in told]


def _when_public(consultation: Consultation, *, has_words: bool) -> str:
    if not has_words:
        return str(_("There is nothing to read: only how much it matters to you is counted."))
    if consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL:
        confirmed = _("First you confirm your e-mail address, by the link in the letter that we send you.")
    else:
        confirmed = ""
    if consultation.moderation == ModerationPolicy.BEFORE:
        published = _("When a moderator has read it, the public sees exactly this:")
    else:
        published = _("The public sees exactly this, at once:")
    return " ".join(str(words) for words in (confirmed, published) if words)
