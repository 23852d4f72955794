"""The preview: the very note that the public will see, and who sees the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.models.consultation import Asking, Consultation, ModerationPolicy, Particular, WhoMayComment
from app.models.sitting import UnsentComment
from app.services.comments.checking import Words
from app.services.comments.foreseeing import UNSENT, contact_point_of, foresee, foresee_together
from app.services.comments.grounding import ground
from app.services.public.hearing import PublishedComment, comments_on
from app.services.public.reading import ReadDraft, Text, read_draft
from app.services.sittings.readying import remarks_to_send
from app.web.access import current_person
from app.web.clock import now
from app.web.comment_forms.places import Place
from app.web.notes.note_views import CommentView
from app.web.notes.notes import groups_of
from app.web.presenting import country_name, place_words, words_in
from app.web.public.text_language import text_language


@dataclass(frozen=True)
class Foreseen:
    """A comment before it is sent: its note (None where there is nothing to read), and who sees what."""

    note: CommentView | None
    public: str
    others: list[str]


@dataclass(frozen=True)
class ForeseenPlace:
    """What stands at one place of the draft; `is_counted`: something there is only counted."""

    label: str
    notes: list[CommentView]
    is_counted: bool


@dataclass(frozen=True)
class ForeseenTogether:
    """Comments before they are sent together: their notes place by place, and who sees what."""

    public: str
    places: list[ForeseenPlace]
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
    notes = _notes([comment], draft, text, place.consultation, at)
    has_words = _has_words(comment)
    return Foreseen(
        note=notes[0] if has_words else None,
        public=_when_public(place.consultation, has_words=has_words),
        others=who_else_sees(place.consultation, grounded),
    )


def foreseen_together(
    consultation: Consultation, comments: list[UnsentComment], particulars: Words
) -> ForeseenTogether:
    """What the comments would look like with those particulars; raises UnreadyError as sending them would."""
    remarks = remarks_to_send(consultation, comments, particulars)
    draft, at = read_draft(consultation, text_language()), now()
    foreseen = foresee_together(consultation, remarks, by=current_person(), at=at)
    by_place: dict[int | None, list[PublishedComment]] = {}
    for comment in foreseen:
        by_place.setdefault(comment.paragraph_id, []).append(comment)
    places = []
    for text in (None, *draft.texts):
        here = by_place.get(text.paragraph_id if text else None)
        if here:
            readable = [comment for comment in here if _has_words(comment)]
            notes = _notes(readable, draft, text, consultation, at)
            places.append(ForeseenPlace(place_words(text), notes, is_counted=len(readable) < len(here)))
    weighed = next((each.words.importance for each in remarks if each.words.importance), None)
    return ForeseenTogether(
        public=_when_public(consultation, has_words=any(map(_has_words, foreseen))),
        places=places,
        others=who_else_sees(consultation, remarks[0].words._replace(importance=weighed)),
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


def _notes(
    comments: list[PublishedComment],
    draft: ReadDraft,
    text: Text | None,
    consultation: Consultation,
    at: datetime,
) -> list[CommentView]:
    """The notes of those comments, as they will stand among what is published there already."""
    there = [*comments_on(draft, text.paragraph_id if text else None), *comments]
    views = [view for group in groups_of(there, draft, text, consultation, at) for view in group.comments]
    views += [reply for view in views for reply in view.replies]
    return [view for view in views if view.id <= UNSENT]


def _has_words(comment: PublishedComment) -> bool:
    return bool(comment.html or comment.suggestion)


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
