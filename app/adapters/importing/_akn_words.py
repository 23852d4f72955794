"""The words of Akoma Ntoso's sentences, with their emphasis, links and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as Element

from app.adapters.importing._akn_names import SENTENCES, name_of
from app.adapters.importing._inline import Run, plain_of, source_of
from app.services.characters import one_line
from app.services.files.importing import Doubt

STRONG = frozenset({"b", "strong"})
EMPHASIS = frozenset({"i", "em"})
DROPPED = frozenset({"remark", "meta", "noteRef", "authorialNote", "del"})
BREAKS = frozenset({"br", "eol", "eop"})


@dataclass
class Words:
    """What a sentence says, and what was found on the way."""

    runs: list[Run] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: dict[Doubt, None] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The words in Markdown."""
        return source_of(self.runs)

    @property
    def plain(self) -> str:
        """The words alone."""
        return one_line(plain_of(self.runs))


class WordReader:
    """Reads sentences; `notes` are those that stand apart from the text, by their ids."""

    def __init__(self, notes: dict[str, str]) -> None:
        self._notes = notes

    def read(self, element: Element, leave_out: frozenset[Element] = frozenset()) -> Words:
        """The words inside the element."""
        words = Words()
        self._take_inside(element, Run(""), words, leave_out)
        return words

    def _take_inside(self, element: Element, look: Run, words: Words, leave_out: frozenset[Element]) -> None:
        _say(words, look, element.text)
        for inner in element:
            if inner not in leave_out:
                self._take(inner, look, words, leave_out)
            _say(words, look, inner.tail)

    def _take(self, element: Element, look: Run, words: Words, leave_out: frozenset[Element]) -> None:
        name = name_of(element)
        if name in {"del", "ins"}:
            words.doubts[Doubt.TRACKED_CHANGES] = None
        if name == "img":
            words.doubts[Doubt.LEFT_OUT] = None
        if name in DROPPED or not name:
            words.notes += self._notes_at(element, name)
            return
        if name in BREAKS or name in SENTENCES:
            _say(words, look, " ")
        self._take_inside(element, _changed(look, element, name), words, leave_out)
        if name in SENTENCES:
            _say(words, look, " ")

    def _notes_at(self, element: Element, name: str) -> Iterator[str]:
        if name == "authorialNote":
            yield self.read(element).plain
        elif name == "noteRef":
            said = self._notes.get((element.get("href") or "").removeprefix("#"))
            if said:
                yield said


def _say(words: Words, look: Run, text: str | None) -> None:
    if text:
        words.runs.append(replace(look, text=text))


def _changed(look: Run, element: Element, name: str) -> Run:
    if name in STRONG:
        return replace(look, strong=True)
    if name in EMPHASIS:
        return replace(look, emphasis=True)
    if name in {"a", "ref"}:
        return replace(look, address=element.get("href") or "")
    return look
