"""A comment before it is sent: what the public would hear of it, and who else reads what is kept back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.models.base import db
from app.models.comment import Kind
from app.models.consultation import Consultation, WhoMayComment
from app.models.contact_point import ContactPoint
from app.models.people import Person
from app.services.comments.checking import Words, render_said, require_valid
from app.services.comments.receiving import Remark, suggestion_digest
from app.services.public.hearing import PublishedComment
from app.services.public.reading import ReadDraft

# The number of a comment that is not in the record yet; of several the further ones have lower numbers.
UNSENT = 0


def foresee(
    consultation: Consultation,
    draft: ReadDraft,
    paragraph_id: int | None,
    words: Words,
    *,
    parent_id: int | None = None,
    by: Person | None,
    at: datetime,
) -> PublishedComment:
    """The comment as the public hears it once it is published; raises InvalidError as sending it would.

    Nobody need agree to publication to see what it would be.
    """
    willing = words._replace(consent=True)
    tidied, said = require_valid(
        consultation, willing, render_said(words.body), is_reply=parent_id is not None
    )
    remark = Remark(
        paragraph_id=paragraph_id,
        paragraph=None,
        version_id=draft.version_id,
        version=draft.number,
        words=tidied,
        said=said,
        parent_id=parent_id,
    )
    return _published(consultation, remark, UNSENT, by=by, at=at)


def foresee_together(
    consultation: Consultation, remarks: Iterable[Remark], *, by: Person | None, at: datetime
) -> list[PublishedComment]:
    """The comments of one submission as the public hears them once all are published."""
    return [
        _published(consultation, remark, UNSENT - place, by=by, at=at) for place, remark in enumerate(remarks)
    ]


def contact_point_of(country: str) -> ContactPoint | None:
    """The office that speaks for the country, and reads comments from there, if there is one."""
    return db.session.get(ContactPoint, country) if country else None


def _published(
    consultation: Consultation, remark: Remark, number: int, *, by: Person | None, at: datetime
) -> PublishedComment:
    tidied = remark.words
    return PublishedComment(
        id=number,
        parent_id=remark.parent_id,
        paragraph_id=remark.paragraph_id,
        version_id=remark.version_id,
        version=remark.version,
        language=tidied.language,
        kind=tidied.kind or Kind.OTHER,
        html=remark.said.html,
        suggestion=tidied.suggestion,
        suggestion_digest=suggestion_digest(tidied.suggestion),
        quotation=tidied.quotation.as_selector() if tidied.quotation else None,
        received_at=at,
        withdrawn_at=None,
        submission_id=UNSENT,
        capacity=tidied.capacity,
        name=tidied.name,
        organisation=tidied.organisation,
        organisation_kind=tidied.organisation_kind,
        group_size=tidied.group_size,
        country=tidied.country,
        person_erased_at=None,
        email_confirmed_at=at if _will_be_confirmed(consultation, tidied, by) else None,
    )


def _will_be_confirmed(consultation: Consultation, words: Words, by: Person | None) -> bool:
    """Whether the respondent's address is certain by the time that the public reads the comment."""
    if consultation.who_may_comment == WhoMayComment.CONFIRMED_EMAIL:
        return True
    is_own = by is not None and by.confirmed_at is not None
    return is_own and by is not None and by.email == (words.email or by.email).casefold()
