"""The rows of paragraphs that are cut into parts, or that become one, in every language."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.draft import ParagraphKind
from app.services.drafts.cutting import cut, join
from app.services.drafts.rewriting import Place, Row, digest_of_row, rows_of
from app.services.errors import InvalidError
from app.services.mending.renumbering import number_after
from app.services.mending.seeing import Here, Shape, accepted, labels_of
from app.services.text import one_line

# Each cut reads the whole text again.
MOST_PARTS = 50


def parts_of(source: str, places: Sequence[int]) -> list[str]:
    """The words cut at every place that is given, a number of characters in the words as they were typed."""
    if not places:
        raise InvalidError({"place": "nothing_there"})
    rest = accepted(source)
    if len(places) >= MOST_PARTS:
        raise InvalidError({"place": "too_many"})
    parts: list[str] = []
    for place in sorted((len(one_line(source[:place])) for place in places), reverse=True):
        rest, part = cut(rest, place)
        parts.insert(0, part)
    return [rest, *parts]


def rows_of_parts(here: Here, parts: list[str]) -> list[Row]:
    """The rows of what follows the first part; what follows in a heading is a paragraph below it."""
    was = here.row
    is_heading = was["kind"] == ParagraphKind.HEADING
    used = labels_of(here.text.translation)
    rows = []
    for number, part in enumerate(parts, start=1):
        label = number_after(was["label"], used)
        used.add(label)
        kind, level = (ParagraphKind.PARAGRAPH, 0) if is_heading else (was["kind"], was["level"])
        shape = Shape(kind, level, label)
        rows.append(new_row(shape, part, was["position"] + number, was["found_position"]))
    return rows


def new_row(shape: Shape, source: str, position: int, found_position: int | None) -> Row:
    """The columns of a paragraph that nothing else is known of."""
    return {
        "position": position, "kind": str(shape.kind), "level": shape.level, "label": shape.label,
        "source": source, "notes": [], "original_digest": "", "found_position": found_position, "doubts": [],
    }  # fmt: skip


def merged(here: Here, gone: str, source: str | None) -> dict[Place, Row | None]:
    """Both paragraphs as one, with these words of the first or its own; the other has no text any more.

    A translation of both that was fresh stays fresh; one of which a part is missing or older counts as older.
    """
    following = {language: row for (language, _key), row in rows_of(here.seen.version, [gone]).items()}
    original = here.seen.language
    own = here.row if source is None else {**here.row, "source": source}
    rows = {original: _both(own, following[original])}
    digest = digest_of_row(here.seen.key, rows[original])
    gone_digest = digest_of_row(gone, following[original])
    for language in (here.rows.keys() | following.keys()) - {original}:
        first, second = here.rows.get(language), following.get(language)
        if first and second:
            is_fresh = source in {None, here.row["source"]} and (
                (first["original_digest"] or here.text.digest) == here.text.digest
                and (second["original_digest"] or gone_digest) == gone_digest
            )
            rows[language] = _both(first, second)
            rows[language]["original_digest"] = digest if is_fresh else here.text.digest
        else:
            alone = first or {**(second or {}), **_shape_of(here.row)}
            rows[language] = {**alone, "original_digest": here.text.digest}
    changed: dict[Place, Row | None] = {(each, here.seen.key): row for each, row in rows.items()}
    changed |= {(language, gone): None for language in following}
    return changed


def _both(first: Row, second: Row) -> Row:
    positions = [row["found_position"] for row in (first, second) if row["found_position"] is not None]
    return {
        **first,
        "source": accepted(join(first["source"], second["source"])),
        "notes": [*first["notes"], *second["notes"]],
        "found_position": min(positions, default=None),
        "doubts": list(dict.fromkeys([*first["doubts"], *second["doubts"]])),
    }


def _shape_of(row: Row) -> Row:
    return {name: row[name] for name in ("position", "kind", "level", "label")}
