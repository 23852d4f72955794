"""Answering: what the drafters did with a comment, with their reason and the paragraphs that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.models.base import db, transaction
from app.models.comment import Comment
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph
from app.models.moderation import Answer, Disposition
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import enqueue, record, touch_public_pages
from app.services.comments.checking import render_said
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.permissions import require
from app.services.public.hearing import at_paragraph, in_view
from app.services.public.paging import AS_NUMBERED, Page, following, page_of
from app.services.text import SafeText

# Whoever is told no, or not wholly, is told why.
ASK_FOR_REASON = frozenset({Answer.IN_PART, Answer.NOT_ACCEPTED, Answer.OUT_OF_SCOPE})


@dataclass(frozen=True)
class AnswerSieve:
    """Which comments an editor wants to see: "yes" answered, "no" not yet, "" all; `paragraph` is a key."""

    is_answered: str = ""
    paragraph: str = ""


def answer_comment(
    comment_id: int,
    answer: str,
    source: str,
    changed_keys: Sequence[str],
    *,
    language: str,
    seen: int | None,
    by: Person,
    at: datetime,
) -> Disposition:
    """The public reads the answer under the comment, and its author is told.

    `seen` is the number of the answer that the editor saw there (None: none). Sent twice, it is one answer.
    Raises NotFoundError, ForbiddenError, InvalidError (problems by field) or ChangedMeanwhileError (somebody
    else has answered meanwhile).
    """
    said = render_said(source)
    with transaction():
        comment = comment_to_answer(comment_id, by=by, for_update=True)
        safe = _require_valid(comment.consultation, answer, said, changed_keys)
        last = answers_to([comment.id]).get(comment.id)
        if (last.id if last else None) != seen:
            if last is not None and _says(last, answer, safe, changed_keys, language):
                return last
            raise ChangedMeanwhileError(f"comment {comment.id}")
        disposition = _written(comment, answer, safe, changed_keys, language, by, at)
        touch_public_pages(comment.consultation_id)
        record("comment answered", f"comment:{comment.id}", person_id=by.id, at=at)
        letter = {"letter": "answered", "comment_id": comment.id, "disposition_id": disposition.id}
        enqueue("letter", letter, at=at)
    return disposition


def comment_to_answer(comment_id: int, *, by: Person, for_update: bool = False) -> Comment:
    """The comment in view that the person may answer; raises NotFoundError or ForbiddenError."""
    wanted = select(Comment).where(Comment.id == comment_id, in_view())
    if for_update:
        wanted = wanted.with_for_update(of=Comment).execution_options(populate_existing=True)
    comment = db.session.scalar(wanted)
    if comment is None:
        raise NotFoundError(f"comment {comment_id}")
    require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=comment.consultation_id)
    return comment


def answers_to(comment_ids: Iterable[int]) -> dict[int, Disposition]:
    """The answer that counts, the last one, by the comment's number; none for one without."""
    rows = db.session.scalars(
        select(Disposition).where(Disposition.comment_id.in_(list(comment_ids))).order_by(Disposition.id)
    )
    return {disposition.comment_id: disposition for disposition in rows}


def numbers_of_answers(consultation: Consultation) -> dict[str, int]:
    """How many comments in view have which answer, and how many none (“”)."""
    answers = (
        select(last_answer().label("answer"))
        .where(Comment.consultation_id == consultation.id, in_view())
        .subquery()
    )
    rows = db.session.execute(
        select(func.coalesce(answers.c.answer, ""), func.count()).group_by(answers.c.answer)
    )
    counted: dict[str, int] = dict(iter(rows))
    return {answer: counted.get(answer, 0) for answer in ("", *Answer)}


def last_answer() -> Any:
    """The answer that counts for a comment, for questions to the database."""
    later = aliased(Disposition)
    last = (
        select(func.max(later.id)).where(later.comment_id == Comment.id).correlate(Comment).scalar_subquery()
    )
    return select(Disposition.answer).where(Disposition.id == last).correlate(Comment).scalar_subquery()


def comments_to_answer(
    consultation: Consultation, sieve: AnswerSieve, *, after: int | None = None, before: int | None = None
) -> Page:
    """A page of the comments in view, as they are numbered; the first one when nothing is left there."""
    return page_of(_sifted(consultation, sieve), AS_NUMBERED, after=after, before=before)


def next_to_answer(comment: Comment, sieve: AnswerSieve) -> int | None:
    """The comment without an answer that follows this one in the list, if any."""
    return following(_sifted(comment.consultation, replace(sieve, is_answered="no")), AS_NUMBERED, comment)


def _require_valid(
    consultation: Consultation, answer: str, said: SafeText | None, changed_keys: Sequence[str]
) -> SafeText:
    problems = {}
    if answer not in set(Answer):
        problems["answer"] = "required"
    if said is None:
        problems["reason"] = "too_long"
    elif not said.plain and answer in ASK_FOR_REASON:
        problems["reason"] = "required"
    if set(changed_keys) - _keys_of(consultation):
        problems["changed"] = "unknown"
    if said is None or problems:
        raise InvalidError(problems)
    return said


def _keys_of(consultation: Consultation) -> set[str]:
    keys = select(Paragraph.key).join(Paragraph.draft).where(Draft.consultation_id == consultation.id)
    return set(db.session.scalars(keys))


def _says(last: Disposition, answer: str, said: SafeText, keys: Sequence[str], language: str) -> bool:
    told = (last.answer, last.source, list(last.changed_keys), last.language)
    return told == (answer, said.source, list(keys), language)


def _written(
    comment: Comment,
    answer: str,
    said: SafeText,
    keys: Sequence[str],
    language: str,
    by: Person,
    at: datetime,
) -> Disposition:
    disposition = Disposition(
        comment_id=comment.id,
        answer=answer,
        source=said.source,
        html=said.html,
        plain=said.plain,
        language=language,
        changed_keys=list(keys),
        person_id=by.id,
        published_at=at,
    )
    db.session.add(disposition)
    db.session.flush()
    return disposition


def _is_answered() -> ColumnElement[bool]:
    return select(Disposition.id).where(Disposition.comment_id == Comment.id).exists()


def _sifted(consultation: Consultation, sieve: AnswerSieve) -> Select[Any]:
    sifted = select(Comment).where(Comment.consultation_id == consultation.id, in_view())
    if sieve.is_answered:
        sifted = sifted.where(_is_answered() if sieve.is_answered == "yes" else ~_is_answered())
    return at_paragraph(sifted, sieve.paragraph)
