"""Wording that respondents propose, held against the text that it was written on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from rapidfuzz.fuzz import ratio
from sqlalchemy import select

from app.models.base import db
from app.models.draft import ParagraphText, Translation
from app.services.comments.checking import LONGEST_COMMENT
from app.services.matching.differing import INSERTED, Piece, Pieces, word_changes

# So much more alike must another language's text be before a suggestion is taken as one for that.
CLEARLY_LIKER = 25


class Proposal(Protocol):
    """A comment, received or published, as far as its suggestion goes."""

    @property
    def id(self) -> int: ...
    @property
    def paragraph_id(self) -> int | None: ...
    @property
    def version_id(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def suggestion(self) -> str: ...


class TextIn(NamedTuple):
    """What a paragraph says in one language."""

    language: str
    plain: str


class Suggestion(NamedTuple):
    """Proposed wording, as the words that come in and go out of the text it is for."""

    changes: Pieces
    language: str


Spot = tuple[int, int | None]  # a version, and a paragraph that stands in it


def suggestions_of(proposals: Iterable[Proposal]) -> dict[int, Suggestion]:
    """The suggestions of those comments that make one, by the comment's number."""
    proposing = [each for each in proposals if each.suggestion]
    texts = texts_at([(each.version_id, each.paragraph_id) for each in proposing])
    return {
        each.id: suggestion_for(
            texts.get((each.version_id, each.paragraph_id), []), each.suggestion, each.language
        )
        for each in proposing
    }


def suggestion_for(texts: Sequence[TextIn], wording: str, language: str) -> Suggestion:
    """The wording against the paragraph's text in that language, else in the original's, which stands first.

    Somebody who reads in one language and writes in another proposes wording for the text that was read.
    What is too long to be sent is compared with nothing: that would cost seconds, and nobody will read it.
    """
    if len(wording) > LONGEST_COMMENT:
        return Suggestion((Piece(wording, INSERTED),), language)
    if not texts:
        return Suggestion(word_changes("", wording, language), language)
    own = next((text for text in texts if text.language == language), texts[0])
    likest = max(texts, key=lambda text: ratio(text.plain, wording))
    is_other = ratio(likest.plain, wording) - ratio(own.plain, wording) > CLEARLY_LIKER
    text = likest if is_other else own
    return Suggestion(word_changes(text.plain, wording, text.language), text.language)


def is_unchanged(texts: Iterable[TextIn], wording: str) -> bool:
    """Whether the wording is what the paragraph says already, in any language."""
    words = wording.split()
    return any(text.plain.split() == words for text in texts)


def texts_at(spots: Iterable[Spot]) -> dict[Spot, list[TextIn]]:
    """What those paragraphs say in their versions, in every language; the original first."""
    wanted = {spot for spot in spots if spot[1] is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Translation.version_id, ParagraphText.paragraph_id, Translation.language, ParagraphText.plain)
        .join(ParagraphText.translation)
        .where(
            Translation.version_id.in_({version_id for version_id, _paragraph_id in wanted}),
            ParagraphText.paragraph_id.in_({paragraph_id for _version_id, paragraph_id in wanted}),
        )
        .order_by(Translation.is_original.desc(), Translation.id)
    )
    texts: dict[Spot, list[TextIn]] = {}
    for version_id, paragraph_id, language, plain in rows:
        texts.setdefault((version_id, paragraph_id), []).append(TextIn(language, plain))
    return texts
