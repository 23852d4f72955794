"""The split screen's rows, warnings and acts, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.i18n import direction_of, name_of_language
from app.models.draft import DraftEdit, ParagraphKind, ParagraphText, Translation, Version
from app.services.drafts.undoing import acts_on, people_of
from app.services.mending.collating import Match, collate, doubts_about_whole
from app.services.mending.renumbering import labels_again
from app.services.text import digest_of
from app.web.locales import page_locale
from app.wording import DOUBTS, PARAGRAPH_KINDS

ACT_WORDS: dict[str, Any] = {
    "text": _l("Text changed"),
    "split": _l("Split"),
    "merge": _l("Merged with the next"),
    "shape": _l("Kind, level or label changed"),
    "insert": _l("Paragraph inserted"),
    "delete": _l("Paragraph deleted"),
    "move": _l("Moved"),
    "look": _l("Warning looked at"),
    "number": _l("Numbered again"),
    "title": _l("Title changed"),
    "confirm": _l("Said to be up to date"),
    "move_words": _l("Words moved to another paragraph"),
    "split_words": _l("Words divided between two paragraphs"),
    "join_words": _l("Words of two paragraphs joined"),
}


@dataclass(frozen=True)
class PieceView:
    """A piece of the file as it was found."""

    kind: str
    marker: str
    html: Markup
    is_left_out: bool


@dataclass(frozen=True)
class DoubtView:
    """A warning, and where it leads to: a paragraph's key, or "" for the whole draft."""

    code: str
    words: str
    key: str = ""
    name: str = ""


@dataclass(frozen=True)
class RowView:
    """A paragraph as it will be, beside what was found there."""

    key: str
    after: str
    name: str
    kind: str
    shape: str
    level: int
    label: str
    html: Markup
    source: str
    is_plain: bool
    notes: list[str]
    seen: str
    next_seen: str
    doubts: list[DoubtView]
    pieces: list[PieceView]
    continues: bool
    is_same: bool


@dataclass(frozen=True)
class ActView:
    """Something that was done, and by whom, where that was somebody else."""

    id: int
    words: str
    by: str


@dataclass(frozen=True)
class ScreenView:
    """The whole split screen of one working version's original."""

    version_id: int
    number: int
    language: str
    direction: str
    title: str
    title_seen: str
    has_found: bool
    before: list[PieceView]
    rows: list[RowView]
    doubts: list[DoubtView]
    acts: list[ActView]
    undone: ActView | None
    relabelled: int
    by_key: dict[str, RowView] = field(default_factory=dict)

    @property
    def last_key(self) -> str:
        """The key of the last paragraph."""
        return self.rows[-1].key if self.rows else ""


def screen_view(version: Version, original: Translation, person_id: int) -> ScreenView:
    """The screen as the draft is now."""
    matches = collate(original)
    rows = _rows([match for match in matches if match.text is not None])
    names = {row.key: row.name for row in rows}
    whole = [DoubtView(code, _doubt_words(code)) for code in doubts_about_whole(original)]
    edits, undone = acts_on(version)
    acts = _acts([*edits, *([undone] if undone else [])], names, original.language, person_id)
    return ScreenView(
        version_id=version.id,
        number=version.number,
        language=original.language,
        direction=direction_of(original.language),
        title=original.title,
        title_seen=digest_of(original.title),
        has_found=any(match.pieces for match in matches),
        before=[piece for match in matches if match.text is None for piece in _pieces(match)],
        rows=rows,
        doubts=[*whole, *(doubt for row in rows for doubt in row.doubts)],
        acts=acts[: len(edits)],
        undone=acts[-1] if undone else None,
        relabelled=_relabelled(original.texts),
        by_key={row.key: row for row in rows},
    )


def acts_told(original: Translation, edits: Sequence[DraftEdit], person_id: int) -> list[ActView]:
    """These acts, as the person is told of them."""
    names = {text.paragraph.key: name_of_row(text.label, text.plain) for text in original.texts}
    return _acts(edits, names, original.language, person_id)


