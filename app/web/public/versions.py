"""The versions of a draft: when each was sealed, what changed in it and how much was said on it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from markupsafe import Markup

from app.models.consultation import Consultation
from app.services.public.chronicling import Chapter, chapters_of
from app.services.text import render_comment
from app.web.access import public
from app.web.caching import keep
from app.web.dates import long_date_words, time_words, zone_words
from app.web.notes.changes import counted_words
from app.web.notes.notes import compare_address
from app.web.presenting import Words, words_in
from app.web.public.consultations import consultation_to_read

pages = Blueprint("versions", __name__)


@dataclass(frozen=True)
class ChapterView:
    """A version as the list shows it."""

    number: int
    sealed: str
    instant: str
    digest: str
    change_log: Words
    change_log_html: Markup
    languages: list[tuple[str, bool, bool]]
    text: str
    fates: list[str]
    comments: str
    compare: str


@pages.route("/<lang>/consultations/<slug>/versions")
@public
def index(slug: str) -> ResponseReturnValue:
    """All versions of the draft, the newest first."""
    consultation = consultation_to_read(slug)
    chapters = chapters_of(consultation)
    page = render_template(
        "versions/index.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        chapters=[_view(chapter, consultation) for chapter in chapters],
    )
    return keep(page, consultation_id=consultation.id, stamp=consultation.public_stamp)


def _view(chapter: Chapter, consultation: Consultation) -> ChapterView:
    zone = consultation.zone
    said = words_in(chapter.change_log)
    day, time = long_date_words(chapter.sealed_at, zone), time_words(chapter.sealed_at, zone)
    return ChapterView(
        number=chapter.number,
        sealed=f"{day}, {time} {zone_words(zone)}",
        instant=chapter.sealed_at.isoformat(timespec="seconds"),
        digest=chapter.digest,
        change_log=said,
        change_log_html=Markup(render_comment(said.text).html),  # noqa: S704 - sanitised by services/text.py
        languages=chapter.languages,
        text=_size(chapter),
        fates=[counted_words(fate, count) for fate, count in chapter.fates.items()],
        comments=ngettext("%(num)s comment", "%(num)s comments", chapter.comments),
        compare=compare_address(consultation.slug, chapter.number - 1, chapter.number)
        if chapter.number > 1
        else "",
    )


def _size(chapter: Chapter) -> str:
    paragraphs = ngettext("%(num)s paragraph", "%(num)s paragraphs", chapter.paragraphs)
    headings = ngettext("%(num)s heading", "%(num)s headings", chapter.headings)
    return f"{paragraphs}, {headings}" if chapter.headings else str(paragraphs)
