"""Importing originals and translations, and sealing: what is sealed never changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.adapters import adapter
from app.models.activity import Activity, Job
from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.draft import Draft, FoundText, Paragraph, ParagraphText, Translation, Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import (
    draft_of,
    import_translation,
    last_version,
    remove_translation,
    seal_version,
    translation_in,
    versions_of,
)
from app.services.drafts.sealing import SealedError, digest_of_version
from app.services.errors import ForbiddenError, InvalidError, NotFoundError
from app.services.files.importing import FoundDraft
from app.services.public.reading import read_draft
from tests import drafts
from tests.builders import a_comment, a_consultation, a_person

ENGLISH = "# Declaration\n\n## 1. Listen\n\nListen first.\n\na) Ask.\n\nb) Answer."
NORWEGIAN = "# Erklæring\n\n## 1. Lytt\n\nLytt først.\n\na) Spør.\n\nb) Svar."


def found(text: str) -> FoundDraft:
    read: FoundDraft = adapter("importing", "markdown").create().read(text.encode())
    return read


def put(
    consultation: Consultation, text: str, at: datetime, language: str = "en", *, by: Person | None = None
) -> Translation:
    return import_translation(consultation, language, found(text), is_original=language == "en", by=by, at=at)


def seal(consultation: Consultation, at: datetime) -> Version:
    draft = draft_of(consultation)
    assert draft is not None
    version = last_version(draft)
    assert version is not None
    if version.sealed_at is None:
        confirm_fates(version, by=None, at=at)
    return seal_version(draft, by=None, at=at)


def keys(translation: Translation) -> dict[str, str]:
    return {text.plain: text.paragraph.key for text in translation.texts}


def test_the_first_import_makes_version_one_with_keys_and_labels(
    consultation: Consultation, at: datetime
) -> None:
    translation = put(consultation, ENGLISH, at)
    assert (translation.version.number, translation.version.sealed_at, translation.title) == (
        1,
        None,
        "Declaration",
    )
    assert [(t.paragraph.key, t.kind, t.label, t.plain) for t in translation.texts] == [
        ("p1", "heading", "1", "Listen"),
        ("p2", "paragraph", "1", "Listen first."),
        ("p3", "item", "1.a", "Ask."),
        ("p4", "item", "1.b", "Answer."),
    ]


def test_a_translation_shares_the_paragraphs_of_the_original(
    consultation: Consultation, at: datetime
) -> None:
    original, translation = put(consultation, ENGLISH, at), put(consultation, NORWEGIAN, at, "nb")
    assert translation.version is original.version
    assert [t.paragraph_id for t in translation.texts] == [t.paragraph_id for t in original.texts]
    assert [t.label for t in translation.texts] == ["1", "1", "1.a", "1.b"]


def test_a_translation_with_other_paragraphs_stands_where_it_fits(
    consultation: Consultation, at: datetime
) -> None:
    original = put(consultation, ENGLISH, at)
    translation = put(consultation, NORWEGIAN.replace("\n\nb) Svar.", ""), at, "nb")
    assert [t.paragraph_id for t in translation.texts] == [t.paragraph_id for t in original.texts[:3]]
    assert [t.position for t in translation.texts] == [0, 1, 2]


def test_a_translation_remembers_the_words_that_it_was_made_from(
    consultation: Consultation, at: datetime
) -> None:
    original, translation = put(consultation, ENGLISH, at), put(consultation, NORWEGIAN, at, "nb")
    assert [t.original_digest for t in translation.texts] == [t.digest for t in original.texts]


def test_the_pieces_of_the_file_are_kept_as_they_were_found(consultation: Consultation, at: datetime) -> None:
    translation = put(consultation, ENGLISH, at)
    pieces = db.session.scalars(
        select(FoundText).where(FoundText.translation_id == translation.id).order_by(FoundText.position)
    ).all()
    assert [(piece.kind, piece.marker, piece.html) for piece in pieces] == [
        ("heading", "", "1. Listen"),
        ("paragraph", "", "Listen first."),
        ("item", "a", "Ask."),
        ("item", "b", "Answer."),
    ]
    assert [text.found_position for text in translation.texts] == [0, 1, 2, 3]


def test_a_translation_needs_an_original(consultation: Consultation, at: datetime) -> None:
    with pytest.raises(InvalidError, match="no_original"):
        put(consultation, NORWEGIAN, at, "nb")
    assert draft_of(consultation) is None


def test_there_is_one_original(consultation: Consultation, at: datetime) -> None:
    put(consultation, ENGLISH, at)
    with pytest.raises(InvalidError, match="other_original"):
        import_translation(consultation, "nb", found(NORWEGIAN), is_original=True, by=None, at=at)
    with pytest.raises(InvalidError, match="is_original"):
        import_translation(consultation, "en", found(ENGLISH), is_original=False, by=None, at=at)


def test_a_language_needs_a_code(consultation: Consultation, at: datetime) -> None:
    with pytest.raises(InvalidError, match="unknown"):
        import_translation(consultation, "English", found(ENGLISH), is_original=True, by=None, at=at)


def test_an_original_may_be_imported_again_until_it_is_sealed(
    consultation: Consultation, at: datetime
) -> None:
    put(consultation, ENGLISH, at)
    again = put(consultation, ENGLISH.replace("Listen first.", "Listen long.\n\nAnd well."), at)
    assert again.version.number == 1
    assert [t.paragraph.key for t in again.texts] == ["p1", "p2", "p3", "p4", "p5"]
    assert db.session.scalar(select(func.count(Paragraph.id))) == 5


def test_an_original_with_translations_keeps_its_paragraphs_when_imported_again(
    consultation: Consultation, at: datetime
) -> None:
    before = [t.paragraph_id for t in put(consultation, ENGLISH, at).texts]
    put(consultation, NORWEGIAN, at, "nb")
    after = put(consultation, ENGLISH.replace("Listen first.", "Listen first to all."), at)
    assert [t.paragraph_id for t in after.texts] == before
    longer = put(consultation, ENGLISH.replace("Listen first.", "Listen first to all.\n\nNow."), at)
    assert [t.paragraph_id for t in longer.texts if t.plain != "Now."] == before
    texts = {t.paragraph_id: t for t in translation_in(longer.version, "nb").texts}
    assert {n for n, t in texts.items() if t.original_digest not in {t.digest for t in longer.texts}} == {
        before[1]
    }
    assert [t.position for t in texts.values()] == [0, 1, 3, 4]


def test_a_merger_keeps_the_older_translations_of_both_paragraphs(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    ask = "Offices ask everybody who is concerned before anything is decided."
    answer = "Shops answer every letter that they receive within three months."
    first = drafts.put(consultation, ask, answer, "Nobody pays.", at=at)
    drafts.translate(first, "nb", "Kontorer spør alle.", "Butikker svarer på alt.", "Ingen betaler.", at=at)
    drafts.publish(consultation, ask, answer, "Nobody pays.", at=at)
    second = drafts.publish(consultation, f"{ask} {answer}", "Nobody pays.", at=at)
    texts = read_draft(consultation, "nb", second.number).texts
    assert [(text.plain, text.language, text.is_older) for text in texts] == [
        ("Kontorer spør alle. Butikker svarer på alt.", "nb", True),
        ("Ingen betaler.", "nb", False),
    ]


def test_sealing_gives_digests_and_work_for_the_index(consultation: Consultation, at: datetime) -> None:
    put(consultation, ENGLISH, at)
    put(consultation, NORWEGIAN, at, "nb")
    stamp = consultation.public_stamp
    version = seal(consultation, at)
    assert version.sealed_at == at
    assert version.digest == digest_of_version(version)
    assert len(version.digest or "") == 64
    db.session.refresh(consultation)
    assert consultation.public_stamp > stamp
    jobs = db.session.scalars(select(Job).where(Job.name == "index_consultation")).all()
    assert {job.payload["consultation_id"] for job in jobs} == {consultation.id}
    assert db.session.scalars(select(Activity.verb).order_by(Activity.id.desc())).first() == "version sealed"


def test_the_digest_tells_of_every_difference_that_a_reader_sees(app: Flask, at: datetime) -> None:
    digests = set()
    for text in (
        ENGLISH,
        ENGLISH.replace("Ask", "Asks"),
        ENGLISH.replace("# D", "# A d"),
        ENGLISH.replace("a) ", ""),
    ):
        consultation = a_consultation()
        put(consultation, text, at)
        digests.add(seal(consultation, at).digest)
    assert len(digests) == 4


def test_the_same_texts_have_the_same_digest(app: Flask, at: datetime) -> None:
    one, other = a_consultation(), a_consultation()
    for consultation in (one, other):
        put(consultation, ENGLISH, at)
    assert seal(one, at).digest == seal(other, at).digest


def test_there_is_nothing_to_seal_without_a_working_version(consultation: Consultation, at: datetime) -> None:
    put(consultation, ENGLISH, at)
    draft = seal(consultation, at).draft
    with pytest.raises(InvalidError, match="nothing_to_seal"):
        seal_version(draft, by=None, at=at)


def test_no_service_changes_a_sealed_version(consultation: Consultation, at: datetime) -> None:
    translation = put(consultation, ENGLISH, at)
    put(consultation, NORWEGIAN, at, "nb")
    version = seal(consultation, at)
    before = version.digest
    with pytest.raises(SealedError):
        put(consultation, NORWEGIAN, at, "nb")
    with pytest.raises(SealedError):
        put(consultation, NORWEGIAN, at, "lv")
    with pytest.raises(SealedError):
        remove_translation(translation, by=None, at=at)
    put(consultation, ENGLISH.replace("Ask", "Asks"), at)
    db.session.expire_all()
    assert digest_of_version(versions_of(consultation)[1]) == before


def _alter_text(version: Version) -> Any:
    version.translations[0].texts[0].source = "Other"


def _alter_title(version: Version) -> Any:
    version.translations[0].title = "Other"


def _alter_version(version: Version) -> Any:
    version.sealed_at = None


def _delete_text(version: Version) -> Any:
    db.session.delete(version.translations[0].texts[0])


def _delete_translation(version: Version) -> Any:
    db.session.delete(version.translations[0])


def _move_translation(version: Version) -> Any:
    other = Version(draft=version.draft, number=99, translations=[])
    db.session.add(other)
    version.translations[0].version = other


def _delete_version(version: Version) -> Any:
    db.session.delete(version)


@pytest.mark.parametrize(
    "change",
    [
        _alter_text,
        _alter_title,
        _alter_version,
        _delete_text,
        _delete_translation,
        _move_translation,
        _delete_version,
    ],
    ids=lambda change: change.__name__.strip("_"),
)
def test_nor_does_anything_else_that_goes_through_the_records(
    consultation: Consultation, at: datetime, change: Any
) -> None:
    put(consultation, ENGLISH, at)
    version = seal(consultation, at)
    with pytest.raises(SealedError), transaction():
        change(version)
    db.session.expire_all()
    assert digest_of_version(version) == version.digest


def test_the_next_version_keeps_the_keys_of_paragraphs_that_say_the_same_or_nearly(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ENGLISH, at)
    seal(consultation, at)
    second = put(
        consultation,
        ENGLISH.replace("Listen first.", "Listen first to all.").replace(
            "b) Answer.", "b) Wait.\n\nc) Answer."
        ),
        at,
    )
    assert second.version.number == 2
    assert keys(second) == {
        "Listen": "p1", "Listen first to all.": "p2", "Ask.": "p3", "Wait.": "p5", "Answer.": "p4",
    }  # fmt: skip
    assert keys(first)["Listen first."] == "p2"


def test_paragraphs_that_say_the_same_twice_keep_their_keys_in_order(
    consultation: Consultation, at: datetime
) -> None:
    text = "# T\n\nAgain.\n\nAgain.\n\n## Again."
    before = [t.paragraph.key for t in put(consultation, text, at).texts]
    seal(consultation, at)
    assert [t.paragraph.key for t in put(consultation, text, at).texts] == before


def test_a_key_is_never_given_to_another_paragraph(consultation: Consultation, at: datetime) -> None:
    put(consultation, ENGLISH, at)
    seal(consultation, at)
    put(consultation, ENGLISH + "\n\nEverybody may come along.", at)
    again = put(consultation, ENGLISH + "\n\nThis is something else.", at)
    assert keys(again)["This is something else."] == "p6"


def test_comments_stay_on_the_version_they_were_written_on(consultation: Consultation, at: datetime) -> None:
    first = put(consultation, ENGLISH, at)
    version = seal(consultation, at)
    comment = a_comment(version, first.texts[1].paragraph)
    put(consultation, ENGLISH.replace("Listen first.", "Listen last."), at)
    seal(consultation, at)
    db.session.refresh(comment)
    assert comment.version_id == version.id
    assert comment.paragraph_id == first.texts[1].paragraph_id


def test_a_translation_can_be_removed_from_the_working_version(
    consultation: Consultation, at: datetime
) -> None:
    original, translation = put(consultation, ENGLISH, at), put(consultation, NORWEGIAN, at, "nb")
    with pytest.raises(InvalidError, match="has_translations"):
        remove_translation(original, by=None, at=at)
    remove_translation(translation, by=None, at=at)
    remove_translation(original, by=None, at=at)
    assert db.session.scalar(select(func.count(ParagraphText.id))) == 0
    assert db.session.scalar(select(func.count(Paragraph.id))) == 0


def test_only_editors_of_the_consultation_import_and_seal(consultation: Consultation, at: datetime) -> None:
    stranger = a_person(Role.EDITOR, consultation=a_consultation())
    with pytest.raises(ForbiddenError):
        put(consultation, ENGLISH, at, by=stranger)
    editor = a_person(Role.EDITOR, consultation=consultation)
    draft = put(consultation, ENGLISH, at, by=editor).version.draft
    with pytest.raises(ForbiddenError):
        seal_version(draft, by=stranger, at=at)
    assert seal_version(draft, by=editor, at=at).sealed_at == at


def test_a_text_is_asked_for_by_language(consultation: Consultation, at: datetime) -> None:
    put(consultation, ENGLISH, at)
    version = put(consultation, NORWEGIAN, at, "nb").version
    assert translation_in(version, None).language == "en"
    assert translation_in(version, "nb").title == "Erklæring"
    with pytest.raises(NotFoundError):
        translation_in(version, "lv")


def test_the_last_version_is_the_highest_number(consultation: Consultation, at: datetime) -> None:
    draft: Draft = put(consultation, ENGLISH, at).version.draft
    seal(consultation, at)
    put(consultation, ENGLISH, at)
    last = last_version(draft)
    assert last is not None
    assert (last.number, last.sealed_at) == (2, None)