def rows_around(screen: ScreenView, keys: Iterable[str]) -> list[RowView]:
    """The rows of these paragraphs and of their neighbours, which show what was found between them."""
    places = {row.key: place for place, row in enumerate(screen.rows)}
    wanted: set[int] = set()
    for key in keys:
        if key in places:
            wanted |= {places[key] - 1, places[key], places[key] + 1}
    return [row for place, row in enumerate(screen.rows) if place in wanted]


@dataclass(frozen=True)
class OtherView:
    """What stands there now; all empty when the paragraph is gone."""

    name: str = ""
    html: str = ""
    notes: tuple[str, ...] = ()
    seen: str = ""


def other_view(text: ParagraphText | None) -> OtherView:
    """What somebody else left there."""
    if text is None:
        return OtherView()
    name = name_of_row(text.label, text.plain)
    return OtherView(name, Markup(text.html), tuple(text.notes), text.digest)  # noqa: S704 - sanitised on writing


def shape_words(kind: str, level: int) -> str:
    """“Heading, level 2”, “Paragraph”."""
    return _shape_words(kind, level, page_locale())


@lru_cache(maxsize=256)
def _shape_words(kind: str, level: int, _page_language: str) -> str:
    words = str(PARAGRAPH_KINDS[ParagraphKind(kind)])
    return str(_("%(kind)s, level %(level)s", kind=words, level=level)) if level else words


def name_of_row(label: str, plain: str) -> str:
    """What a paragraph is called: its label, or else its first words."""
    return label or (plain if len(plain) < 40 else plain[:38].rsplit(" ", 1)[0] + "…")


def _rows(matches: list[Match]) -> list[RowView]:
    texts = [match.text for match in matches if match.text is not None]
    seen = ["", *(text.digest for text in texts[1:]), ""]
    rows: list[RowView] = []
    for place, (match, text) in enumerate(zip(matches, texts, strict=True)):
        following = seen[place + 1]
        rows.append(_row(match, text, following, rows[-1].key if rows else ""))
    return rows


def _row(match: Match, text: ParagraphText, following: str, after: str) -> RowView:
    key, name = text.paragraph.key, name_of_row(text.label, text.plain)
    return RowView(
        key=key,
        after=after,
        name=name,
        kind=text.kind,
        shape=shape_words(text.kind, text.level),
        level=text.level,
        label=text.label,
        html=Markup(text.html),  # noqa: S704 - sanitised on writing
        source=text.source,
        is_plain=text.source == text.plain,
        notes=text.notes,
        seen=text.digest,
        next_seen=following,
        doubts=[DoubtView(code, _doubt_words(code), key, name) for code in text.doubts],
        pieces=_pieces(match),
        continues=match.continues,
        is_same=match.is_same,
    )


def _pieces(match: Match) -> list[PieceView]:
    return [
        PieceView(piece.found.kind, piece.found.marker, Markup(piece.found.html), piece.is_left_out)  # noqa: S704 - sanitised on writing
        for piece in match.pieces
    ]


def _doubt_words(code: str) -> str:
    return str(DOUBTS.get(code) or _("Look at this closely."))


def _acts(edits: Sequence[DraftEdit], names: dict[str, str], original: str, person_id: int) -> list[ActView]:
    people = people_of(edits)
    return [
        ActView(edit.id, _act_words(edit, names, original), _other_person(edit, people, person_id))
        for edit in edits
    ]


def _other_person(edit: DraftEdit, people: dict[int | None, str], person_id: int) -> str:
    return "" if edit.person_id == person_id else people.get(edit.person_id) or str(_("somebody else"))


def _act_words(edit: DraftEdit, names: dict[str, str], original: str) -> str:
    words = str(ACT_WORDS[edit.act])
    is_elsewhere = edit.language not in {"", original}
    where = [
        names.get(edit.paragraph_key, ""),
        name_of_language(edit.language, page_locale()) if is_elsewhere else "",
    ]
    place = ", ".join(part for part in where if part)
    return f"{words}: {place}" if place else words


def _relabelled(texts: list[ParagraphText]) -> int:
    again = labels_again(texts)
    return sum(
        (text.label, text.source) != (labelled.label, labelled.block.source)
        for text, labelled in zip(texts, again, strict=True)
    )
