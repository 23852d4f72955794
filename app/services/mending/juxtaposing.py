"""A translation of the working version beside its original, paragraph by paragraph."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.base import db
from app.models.draft import FoundText, ParagraphKind, ParagraphText, Translation, Version
from app.services.drafts.aligning import original_of
from app.services.drafts.leftovers import texts_left_over
from app.services.errors import NotFoundError
from app.services.text import digest_of

SEEN = 16


@dataclass(frozen=True)
class Pair:
    """A paragraph of the original and what the translation has for it."""

    key: str
    original: ParagraphText
    text: ParagraphText | None

    @property
    def is_missing(self) -> bool:
        """Whether nobody has translated it."""
        return self.text is None

    @property
    def is_older(self) -> bool:
        """Whether it was translated from another text than the original has now."""
        made_from = self.text.original_digest if self.text else ""
        return made_from not in {"", self.original.digest}

    @property
    def is_doubtful(self) -> bool:
        """Whether the import asks to look at it."""
        return bool(self.text and self.text.doubts)

    @property
    def seen(self) -> str:
        """What stands there, in short: a page says it to have it told when it was changed."""
        return self.text.digest[:SEEN] if self.text else ""


@dataclass(frozen=True)
class Correction:
    """A translation beside its original, and the texts of its file that have no paragraph."""

    version: Version
    translation: Translation
    original: Translation
    pairs: list[Pair]
    left_over: list[FoundText]

    def pair(self, key: str) -> Pair:
        """The pair with that key; raises NotFoundError."""
        return self.pairs[self.place_of(key)]

    def place_of(self, key: str) -> int:
        """Where the pair with that key stands; raises NotFoundError."""
        for place, pair in enumerate(self.pairs):
            if pair.key == key:
                return place
        raise NotFoundError(f"paragraph {key}")

    def beside(self, key: str, step: int) -> list[Pair]:
        """The pairs from that one on, downwards or upwards, which texts may move along.

        Headings move among headings, everything else among everything else.
        """
        here = self.place_of(key)
        is_heading = self.pairs[here].original.kind == ParagraphKind.HEADING
        further = self.pairs[here:] if step > 0 else self.pairs[here::-1]
        return [pair for pair in further if (pair.original.kind == ParagraphKind.HEADING) == is_heading]

    @property
    def seen(self) -> str:
        """What stands everywhere, in short."""
        return digest_of("\n".join(pair.seen for pair in self.pairs))[:SEEN]


def correction_of(version: Version, language: str) -> Correction:
    """The translation of the working version into that language; raises NotFoundError."""
    original = original_of(version)
    found = next((text for text in version.translations if text.language == language), None)
    if original is None or found is None or found is original:
        raise NotFoundError(f"translation {language}")
    theirs = {text.paragraph_id: text for text in found.texts}
    pairs = [Pair(text.paragraph.key, text, theirs.get(text.paragraph_id)) for text in original.texts]
    return Correction(version, found, original, pairs, texts_left_over(found))


def earlier_originals(correction: Correction) -> dict[str, str]:
    """What the original said when older texts were translated, by key, where some version still has it."""
    wanted = {pair.text.original_digest: pair.key for pair in correction.pairs if pair.text and pair.is_older}
    rows = db.session.execute(
        select(ParagraphText.digest, ParagraphText.plain).where(ParagraphText.digest.in_(wanted))
    )
    return {wanted[digest]: plain for digest, plain in rows}
