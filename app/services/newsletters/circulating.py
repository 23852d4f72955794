"""Circulating: newsletters as editors write them, in Markdown by language, before they go out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.i18n import page_languages
from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Permission
from app.models.subscription import Newsletter
from app.services.activity import enqueue, record
from app.services.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from app.services.newsletters.typesetting import typeset
from app.services.permissions import require
from app.services.text import normalise, one_line

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80
LONGEST_TITLE = 150
LONGEST_SOURCE = 50_000
USUAL_RATE = 600
MOST_A_MINUTE = 6_000
TEST = "newsletter_test"


@dataclass(frozen=True)
class Issue:
    """What an editor wrote: titles and Markdown by language, and how many letters may go out a minute."""

    slug: str
    titles: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    rate: int = USUAL_RATE


def create_newsletter(issue: Issue, *, by: Person, at: datetime) -> Newsletter:
    """A newsletter that only editors see; raises InvalidError."""
    require(by, Permission.SEND_NEWSLETTERS)
    issue = _tidy(issue)
    with transaction():
        _require_valid(issue, None)
        newsletter = Newsletter(
            slug=issue.slug,
            titles=dict(issue.titles),
            sources=dict(issue.sources),
            rate=issue.rate,
            person_id=by.id,
            created_at=at,
            changed_at=at,
        )
        db.session.add(newsletter)
        db.session.flush()
        record("newsletter written", subject_of(newsletter), person_id=by.id, at=at)
    return newsletter


def change_newsletter(
    newsletter: Newsletter, issue: Issue, *, expected_changes: int, by: Person, at: datetime
) -> None:
    """The newsletter says this now; sent twice, it is changed once.

    Raises InvalidError, also once it is being sent, and ChangedMeanwhileError when somebody else has changed
    it since the editor read it.
    """
    require(by, Permission.SEND_NEWSLETTERS)
    issue = _tidy(issue)
    with transaction():
        db.session.refresh(newsletter, with_for_update=True)
        _require_valid(issue, newsletter)
        if _says(newsletter, issue):
            return
        if newsletter.changes != expected_changes:
            raise ChangedMeanwhileError(subject_of(newsletter))
        newsletter.slug, newsletter.rate = issue.slug, issue.rate
        newsletter.titles, newsletter.sources = dict(issue.titles), dict(issue.sources)
        newsletter.changes += 1
        newsletter.changed_at = at
        record("newsletter changed", subject_of(newsletter), person_id=by.id, at=at)


def newsletters(*, by: Person) -> Sequence[Newsletter]:
    """All newsletters, the last one first; raises ForbiddenError."""
    require(by, Permission.SEND_NEWSLETTERS)
    last = func.coalesce(Newsletter.started_at, Newsletter.changed_at)
    return db.session.scalars(select(Newsletter).order_by(last.desc(), Newsletter.id.desc())).all()


def newsletter_to_edit(number: int, *, by: Person) -> Newsletter:
    """The newsletter; raises ForbiddenError or NotFoundError."""
    require(by, Permission.SEND_NEWSLETTERS)
    return _found(Newsletter.id, number)


def newsletter_numbered(number: int) -> Newsletter | None:
    """The newsletter, for whoever sends it; None when there is none."""
    return db.session.get(Newsletter, number)


def newsletter_to_read(slug: str) -> Newsletter:
    """The newsletter as everybody may read it; raises NotFoundError before it is sent."""
    newsletter = _found(Newsletter.slug, slug)
    if newsletter.started_at is None:
        raise NotFoundError(slug)
    return newsletter


def languages_of(newsletter: Newsletter) -> list[str]:
    """The languages in which it is whole, in the order of the pages' languages."""
    return [code for code in page_languages() if newsletter.titles.get(code) and newsletter.sources.get(code)]


def half_written(newsletter: Newsletter) -> list[str]:
    """The languages in which it has a title and no text, or a text and no title."""
    return [
        code
        for code in page_languages()
        if bool(newsletter.titles.get(code)) != bool(newsletter.sources.get(code))
    ]


def html_of(newsletter: Newsletter, language: str) -> str:
    """The text as safe HTML: as it was when it was sent, or as it would be now."""
    return newsletter.htmls.get(language) or typeset(newsletter.sources.get(language, ""))


def send_test(newsletter: Newsletter, language: str, *, by: Person, at: datetime) -> None:
    """The newsletter goes to this editor alone; raises ForbiddenError, or NotFoundError for no such text."""
    require(by, Permission.SEND_NEWSLETTERS)
    if language not in languages_of(newsletter):
        raise NotFoundError(language)
    with transaction():
        told = {"newsletter_id": newsletter.id, "person_id": by.id, "language": language}
        enqueue("letter", {"letter": TEST, **told}, at=at)
        record("newsletter tested", subject_of(newsletter), person_id=by.id, at=at)


def subject_of(newsletter: Newsletter) -> str:
    """How a line of activity names the newsletter."""
    return f"newsletter:{newsletter.id}"


def _found(column: InstrumentedAttribute[int] | InstrumentedAttribute[str], value: int | str) -> Newsletter:
    newsletter = db.session.scalar(select(Newsletter).where(column == value))
    if newsletter is None:
        raise NotFoundError(f"newsletter {value}")
    return newsletter


def _tidy(issue: Issue) -> Issue:
    known = page_languages()
    titles = {code: one_line(text) for code, text in issue.titles.items() if code in known}
    sources = {code: normalise(text) for code, text in issue.sources.items() if code in known}
    return Issue(
        slug=issue.slug.strip(),
        titles={code: text for code, text in titles.items() if text},
        sources={code: text for code, text in sources.items() if text},
        rate=issue.rate,
    )


def _says(newsletter: Newsletter, issue: Issue) -> bool:
    facts = (newsletter.slug, newsletter.titles, newsletter.sources, newsletter.rate)
    return facts == (issue.slug, dict(issue.titles), dict(issue.sources), issue.rate)


def _require_valid(issue: Issue, before: Newsletter | None) -> None:
    if before is not None and before.started_at is not None:
        raise InvalidError({"newsletter": "started"})
    problems = _problems_of_words(issue)
    if not SLUG.fullmatch(issue.slug) or len(issue.slug) > LONGEST_SLUG:
        problems["slug"] = "invalid"
    elif (before is None or issue.slug != before.slug) and _is_taken(issue.slug):
        problems["slug"] = "taken"
    if not 1 <= issue.rate <= MOST_A_MINUTE:
        problems["rate"] = "out_of_range"
    if problems:
        raise InvalidError(problems)


def _problems_of_words(issue: Issue) -> dict[str, str]:
    long_titles = [f"title_{code}" for code, text in issue.titles.items() if len(text) > LONGEST_TITLE]
    long_texts = [f"source_{code}" for code, text in issue.sources.items() if len(text) > LONGEST_SOURCE]
    problems = dict.fromkeys([*long_titles, *long_texts], "too_long")
    return problems if issue.titles else {**problems, "titles": "required"}


def _is_taken(slug: str) -> bool:
    return db.session.scalar(select(Newsletter.id).where(Newsletter.slug == slug)) is not None
