"""What is proposed to have become of each paragraph in a working version, for an editor to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Fate, ParagraphLink, Version
from app.models.people import Person
from app.services.drafts.drafting import working_version_of
from app.services.drafts.linking import links_between
from app.services.errors import NotFoundError
from app.services.matching.deriving import Relation
from app.services.matching.matching import words_with_notes
from app.services.matching.weighing import likeness
from app.services.public.comparing import Change, changes_of
from app.services.public.reading import ReadDraft, Text, read_draft, read_working

RATHER_SURE = 0.7
SURE_OF_SEVERAL = 0.95
NEAREST = 6
_Links = defaultdict[int | None, list[ParagraphLink]]


@dataclass(frozen=True)
class Proposal:
    """What became of some paragraphs, how alike their texts are, and who confirmed it when.

    `links` are the numbers of what is to be confirmed.
    """

    change: Change
    links: tuple[int, ...]
    score: float
    is_confirmed: bool
    confirmed_by: str
    confirmed_at: datetime | None

    @property
    def needs_confirming(self) -> bool:
        """Whether the version cannot be sealed before somebody confirms it."""
        return self.change.fate != Fate.SAME and not self.is_confirmed

    @property
    def says_the_same(self) -> bool:
        """Whether no word is other than before, with all texts taken together."""
        return not self.change.is_reworded or _joined(self.change.olds) == _joined(self.change.news)

    @property
    def is_doubtful(self) -> bool:
        """Whether it may well be otherwise: the words are hardly the same, or of several texts not nearly."""
        if not (self.change.olds and self.change.news):
            return False
        is_alone = len(self.change.olds) == len(self.change.news) == 1
        return self.score < (RATHER_SURE if is_alone else SURE_OF_SEVERAL)


@dataclass(frozen=True)
class Review:
    """The working version beside the version before, with all that is proposed."""

    version: Version
    before: ReadDraft
    after: ReadDraft
    proposals: list[Proposal]
    relations: list[Relation]

    def linked_with(self, paragraph_id: int, *, is_new: bool) -> set[int]:
        """The paragraphs of the other version that this one, a new or an older one, is linked with."""
        pairs = self.relations if is_new else [(new, old) for old, new in self.relations]
        return {other for other, own in pairs if own == paragraph_id and other is not None}


def version_to_review(consultation: Consultation) -> Version:
    """The version that is being worked on; raises NotFoundError where it is the first or there is none."""
    version = working_version_of(consultation)
    if version.number == 1:
        raise NotFoundError("working version")
    return version


def review_of(version: Version, at: datetime) -> Review:
    """What is proposed for each paragraph, in the order of the new text."""
    before, after = _both(version, at)
    links = links_between(version)
    olds = {text.paragraph_id: text for text in before.texts}
    news = {text.paragraph_id: text for text in after.texts}
    relations: list[Relation] = [(link.before_id, link.after_id) for link in links]
    names = _names(links)
    of_old, of_new = _by_paragraph(links)
    proposals = [
        _proposal(change, _own(change, of_old, of_new), names)
        for change in changes_of(relations, olds, news)
        if not change.went
    ]
    return Review(version, before, after, proposals, relations)


def nearest(text: Text, others: Iterable[Text], most: int = NEAREST) -> list[Text]:
    """The texts most like this one, the likest first; only those that have words in common with it."""
    weighed = [(likeness(text.plain, other.plain), other) for other in others]
    weighed.sort(key=lambda pair: -pair[0])
    return [other for score, other in weighed[:most] if score > 0]


def _both(version: Version, at: datetime) -> tuple[ReadDraft, ReadDraft]:
    consultation = version.draft.consultation
    after = read_working(consultation, "", at)
    return read_draft(consultation, after.language, version.number - 1), after


def _names(links: Iterable[ParagraphLink]) -> dict[int | None, str]:
    numbers = {link.confirmed_by_id for link in links} - {None}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
    return dict(iter(rows))


def _by_paragraph(links: Iterable[ParagraphLink]) -> tuple[_Links, _Links]:
    of_old: _Links = defaultdict(list)
    of_new: _Links = defaultdict(list)
    for link in links:
        of_old[link.before_id].append(link)
        of_new[link.after_id].append(link)
    return of_old, of_new


def _own(change: Change, of_old: _Links, of_new: _Links) -> list[ParagraphLink]:
    """The links that the change tells of."""
    own = [link for text in change.olds for link in of_old[text.paragraph_id]]
    return own or [link for text in change.news for link in of_new[text.paragraph_id]]


def _proposal(change: Change, own: list[ParagraphLink], names: dict[int | None, str]) -> Proposal:
    confirmed = [link for link in own if link.confirmed_at is not None]
    last = max(confirmed, key=lambda link: link.confirmed_at or datetime.min, default=None)  # noqa: DTZ901
    return Proposal(
        change=change,
        links=tuple(link.id for link in own),
        score=_score(change, own),
        is_confirmed=bool(own) and len(confirmed) == len(own),
        confirmed_by=names.get(last.confirmed_by_id, "") if last else "",
        confirmed_at=last.confirmed_at if last else None,
    )


def _score(change: Change, own: list[ParagraphLink]) -> float:
    """How alike the texts are; where several have become one, or one several, all of them together."""
    if len(change.olds) == len(change.news) == 1 or not (change.olds and change.news):
        return min((link.score for link in own), default=0.0)
    return likeness(_joined(change.olds), _joined(change.news))


def _joined(texts: Iterable[Text]) -> str:
    return " ".join(words_with_notes(text.plain, text.notes) for text in texts)
