"""What editors did to a working version, act by act, each of which can be taken back and done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from app.models.base import db, transaction
from app.models.draft import DraftEdit, Translation, Version
from app.models.people import Person
from app.models.roles import Permission
from app.services.activity import record
from app.services.drafts.linking import links_of, restore_links
from app.services.drafts.rewriting import Change, as_json, from_json, lock, rewrite
from app.services.errors import ChangedMeanwhileError
from app.services.permissions import require

ONE_SITTING = timedelta(minutes=10)
MOST_SHOWN = 20
MERE_LOOKS = ("look", "confirm")


class OthersActsError(ChangedMeanwhileError):
    """Somebody else did some of these acts, the last first, and who wants them undone was not shown that."""

    def __init__(self, edits: list[DraftEdit]) -> None:
        super().__init__(f"edit {edits[0].id}")
        self.edits = edits


@dataclass(frozen=True)
class Act:
    """What somebody is about to do: its name, and the paragraph and language it is about."""

    name: str
    version: Version
    key: str
    language: str


def carry_out(
    act: Act,
    change: Callable[[], Change],
    note: Callable[[Version], None] | None,
    *,
    by: Person,
    at: datetime,
) -> None:
    """The change is made and can be undone; `note` tells the links of it. One transaction, one line.

    `change` is asked for when nobody else can write to the version any more. Raises ForbiddenError and
    SealedError.
    """
    version = act.version
    with transaction():
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=version.draft.consultation_id)
        lock(version)
        links = links_of(version) if note else []
        back = rewrite(version, change())
        if note:
            note(version)
        _remember(act, {**as_json(back), "links": _other(links, links_of(version) if note else [])}, by, at)
        record(f"draft {act.name}", f"version:{version.id}", person_id=by.id, at=at)


def undo(
    version: Version, upto: int, *, by: Person, at: datetime, knowing: int | None = None
) -> list[DraftEdit]:
    """All acts down to that one, the last first, are as if they had not been done.

    Acts of others are undone only for somebody `knowing` of all down from the last; else raises
    OthersActsError. Raises ChangedMeanwhileError when the texts are not any more as those acts left them.
    """
    with transaction():
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=version.draft.consultation_id)
        lock(version)
        edits = [edit for edit in _edits(version) if edit.undone_at is None and edit.id >= upto]
        if not edits or edits[-1].id != upto:
            raise ChangedMeanwhileError(f"edit {upto}")
        if knowing != edits[0].id and any(edit.person_id != by.id for edit in edits):
            raise OthersActsError(edits)
        for edit in edits:
            edit.before = _exchange(version, edit.before)
            edit.undone_at = at
        record("draft undo", f"version:{version.id}", person_id=by.id, at=at)
    return edits


def redo(version: Version, number: int, *, by: Person, at: datetime) -> DraftEdit:
    """The act that was undone last is done again; raises ChangedMeanwhileError when it is another."""
    with transaction():
        require(by, Permission.MANAGE_CONSULTATIONS, consultation_id=version.draft.consultation_id)
        lock(version)
        edit = next((edit for edit in reversed(_edits(version)) if edit.undone_at is not None), None)
        if edit is None or edit.id != number:
            raise ChangedMeanwhileError(f"edit {number}")
        edit.before = _exchange(version, edit.before)
        edit.undone_at = None
        record("draft redo", f"version:{version.id}", person_id=by.id, at=at)
    return edit


def acts_on(version: Version) -> tuple[list[DraftEdit], DraftEdit | None]:
    """The last acts that can be undone, the last first, and the one that can be done again."""
    edits = _edits(version)
    undone = [edit for edit in edits if edit.undone_at is not None]
    return [edit for edit in edits if edit.undone_at is None][:MOST_SHOWN], undone[-1] if undone else None


def people_of(edits: Iterable[DraftEdit]) -> dict[int | None, str]:
    """The names of those who did these acts, by their numbers."""
    numbers = {edit.person_id for edit in edits}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
    return dict(iter(rows))


def changes_by_hand(translation: Translation) -> int:
    """How many acts on the words of that text, for the original also on its structure, still hold."""
    languages = {translation.language, *([""] if translation.is_original else [])}
    return (
        db.session.scalar(
            select(func.count())
            .select_from(DraftEdit)
            .where(
                DraftEdit.version_id == translation.version_id,
                DraftEdit.language.in_(languages),
                DraftEdit.undone_at.is_(None),
                DraftEdit.act.not_in(MERE_LOOKS),
            )
        )
        or 0
    )


def keys_touched(edit: DraftEdit) -> list[str]:
    """The paragraphs that an act was about."""
    return list(dict.fromkeys(text["key"] for text in edit.before["texts"]))


def _edits(version: Version) -> list[DraftEdit]:
    """The acts on the texts that the version has now which can be exchanged, the last first."""
    languages = {translation.language for translation in version.translations}
    edits = db.session.scalars(
        select(DraftEdit).where(DraftEdit.version_id == version.id).order_by(DraftEdit.id.desc())
    )
    return [edit for edit in edits if edit.before and edit.language in languages | {""}]


def _remember(act: Act, before: dict[str, Any], by: Person, at: datetime) -> None:
    """The act can be undone; writing on at the same paragraph is one act with what was written before."""
    db.session.execute(
        delete(DraftEdit).where(DraftEdit.version_id == act.version.id, DraftEdit.undone_at.is_not(None))
    )
    last = next(iter(_edits(act.version)), None)
    if last is not None and act.name == "text" and _is_continued(last, act, by, at):
        last.before = _with_left(last.before, before)
        last.made_at = at
        return
    db.session.add(
        DraftEdit(
            version_id=act.version.id,
            person_id=by.id,
            act=act.name,
            paragraph_key=act.key,
            language=act.language,
            before=before,
            made_at=at,
        )
    )


def _is_continued(last: DraftEdit, act: Act, by: Person, at: datetime) -> bool:
    is_same = (last.act, last.paragraph_key, last.language) == (act.name, act.key, act.language)
    return is_same and last.person_id == by.id and at - last.made_at < ONE_SITTING


def _with_left(kept: dict[str, Any], newer: dict[str, Any]) -> dict[str, Any]:
    left = {(text["language"], text["key"]): text["left"] for text in newer["texts"]}
    texts = [
        {**text, "left": left.get((text["language"], text["key"]), text["left"])} for text in kept["texts"]
    ]
    return {**kept, "texts": texts, "links": _chained(kept["links"], newer["links"])}


def _exchange(version: Version, kept: dict[str, Any]) -> dict[str, Any]:
    """What was kept stands again; the answer is what it takes to have it the other way round."""
    links = links_of(version)
    back = rewrite(version, from_json(kept))
    out = {_relation(link) for link in kept["links"]["out"]}
    restore_links(version, [link for link in links if _relation(link) not in out] + kept["links"]["in"])
    return {**as_json(back), "links": {"out": kept["links"]["in"], "in": kept["links"]["out"]}}


def _other(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    """Which links have to go and which to come so that those after become those before."""
    return {
        "in": [link for link in before if link not in after],
        "out": [link for link in after if link not in before],
    }


def _chained(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The links to exchange for both acts together."""
    brought = {_relation(link) for link in first["out"]}
    return {
        "in": first["in"] + [link for link in second["in"] if _relation(link) not in brought],
        "out": first["out"] + second["out"],
    }


def _relation(link: dict[str, Any]) -> tuple[str | None, str | None]:
    return link["before"], link["after"]
