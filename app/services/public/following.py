"""Paragraphs followed from version to version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, select

from app.models.draft import Draft, Fate, ParagraphLink, Version

Origin = tuple[int, int]  # the number of a version, and a paragraph that stands in it


class Turn(NamedTuple):
    """What became of a paragraph in one version: what it was together with, and what that became."""

    version: int
    fate: str
    was: tuple[int, ...]
    became: tuple[int, ...]


@dataclass
class Course:
    """All that became of the paragraphs of a draft, version by version, where it is not “same”."""

    numbers: list[int] = field(default_factory=list)
    after: dict[Origin, list[tuple[int | None, str]]] = field(default_factory=lambda: defaultdict(list))
    before: dict[Origin, list[int]] = field(default_factory=lambda: defaultdict(list))

    def later_than(self, number: int) -> list[int]:
        """The versions after that one."""
        return [each for each in self.numbers if each > number]

    def turns(self, origin: Origin) -> list[Turn]:
        """The steps of a paragraph; of several parts that with its key is followed, else the most alike."""
        number, paragraph = origin
        turns = []
        for version in self.later_than(number):
            links = self.after.get((version, paragraph), [])
            if not links:
                continue
            turn = self._turn(version, paragraph, links)
            turns.append(turn)
            if not turn.became:
                break
            paragraph = paragraph if paragraph in turn.became else turn.became[0]
        return turns

    def heirs(self, origin: Origin) -> set[int]:
        """All paragraphs of the newest version that came of this one."""
        *_earlier, (_version, heirs) = [(origin[0], {origin[1]}), *self.generations(origin)]
        return heirs

    def generations(self, origin: Origin) -> Iterator[tuple[int, set[int]]]:
        """Each later version, with all its paragraphs that came of this one."""
        number, paragraph = origin
        heirs = {paragraph}
        for version in self.later_than(number):
            heirs = {heir for each in heirs for heir in self._became(version, each)}
            yield version, heirs

    def _became(self, version: int, paragraph: int) -> list[int]:
        links = self.after.get((version, paragraph))
        return [paragraph] if links is None else [after for after, _fate in links if after is not None]

    def _turn(self, version: int, paragraph: int, links: list[tuple[int | None, str]]) -> Turn:
        became = tuple(after for after, _fate in links if after is not None)
        was = tuple(self.before[version, became[0]]) if len(became) == 1 else (paragraph,)
        fate = Fate.SPLIT if len(became) > 1 else Fate.MERGED if len(was) > 1 else links[0][1]
        return Turn(version, fate, was, became)


def steps_in(consultation_id: int) -> Select[int, int | None, int | None, str | None]:
    """The rows that a course is made of: all that is not “same”, and every sealed version once at least."""
    links = and_(ParagraphLink.version_id == Version.id, ParagraphLink.fate != Fate.SAME)
    return (
        select(Version.number, ParagraphLink.before_id, ParagraphLink.after_id, ParagraphLink.fate)
        .join(Version.draft)
        .outerjoin(ParagraphLink, links)
        .where(Draft.consultation_id == consultation_id, Version.sealed_at.is_not(None))
        .order_by(Version.number, ParagraphLink.score.desc(), ParagraphLink.id)
    )


def course_of(rows: Iterable[Any]) -> Course:
    """The course that those rows tell."""
    course = Course()
    for number, before, after, fate in rows:
        if number not in course.numbers[-1:]:
            course.numbers.append(number)
        if before is not None:
            course.after[number, before].append((after, fate))
            if after is not None:
                course.before[number, after].append(before)
    return course
