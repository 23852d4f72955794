"""What a change of a workshop will tell to how many people, seen before it is saved and sent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import best_text, name_of_language
from app.models.workshop import Workshop
from app.services.text import digest_of
from app.services.workshops.arranging import TEXTS_TOLD, WorkshopPlan, texts_of
from app.services.workshops.telling import Change
from app.web.clock import now
from app.web.dates import stretch_words
from app.web.locales import page_locale
from app.web.organising.workshop_forms import TEXTS, WorkshopForm
from app.web.organising.workshop_management_views import lines_of, workshop_line
from app.web.presenting import Words
from app.web.workshops.workshop_views import when_words

NOT_KEPT = frozenset({"csrf_token", "ahead", "back", "more"})


@dataclass(frozen=True)
class ToldFact:
    """A fact that letters tell of: its name, how it was and how it will be."""

    label: str
    before: Words
    after: Words

    @property
    def shown(self) -> list[tuple[Words, Markup]]:
        """How it was, then how it will be, each with its line breaks."""
        return [(one, lines_of(one.text or "–")) for one in (self.before, self.after)]


def is_foreseen(form: WorkshopForm) -> bool:
    """Whether these very words were on the page that says what will be told."""
    return request.form.get("ahead") == _digest(form)


def ahead_page(form: WorkshopForm, workshop: Workshop, plan: WorkshopPlan, change: Change) -> str:
    """What will be told to how many, with all that was filled in, to be sent or to go back to."""
    return render_template(
        "workshop_management/ahead.html",
        view=workshop_line(workshop, now()),
        form=form,
        kept=_kept(form),
        digest=_digest(form),
        change=change,
        facts=[fact for name in change.told for fact in _facts(name, workshop, plan)],
    )


def _kept(form: WorkshopForm) -> list[tuple[str, str]]:
    sent = form.formdata.items(multi=True) if form.formdata else ()
    return [(name, value) for name, value in sent if name not in NOT_KEPT]


def _digest(form: WorkshopForm) -> str:
    """The same for the same words, however a browser ends their lines."""
    return digest_of(repr([(name, value.splitlines()) for name, value in sorted(_kept(form))]))


def _facts(name: str, workshop: Workshop, plan: WorkshopPlan) -> list[ToldFact]:
    if name in TEXTS_TOLD:
        return _texts(TEXTS_TOLD[name], workshop, plan)
    if name == "link":
        label, before, after = _("Link to take part online"), workshop.online_link, plan.online_link.strip()
    else:
        then = stretch_words(plan.starts_at, plan.ends_at, plan.zone)
        label, before, after = _("When"), when_words(workshop), then
    return [ToldFact(label, Words(before, page_locale()), Words(after, page_locale()))]


def _texts(plural: str, workshop: Workshop, plan: WorkshopPlan) -> list[ToldFact]:
    """The languages in which the text becomes another; where there is none, what is read in its place."""
    [label] = [label for name, label, _is_line in TEXTS.values() if name == plural]
    before, after = getattr(workshop, plural), texts_of(plan, plural)
    return [
        ToldFact(
            f"{label} ({name_of_language(code)})",
            Words(*best_text(before, code)),
            Words(*best_text(after, code)),
        )
        for code in dict.fromkeys([*before, *after])
        if before.get(code, "") != after.get(code, "")
    ]
