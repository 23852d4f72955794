"""Two versions of a draft beside each other, with what changed between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.models.consultation import Consultation
from app.models.draft import Fate
from app.services.errors import NotFoundError
from app.services.public.comparing import Comparison, compare_versions
from app.services.public.hearing import numbers_of_comments
from app.services.public.reading import ReadDraft, read_draft
from app.web.access import public
from app.web.caching import keep
from app.web.dates import date_words
from app.web.locales import page_locale
from app.web.notes.changes import SIGNS, ChangeView, change_view, counted_words
from app.web.presenting import words_in
from app.web.public.consultations import consultation_to_read

pages = Blueprint("comparing", __name__)

COMPARE = "/<lang>/consultations/<slug>/compare"


IN_ORDER = (Fate.REWORDED, Fate.MOVED, Fate.SPLIT, Fate.MERGED, Fate.REMOVED, Fate.NEW, Fate.SAME)


class Side(NamedTuple):
    """One of the two versions: when it was sealed, and how many comments are published on it."""

    number: int
    sealed: str
    comments: int


class Count(NamedTuple):
    """How often a fate stands on the page, in words, and where it stands first."""

    fate: str
    words: str
    sign: str
    first: str


@pages.route(COMPARE)
@public
def choose(slug: str) -> ResponseReturnValue:
    """The comparison of the two versions that were chosen, or else of the two newest."""
    numbers = read_draft(consultation_to_read(slug), page_locale()).versions
    newer = request.args.get("newer", numbers[0], type=int)
    older = request.args.get("older", numbers[min(1, len(numbers) - 1)], type=int)
    return _to("compare", slug, older, newer, numbers)


@pages.route(f"{COMPARE}/<int:older>...<int:newer>")
@public
def compare(slug: str, older: int, newer: int) -> ResponseReturnValue:
    """All paragraphs of both versions, with what became of each."""
    return _page("compare", slug, older, newer)


@pages.route(f"{COMPARE}/<int:older>...<int:newer>/changes")
@public
def changes(slug: str, older: int, newer: int) -> ResponseReturnValue:
    """Only the paragraphs that changed."""
    return _page("changes", slug, older, newer)


def _page(view: str, slug: str, older: int, newer: int) -> ResponseReturnValue:
    consultation = consultation_to_read(slug)
    if older >= newer:
        return _to(view, slug, newer, older, read_draft(consultation, page_locale()).versions)
    asked = request.args.get("text")
    compared = compare_versions(consultation, older, newer, asked or page_locale())
    views = [change_view(change) for change in compared.changes]
    comments = numbers_of_comments(consultation)
    page = render_template(
        "comparing/compare.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        draft=compared.newer,
        sides=[_side(one, consultation, comments) for one in (compared.older, compared.newer)],
        counts=_counts(compared, views),
        changes=[one for one in views if view == "compare" or one.fate != Fate.SAME],
        view=view,
        asked=asked,
        text_languages=[code for code in compared.newer.languages if code in compared.older.languages],
    )
    return keep(page, consultation_id=consultation.id, stamp=consultation.public_stamp)


def _to(view: str, slug: str, older: int, newer: int, numbers: Sequence[int]) -> ResponseReturnValue:
    """The way to that comparison, the older version first; of a version with itself to its own page.

    Raises NotFoundError unless both are among the numbers of the sealed versions.
    """
    for number in (older, newer):
        if number not in numbers:
            raise NotFoundError(f"version {number}")
    asked = request.args.get("text")
    if older == newer:
        return redirect(url_for("consultations.version", slug=slug, number=newer, text=asked), 303)
    older, newer = sorted((older, newer))
    return redirect(url_for(f"comparing.{view}", slug=slug, older=older, newer=newer, text=asked), 303)


def _side(draft: ReadDraft, consultation: Consultation, comments: dict[int, int]) -> Side:
    return Side(draft.number, date_words(draft.sealed_at, consultation.zone), comments.get(draft.number, 0))


def _counts(compared: Comparison, views: list[ChangeView]) -> list[Count]:
    first: dict[str, str] = {}
    for view in views:
        if not view.went:
            first.setdefault(view.fate, view.anchors[0])
    return [
        Count(fate, counted_words(fate, compared.counts[fate]), SIGNS[fate], first[fate])
        for fate in IN_ORDER
        if compared.counts[fate]
    ]
