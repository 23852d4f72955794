"""The working version as the public will read it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.i18n import name_of_language
from app.models.roles import Permission
from app.services.consultations.consulting import consultation_to_manage
from app.services.consultations.reporting import figures_of
from app.services.public.reading import read_working
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.counts import figures_view
from app.web.dates import date_words
from app.web.locales import page_locale
from app.web.notes.notes import compare_address
from app.web.notes.partings import parting_views
from app.web.openings import closing_view
from app.web.presenting import contents_of, words_in

pages = Blueprint("previewing", __name__)

NOT_A_STATE = "preview"  # nobody can comment on what is not sealed


@pages.route("/<lang>/manage/consultations/<slug>/preview")
@requires(Permission.MANAGE_CONSULTATIONS)
def preview(slug: str) -> ResponseReturnValue:
    """The page that the public will have when the version is sealed; kept by no cache."""
    consultation, at = consultation_to_manage(slug, by=signed_in_person()), now()
    read = read_working(consultation, request.args.get("text") or page_locale(), at)
    return render_template(
        "management/preview.html",
        consultation=consultation,
        summary=words_in(consultation.summaries),
        body=words_in(consultation.bodies),
        closing=replace(closing_view(consultation, at), state=NOT_A_STATE),
        figures=figures_view(figures_of(consultation)),
        has_outcome=False,
        draft=read,
        texts=[
            (code, name_of_language(code, page_locale()), code == read.language) for code in read.languages
        ],
        contents=contents_of(read),
        sealed_on=date_words(at, consultation.zone),
        counts={},
        notes={},
        gone=[],
        compare=partial(compare_address, slug),
        partings=parting_views(read),
    )
