"""The split screen: the document as it was found beside the paragraphs as they will be, to be mended."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.models.draft import DraftEdit, Translation
from app.models.roles import Permission
from app.services.consultations.consulting import consultation_to_manage
from app.services.drafts.aligning import original_of
from app.services.drafts.drafting import working_version_if_any, working_version_of
from app.services.drafts.undoing import OthersActsError
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.mending.seeing import OtherTextError
from app.web.access import requires, signed_in_person
from app.web.clock import now
from app.web.drafts.sealed_page import sealed_page
from app.web.drafts.splitting_acts import Done, act_on_draft, act_on_piece
from app.web.drafts.splitting_forms import DraftActForm, PieceForm, problem_words
from app.web.drafts.splitting_views import (
    RowView,
    ScreenView,
    acts_told,
    other_view,
    rows_around,
    screen_view,
)
from app.web.management.management_views import consultation_view

pages = Blueprint("splitting", __name__)

SCREEN = "/<lang>/manage/consultations/<slug>/draft/split"
REFUSED, CHANGED = 422, 409


@pages.route(SCREEN)
@requires(Permission.MANAGE_CONSULTATIONS)
def screen(slug: str) -> ResponseReturnValue:
    """The original of the working version, every paragraph of which can be mended."""
    consultation = _consultation(slug)
    found = _original(consultation)
    if found is None:
        flash(_("There is no working version to divide. Import a text, or begin the next version."), "info")
        return redirect(url_for("management.draft", slug=slug), 303)
    return _page(consultation, found)


@pages.route(SCREEN, methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def act(slug: str) -> ResponseReturnValue:
    """Something is done to the whole draft: undone, done again, numbered, named, looked at."""
    consultation = _consultation(slug)
    found = _original(consultation)
    if found is None:
        return _sealed(consultation)
    form = DraftActForm(request.form)
    if not form.validate():
        return _page(consultation, found, draft_form=form, status=REFUSED)
    try:
        done = act_on_draft(found.version, found.language, form, by=signed_in_person(), at=now())
    except InvalidError as refused:
        form.source.errors = [problem_words(*problem) for problem in refused.problems.items()]
        return _page(consultation, found, draft_form=form, status=REFUSED)
    except OthersActsError as others:
        return _told(consultation) if _wants_fragment() else _ask(consultation, found, others.edits)
    except ChangedMeanwhileError:
        return _told(consultation)
    return _answer(consultation, found, done)


@pages.route(f"{SCREEN}/<key>")
@requires(Permission.MANAGE_CONSULTATIONS)
def piece(slug: str, key: str) -> ResponseReturnValue:
    """Whoever comes back to an act finds its paragraph."""
    _consultation(slug)
    return redirect(_address(slug, key), 303)


@pages.route(f"{SCREEN}/<key>", methods=["POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def act_on(slug: str, key: str) -> ResponseReturnValue:
    """Something is done to one paragraph."""
    consultation = _consultation(slug)
    found = _original(consultation)
    if found is None:
        return _sealed(consultation)
    form = PieceForm(request.form)
    if not form.validate():
        return _refused(consultation, found, form, key)
    try:
        done = act_on_piece(found.version, found.language, key, form, by=signed_in_person(), at=now())
    except OtherTextError as other:
        return _conflict(consultation, key, form, other)
    except InvalidError as refused:
        form.add_problems(refused)
        return _refused(consultation, found, form, key)
    return _answer(consultation, found, done)


def _consultation(slug: str) -> Consultation:
    return consultation_to_manage(slug, by=signed_in_person())


def _original(consultation: Consultation) -> Translation | None:
    """The original of the working version, if there is one."""
    version = working_version_if_any(consultation)
    return original_of(version) if version is not None else None


def _wants_fragment() -> bool:
    return request.headers.get("X-Fragment") == "rows"


def _address(slug: str, key: str) -> str:
    return url_for("splitting.screen", slug=slug, _anchor=key or None)


def _answer(consultation: Consultation, original: Translation, done: Done) -> ResponseReturnValue:
    """The paragraph on the page that follows; for script only the rows that are other than before."""
    if not _wants_fragment():
        flash(done.said)
        return redirect(_address(consultation.slug, done.focus), 303)
    view = screen_view(original.version, original, signed_in_person().id)
    rows = rows_around(view, done.keys)
    gone = [key for key in done.keys if key not in view.by_key]
    return render_template(
        "management/split_answer.html", view=consultation_view(consultation, now()), screen=view,
        rows=rows, gone=gone, done=done, form=PieceForm(),
    )  # fmt: skip


def _sealed(consultation: Consultation) -> ResponseReturnValue:
    """Somebody else sealed the version meanwhile."""
    page = sealed_page(consultation)
    if not _wants_fragment():
        return page
    words = _("This version is sealed. Nobody can change it any more.")
    return render_template("management/split_told.html", words=words), CHANGED


def _ask(consultation: Consultation, original: Translation, edits: list[DraftEdit]) -> ResponseReturnValue:
    """What would be undone, and who did it, before it is."""
    return render_template(
        "management/split_ask.html",
        view=consultation_view(consultation, now()),
        acts=acts_told(original, edits, signed_in_person().id),
        form=DraftActForm(),
    ), CHANGED


def _told(consultation: Consultation) -> ResponseReturnValue:
    """Somebody else did something meanwhile: the draft as it is now says so."""
    words = _("Somebody else changed the draft meanwhile, so nothing was done. Look at it as it is now.")
    if _wants_fragment():
        return render_template("management/split_told.html", words=words), CHANGED
    flash(words, "warning")
    return redirect(_address(consultation.slug, ""), 303)


def _refused(
    consultation: Consultation, original: Translation, form: PieceForm, key: str
) -> ResponseReturnValue:
    if _wants_fragment():
        words = " ".join(message for _id, message in form.error_list)
        return render_template("management/split_told.html", words=words), REFUSED
    return _page(consultation, original, form=form, key=key, status=REFUSED)


def _conflict(
    consultation: Consultation, key: str, form: PieceForm, other: OtherTextError
) -> ResponseReturnValue:
    """Both texts, and the way to have either; nothing that was typed is lost."""
    found = original_of(working_version_of(consultation))
    template = "split_told_both" if _wants_fragment() else "split_conflict"
    return render_template(
        f"management/{template}.html",
        view=consultation_view(consultation, now()),
        original=found,
        other=other_view(other.text),
        key=key,
        form=form,
        is_other_piece=other.text is not None and other.text.paragraph.key != key,
    ), CHANGED


def _page(
    consultation: Consultation,
    original: Translation,
    *,
    form: PieceForm | None = None,
    key: str = "",
    draft_form: DraftActForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    view = screen_view(original.version, original, signed_in_person().id)
    is_new = (form is not None and form.act.data == "insert") or bool(request.args.get("insert"))
    row = view.by_key.get(key or request.args.get("edit", "") or request.args.get("insert", ""))
    return render_template(
        "management/split.html",
        view=consultation_view(consultation, now()),
        screen=view,
        edited=row.key if row else "",
        is_new=is_new,
        form=form or _form_for(view, row, is_new=is_new),
        blank=PieceForm(),
        draft_form=draft_form or DraftActForm(data={"source": view.title, "seen": view.title_seen}),
        edits_title=bool(draft_form and draft_form.errors) or request.args.get("edit") == "title",
    ), status


def _form_for(view: ScreenView, row: RowView | None, *, is_new: bool) -> PieceForm:
    if row is None:
        return PieceForm()
    said = {"kind": row.kind, "level": str(row.level), "seen": row.seen, "next_seen": row.next_seen}
    if is_new:
        below = "paragraph" if row.kind == "heading" else row.kind
        return PieceForm(
            data={**said, "kind": below, "level": "0" if row.kind == "heading" else said["level"]}
        )
    return PieceForm(data={**said, "source": row.source, "notes": "\n".join(row.notes), "label": row.label})
