"""Workshops as pages show them, in the words of the page's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.comment import Comment
from app.models.workshop import RegistrationState, Workshop
from app.services.moderation.queueing import texts_beside
from app.services.search.excerpts import first_words
from app.services.text import SafeText, render_report
from app.services.workshops.announcing import findings_of, passages_about
from app.services.workshops.seats import Refusal, Seats, newcomer
from app.web.dates import minutes_words, stretch_words
from app.web.locales import page_locale
from app.web.presenting import Words, capacity_words, words_in
from app.wording import languages_of_workshop

WORDS_OF_A_PASSAGE = 140
WORDS_OF_A_PURPOSE = 220


@dataclass(frozen=True)
class WorkshopEntry:
    """A workshop in a list."""

    slug: str
    title: Words
    purpose: Words
    place: Words
    is_online: bool
    when: str
    instant: str
    standing: str


@dataclass(frozen=True)
class Rendered:
    """Small Markdown as safe HTML, and its language."""

    html: str
    words: Words


@dataclass(frozen=True)
class Passage:
    """A paragraph that the workshop is about."""

    label: str
    words: str
    language: str
    href: str


@dataclass(frozen=True)
class Finding:
    """One of the comments that the workshop's groups made: where it stands, and who speaks."""

    place: str
    by: str
    href: str


def entry_of(workshop: Workshop, seats: Seats, at: datetime) -> WorkshopEntry:
    """The workshop in a list, with how it stands at that instant."""
    purpose = words_in(workshop.purposes)
    return WorkshopEntry(
        slug=workshop.slug,
        title=words_in(workshop.titles),
        purpose=replace(purpose, text=first_words(purpose.text, WORDS_OF_A_PURPOSE)),
        place=words_in(workshop.addresses),
        is_online=bool(workshop.online_link),
        when=when_words(workshop),
        instant=workshop.starts_at.isoformat(),
        standing=standing_words(workshop, seats, at),
    )


def when_words(workshop: Workshop) -> str:
    """“Saturday 23 February 2030, 13:00 to 16:00 Riga time”."""
    return stretch_words(workshop.starts_at, workshop.ends_at, workshop.zone)


def standing_words(workshop: Workshop, seats: Seats, at: datetime) -> str:
    """How it stands, in a few words: cancelled, past, closed, full, or how many places are free."""
    if workshop.is_cancelled:
        return str(_("Cancelled"))
    if at >= workshop.ends_at:
        return str(_("Has taken place"))
    if at >= workshop.register_by:
        return str(_("Registration is closed"))
    state = newcomer(seats, has_waiting_list=workshop.has_waiting_list)
    if state == RegistrationState.CONFIRMED:
        return str(ngettext("%(num)s place free", "%(num)s places free", seats.left))
    return str(_("Full")) if state is None else str(_("Full, with a waiting list"))


def refusal_words(reason: Refusal, workshop: Workshop) -> str:
    """Why nobody can register, said plainly."""
    if reason == Refusal.CANCELLED:
        return str(_("This workshop does not take place. Nobody can register any more."))
    if reason == Refusal.FULL:
        return str(
            ngettext(
                "The %(num)s place is taken, and there is no waiting list.",
                "All %(num)s places are taken, and there is no waiting list.",
                workshop.places,
            )
        )
    closed = minutes_words(workshop.register_by, workshop.zone)
    return str(_("Registration closed %(instant)s.", instant=closed))


def prospect_words(seats: Seats, state: RegistrationState | None) -> str:
    """What somebody who registers now gets: a place at once, or which number on the waiting list."""
    if state == RegistrationState.CONFIRMED:
        return str(
            ngettext(
                "%(num)s place is free. You get it at once, and a letter that says so.",
                "%(num)s places are free. You get one at once, and a letter that says so.",
                seats.left,
            )
        )
    waiting = ngettext("%(num)s person waits", "%(num)s people wait", seats.waiting)
    if not seats.waiting:
        waiting = _("nobody waits yet")
    return str(
        _(
            "All places are taken; %(waiting)s. You can register as number %(rank)s on the waiting list. A "
            "place that is given back is offered to the first in line, by letter.",
            waiting=waiting,
            rank=seats.waiting + 1,
        )
    )


def languages_words(workshop: Workshop) -> str:
    """“English, without interpretation”."""
    return languages_of_workshop(workshop.working_language, workshop.interpretation, page_locale())


def rendered(texts: dict[str, str]) -> Rendered:
    """Small Markdown in the page's language, or the best there is."""
    words = words_in(texts)
    said: SafeText = render_report(words.text)
    return Rendered(said.html, words)


def passages_of(workshop: Workshop) -> list[Passage]:
    """The paragraphs that it is about, each with the page where they are commented on."""
    slug = workshop.consultation.slug
    return [
        Passage(
            text.label,
            first_words(text.plain, WORDS_OF_A_PASSAGE),
            text.language,
            f"{url_for('consultations.draft', slug=slug)}#{text.key}"
            if text.is_heading
            else url_for("comments.paragraph", slug=slug, key=text.key),
        )
        for text in passages_about(workshop, page_locale())
    ]


def finding_views(workshop: Workshop) -> list[Finding]:
    """What the workshop's groups said, each a link to where it stands among the comments."""
    comments = findings_of(workshop)
    texts = texts_beside(comments)
    return [
        Finding(
            place=_("Paragraph %(label)s", label=texts[comment.id].label)
            if comment.id in texts
            else _("The whole draft"),
            by=_by(comment),
            href=_address(comment, workshop.consultation.slug),
        )
        for comment in comments
    ]


def _by(comment: Comment) -> str:
    sent = comment.submission
    size = capacity_words(sent.capacity, sent.group_size, sent.organisation_kind)
    return ", ".join(part for part in (sent.organisation, size) if part)


def _address(comment: Comment, slug: str) -> str:
    anchor = f"c-{comment.id}"
    if comment.paragraph is None:
        return url_for("comments.whole_draft", slug=slug, _anchor=anchor)
    return url_for("comments.paragraph", slug=slug, key=comment.paragraph.key, _anchor=anchor)
