"""What becomes of paragraphs: proposed, noted while editing, confirmed or corrected by an editor."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.draft import ParagraphLink, ParagraphText, Version
from app.models.roles import Role
from app.services.drafts.confirming import confirm_fates, say_places, say_sources
from app.services.drafts.drafting import (
    begin_version,
    import_translation,
    seal_version,
    translation_in,
    write_change_log,
)
from app.services.drafts.keying import new_paragraph
from app.services.drafts.linking import (
    links_between,
    links_of,
    note_insertion,
    note_merger,
    note_removal,
    note_split,
    open_fates,
    renew_fates,
    restore_links,
)
from app.services.drafts.sealing import SealedError, digest_of_text, digest_of_version
from app.services.errors import ForbiddenError, InvalidError, NotFoundError
from app.services.files.importing import FoundBlock, FoundDraft
from tests.builders import a_comment, a_person
from tests.drafts import fates, publish, put, text_saying, translate

ASK = "Ask everybody who is concerned before anything is decided."
ANSWER = "Answer every comment within three months and say why."
PUBLISH = "Publish the results in the languages of the consultation."
LONG = f"{ASK} {ANSWER}"


def keys(version: Version) -> dict[str, str]:
    return {text.plain.split()[0]: text.paragraph.key for text in translation_in(version, None).texts}


def test_a_version_begins_with_all_texts_of_the_last_as_the_same(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ASK, ANSWER, at=at)
    translate(first, "nb", "Spør alle som er berørt.", "Svar på alle innspill.", at=at)
    seal_version(first.draft, by=None, at=at)
    version = begin_version(consultation, by=None, at=at)
    assert (version.number, version.sealed_at, open_fates(version)) == (2, None, 0)
    assert fates(version) == [("Ask", "same", "Ask"), ("Answer", "same", "Answer")]
    for language in ("en", "nb"):
        before, after = translation_in(first, language).texts, translation_in(version, language).texts
        assert [(t.paragraph_id, t.plain, t.digest, t.original_digest, t.position) for t in before] == [
            (t.paragraph_id, t.plain, t.digest, t.original_digest, t.position) for t in after
        ]
    assert begin_version(consultation, by=None, at=at).id == version.id
    assert digest_of_version(version) == first.digest
    with pytest.raises(InvalidError, match="nothing_changed"):
        seal_version(version.draft, by=None, at=at)


def test_nothing_begins_before_there_is_a_first_version(consultation: Consultation, at: datetime) -> None:
    with pytest.raises(InvalidError, match="nothing_to_begin_from"):
        begin_version(consultation, by=None, at=at)


def test_an_imported_original_brings_the_translations_along_where_they_still_fit(
    consultation: Consultation, at: datetime
) -> None:
    first = put(consultation, ASK, ANSWER, PUBLISH, at=at)
    translate(first, "nb", "Spør alle.", "Svar på alt.", "Offentliggjør svarene.", at=at)
    seal_version(first.draft, by=None, at=at)
    version = put(consultation, PUBLISH, ASK.replace("everybody", "all people"), "Something new.", at=at)
    original = {text.paragraph_id: text for text in translation_in(version, "en").texts}
    texts = translation_in(version, "nb").texts
    assert [(text.plain, text.position, text.label) for text in texts] == [
        ("Offentliggjør svarene.", 0, "¶1"),
        ("Spør alle.", 1, "¶2"),
    ]
    is_older = {text.plain: text.original_digest != original[text.paragraph_id].digest for text in texts}
    assert is_older == {"Offentliggjør svarene.": False, "Spør alle.": True}
    assert all(text.digest == digest_of_text(text, text.paragraph.key) for text in texts)


def test_a_version_is_sealed_only_when_every_fate_is_confirmed(
    consultation: Consultation, at: datetime
) -> None:
    editor = a_person(Role.EDITOR, consultation=consultation)
    publish(consultation, ASK, ANSWER, at=at)
    version = put(consultation, ASK, ANSWER.replace("three", "two"), PUBLISH, at=at)
    assert open_fates(version) == 2
    with pytest.raises(InvalidError) as refused:
        seal_version(version.draft, by=editor, at=at)
    assert refused.value.problems == {"version": "open_fates"}
    assert confirm_fates(version, by=editor, at=at) == 2
    changed = [link for link in links_between(version) if link.fate != "same"]
    assert {(link.confirmed_by_id, link.confirmed_at) for link in changed} == {(editor.id, at)}
    assert "fates confirmed" in db.session.scalars(select(Activity.verb)).all()
    assert seal_version(version.draft, by=editor, at=at).digest == digest_of_version(version)


def test_some_are_confirmed_and_a_link_of_another_version_is_refused(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, ASK, ANSWER, at=at)
    version = put(consultation, ASK, PUBLISH, at=at)
    [first, *_rest] = [link.id for link in links_between(version) if link.fate != "same"]
    assert confirm_fates(version, [first], by=None, at=at) == 1
    assert open_fates(version) == 1
    with pytest.raises(NotFoundError):
        confirm_fates(version, [first, 99_999], by=None, at=at)


def test_only_editors_confirm_and_nobody_after_sealing(consultation: Consultation, at: datetime) -> None:
    publish(consultation, ASK, at=at)
    version = put(consultation, ANSWER, at=at)
    with pytest.raises(ForbiddenError):
        confirm_fates(version, by=a_person(), at=at)
    confirm_fates(version, by=None, at=at)
    seal_version(version.draft, by=None, at=at)
    with pytest.raises(SealedError):
        confirm_fates(version, by=None, at=at)
    with pytest.raises(SealedError):
        say_sources(version, text_saying(version, ANSWER).paragraph_id, [], by=None, at=at)


def test_an_editor_says_where_a_paragraph_comes_from(consultation: Consultation, at: datetime) -> None:
    editor = a_person(Role.EDITOR, consultation=consultation)
    first = publish(consultation, ASK, ANSWER, at=at)
    version = put(consultation, ASK, "Replies go out within one season, with reasons.", at=at)
    assert ("Answer", "removed", None) in fates(version)
    new, old = text_saying(version, "Replies").paragraph_id, text_saying(first, "Answer").paragraph_id
    say_sources(version, new, [old], by=editor, at=at)
    assert fates(version) == [("Ask", "same", "Ask"), ("Answer", "reworded", "Replies")]
    assert open_fates(version) == 0
    seal_version(version.draft, by=editor, at=at)
    assert keys(version) == {"Ask": "p1", "Replies": "p2"}


def test_an_editor_says_that_a_paragraph_is_new_though_it_looks_alike(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, ASK, ANSWER, at=at)
    version = put(consultation, ASK, ANSWER.replace("three", "two"), at=at)
    say_sources(version, text_saying(version, "two").paragraph_id, [], by=None, at=at)
    assert fates(version) == [("Ask", "same", "Ask"), (None, "new", "Answer"), ("Answer", "removed", None)]
    assert open_fates(version) == 1
    confirm_fates(version, by=None, at=at)
    seal_version(version.draft, by=None, at=at)
    assert keys(version) == {"Ask": "p1", "Answer": "p3"}


def test_an_editor_says_what_a_paragraph_has_become(consultation: Consultation, at: datetime) -> None:
    first = publish(consultation, LONG, at=at)
    version = put(consultation, "First listen to people.", "Later tell them.", at=at)
    parts = [text.paragraph_id for text in translation_in(version, None).texts]
    say_places(version, text_saying(first, "Ask").paragraph_id, parts, by=None, at=at)
    assert fates(version) == [("Ask", "split", "First"), ("Ask", "split", "Later")]
    say_places(version, text_saying(first, "Ask").paragraph_id, [], by=None, at=at)
    assert [fate for _old, fate, _new in fates(version)] == ["new", "new", "removed"]
    with pytest.raises(NotFoundError):
        say_places(version, 99_999, [], by=None, at=at)
    with pytest.raises(NotFoundError):
        say_sources(version, parts[0], [99_999], by=None, at=at)


def test_importing_again_keeps_what_was_confirmed_and_is_still_so(
    consultation: Consultation, at: datetime
) -> None:
    first = publish(consultation, ASK, ANSWER, PUBLISH, at=at)
    version = put(consultation, ASK, "Replies go out within one season.", PUBLISH + " Soon.", at=at)
    new, old = text_saying(version, "Replies").paragraph_id, text_saying(first, "Answer").paragraph_id
    say_sources(version, new, [old], by=None, at=at)
    confirm_fates(version, by=None, at=at)
    again = put(
        consultation, ASK, "Replies go out within one season.", "Publish nothing of the results.", at=at
    )
    assert again.id == version.id
    assert ("Answer", "reworded", "Replies") in fates(again)
    kept = {link.fate for link in links_between(again) if link.confirmed_at is not None}
    assert kept == {"reworded"}
    assert open_fates(again) >= 1


def test_keys_that_a_file_carries_are_certain(consultation: Consultation, at: datetime) -> None:
    blocks = [FoundBlock("paragraph", 0, "", text, key=key) for text, key in ((ASK, "p7"), (ANSWER, "p3"))]
    first = import_translation(
        consultation, "en", FoundDraft("T", blocks), is_original=True, by=None, at=at
    ).version
    assert keys(first) == {"Ask": "p7", "Answer": "p3"}
    seal_version(first.draft, by=None, at=at)
    blocks = [
        FoundBlock("paragraph", 0, "", "Quite other words.", key="p7"),
        FoundBlock("paragraph", 0, "", ANSWER, key="p3"),
        FoundBlock("paragraph", 0, "", PUBLISH, key="nonsense"),
    ]
    second = import_translation(
        consultation, "en", FoundDraft("T", blocks), is_original=True, by=None, at=at
    ).version
    assert keys(second) == {"Quite": "p7", "Answer": "p3", "Publish": "p8"}
    assert fates(second)[0] == ("Ask", "reworded", "Quite")


def test_a_merger_keeps_the_key_of_the_likest_and_a_split_gives_it_to_the_likest_part(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, "Short word here.", LONG, PUBLISH, at=at)
    version = publish(consultation, f"Short word here. {LONG}", PUBLISH, at=at)
    assert keys(version) == {"Short": "p2", "Publish": "p3"}
    again = publish(consultation, "Short word here.", LONG, PUBLISH, at=at)
    assert keys(again) == {"Short": "p4", "Ask": "p2", "Publish": "p3"}


def test_comments_are_read_where_their_paragraph_went(consultation: Consultation, at: datetime) -> None:
    first = publish(consultation, ASK, ANSWER, PUBLISH, at=at)
    comment = a_comment(first, text_saying(first, "Ask").paragraph)
    second = publish(consultation, PUBLISH, LONG, at=at)
    assert ("Ask", "merged", "Ask") in fates(second)
    assert comment.paragraph_id == text_saying(first, "Ask").paragraph_id
    assert db.session.get_one(Version, comment.version_id).number == 1


def split(version: Version, words: str, *parts: str) -> list[ParagraphText]:
    """As the split screen does: the paragraph says the first part, and a new one follows with the second."""
    text = text_saying(version, words)
    paragraph = new_paragraph(version.draft)
    further = ParagraphText(
        paragraph=paragraph, translation=text.translation, position=text.position + 100, kind=text.kind,
        level=text.level, label="x", source=parts[1], html=parts[1], plain=parts[1], digest="", notes=[],
    )  # fmt: skip
    text.plain = text.source = text.html = parts[0]
    db.session.add(further)
    db.session.flush()
    note_split(version, text.paragraph_id, paragraph.id)
    return [text, further]


def test_acts_of_the_split_screen_are_noted_and_undone(consultation: Consultation, at: datetime) -> None:
    publish(consultation, LONG, PUBLISH, at=at)
    version = begin_version(consultation, by=None, at=at)
    with transaction():
        before = links_of(version)
        text, further = split(version, "Ask", ASK, ANSWER)
        assert ("Ask", "split", "Answer") in fates(version)
        assert open_fates(version) == 1
        text.plain = LONG
        gone = further.paragraph_id
        db.session.delete(further)
        db.session.flush()
        note_merger(version, text.paragraph_id, gone)
        assert fates(version) == [("Ask", "same", "Ask"), ("Publish", "same", "Publish")]
        split(version, "Ask", ASK, ANSWER)
        last = text_saying(version, "Publish")
        note_removal(version, last.paragraph_id)
        db.session.delete(last)
        renew_fates(version)
        assert ("Publish", "removed", None) in fates(version)
        db.session.rollback()
    with transaction():
        version = begin_version(consultation, by=None, at=at)
        note_insertion(version, text_saying(version, "Publish").paragraph_id)
        restore_links(version, before)
        assert links_of(version) == before


def test_a_paragraph_moved_or_reworded_on_screen_must_be_confirmed(
    consultation: Consultation, at: datetime
) -> None:
    publish(consultation, ASK, ANSWER, PUBLISH, at=at)
    version = begin_version(consultation, by=None, at=at)
    with transaction():
        text = text_saying(version, "Ask")
        text.position = 9
        text_saying(version, "Answer").plain = ANSWER.replace("three", "six")
        renew_fates(version)
    assert fates(version) == [
        ("Answer", "reworded", "Answer"), ("Publish", "same", "Publish"), ("Ask", "moved", "Ask"),
    ]  # fmt: skip
    assert open_fates(version) == 2


def test_the_first_version_has_no_fates(consultation: Consultation, at: datetime) -> None:
    version = put(consultation, ASK, at=at)
    number = text_saying(version, "Ask").paragraph_id
    with transaction():
        for note in (note_removal, note_insertion):
            note(version, number)
        note_split(version, number, number)
        note_merger(version, number, number)
        renew_fates(version)
        restore_links(version, [])
    assert (links_of(version), open_fates(version)) == ([], 0)
    assert db.session.scalar(select(func.count(ParagraphLink.id))) == 0


def test_editors_write_what_changed_until_the_version_is_sealed(
    consultation: Consultation, at: datetime
) -> None:
    version = put(consultation, ASK, at=at)
    write_change_log(version, "en", " Shorter. ", by=None, at=at)
    write_change_log(version, "ar", "أقصر", by=None, at=at)
    write_change_log(version, "en", "Shorter, and clearer.", by=None, at=at)
    assert version.change_log == {"ar": "أقصر", "en": "Shorter, and clearer."}
    write_change_log(version, "ar", "", by=None, at=at)
    assert version.change_log == {"en": "Shorter, and clearer."}
    with pytest.raises(InvalidError, match="too_long"):
        write_change_log(version, "en", "x" * 10_001, by=None, at=at)
    with pytest.raises(ForbiddenError):
        write_change_log(version, "en", "No.", by=a_person(), at=at)
    seal_version(version.draft, by=None, at=at)
    with pytest.raises(SealedError):
        write_change_log(version, "en", "Later.", by=None, at=at)
