"""What became of a paragraph since the version that somebody wrote on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import or_

from app.models.base import db
from app.models.comment import Comment
from app.models.draft import Draft, ParagraphText, Translation, Version
from app.services.public.following import Origin, Turn, course_of, steps_in
from app.services.public.reading import Text, texts_with_languages


class Step(NamedTuple):
    """What became of a paragraph in one version; `was` and `became` are the labels before and in it."""

    version: int
    fate: str
    was: tuple[str, ...]
    became: tuple[str, ...]
    is_reworded: bool


@dataclass(frozen=True)
class Trace:
    """A paragraph as it stood in a version, and what became of it until the newest.

    `now` are the texts that came of it, in order, in the language of `text`; there are none when it was
    removed. `last` is the text that it had before it was removed or went into another one. `is_ahead` means
    that all are the original's because the translation does not yet follow what changed in it.
    """

    version: int
    newest: int
    text: Text
    steps: tuple[Step, ...]
    now: tuple[Text, ...]
    last: Text
    is_ahead: bool = False

    @property
    def words_then(self) -> str:
        """All that it said, notes included."""
        return _words((self.text,))

    @property
    def words_since(self) -> str:
        """All that what came of it says; of a removed paragraph what it said last."""
        return _words(self.now or (self.last,))

    @property
    def is_changed(self) -> bool:
        """Whether that is other words than it said."""
        return self.words_then != self.words_since


@dataclass
class _Said:
    """What a paragraph of one version says in the original, and in the language asked for."""

    position: int
    original: Text
    translation: Text | None = None

    def text(self, is_translated: bool = True) -> Text:
        return self.translation or self.original if is_translated else self.original


_SaidAt = dict[Origin, _Said]


def traces_of(consultation_id: int, origins: Iterable[Origin], language: str) -> dict[Origin, Trace]:
    """What became of those paragraphs of sealed versions, in the language or else in the original's."""
    wanted = set(origins)
    if not wanted:
        return {}
    course = course_of(db.session.execute(steps_in(consultation_id)))
    turns = {origin: course.turns(origin) for origin in wanted}
    heirs = {origin: course.heirs(origin) for origin in wanted}
    involved = {paragraph for _number, paragraph in wanted}.union(*heirs.values())
    for turn in (turn for each in turns.values() for turn in each):
        involved.update(turn.was, turn.became)
    said = _said(consultation_id, involved, language)
    newest = course.numbers[-1]
    return {
        origin: _trace(origin, newest, turns[origin], heirs[origin], said)
        for origin in wanted
        if origin in said
    }


def traces_beside(comments: Sequence[Comment], language: str) -> dict[int, Trace]:
    """What became of the paragraphs that comments of one consultation are about: by the comment's number."""
    origins = {
        comment.id: (comment.version.number, comment.paragraph_id)
        for comment in comments
        if comment.paragraph_id is not None
    }
    if not origins:
        return {}
    traces = traces_of(comments[0].consultation_id, origins.values(), language)
    return {number: traces[origin] for number, origin in origins.items() if origin in traces}


def _trace(origin: Origin, newest: int, turns: list[Turn], heirs: set[int], said: _SaidAt) -> Trace:
    stood = _last_standing(origin, turns)
    heritage = _in_order(newest, heirs, said)
    # Words are compared within one language: where one text is not translated, all are the original's.
    ways = [said[origin], *heritage, *(said[place] for place in [stood] if place in said)]
    is_ahead = all(each.translation for each in ways) and _is_ahead(said[origin], heritage or ways[1:])
    is_translated = all(each.translation for each in ways) and not is_ahead
    return Trace(
        version=origin[0],
        newest=newest,
        text=said[origin].text(is_translated),
        steps=tuple(_step(turn, said) for turn in turns),
        now=tuple(each.text(is_translated) for each in heritage),
        last=said.get(stood, said[origin]).text(is_translated),
        is_ahead=is_ahead,
    )


def _is_ahead(then: _Said, since: Sequence[_Said]) -> bool:
    """Whether the original says something else since, and the translation is not made from that yet."""
    is_behind = any(each.translation and each.translation.is_older for each in since)
    return is_behind and _words((then.original,)) != _words(tuple(each.original for each in since))


def _words(texts: tuple[Text, ...]) -> str:
    return " ".join(words for text in texts for words in (text.plain, *text.notes))


def _last_standing(origin: Origin, turns: list[Turn]) -> Origin:
    """The last version before the paragraph was removed, or went into one with another key."""
    number, paragraph = origin
    for turn in turns:
        if paragraph not in turn.became:
            return turn.version - 1, paragraph
        number = turn.version
    return number, paragraph


def _step(turn: Turn, said: _SaidAt) -> Step:
    before, after = _in_order(turn.version - 1, turn.was, said), _in_order(turn.version, turn.became, said)
    return Step(
        version=turn.version,
        fate=turn.fate,
        was=tuple(each.text().label for each in before),
        became=tuple(each.text().label for each in after),
        is_reworded=[each.original.plain for each in before] != [each.original.plain for each in after],
    )


def _in_order(number: int, paragraphs: Iterable[int], said: _SaidAt) -> list[_Said]:
    here = (said[place] for place in ((number, paragraph) for paragraph in paragraphs) if place in said)
    return sorted(here, key=lambda each: each.position)


def _said(consultation_id: int, paragraphs: set[int], language: str) -> _SaidAt:
    """What the paragraphs say in every sealed version."""
    rows = db.session.execute(
        texts_with_languages(
            Version.number,
            ParagraphText.position,
            Translation.is_original,
            ParagraphText.digest,
            ParagraphText.original_digest,
        )
        .join(Translation.version)
        .join(Version.draft)
        .where(
            Draft.consultation_id == consultation_id,
            Version.sealed_at.is_not(None),
            ParagraphText.paragraph_id.in_(paragraphs),
            or_(Translation.is_original, Translation.language == language),
        )
        .order_by(Translation.is_original.desc())
    )
    said: _SaidAt = {}
    digests: dict[Origin, str] = {}
    for *columns, number, position, is_original, digest, made_from in rows:
        text = Text(*columns)
        origin = (number, text.paragraph_id)
        if is_original:
            said[origin], digests[origin] = _Said(position, text), digest
        if text.language == language and origin in said:
            is_older = bool(made_from) and made_from != digests[origin]
            said[origin].translation = text._replace(is_older=is_older)
    return said
