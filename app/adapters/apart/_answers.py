"""The answers of the process apart, believed only where each word has the type that it should have."""

from __future__ import annotations

from typing import Any, TypeVar

from app.services.files.importing import (
    Doubt,
    FoundBlock,
    FoundDraft,
    ParagraphKind,
    Reading,
    Unreadable,
    UnreadableError,
)

Kind = TypeVar("Kind")
DEEPEST_LEVEL = 1_000


def found_draft(answer: Any) -> FoundDraft:
    """The draft that an answer holds; raises UnreadableError when it is a refusal.

    Raises ValueError, KeyError or TypeError for what is neither.
    """
    if "refused" in answer:
        readings = [_as(dict, one) for one in answer.get("readings", ())]
        raise UnreadableError(
            Unreadable(answer["refused"]),
            tuple(Reading(_as(str, one["encoding"]), _as(str, one["sample"])) for one in readings),
        )
    found = _as(dict, answer["found"])
    return FoundDraft(
        title=_as(str, found["title"]),
        blocks=[_block(_as(dict, one)) for one in _as(list, found["blocks"])],
        language=_as(str, found["language"]),
        doubts=_doubts(found["doubts"]),
    )


def _block(one: dict[str, Any]) -> FoundBlock:
    level = _as(int, one["level"])
    if not 0 <= level <= DEEPEST_LEVEL:
        raise ValueError(level)
    return FoundBlock(
        kind=ParagraphKind(one["kind"]),
        level=level,
        marker=_as(str, one["marker"]),
        source=_as(str, one["source"]),
        notes=_words(one["notes"]),
        doubts=_doubts(one["doubts"]),
        key=_as(str, one["key"]),
        label=None if one["label"] is None else _as(str, one["label"]),
    )


def _words(many: object) -> tuple[str, ...]:
    return tuple(_as(str, one) for one in _as(list, many))


def _doubts(many: object) -> tuple[str, ...]:
    return tuple(Doubt(one) for one in _words(many))


def _as(kind: type[Kind], value: object) -> Kind:
    if not isinstance(value, kind):
        raise TypeError(type(value).__name__)
    return value
