"""A version taken away as a file and imported elsewhere has the same digests."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.adapters import adapter_names
from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, Paragraph, ParagraphText, Translation, Version
from app.services.drafts.drafting import import_translation, translation_in, versions_of
from app.services.drafts.sealing import digest_of_text, digest_of_translation
from app.services.errors import NotFoundError
from app.services.files.importing import FoundBlock, FoundDraft
from app.services.files.writing import file_name, sealed_translation, writer_for, written_draft
from app.services.ports import Ports
from app.services.text import render_paragraph
from tests.adapters.written_drafts import TRICKY
from tests.builders import a_consultation, a_draft, seal


def ports_of(app: Flask) -> Ports:
    ports: Ports = app.extensions["ports"]
    return ports


def a_tricky_version(consultation: Consultation, number: int = 2) -> Translation:
    """A sealed version whose keys are in no order and whose labels and levels an editor has changed."""
    draft = Draft(consultation_id=consultation.id, last_key=40)
    version = Version(draft=draft, number=number)
    translation = Translation(version=version, language="en", is_original=True, title=TRICKY.title)
    for position, one in enumerate(TRICKY.paragraphs):
        text = ParagraphText(
            paragraph=Paragraph(draft=draft, key=one.key), position=position, kind=one.kind, level=one.level,
            label=one.label, source=one.source, html=one.html, plain=one.plain, notes=list(one.notes),
        )  # fmt: skip
        text.digest = digest_of_text(text, one.key)
        translation.texts.append(text)
    db.session.add(translation)
    seal(version)
    db.session.commit()
    return translation


def take_elsewhere(app: Flask, name: str, translation: Translation, at: datetime) -> Translation:
    """The translation as it stands in another consultation, into which its file was imported."""
    writer = ports_of(app).writers[name]
    content = writer.write(written_draft(translation))
    found = ports_of(app).reader.read(f"draft{writer.suffix}", content)
    assert found.language == translation.language
    return import_translation(a_consultation(), translation.language, found, is_original=True, by=None, at=at)


@pytest.mark.parametrize("name", adapter_names("writing"))
def test_the_import_of_what_was_exported_has_the_same_digests(app: Flask, at: datetime, name: str) -> None:
    here = a_tricky_version(a_consultation())
    there = take_elsewhere(app, name, here, at)
    assert [text.digest for text in there.texts] == [text.digest for text in here.texts]
    assert digest_of_translation(there) == digest_of_translation(here)


@pytest.mark.parametrize("name", adapter_names("writing"))
def test_a_version_imported_from_files_goes_round_in_every_format(
    app: Flask, at: datetime, name: str
) -> None:
    found = FoundDraft(
        "Declaration",
        [
            FoundBlock("heading", 1, "", "1. Try"),
            FoundBlock("paragraph", 0, "", "Try *small* things.", ("And cheap ones.",)),
            FoundBlock("item", 1, "a", "Begin,"),
            FoundBlock("item", 2, "–", "at [once](https://example.org/)."),
            FoundBlock("row", 0, "", "Who | What"),
        ],
    )
    here = import_translation(a_consultation(), "en", found, is_original=True, by=None, at=at)
    assert digest_of_translation(take_elsewhere(app, name, here, at)) == digest_of_translation(here)


def test_keys_in_a_file_tell_paragraphs_of_the_version_before_whatever_they_say_now(
    app: Flask, at: datetime
) -> None:
    consultation = a_consultation()
    version = a_draft(consultation, texts=("Everybody may try.", "What was learned is published."))
    written = ports_of(app).writers["markdown"].write(written_draft(version.translations[0])).decode()
    edited = written.replace("Everybody may try.", "Nothing of what stood here is left.")
    found = ports_of(app).reader.read("draft.md", edited.encode())
    translation = import_translation(consultation, "en", found, is_original=True, by=None, at=at)
    assert [(text.paragraph.key, text.plain) for text in translation.texts] == [
        ("p1", "Principles"),
        ("p2", "Nothing of what stood here is left."),
        ("p3", "What was learned is published."),
    ]


def test_a_new_paragraph_takes_no_key_that_the_file_gives_to_another(app: Flask, at: datetime) -> None:
    blocks = [
        FoundBlock("paragraph", 0, "", "Said last."),
        FoundBlock("paragraph", 0, "", "Said first.", key="p1", label="1"),
    ]
    found = FoundDraft("Declaration", blocks)
    translation = import_translation(a_consultation(), "en", found, is_original=True, by=None, at=at)
    assert [text.paragraph.key for text in translation.texts] == ["p2", "p1"]


def test_a_file_has_the_text_in_the_language_asked_for_or_the_original(app: Flask) -> None:
    consultation = a_consultation()
    a_draft(consultation, languages=("en", "lv"))
    assert sealed_translation(consultation, 1, "lv").language == "lv"
    assert sealed_translation(consultation, 1, "fr").language == "en"
    with pytest.raises(NotFoundError):
        sealed_translation(consultation, 2, "en")


def test_a_working_version_is_nothing_for_the_public_to_take_away(app: Flask) -> None:
    consultation = a_consultation()
    a_draft(consultation, sealed=False)
    with pytest.raises(NotFoundError):
        sealed_translation(consultation, 1, "en")
    assert written_draft(translation_in(versions_of(consultation)[0], None)).sealed_at is None


def test_the_file_is_called_after_draft_version_and_language(app: Flask) -> None:
    consultation = a_consultation(slug="innovation")
    written = written_draft(a_draft(consultation).translations[0])
    assert file_name(written, ".docx") == "innovation-1-en.docx"


def test_there_is_a_writer_for_each_ending_and_none_for_others(app: Flask) -> None:
    writers = ports_of(app).writers
    assert {writer_for(writers, writer.suffix) for writer in writers.values()} == set(writers.values())
    with pytest.raises(NotFoundError):
        writer_for(writers, ".exe")


def test_words_of_a_written_draft_are_those_of_the_paragraphs(app: Flask) -> None:
    written = written_draft(a_draft(a_consultation()).translations[0])
    assert [one.html for one in written.paragraphs] == [
        render_paragraph(one.source).html for one in written.paragraphs
    ]
