"""A translation beside its original as editors see it, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.i18n import direction_of, name_of_language
from app.models.draft import FoundText, ParagraphKind, ParagraphText, Translation, Version
from app.services.drafts.aligning import original_of
from app.services.matching.differing import Piece, word_changes
from app.services.mending.juxtaposing import Correction, Pair, correction_of, earlier_originals
from app.web.drafts.translating_form import WordsForm
from app.web.locales import page_locale
from app.wording import DOUBTS

LONGEST_NAME = 60
NEAR = 20


@dataclass(frozen=True)
class Side:
    """What a paragraph says in one language."""

    html: Markup
    source: str
    notes: list[str]
    language: str
    direction: str


@dataclass(frozen=True)
class PairView:
    """A paragraph with its text in both languages, and what has to be looked at."""

    key: str
    label: str
    name: str
    kind: str
    depth: int
    original: Side
    text: Side | None
    state: str
    doubts: list[str]
    changes: Sequence[Piece]
    seen: str
    may_confirm: bool
    is_open: bool
    words: str
    notes: str
    problems: list[str]


@dataclass(frozen=True)
class Filter:
    """One way to look at the pairs: all, or those with something to do."""

    code: str
    words: str
    is_current: bool


@dataclass(frozen=True)
class LeftOverView:
    """A text that no paragraph was found for, and where it could go."""

    position: int
    html: Markup
    places: list[tuple[str, str]]
    likely: str


@dataclass(frozen=True)
class ScreenView:
    """Everything that the screen shows of a translation."""

    number: int
    language: str
    name: str
    direction: str
    title: str
    original_title: Side
    original_name: str
    is_official: bool
    whole: str
    filters: list[Filter]
    todo: list[tuple[str, str]]
    pairs: list[PairView]
    left_over: list[LeftOverView]


@dataclass(frozen=True)
class TranslationLine:
    """One line of the list of translations: what there is to do."""

    language: str
    name: str
    title: str
    direction: str
    is_official: bool
    todo: str


def screen_view(correction: Correction, show: str, sent: WordsForm | None = None) -> ScreenView:
    """The translation as the screen shows it; `sent` is a refused form whose words are kept."""
    translation, original = correction.translation, correction.original
    before = earlier_originals(correction)
    pairs = [_pair_view(correction, pair, before.get(pair.key, ""), sent) for pair in correction.pairs]
    known = {code for code, _count, _words in _filters(pairs)}
    shown = show if show in known else "all"
    return ScreenView(
        number=correction.version.number,
        language=translation.language,
        name=_name(translation.language),
        direction=direction_of(translation.language),
        title=translation.title,
        original_title=Side(
            Markup.escape(original.title), "", [], original.language, direction_of(original.language)
        ),
        original_name=_name(original.language),
        is_official=translation.is_official,
        whole=correction.seen,
        filters=[
            Filter(code, words, code == shown)
            for code, count, words in _filters(pairs)
            if count or code == "all"
        ],
        todo=[(pair.key, pair.name) for pair in pairs if pair.state or pair.doubts],
        pairs=[pair for pair in pairs if _is_shown(pair, shown) or pair.problems],
        left_over=_left_over_views(correction),
    )


def lines_of(version: Version) -> list[TranslationLine]:
    """The translations of a version, by the names of their languages."""
    original = original_of(version)
    lines = [
        _line(correction_of(version, text.language)) for text in version.translations if text is not original
    ]
    return sorted(lines, key=lambda line: line.name)


def next_to_do(view: ScreenView, key: str) -> str:
    """The first pair after that one that has something to do, or the pair itself."""
    keys = [pair.key for pair in view.pairs]
    following = view.pairs[keys.index(key) + 1 :] if key in keys else view.pairs
    return next((pair.key for pair in following if pair.state or pair.doubts), key)


def _line(correction: Correction) -> TranslationLine:
    translation = correction.translation
    missing = sum(pair.is_missing for pair in correction.pairs)
    older = sum(pair.is_older for pair in correction.pairs)
    doubtful = sum(pair.is_doubtful for pair in correction.pairs)
    counts = (
        (missing, ngettext("%(num)s missing", "%(num)s missing", missing)),
        (older, ngettext("%(num)s older", "%(num)s older", older)),
        (doubtful, ngettext("%(num)s to check", "%(num)s to check", doubtful)),
        (len(correction.left_over), _("%(num)s without a place", num=len(correction.left_over))),
    )
    return TranslationLine(
        language=translation.language,
        name=_name(translation.language),
        title=translation.title,
        direction=direction_of(translation.language),
        is_official=translation.is_official,
        todo=", ".join(words for count, words in counts if count) or str(_("complete")),
    )


def _pair_view(correction: Correction, pair: Pair, before: str, sent: WordsForm | None) -> PairView:
    is_sent = sent is not None and sent.key.data == pair.key
    text = pair.text
    state = "missing" if pair.is_missing else "older" if pair.is_older else ""
    notes = list(text.notes) if text else []
    return PairView(
        key=pair.key,
        label=pair.original.label,
        name=_short_name(pair.original),
        kind=pair.original.kind,
        depth=min(pair.original.level, 4),
        original=_side(pair.original, correction.original),
        text=_side(text, correction.translation) if text else None,
        state=state,
        doubts=[str(DOUBTS[doubt]) for doubt in (text.doubts if text else ())],
        changes=word_changes(before, pair.original.plain, correction.original.language) if before else (),
        seen=pair.seen,
        may_confirm=pair.is_older or pair.is_doubtful,
        is_open=is_sent or pair.is_missing,
        words=(sent.words.data or "") if is_sent and sent else text.source if text else "",
        notes=(sent.notes.data or "") if is_sent and sent else "\n".join(notes),
        problems=[message for _id, message in sent.error_list] if is_sent and sent else [],
    )


def _filters(pairs: Sequence[PairView]) -> list[tuple[str, int, str]]:
    missing = sum(pair.state == "missing" for pair in pairs)
    older = sum(pair.state == "older" for pair in pairs)
    doubtful = sum(bool(pair.doubts) for pair in pairs)
    return [
        ("all", len(pairs), ngettext("All %(num)s paragraph", "All %(num)s paragraphs", len(pairs))),
        ("missing", missing, ngettext("%(num)s missing", "%(num)s missing", missing)),
        ("older", older, ngettext("%(num)s older", "%(num)s older", older)),
        ("doubtful", doubtful, ngettext("%(num)s to check", "%(num)s to check", doubtful)),
    ]


def _is_shown(pair: PairView, show: str) -> bool:
    return show in {"all", pair.state} or (show == "doubtful" and bool(pair.doubts))


def _left_over_views(correction: Correction) -> list[LeftOverView]:
    """Each with the paragraphs it could go to: the missing ones, and those where the file has it."""
    return [_left_over_view(correction, found) for found in correction.left_over]


def _left_over_view(correction: Correction, found: FoundText) -> LeftOverView:
    here, likely = _places_of(correction, found.position)
    places = [
        (pair.key, _place_words(pair))
        for place, pair in enumerate(correction.pairs)
        if pair.is_missing or abs(place - here) <= NEAR
    ]
    html = Markup(found.html)  # noqa: S704 - sanitised on writing by services/text.py
    return LeftOverView(found.position, html, places, correction.pairs[likely].key)


def _places_of(correction: Correction, position: int) -> tuple[int, int]:
    """Behind which pair the text stood in its file, and the missing pair nearest to that, or else itself."""
    before = [
        place
        for place, pair in enumerate(correction.pairs)
        if pair.text and pair.text.found_position is not None and pair.text.found_position < position
    ]
    here = max(before, default=0)
    missing = [place for place, pair in enumerate(correction.pairs) if pair.is_missing]
    return here, min(missing, key=lambda place: abs(place - here), default=here)


def _place_words(pair: Pair) -> str:
    name = _short_name(pair.original)
    return str(_("Missing: %(name)s", name=name)) if pair.is_missing else name


def _side(text: ParagraphText, translation: Translation) -> Side:
    return Side(
        Markup(text.html),  # noqa: S704 - sanitised on writing by services/text.py
        text.source,
        list(text.notes),
        translation.language,
        direction_of(translation.language),
    )


def _short_name(text: ParagraphText) -> str:
    words = text.plain if len(text.plain) <= LONGEST_NAME else f"{text.plain[: LONGEST_NAME - 1].rstrip()}…"
    return f"{text.label}  {words}".strip() if text.kind != ParagraphKind.HEADING or text.label else words


def _name(code: str) -> str:
    return name_of_language(code, page_locale())
