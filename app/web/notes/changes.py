"""What became of paragraphs, in the words of the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from app.i18n import direction_of
from app.models.draft import Fate
from app.services.public.comparing import Change, Pieces
from app.services.public.reading import Text
from app.web.locales import page_locale

FATES: dict[str, Any] = {
    Fate.SAME: _l("Unchanged"),
    Fate.REWORDED: _l("Reworded"),
    Fate.MOVED: _l("Moved"),
    Fate.SPLIT: _l("Split"),
    Fate.MERGED: _l("Merged"),
    Fate.REMOVED: _l("Removed"),
    Fate.NEW: _l("New"),
}
COUNTED = "¶"  # in labels that the document does not show: they change with whatever stands above
SIGNS = {
    Fate.SAME: "=",
    Fate.REWORDED: "±",
    Fate.MOVED: "↕",
    Fate.SPLIT: "<",
    Fate.MERGED: ">",
    Fate.REMOVED: "−",
    Fate.NEW: "+",
}


@dataclass(frozen=True)
class Said:
    """A text on one side of a comparison; the pieces are empty where no word of it changed."""

    key: str
    label: str
    is_heading: bool
    level: int
    html: Markup
    notes: list[str]
    pieces: Pieces
    language: str
    direction: str

    @property
    def is_other(self) -> bool:
        """Whether it is in another language than the page."""
        return self.language != page_locale()


@dataclass(frozen=True)
class ChangeView:
    """What became of some paragraphs: in a word, in a sentence where that says more, and in texts."""

    fate: str
    words: str
    sign: str
    told: str
    anchors: list[str]
    olds: list[Said]
    news: list[Said]
    is_reworded: bool
    went: bool

    @property
    def language(self) -> str:
        """The language that its texts are in."""
        return (self.news or self.olds)[0].language

    @property
    def is_heading(self) -> bool:
        """Whether it only names what follows."""
        return (self.news or self.olds)[0].is_heading


def change_view(change: Change) -> ChangeView:
    """The change as the comparison shows it."""
    return ChangeView(
        fate=change.fate,
        words=_fate_words(change),
        sign=SIGNS[change.fate],
        told=_told(change),
        anchors=_anchors(change),
        olds=_texts(change.olds, change.old_pieces),
        news=_texts(change.news, change.new_pieces),
        is_reworded=change.is_reworded,
        went=change.went,
    )


def counted_words(fate: str, count: int) -> str:
    """“3 reworded”."""
    words = {
        Fate.SAME: ngettext("%(num)s unchanged", "%(num)s unchanged", count),
        Fate.REWORDED: ngettext("%(num)s reworded", "%(num)s reworded", count),
        Fate.MOVED: ngettext("%(num)s moved", "%(num)s moved", count),
        Fate.SPLIT: ngettext("%(num)s split", "%(num)s split", count),
        Fate.MERGED: ngettext("%(num)s merged", "%(num)s merged", count),
        Fate.REMOVED: ngettext("%(num)s removed", "%(num)s removed", count),
        Fate.NEW: ngettext("%(num)s new", "%(num)s new", count),
    }
    return str(words[Fate(fate)])


def _fate_words(change: Change) -> str:
    if change.went:
        return str(_("Moved away"))
    if change.fate == Fate.MOVED and change.is_reworded:
        return str(_("Moved and reworded"))
    if change.fate == Fate.SAME and change.is_renumbered:
        return str(_("Renumbered"))
    return str(FATES[change.fate])


def _told(change: Change) -> str:
    """Which labels became which; nothing where that says no more than the word."""
    was, became = _labels(change.olds), _labels(change.news)
    is_only_counted = change.fate == Fate.SAME and COUNTED in was
    if not was or not became or was == became or is_only_counted:
        return ""
    if change.went:
        return str(_("%(was)s stands as %(became)s now", was=was, became=became))
    if change.fate == Fate.MOVED:
        return str(_("from %(was)s to %(became)s", was=was, became=became))
    if change.fate != Fate.NEW:
        return str(_("%(was)s became %(became)s", was=was, became=became))
    return ""


def _labels(texts: tuple[Text, ...]) -> str:
    labels = [text.label for text in texts]
    return str(format_list(labels, locale=page_locale())) if labels and all(labels) else ""


def _anchors(change: Change) -> list[str]:
    """The keys by which the row is found: the present ones, and those that went into them."""
    if change.went:
        return [f"from-{change.olds[0].key}"]
    return list(dict.fromkeys(text.key for text in (*change.news, *change.olds)))


def _texts(texts: tuple[Text, ...], pieces: tuple[Pieces, ...]) -> list[Said]:
    return [
        Said(
            key=text.key,
            label=text.label,
            is_heading=text.is_heading,
            level=min(text.level + 1, 6),
            html=Markup(text.html),  # noqa: S704 - sanitised on writing by services/text.py
            notes=text.notes,
            pieces=pieces[place] if pieces else (),
            language=text.language,
            direction=direction_of(text.language),
        )
        for place, text in enumerate(texts)
    ]
