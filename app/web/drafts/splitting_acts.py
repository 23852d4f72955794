"""What the buttons of the split screen do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models.draft import DraftEdit, ParagraphKind, ParagraphText, Version
from app.models.people import Person
from app.services.drafts.undoing import keys_touched, redo, undo
from app.services.errors import NotFoundError
from app.services.mending.seeing import (
    SHALLOWEST,
    OtherTextError,
    Seen,
    Shape,
    text_called,
    translation_called,
)
from app.services.mending.splitting import (
    change_title,
    delete_paragraph,
    edit_text,
    insert_after,
    look_at,
    look_at_whole,
    merge_with_next,
    move_paragraph,
    number_again,
    reshape_paragraph,
    split_paragraph,
)
from app.services.text import one_line
from app.web.drafts.splitting_forms import DraftActForm, PieceForm
from app.web.drafts.splitting_views import acts_told
from app.web.forms import small_number


@dataclass(frozen=True)
class Done:
    """What was done in words, which paragraphs it touched, and at which of them one goes on."""

    said: str
    keys: list[str] = field(default_factory=list)
    focus: str = ""


@dataclass(frozen=True)
class _Asked:
    """An act that somebody asked for at one paragraph."""

    seen: Seen
    form: PieceForm
    by: Person
    at: datetime

    @property
    def key(self) -> str:
        return self.seen.key


def act_on_piece(
    version: Version, language: str, key: str, form: PieceForm, *, by: Person, at: datetime
) -> Done:
    """The act that the form names is done at that paragraph; raises what the services raise."""
    act = ACTS.get(form.act.data or "")
    if act is None:
        raise NotFoundError(f"act {form.act.data}")
    return act(_Asked(Seen(version, language, key, form.seen.data or ""), form, by, at))


def act_on_draft(version: Version, language: str, form: DraftActForm, *, by: Person, at: datetime) -> Done:
    """The act that the form names is done to the whole draft; raises what the services raise."""
    act = form.act.data
    if form.undo.data:
        upto, knowing = small_number(form.undo.data) or 0, small_number(form.knowing.data)
        return _undone(version, language, undo(version, upto, by=by, at=at, knowing=knowing), by)
    if form.redo.data:
        edit = redo(version, small_number(form.redo.data) or 0, by=by, at=at)
        return Done(_("It is done again."), keys_touched(edit), edit.paragraph_key)
    if act == "number":
        number_again(version, by=by, at=at)
        return Done(
            _("The labels are numbered again."), [text.paragraph.key for text in _texts(version, language)]
        )
    if act == "look":
        look_at_whole(version, language, form.doubt.data or "", by=by, at=at)
        return Done(_("The warning is taken away."))
    if act == "title":
        change_title(version, language, form.source.data or "", form.seen.data or "", by=by, at=at)
        return Done(_("The title is saved."))
    raise NotFoundError(f"act {act}")


def _undone(version: Version, language: str, edits: list[DraftEdit], by: Person) -> Done:
    said = ngettext("The last change is undone.", "%(num)s changes are undone.", len(edits))
    told = acts_told(translation_called(version, language), edits, by.id)
    others = [f"{act.words} ({act.by})" for act in told if act.by]
    keys = list(dict.fromkeys(key for edit in edits for key in keys_touched(edit)))
    return Done(" ".join([said, "; ".join(others)]).strip(), keys, edits[-1].paragraph_key)


def _save(asked: _Asked) -> Done:
    asked = _with_words_kept(asked)
    text = _text(asked)
    shape = _shape(asked.form, text)
    if shape != Shape(text.kind, text.level, text.label):
        reshape_paragraph(asked.seen, shape, by=asked.by, at=asked.at)
    return Done(_("Saved."), [asked.key], asked.key)


def _split(asked: _Asked) -> Done:
    words, places = asked.form.marked()
    keys = split_paragraph(asked.seen, words, places, by=asked.by, at=asked.at)
    return Done(_("Split in %(number)s.", number=len(keys)), keys, keys[1])


def _merge(asked: _Asked) -> Done:
    form = asked.form
    words = form.source.data if form.has("source") else None
    gone = merge_with_next(asked.seen, form.next_seen.data or "", words, by=asked.by, at=asked.at)
    return Done(_("Merged with the next."), [asked.key, gone], asked.key)


def _insert(asked: _Asked) -> Done:
    form = asked.form
    shape = _shape(form, None)
    key = insert_after(asked.seen, shape, form.source.data or "", by=asked.by, at=asked.at)
    return Done(_("A paragraph is inserted."), [asked.key, key], key)


def _delete(asked: _Asked) -> Done:
    keys = [text.paragraph.key for text in _texts(asked.seen.version, asked.seen.language)]
    beside = _beside(keys, asked.key)
    delete_paragraph(asked.seen, by=asked.by, at=asked.at)
    return Done(_("Deleted. “Undo” brings it back."), [*beside, asked.key], beside[0] if beside else "")


def _move(steps: int) -> Callable[[_Asked], Done]:
    def move(asked: _Asked) -> Done:
        asked = _with_words_kept(asked)
        keys = [text.paragraph.key for text in _texts(asked.seen.version, asked.seen.language)]
        move_paragraph(asked.seen, steps, by=asked.by, at=asked.at)
        said = _("Moved up.") if steps < 0 else _("Moved down.")
        return Done(said, [*_beside(keys, asked.key), asked.key], asked.key)

    return move


def _look(asked: _Asked) -> Done:
    doubt, _dot, digest = (asked.form.place.data or "").partition(".")
    seen = replace(asked.seen, digest=digest)
    look_at(seen, doubt, by=asked.by, at=asked.at)
    return Done(_("The warning is taken away."), [asked.key], asked.key)


ACTS: dict[str, Callable[[_Asked], Done]] = {
    "save": _save,
    "split": _split,
    "merge": _merge,
    "insert": _insert,
    "delete": _delete,
    "up": _move(-1),
    "down": _move(1),
    "look": _look,
}


def _with_words_kept(asked: _Asked) -> _Asked:
    """What was typed is saved first, so that no act at its side loses it."""
    form, text = asked.form, _text(asked)
    notes = form.note_lines
    words = form.source.data if form.has("source") else text.source
    is_changed = one_line(words or "") != text.source or (
        notes is not None and [one_line(note) for note in notes if note.strip()] != text.notes
    )
    if not is_changed:
        return asked
    edit_text(asked.seen, words or "", notes, by=asked.by, at=asked.at)
    saved = replace(asked, seen=replace(asked.seen, digest=_text(asked).digest))
    form.seen.data = saved.seen.digest
    return saved


def _shape(form: PieceForm, text: ParagraphText | None) -> Shape:
    level = small_number(form.level.data) if form.has("level") else text.level if text else 0
    kind = (form.kind.data or "") if form.has("kind") else text.kind if text else ""
    if level == 0 and kind in set(ParagraphKind):
        # A paragraph has level 0 usually, and is to become a heading or an item by choosing the kind alone.
        level = SHALLOWEST[ParagraphKind(kind)]
    return Shape(
        kind=kind,
        level=-1 if level is None else level,
        label=(form.label.data or "") if form.has("label") else text.label if text else "",
    )


def _texts(version: Version, language: str) -> list[ParagraphText]:
    return translation_called(version, language).texts


def _text(asked: _Asked) -> ParagraphText:
    text = text_called(asked.seen.version, asked.seen.language, asked.key)
    if text is None:
        raise OtherTextError(None)
    return text


def _beside(keys: list[str], key: str) -> list[str]:
    if key not in keys:
        return []
    place = keys.index(key)
    return [*keys[place + 1 : place + 2], *keys[max(0, place - 1) : place]]
