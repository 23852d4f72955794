"""Reading a draft in two of its languages side by side."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.i18n import name_of_language
from app.models.consultation import Consultation
from app.services.public.hearing import comments_on_draft
from app.services.public.reading import ReadDraft, Text, read_draft
from app.web.access import public
from app.web.caching import keep
from app.web.clock import now
from app.web.dates import date_words
from app.web.locales import page_locale
from app.web.openings import closing_view, true_until
from app.web.presenting import words_in
from app.web.public.consultations import consultation_to_read
from app.web.public.text_language import text_language

pages = Blueprint("bilingual", __name__)


@dataclass(frozen=True)
class Twin:
    """One paragraph in both languages; the second is None where it would only say the same again."""

    first: Text
    second: Text | None


@pages.route("/<lang>/consultations/<slug>/side-by-side")
@public
def draft(slug: str) -> ResponseReturnValue:
    """The newest version in two languages."""
    return _page(consultation_to_read(slug), None)


@pages.route("/<lang>/consultations/<slug>/versions/<int:number>/side-by-side")
@public
def version(slug: str, number: int) -> ResponseReturnValue:
    """One version in two languages."""
    return _page(consultation_to_read(slug), number)


def _page(consultation: Consultation, number: int | None) -> ResponseReturnValue:
    at = now()
    first = read_draft(consultation, text_language(), number)
    if len(first.languages) == 1:
        return redirect(_draft_address(consultation, number), 303)
    second = read_draft(consultation, _beside(first, request.args.get("beside")), first.number)
    closing = closing_view(consultation, at)
    page = render_template(
        "bilingual/draft.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        first=first,
        second=second,
        twins=_twins(first, second),
        counts=comments_on_draft(first, most=1).counts,
        can_comment=closing.state == "open" and first.is_newest,
        choices=[(code, name_of_language(code, page_locale())) for code in first.languages],
        sealed_on=date_words(first.sealed_at, consultation.zone),
        draft_address=_draft_address(consultation, number),
    )
    return keep(
        page,
        consultation_id=consultation.id,
        stamp=consultation.public_stamp,
        until=true_until(consultation, at),
    )


def _beside(first: ReadDraft, asked: str | None) -> str:
    """The language asked for, or else the original, or else the first other one."""
    others = [code for code in first.languages if code != first.language]
    return asked if asked in others else others[0]


def _twins(first: ReadDraft, second: ReadDraft) -> list[Twin]:
    """Every paragraph once: both drafts have the original's paragraphs in its order."""
    return [
        Twin(one, other if other.language != one.language else None)
        for one, other in zip(first.texts, second.texts, strict=True)
    ]


def _draft_address(consultation: Consultation, number: int | None) -> str:
    if number is None:
        return url_for("consultations.draft", slug=consultation.slug)
    return url_for("consultations.version", slug=consultation.slug, number=number)
