"""What is commented on: a paragraph or the whole draft, and what became of it while somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from app.models.consultation import Consultation
from app.services.errors import NotFoundError
from app.services.public.reading import ReadDraft, Text, read_draft
from app.services.public.remembering import Former, former_paragraph, trace_since
from app.services.public.tracing import Trace
from app.web.notes.notes import TraceView, compare_address, trace_view
from app.web.public.text_language import text_language


@dataclass(frozen=True)
class Place:
    """One paragraph of a draft, or with no key the whole draft; or a comment there that is replied to.

    Its words are read when a page needs them: receiving a comment does not.
    """

    consultation: Consultation
    key: str | None
    parent_id: int | None = None

    @cached_property
    def draft(self) -> ReadDraft:
        """The text under consultation, in the language that is read."""
        return read_draft(self.consultation, text_language())

    @cached_property
    def number(self) -> int | None:
        """Where the paragraph stands in the draft; raises NotFoundError when it does not."""
        return None if self.key is None else self.draft.place_of(self.key)

    @property
    def text(self) -> Text | None:
        """The paragraph's text, or None for the whole draft."""
        return None if self.number is None else self.draft.texts[self.number]

    @cached_property
    def former(self) -> Former | None:
        """What stood at the key, where the newest text has it no more; or NotFoundError when nothing did."""
        if self.key is None:
            return None
        try:
            self.draft.place_of(self.key)
        except NotFoundError:
            return former_paragraph(self.draft, self.key)
        return None

    @property
    def heir(self) -> Place:
        """Where comments meant for here go now: to the whole draft, when nothing came of the paragraph."""
        if self.former is None:
            return self
        key = self.former.heir.key if self.former.heir else None
        # What was replied to is read at no place: the reply becomes a comment of its own.
        heir = Place(self.consultation, key)
        # The same text is not read twice.
        heir.__dict__["draft"] = self.draft
        return heir

    def neighbours(self) -> tuple[Text | None, Text | None]:
        """The commentable paragraphs before and after this one."""
        if self.number is None:
            return None, None
        texts = self.draft.texts
        before = (text for text in reversed(texts[: self.number]) if not text.is_heading)
        after = (text for text in texts[self.number + 1 :] if not text.is_heading)
        return next(before, None), next(after, None)

    @property
    def address(self) -> str:
        """Where the paragraph, its comments and the form are."""
        if self.parent_id is not None:
            return url_for("comments.reply", slug=self.consultation.slug, comment_id=self.parent_id)
        return self.page_address

    @property
    def page_address(self) -> str:
        """Where the paragraph and all its comments are."""
        if self.key is None:
            return url_for("comments.whole_draft", slug=self.consultation.slug)
        return url_for("comments.paragraph", slug=self.consultation.slug, key=self.key)


@dataclass(frozen=True)
class Since:
    """What changed while somebody wrote: `former` is what was commented on, when that is gone.

    `compare` is empty where nobody knows what was read.
    """

    trace: TraceView | None
    is_same: bool
    former: Text | None
    newest: int
    compare: str


def since(place: Place, read_version: int | None) -> Since | None:
    """What became of the place since that version was read; None when it was the newest, or nobody knows."""
    former, slug, draft = place.former, place.consultation.slug, place.draft
    if former is None and read_version in {None, draft.version_id}:
        return None
    trace = former.trace if former else _trace_since(place, read_version)
    told = trace_view(trace, slug) if trace else None
    before = trace.version if trace else draft.number - 1
    return Since(
        trace=told,
        is_same=trace is not None and told is None,
        former=former.trace.text if former else None,
        newest=draft.number,
        compare=compare_address(slug, before, draft.number, place.key or "") if before else "",
    )


def _trace_since(place: Place, read_version: int | None) -> Trace | None:
    if place.text is None or read_version is None:
        return None
    return trace_since(place.draft, read_version, place.text.paragraph_id)
