"""What the buttons at a paragraph of a translation do."""

from __future__ import annotations

from collections.abc import Callable

from app.models.draft import Version
from app.services.errors import NotFoundError
from app.services.mending.correcting import (
    confirm_words,
    join_next,
    leave_words_over,
    move_words,
    split_words,
    write_words,
)
from app.services.mending.juxtaposing import correction_of
from app.services.text import one_line
from app.web.access import signed_in_person
from app.web.clock import now
from app.web.drafts.translating_form import WordsForm

MOVES = {"down": 1, "up": -1}


def carry_out(version: Version, language: str, form: WordsForm) -> None:
    """The act that the form names is done; raises what the services raise, and NotFoundError for another."""
    person, at = signed_in_person(), now()
    act, key, words = form.act.data, form.key.data or "", form.words.data or ""
    if act in {"save", "save-older"}:
        _write(version, language, form, is_current=act == "save")
        return
    if act == "split":
        split_words(version, language, key, words, seen=form.whole.data or "", by=person, at=at)
        return
    seen, whole = _keep_what_was_typed(version, language, form)
    if act in MOVES:
        move_words(version, language, key, MOVES[act], seen=whole, by=person, at=at)
    else:
        _plain_act(act)(version, language, key, seen=whole if act == "join" else seen, by=person, at=at)


def _write(version: Version, language: str, form: WordsForm, *, is_current: bool) -> None:
    write_words(
        version,
        language,
        form.key.data or "",
        form.words.data or "",
        form.note_lines,
        seen=form.seen.data or "",
        is_current=is_current,
        by=signed_in_person(),
        at=now(),
    )


def _keep_what_was_typed(version: Version, language: str, form: WordsForm) -> tuple[str, str]:
    """What stands there and everywhere, once other words in the box are written."""
    seen, whole, typed = form.seen.data or "", form.whole.data or "", form.words.data
    correction = correction_of(version, language)
    pair = correction.pair(form.key.data or "")
    if typed is None or one_line(typed) == (pair.text.source if pair.text else ""):
        return seen, whole
    is_known = whole == correction.seen
    _write(version, language, form, is_current=False)
    correction = correction_of(version, language)
    return correction.pair(pair.key).seen, correction.seen if is_known else whole


def _plain_act(act: str | None) -> Callable[..., None]:
    acts = {"confirm": confirm_words, "join": join_next, "take-out": leave_words_over}
    if act not in acts:
        raise NotFoundError(f"act {act}")
    return acts[act]
