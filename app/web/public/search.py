"""Searching drafts and comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Form, SearchField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.i18n import direction_of, name_of_language
from app.models.consultation import Consultation
from app.models.subscription import Topic
from app.services.search.excerpts import Piece
from app.services.search.finding import Hit, Results, search, searchable_consultations
from app.services.search.searching import EntryKind, Question
from app.services.subscriptions.wishing import LONGEST_SUBJECT
from app.web.access import public
from app.web.locales import page_locale
from app.web.ports import ports
from app.web.presenting import Words, in_language, name_of, words_in

pages = Blueprint("search", __name__)

LONGEST_ECHO = 80
FIELDS = ("q", "consultation", "kind", "language")


class SearchForm(Form):
    """What is looked for, and where; it is part of the address, so that results can be kept and sent."""

    q = SearchField(_l("Words to look for"))
    consultation = SelectField(_l("Consultation"), validate_choice=False)
    kind = SelectField(_l("Look in"), validate_choice=False)
    language = SelectField(_l("Language of the text"), validate_choice=False)


@dataclass(frozen=True)
class HitView:
    """A hit as the page shows it."""

    href: str
    name: str
    is_comment: bool
    consultation: Words
    language: str
    direction: str
    in_language: str
    excerpt: list[Piece]


@pages.route("/<lang>/search")
@public
def results() -> ResponseReturnValue:
    """The paragraphs and published comments that have the words asked for, or the form to ask."""
    consultations = searchable_consultations()
    form = _form(consultations)
    words = (form.q.data or "").strip()
    page = request.args.get("page", 1, type=int)
    question = _question(form, words, consultations)
    found = search(ports().search, question, page=page) if words else None
    return render_template(
        "search/results.html",
        form=form,
        words=words if len(words) <= LONGEST_ECHO else f"{words[:LONGEST_ECHO].rstrip()}…",
        found=found,
        total=_total(found) if found else "",
        hits=[_hit_view(hit) for hit in found.hits] if found else [],
        is_filtered=any(form[name].data for name in FIELDS[1:]),
        everywhere=url_for("search.results", q=words),
        hear_address=_hear_address(words),
        earlier=_page_address(form, found, -1),
        later=_page_address(form, found, 1),
    )


def _form(consultations: list[Consultation]) -> SearchForm:
    form = SearchForm(request.args)
    form.consultation.choices = [
        SelectChoice("", _("All consultations")),
        *(SelectChoice(each.slug, words_in(each.titles).text) for each in consultations),
    ]
    form.kind.choices = [
        SelectChoice("", _("Drafts and comments")),
        SelectChoice(str(EntryKind.PARAGRAPH), _("Drafts only")),
        SelectChoice(str(EntryKind.COMMENT), _("Comments only")),
    ]
    form.language.choices = [
        SelectChoice("", _("All languages")),
        *(SelectChoice(code, name_of_language(code, page_locale())) for code in ports().search.languages()),
    ]
    _forget_what_is_not_on_offer(form)
    return form


def _forget_what_is_not_on_offer(form: SearchForm) -> None:
    filters: list[Any] = [form.consultation, form.kind, form.language]
    for each in filters:
        if each.data not in [choice.value for choice in each.choices]:
            each.data = ""


def _question(form: SearchForm, words: str, consultations: list[Consultation]) -> Question:
    numbers = {consultation.slug: consultation.id for consultation in consultations}
    return Question(
        words, numbers.get(form.consultation.data), form.kind.data, form.language.data, page_locale()
    )


def _total(found: Results) -> str:
    if found.is_cut:
        return str(_("More than %(num)s hits", num=found.total))
    return str(ngettext("%(num)s hit", "%(num)s hits", found.total))


def _hear_address(words: str) -> str:
    """Where to subscribe to new hits, in all consultations; nothing for more words than are kept."""
    if not 0 < len(words) <= LONGEST_SUBJECT:
        return ""
    return url_for("subscriptions.new", topic=Topic.SEARCH, subject=words)


def _page_address(form: SearchForm, found: Results | None, step: int) -> str:
    """The address of the page before or after, or nothing where there is none."""
    if found is None or not 1 <= found.page + step <= found.pages:
        return ""
    chosen = {name: form[name].data for name in FIELDS if form[name].data}
    return url_for("search.results", **chosen, page=found.page + step)


def _hit_view(hit: Hit) -> HitView:
    is_other = hit.language != page_locale()
    return HitView(
        href=_address(hit, is_other),
        name=_name(hit),
        is_comment=hit.kind == EntryKind.COMMENT,
        consultation=words_in(hit.titles),
        language=hit.language,
        direction=direction_of(hit.language),
        in_language=in_language(hit.language) if is_other else "",
        excerpt=hit.excerpt,
    )


def _address(hit: Hit, is_other: bool) -> str:
    if hit.kind == EntryKind.PARAGRAPH:
        text = hit.language if is_other else None
        return url_for("consultations.draft", slug=hit.slug, text=text, _anchor=hit.paragraph)
    anchor = f"c-{hit.number}"
    if hit.paragraph is None:
        return url_for("comments.whole_draft", slug=hit.slug, _anchor=anchor)
    return url_for("comments.paragraph", slug=hit.slug, key=hit.paragraph, _anchor=anchor)


def _name(hit: Hit) -> str:
    if hit.kind == EntryKind.PARAGRAPH:
        return _name_of_paragraph(hit)
    name = name_of(hit.capacity, hit.name, hit.organisation)
    if hit.paragraph is None:
        return str(_("Comment by %(name)s on the whole draft", name=name))
    if hit.label and hit.version is not None:
        return str(
            _(
                "Comment by %(name)s on %(label)s in version %(version)s",
                name=name,
                label=hit.label,
                version=hit.version,
            )
        )
    if not hit.label:
        return str(_("Comment by %(name)s", name=name))
    return str(_("Comment by %(name)s on %(label)s", name=name, label=hit.label))


def _name_of_paragraph(hit: Hit) -> str:
    if hit.is_heading:
        return str(_("Heading %(label)s", label=hit.label) if hit.label else _("Heading"))
    return str(_("Paragraph %(label)s", label=hit.label) if hit.label else _("Paragraph"))
