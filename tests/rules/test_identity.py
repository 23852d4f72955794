"""Whatever is edited, sealed, imported and translated: every comment keeps its paragraph, text and fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, pairwise

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Fate, ParagraphLink, ParagraphText, Standing, Translation, Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.confirming import confirm_fates, say_places, say_sources
from app.services.drafts.drafting import begin_version, draft_of, last_version, seal_version, translation_in
from app.services.drafts.linking import links_between, open_fates
from app.services.drafts.sealing import digest_of_text, digest_of_version
from app.services.drafts.undoing import acts_on, undo
from app.services.errors import ChangedMeanwhileError, InvalidError
from app.services.mending.seeing import Seen
from app.services.mending.splitting import (
    delete_paragraph,
    edit_text,
    merge_with_next,
    move_paragraph,
    split_paragraph,
)
from app.services.public.comparing import compare_versions
from app.services.public.hearing import comments_on_draft
from app.services.public.reading import read_draft
from app.services.public.tracing import traces_of
from tests.builders import a_comment, a_consultation, a_person
from tests.conftest import NOON
from tests.drafts import put, translate

SENTENCES = (
    "Ask everybody who is concerned before anything is decided.",
    "Answer every comment within three months and say why.",
    "Publish the results in the languages of the consultation.",
    "Keep what was received for two years at most.",
    "Every ministry names a person who answers questions.",
    "Workshops are open to all and cost nothing.",
)
LETTERS = count(1)

NAMES = (
    "begin", "seal", "import", "translate", "comment", "edit", "split", "split", "merge", "merge", "delete",
    "move", "undo", "correct",
)  # fmt: skip
acts = st.tuples(st.sampled_from(NAMES), st.integers(0, 5), st.integers(0, 5))
histories = st.lists(acts, min_size=6, max_size=14)


@dataclass
class Story:
    """One consultation that things happen to, and what its comments were written on."""

    consultation: Consultation
    editor: Person
    said: dict[int, tuple[int, int, str]] = field(default_factory=dict)

    @property
    def working(self) -> Version | None:
        draft = draft_of(self.consultation)
        version = last_version(draft) if draft else None
        return version if version is not None and version.sealed_at is None else None

    def sealed(self) -> list[Version]:
        draft = draft_of(self.consultation)
        chosen = select(Version).where(Version.sealed_at.is_not(None)).order_by(Version.number)
        return list(db.session.scalars(chosen.where(Version.draft_id == draft.id))) if draft else []

    def seen(self, place: int) -> Seen | None:
        version = self.working or begin_version(self.consultation, by=self.editor, at=NOON)
        texts = translation_in(version, None).texts
        if not texts:
            return None
        text = texts[place % len(texts)]
        return Seen(version, "en", text.paragraph.key, text.digest)


@pytest.fixture
def editor(app: Flask) -> Person:
    return a_person(Role.EDITOR)


@settings(max_examples=20)
@given(history=histories)
def test_every_comment_keeps_its_paragraph_and_text_and_its_fate_is_explained(
    editor: Person, history: list[tuple[str, int, int]]
) -> None:
    story = Story(a_consultation(), editor)
    put(story.consultation, *SENTENCES[:4], at=NOON)
    _seal(story, 0, 0)
    _comment(story, 0, 0)
    for name, place, other in history:
        try:
            ACTS[name](story, place, other)
        except (InvalidError, ChangedMeanwhileError):
            db.session.rollback()
    _seal(story, 0, 0)
    _comments_are_as_they_were(story)
    _sealed_versions_are_whole(story)
    _fates_are_explained(story)
    _places_agree(story)


def _begin(story: Story, _place: int, _other: int) -> None:
    begin_version(story.consultation, by=story.editor, at=NOON)


def _seal(story: Story, _place: int, _other: int) -> None:
    version = story.working
    if version is None:
        return
    if open_fates(version):
        with pytest.raises(InvalidError, match="open_fates"):
            seal_version(version.draft, by=story.editor, at=NOON)
        confirm_fates(version, by=story.editor, at=NOON)
    try:
        seal_version(version.draft, by=story.editor, at=NOON)
    except InvalidError as refused:
        # What was begun and put back as it was is no new version.
        db.session.rollback()
        if refused.problems != {"version": "nothing_changed"}:
            raise


def _import(story: Story, place: int, other: int) -> None:
    texts = list(SENTENCES[other:] + SENTENCES[:other])[: 2 + place]
    if other % 2:
        texts[0] = texts[0].replace("every", "nearly every").replace("all", "most of us")
    if other % 3 == 1 and len(texts) > 1:
        texts[:2] = [" ".join(texts[:2])]
    put(story.consultation, *texts, at=NOON)


def _translate(story: Story, place: int, _other: int) -> None:
    version = story.working
    if version is not None:
        number = len(translation_in(version, None).texts)
        words = [f"Avsnitt {one} sier noe på norsk." for one in range(max(1, number - place % 2))]
        translate(version, "nb", *words, at=NOON)


def _comment(story: Story, place: int, other: int) -> None:
    versions = story.sealed()
    version = versions[other % len(versions)]
    texts = translation_in(version, None).texts
    if texts:
        text = texts[place % len(texts)]
        comment = a_comment(version, text.paragraph, state=State.PUBLISHED)
        story.said[comment.id] = (version.number, text.paragraph_id, text.digest)


def _edit(story: Story, place: int, _other: int) -> None:
    seen = story.seen(place)
    if seen:
        edit_text(seen, f"{_words(seen)} And {next(LETTERS)} more.", by=story.editor, at=NOON)


def _split(story: Story, place: int, other: int) -> None:
    seen = story.seen(place)
    if seen:
        words = _words(seen)
        spaces = [at for at, sign in enumerate(words) if sign == " "]
        if spaces:
            split_paragraph(seen, words, [spaces[other % len(spaces)]], by=story.editor, at=NOON)


def _merge(story: Story, place: int, _other: int) -> None:
    seen, following = story.seen(place), story.seen(place + 1)
    if seen and following:
        merge_with_next(seen, following.digest, by=story.editor, at=NOON)


def _delete(story: Story, place: int, _other: int) -> None:
    seen = story.seen(place)
    if seen:
        delete_paragraph(seen, by=story.editor, at=NOON)


def _move(story: Story, place: int, other: int) -> None:
    seen = story.seen(place)
    if seen:
        move_paragraph(seen, other - 2, by=story.editor, at=NOON)


def _undo(story: Story, place: int, _other: int) -> None:
    version = story.working
    edits, _undone = acts_on(version) if version else ([], None)
    if version is not None and edits:
        undo(version, edits[place % len(edits)].id, by=story.editor, at=NOON)


def _correct(story: Story, place: int, other: int) -> None:
    version = story.working
    links = links_between(version) if version else []
    befores = sorted({link.before_id for link in links if link.before_id is not None})
    afters = sorted({link.after_id for link in links if link.after_id is not None})
    if version is None or not befores or not afters:
        return
    old, new = befores[place % len(befores)], afters[other % len(afters)]
    if place % 2:
        say_sources(version, new, [old] if other else [], by=story.editor, at=NOON)
    else:
        say_places(version, old, [new] if other else [], by=story.editor, at=NOON)


def _words(seen: Seen) -> str:
    texts = translation_in(seen.version, "en").texts
    return next(text.source for text in texts if text.paragraph.key == seen.key)


ACTS: dict[str, Callable[[Story, int, int], None]] = {
    "begin": _begin, "seal": _seal, "import": _import, "translate": _translate, "comment": _comment,
    "edit": _edit, "split": _split, "merge": _merge, "delete": _delete, "move": _move, "undo": _undo,
    "correct": _correct,
}  # fmt: skip


def _comments_are_as_they_were(story: Story) -> None:
    """Each points at the version and paragraph it was written on, whose text says the same as then."""
    db.session.expire_all()
    for comment_id, (number, paragraph_id, digest) in story.said.items():
        comment = db.session.get_one(Comment, comment_id)
        assert (comment.version.number, comment.paragraph_id) == (number, paragraph_id)
        text = db.session.scalars(
            select(ParagraphText)
            .join(ParagraphText.translation)
            .where(
                Translation.version_id == comment.version_id,
                Translation.is_original,
                ParagraphText.paragraph_id == paragraph_id,
            )
        ).one()
        assert text.digest == digest == digest_of_text(text, text.paragraph.key)


def _sealed_versions_are_whole(story: Story) -> None:
    for version in story.sealed():
        assert version.digest == digest_of_version(version)
        original = {text.paragraph_id: text for text in translation_in(version, None).texts}
        for translation in version.translations:
            for text in translation.texts:
                stands = original[text.paragraph_id]
                assert (text.kind, text.level, text.label) == (stands.kind, stands.level, stands.label)
                assert text.digest == digest_of_text(text, text.paragraph.key)


def _fates_are_explained(story: Story) -> None:
    """Every paragraph of two versions stands in a link, confirmed where it is not the same."""
    versions = story.sealed()
    for before, after in pairwise(versions):
        links = links_between(after)
        olds, news = (
            {text.paragraph_id for text in translation_in(one, None).texts} for one in (before, after)
        )
        assert {link.before_id for link in links} - {None} == olds
        assert {link.after_id for link in links} - {None} == news
        assert all(link.confirmed_at or link.fate == Fate.SAME for link in links)
        _one_to_one_keeps_its_key(links)


def _one_to_one_keeps_its_key(links: list[ParagraphLink]) -> None:
    full = [(link.before_id, link.after_id) for link in links if link.before_id and link.after_id]
    parts, sources = Counter(old for old, _new in full), Counter(new for _old, new in full)
    for old, new in full:
        if parts[old] == sources[new] == 1:
            assert old == new
    for link in links:
        if link.before_id is None:
            assert link.after_id not in {other.before_id for other in links}


def _places_agree(story: Story) -> None:
    """Where comments are read is where the comparison says that their paragraph went, and none is lost."""
    newest = read_draft(story.consultation, "en")
    here = {text.paragraph_id for text in newest.texts}
    origins = {(number, paragraph_id) for number, paragraph_id, _digest in story.said.values()}
    traces = traces_of(story.consultation.id, origins, "en")
    for number, paragraph_id in origins:
        place = db.session.get_one(Standing, paragraph_id).place_id
        assert place is None or place in here
        trace = traces[number, paragraph_id]
        if number == newest.number:
            assert place == paragraph_id
            continue
        compared = compare_versions(story.consultation, number, newest.number, "en")
        [change] = [
            one
            for one in compared.changes
            if not one.went and paragraph_id in {text.paragraph_id for text in one.olds}
        ]
        went = {text.paragraph_id for text in change.news}
        assert went or place is None or place == paragraph_id
        assert place is None or place in went or place == paragraph_id
        assert bool(trace.now) == bool(went) or place == paragraph_id
    counts = comments_on_draft(newest).counts
    assert sum(counts.values()) == len(story.said)


def test_it_takes_bounded_time(app: Flask) -> None:
    """Twelve versions of twenty paragraphs, each half edited, and compared from first to last."""
    consultation = a_consultation()
    begun = datetime.now(tz=NOON.tzinfo)
    texts = [f"{SENTENCES[number % 6]} Number {number}." for number in range(20)]
    for version in range(12):
        texts = [f"{text} More {version}." if number % 2 else text for number, text in enumerate(texts)]
        working = put(consultation, *texts, at=NOON)
        confirm_fates(working, by=None, at=NOON)
        seal_version(working.draft, by=None, at=NOON)
    compared = compare_versions(consultation, 1, 12, "en")
    assert compared.counts == {Fate.SAME: 10, Fate.REWORDED: 10}
    assert (datetime.now(tz=NOON.tzinfo) - begun).total_seconds() < 60
