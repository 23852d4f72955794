"""What was entered for others, as those see it who enter it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Comment, State, Submission
from app.models.people import Person
from app.services.comments.receipts import secret_of
from app.services.paper.desks import Desk, EnteredLine, FileLine
from app.web.dates import date_words, time_words, zone_called, zone_words
from app.web.locales import page_locale
from app.web.ports import settings
from app.web.presenting import capacity_words, country_name, name_of
from app.wording import CHANNELS, KINDS

SHOWN_WORDS = 90
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class EnteredView:
    """A line of the list of what was entered."""

    number: str
    name: str
    channel: str
    received: str
    entered: str
    entered_by: str
    comments: int
    is_late: bool


@dataclass(frozen=True)
class CommentView:
    """One comment as it was entered."""

    place: str
    version: int
    kind: str
    html: Markup
    suggestion: str
    importance: int | None
    language: str
    direction: str


@dataclass(frozen=True)
class FileView:
    """A scan or file that can be taken away."""

    id: int
    name: str
    size: str


@dataclass(frozen=True)
class PlaceView:
    """A paragraph that a comment can be about."""

    label: str
    words: str


def entered_view(line: EnteredLine, zone: str) -> EnteredView:
    """The submission as a line of the list."""
    sent = line.submission
    return EnteredView(
        number=sent.number,
        name=name_of(sent.capacity, sent.name, sent.organisation),
        channel=str(CHANNELS[sent.channel]),
        received=documented_words(sent.received_at, zone),
        entered=date_words(sent.entered_at, zone) if sent.entered_at else "",
        entered_by=line.entered_by or str(_("Somebody")),
        comments=line.comments,
        is_late=sent.is_late,
    )


def facts_of(sent: Submission, entered_by: str) -> list[tuple[str, str]]:
    """What is known of the submission, as (name of the fact, words)."""
    zone = sent.consultation.zone
    facts = [
        (_("Received"), documented_words(sent.received_at, zone)),
        (_("How it came"), str(CHANNELS[sent.channel])),
        (_("Entered"), _entered_words(sent, entered_by)),
        (_("Name"), sent.name),
        (_("Organisation or group"), sent.organisation),
        (_("Capacity"), capacity_words(sent.capacity, sent.group_size)),
        (_("Country"), country_name(sent.country) if sent.country else ""),
        (_("E-mail, never published"), sent.email),
    ]
    return [(name, words) for name, words in facts if words]


def comment_view(comment: Comment, labels: dict[tuple[int, int | None], str]) -> CommentView:
    """One comment as it was entered; nothing of it once it is erased."""
    is_erased = comment.state == State.ERASED
    label = labels.get((comment.version_id, comment.paragraph_id), "")
    paragraph = str(_("paragraph %(label)s", label=label))
    return CommentView(
        place=paragraph if comment.paragraph_id else str(_("the whole draft")),
        version=comment.version.number,
        kind=str(KINDS[comment.kind]),
        html=Markup() if is_erased else Markup(comment.html),  # noqa: S704 - sanitised on writing
        suggestion=comment.suggestion,
        importance=comment.importance,
        language=comment.language,
        direction=direction_of(comment.language),
    )


def labels_at(desk: Desk) -> dict[tuple[int, int | None], str]:
    """The label of each paragraph in each sealed version."""
    return {
        (version.id, one.paragraph_id): one.label for version in desk.versions for one in version.paragraphs
    }


def places_at(desk: Desk) -> list[PlaceView]:
    """The paragraphs of the newest version, by their labels and first words."""
    paragraphs = desk.versions[0].paragraphs_in(page_locale()) if desk.versions else []
    return [PlaceView(one.label, shortened(one.plain)) for one in paragraphs]


def file_views(files: Sequence[FileLine]) -> list[FileView]:
    """The scans and files of a submission."""
    return [FileView(one.id, one.name, size_words(one.size)) for one in files]


def secret_link(sent: Submission, person: Person) -> str:
    """The receipt's secret address, for whoever entered it to hand over; empty for everybody else."""
    if sent.entered_by_id != person.id:
        return ""
    secret = secret_of(sent.number, settings().secret_key)
    address = url_for("receipts.receipt", number=sent.number, secret=secret)
    return f"{settings().base_url}{address}"


def documented_words(instant: datetime, zone: str) -> str:
    """“21 February 2030”, with the time where more than the day is documented."""
    day = date_words(instant, zone)
    if instant.astimezone(zone_called(zone)).time() == time.min:
        return day
    return f"{day}, {time_words(instant, zone)} {zone_words(zone)}"


def size_words(size: int) -> str:
    """“1.2 MB”, “34 kB”."""
    if size >= MEGABYTE:
        return str(_("%(number)s MB", number=format_decimal(round(size / MEGABYTE, 1))))
    return str(_("%(number)s kB", number=format_decimal(max(1, round(size / 1000)))))


def shortened(words: str) -> str:
    """The first words."""
    return words if len(words) <= SHOWN_WORDS else f"{words[: SHOWN_WORDS - 1].rsplit(' ', 1)[0]}…"


def _entered_words(sent: Submission, entered_by: str) -> str:
    if sent.entered_at is None:
        return ""
    day = date_words(sent.entered_at, sent.consultation.zone)
    if entered_by:
        return str(_("%(day)s, by %(name)s", day=day, name=entered_by))
    return day
