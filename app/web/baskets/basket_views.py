"""Comments not yet sent as their page shows them: each at its paragraph, with what changed there since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Comment, Kind, State
from app.models.consultation import Consultation
from app.models.sitting import SittingKey, UnsentComment
from app.services.comments.checking import render_said
from app.services.comments.suggesting import Suggestion, suggestions_of
from app.services.errors import NotFoundError
from app.services.public.reading import ReadDraft, Text, read_draft
from app.services.public.remembering import says_the_same
from app.services.sittings.unsent import may_change
from app.web.baskets.unsent import at_form
from app.web.comment_forms.comment_problems import problem_words
from app.web.comment_forms.places import Place, Since, since
from app.web.presenting import place_words
from app.web.public.text_language import text_language
from app.wording import KINDS


@dataclass
class UnsentView:
    """One comment not yet sent; `problems` say why it cannot be sent as it is.

    `is_ready`: it goes when the others are sent; `is_mine`: whoever sees it wrote it; `is_change`: it is to
    replace an added one; `is_changed`: it is being changed; `is_lost`: nobody can comment where it was
    written, nor on what became of that.
    """

    id: int
    anchor: str
    label: str
    address: str
    edit: str
    text: Text | None
    body: str
    html: Markup | None
    language: str
    direction: str
    quotation: str
    wording: str
    suggestion: Suggestion | None
    kind: str
    importance: str
    contributor: str
    is_reply: bool
    parent_is_gone: bool
    may_change: bool
    is_ready: bool
    is_mine: bool
    is_change: bool
    is_changed: bool
    since: Since | None
    is_lost: bool
    heir: str
    problems: list[str] = field(default_factory=list)


def unsent_views(
    consultation: Consultation,
    key: SittingKey,
    comments: list[UnsentComment],
    changed: Collection[int] = (),
) -> list[UnsentView]:
    """The comments in the order of the draft, those on all of it first; needs a sealed version.

    `changed` are the numbers of those that are being changed; the changes stand after what they replace.
    """
    draft = read_draft(consultation, text_language())
    suggestions = suggestions_of(comments)
    order = {text.paragraph_id: place for place, text in enumerate(draft.texts)}
    in_order = sorted(comments, key=lambda each: _rank(each, order))
    views = [_view(consultation, draft, key, comment, suggestions.get(comment.id)) for comment in in_order]
    for view in views:
        view.is_changed = view.id in changed
    return views


def _rank(comment: UnsentComment, order: dict[int, int]) -> tuple[int, int, int]:
    return _position(comment.paragraph_id, order), comment.replaces_id or comment.id, comment.id


def _position(paragraph_id: int | None, order: dict[int, int]) -> int:
    """What is on all of the draft comes first, and last what is on a paragraph that is gone."""
    return -1 if paragraph_id is None else order.get(paragraph_id, len(order))


def add_problems(views: Iterable[UnsentView], problems: dict[int, dict[str, str]]) -> None:
    """Each comment says what is wrong with it."""
    for view in views:
        for name, problem in problems.get(view.id, {}).items():
            view.problems.append(problem_words(name, problem))


def problem_list(views: Iterable[UnsentView]) -> list[tuple[str, str]]:
    """(anchor of the comment, message), for the summary above."""
    return [(view.anchor, f"{view.label}: {message}") for view in views for message in view.problems]


def in_order_of_page(comments: list[tuple[str, str]], form: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """(id, message) of all problems: what concerns the whole form, the comments, who sends them."""
    return sorted([*comments, *form], key=lambda problem: problem[0] != "csrf_token")


def place_beside(consultation: Consultation, draft: ReadDraft, comment: UnsentComment) -> Place | None:
    """The place of an unsent comment, in a draft that was read already; None when it has none."""
    place = Place(consultation, comment.paragraph.key if comment.paragraph else None, comment.parent_id)
    place.__dict__["draft"] = draft
    try:
        _heir = place.heir  # only reading it tells whether there is one
    except NotFoundError:
        return None
    return place


def whole_of(consultation: Consultation, draft: ReadDraft) -> Place:
    """The whole draft, which was read already."""
    whole = Place(consultation, None)
    whole.__dict__["draft"] = draft
    return whole


def _view(
    consultation: Consultation,
    draft: ReadDraft,
    key: SittingKey,
    comment: UnsentComment,
    suggestion: Suggestion | None,
) -> UnsentView:
    found = place_beside(consultation, draft, comment)
    place = found or whole_of(consultation, draft)
    heir = place.heir
    said = render_said(comment.body)
    is_changed = place.former is not None or _is_about_other_words(draft, comment)
    return UnsentView(
        id=comment.id,
        anchor=f"unsent-{comment.id}",
        label=_label(place) if found else _label_of_lost(draft, comment),
        address=heir.address,
        edit=at_form(heir.address, "unsent", comment.id),
        text=place.former.trace.text if place.former else place.text,
        body=comment.body,
        html=Markup(said.html) if said else None,  # noqa: S704 - sanitised by services/text.py
        language=comment.language,
        direction=direction_of(comment.language),
        quotation=(comment.quotation or {}).get("exact", ""),
        wording=comment.suggestion,
        suggestion=suggestion,
        kind=str(KINDS[Kind(comment.kind)]) if comment.kind else "",
        importance=comment.importance,
        contributor=comment.key.contributor if comment.key else "",
        is_reply=comment.parent_id is not None,
        parent_is_gone=_is_gone(consultation, comment.parent),
        may_change=may_change(key, comment),
        is_ready=comment.is_ready,
        is_mine=comment.key_id == key.id,
        is_change=comment.replaces_id is not None,
        is_changed=False,
        since=since(place, comment.version_id) if is_changed and found else None,
        is_lost=found is None,
        heir=_label(heir),
    )


def _is_about_other_words(draft: ReadDraft, comment: UnsentComment) -> bool:
    if comment.version_id == draft.version_id:
        return False
    if comment.paragraph_id is None:
        return True
    return not says_the_same(comment.paragraph_id, comment.version_id, draft.version_id)


def _is_gone(consultation: Consultation, parent: Comment | None) -> bool:
    """Whether what is replied to can be replied to no more."""
    return parent is not None and not (consultation.takes_replies and parent.state == State.PUBLISHED)


def _label(place: Place) -> str:
    return place_words(place.former.trace.text if place.former else place.text)


def _label_of_lost(draft: ReadDraft, comment: UnsentComment) -> str:
    heading = next((text for text in draft.texts if text.paragraph_id == comment.paragraph_id), None)
    if heading is not None:
        return heading.plain
    return str(_("Paragraph %(label)s", label=comment.paragraph.key if comment.paragraph else ""))
