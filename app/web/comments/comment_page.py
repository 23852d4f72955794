"""The page of a paragraph or of the whole draft: its text, its comments, and the comment form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import render_template, request
from flask_babel import gettext as _

from app.models.draft import ParagraphKind
from app.services.comments.admitting import may_comment
from app.services.comments.marking import mark_words
from app.services.comments.quoting import quoted_in
from app.services.comments.suggesting import is_unchanged, texts_at
from app.services.errors import NotFoundError
from app.services.public.hearing import PublishedComment, comments_on, number_of_comments_on
from app.services.public.reading import ReadDraft, Text
from app.services.public.tallying import importances_at
from app.web.access import current_person
from app.web.baskets.basket_views import UnsentView
from app.web.baskets.unsent import InForm
from app.web.clock import now
from app.web.comment_forms.foreseen import Foreseen
from app.web.comment_forms.guarding import hold_in_grace
from app.web.comment_forms.particulars_form import public_particulars
from app.web.comment_forms.places import Place, Since, since
from app.web.comment_forms.words_form import OF_A_PARAGRAPH
from app.web.comments.comment_form import CommentForm
from app.web.counts import importance_words
from app.web.forms import small_number
from app.web.notes.note_views import CommentView
from app.web.notes.notes import NoteGroup, compare_address, groups_of, trace_view
from app.web.notes.partings import parting_views
from app.web.openings import closing_view
from app.web.presenting import words_in

MARK = '<mark class="is-quoted" aria-describedby="quoted-words">'


def comment_page(
    asked: Place,
    form: CommentForm,
    *,
    refusal: str = "",
    given_back: str = "",
    foreseen: Foreseen | None = None,
    unsent: InForm | None = None,
    added: Sequence[UnsentView] = (),
    has_form: bool = True,
) -> str:
    """The place that was asked for, or where comments on it go now, with the form as it was filled in.

    `added` stands above the form, or alone.
    """
    place, at = asked.heir, now()
    changed = since(asked, form.read_version)
    if changed and not refusal:
        form.form_errors.append(_news(changed))
    _bring_along(asked, form)
    consultation, text = place.consultation, place.text
    comments = comments_on(place.draft, text.paragraph_id if text else None)
    groups = groups_of(comments, place.draft, text, consultation, at)
    before, after = place.neighbours()
    return render_template(
        "comments/paragraph.html",
        consultation=consultation,
        draft=place.draft,
        text=_marked(text, comments),
        has_quoted=any(comment.quotation for comment in comments),
        parent=_parent(groups, place),
        partings=parting_views(place.draft),
        address=place.address,
        page_address=place.page_address,
        count=len(comments),
        groups=groups,
        importances=importance_words(importances_at(place.draft, text.paragraph_id if text else None)),
        closing=closing_view(consultation, at),
        may_comment=may_comment(consultation, current_person()),
        is_held=hold_in_grace(form, consultation, at),
        form=form,
        has_suggestion=_begin_with_text(place, form),
        foreseen=foreseen,
        since=changed,
        public_particulars=public_particulars(consultation),
        title=words_in(consultation.titles),
        notice=words_in(consultation.privacy_notices),
        before=before,
        after=after,
        refusal=refusal,
        given_back=given_back,
        key=place.key,
        unsent=unsent,
        added=added,
        has_form=has_form,
        was_added={view.id for view in added} & {small_number(request.args.get("kept"))},
    )


def former_page(place: Place) -> str:
    """The last text of a paragraph that is gone, what became of it, and its comments or where they are."""
    former, draft = place.former, place.draft
    if former is None:
        raise NotFoundError(f"paragraph {place.key}")
    comments = [] if former.heir else comments_on(draft, former.spot)
    slug = place.consultation.slug
    return render_template(
        "comments/former.html",
        consultation=place.consultation,
        draft=draft,
        former=former,
        trace=trace_view(former.trace, slug),
        compare=compare_address(slug, former.trace.version, draft.number, former.key),
        heir=place.heir,
        moved=number_of_comments_on(draft, former.heir.paragraph_id) if former.heir else 0,
        count=len(comments),
        groups=[
            # What became of the text that stands beside them is said once for all.
            replace(group, trace=None)
            if group.trace and group.trace.versions[0] == former.trace.version
            else group
            for group in groups_of(comments, draft, None, place.consultation, now())
        ],
        closing=closing_view(place.consultation, now()),
        title=words_in(place.consultation.titles),
    )


def words_to_give_back(form: CommentForm, draft: ReadDraft, paragraph_id: int | None) -> str:
    """All that was written, as one text to copy."""
    parts = [form.body.data or ""]
    if "quotation" in form and form.quotation.data:
        parts.append(f"{_('Quoted:')} {form.quotation.data}")
    if "suggestion" in form and not _is_as_it_was(form, draft, paragraph_id):
        parts.append(f"{_('Proposed wording:')} {form.suggestion.data}")
    return "\n\n".join(part for part in parts if part.strip())


def _bring_along(asked: Place, form: CommentForm) -> None:
    """Where there is no paragraph any more, what was said of its words goes on in the comment's own."""
    if asked.former is None or asked.heir.key is not None or "suggestion" not in form:
        return
    form.body.data = words_to_give_back(form, asked.draft, asked.former.paragraph_id)
    for name in OF_A_PARAGRAPH:
        del form[name]


def _begin_with_text(place: Place, form: CommentForm) -> bool:
    """The field for other wording begins with the paragraph's text; whether somebody has changed it."""
    if "suggestion" not in form or place.text is None:
        return False
    has_changed = not _is_as_it_was(form, place.draft, place.text.paragraph_id)
    if not has_changed:
        form.suggestion.data = place.text.plain
    return has_changed


def _is_as_it_was(form: CommentForm, draft: ReadDraft, paragraph_id: int | None) -> bool:
    wording = str(form.suggestion.data or "")
    if not wording.strip():
        return True
    versions = {draft.version_id, form.read_version or draft.version_id}
    texts = texts_at([(version_id, paragraph_id) for version_id in versions])
    return any(is_unchanged(said, wording) for said in texts.values())


def _marked(text: Text | None, comments: list[PublishedComment]) -> Text | None:
    """The text with the words marked that comments quote; cells of a table are left as they are."""
    quotations = [comment.quotation for comment in comments if comment.quotation]
    if text is None or text.kind == ParagraphKind.ROW or not quotations:
        return text
    marked = mark_words(text.html, text.plain, quoted_in(text.plain, quotations), MARK)
    return text._replace(html=marked)


def _parent(groups: list[NoteGroup], place: Place) -> CommentView | None:
    """The comment that is replied to, with the replies that it has."""
    views = (view for group in groups for view in group.comments)
    return next((view._replace(reply="") for view in views if view.id == place.parent_id), None)


def _news(changed: Since) -> str:
    if changed.former is not None:
        return str(
            _("The paragraph that you commented on is no longer in the text. Nothing is lost: see below.")
        )
    return str(
        _(
            "While you were writing, version %(number)s of the draft appeared. See what changed, check that "
            "your comment still fits, and send it again.",
            number=changed.newest,
        )
    )
