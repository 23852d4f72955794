"""A translation corrected beside its original, and one begun on the screen."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.drafts.drafting import begin_version, draft_of, import_translation, seal_version
from app.services.drafts.leftovers import source_of, texts_left_over
from app.services.drafts.sealing import SealedError
from app.services.drafts.undoing import acts_on, undo
from app.services.errors import ChangedMeanwhileError, ForbiddenError, InvalidError, NotFoundError
from app.services.files.importing import FoundBlock, FoundDraft
from app.services.mending.carrying import begin_translation
from app.services.mending.correcting import (
    confirm_words,
    discard_left_over,
    join_next,
    leave_words_over,
    move_words,
    place_left_over,
    split_words,
    write_title,
    write_words,
)
from app.services.mending.juxtaposing import Correction, correction_of, earlier_originals
from app.services.text import render_paragraph
from tests.builders import a_consultation, a_person, seal

ENGLISH = (
    "Everybody may try new ways of working, from 2031 on.",
    "What was learned is published, whether it worked or not, within 30 days of the end of the trial.",
    "Nobody is blamed for a trial that was done with care.",
    "Money is set aside.",
)
LATVIAN = (
    "No 2031. gada ikviens drīkst izmēģināt jaunus darba veidus.",
    "30 dienu laikā pēc izmēģinājuma beigām publicē, kas uzzināts, vai tas izdevies vai ne.",
    "Nevienam nepārmet izmēģinājumu, kas veikts rūpīgi.",
    "Naudu atliek atsevišķi.",
)

SURPLUS = (
    "Tulkotājas *piezīme*: tabula, kas bija šeit, ir atsevišķā [failā](https://example.org) un nav tulkota."
)


def found(title: str, *sources: str) -> FoundDraft:
    return FoundDraft(title, [FoundBlock("paragraph", 0, "", source) for source in sources])


def a_translated_version(at: datetime, *latvian: str) -> Version:
    consultation = a_consultation()
    import_translation(consultation, "en", found("Declaration", *ENGLISH), is_original=True, by=None, at=at)
    translation = import_translation(
        consultation, "lv", found("Deklarācija", *latvian), is_original=False, by=None, at=at
    )
    return translation.version


def latvian_of(version: Version) -> list[str]:
    db.session.expire_all()
    return [pair.text.plain if pair.text else "" for pair in correction_of(version, "lv").pairs]


def shown(version: Version) -> Correction:
    db.session.expire_all()
    return correction_of(version, "lv")


def key(version: Version, place: int) -> str:
    return shown(version).pairs[place].key


def seen(version: Version, place: int) -> str:
    return shown(version).pairs[place].seen


def test_what_is_missing_is_written_and_up_to_date(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, LATVIAN[0], LATVIAN[1], LATVIAN[2])
    assert shown(version).pairs[3].is_missing

    write_words(version, "lv", key(version, 3), f"  {LATVIAN[3]}\n", seen="", by=editor, at=at)

    pair = shown(version).pairs[3]
    assert pair.text is not None
    assert (pair.text.plain, pair.is_older) == (LATVIAN[3], False)
    assert (pair.text.kind, pair.text.label, pair.text.position) == ("paragraph", pair.original.label, 3)


def test_notes_are_translated_with_their_paragraph(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    write_words(
        version,
        "lv",
        key(version, 0),
        LATVIAN[0],
        ["Pirmā piezīme.", " "],
        seen=seen(version, 0),
        by=editor,
        at=at,
    )

    text = shown(version).pairs[0].text
    assert text is not None
    assert text.notes == ["Pirmā piezīme."]


def test_no_words_leave_the_paragraph_missing(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    write_words(version, "lv", key(version, 1), "  ", seen=seen(version, 1), by=editor, at=at)

    assert latvian_of(version) == [LATVIAN[0], "", LATVIAN[2], LATVIAN[3]]


def test_the_second_of_two_editors_overwrites_nothing(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)
    both_saw = seen(version, 0)
    write_words(version, "lv", key(version, 0), "Pirmais.", seen=both_saw, by=editor, at=at)

    with pytest.raises(ChangedMeanwhileError):
        write_words(version, "lv", key(version, 0), "Otrais.", seen=both_saw, by=a_person(Role.EDITOR), at=at)

    assert latvian_of(version)[0] == "Pirmais."


def test_two_editors_at_two_paragraphs_do_not_disturb_each_other(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)
    seen_there = seen(version, 1)
    write_words(version, "lv", key(version, 0), "Pirmais.", seen=seen(version, 0), by=editor, at=at)

    write_words(version, "lv", key(version, 1), "Otrais.", seen=seen_there, by=a_person(Role.EDITOR), at=at)

    assert latvian_of(version)[:2] == ["Pirmais.", "Otrais."]


def test_text_goes_down_to_the_gap_and_takes_what_is_in_its_way_along(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, LATVIAN[0], LATVIAN[1], LATVIAN[2])

    move_words(version, "lv", key(version, 1), 1, seen=shown(version).seen, by=editor, at=at)

    assert latvian_of(version) == [LATVIAN[0], "", LATVIAN[1], LATVIAN[2]]


def test_text_goes_up_into_the_gap_above(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)
    write_words(version, "lv", key(version, 0), "", seen=seen(version, 0), by=editor, at=at)

    move_words(version, "lv", key(version, 2), -1, seen=shown(version).seen, by=editor, at=at)

    assert latvian_of(version) == [LATVIAN[1], LATVIAN[2], "", LATVIAN[3]]


def test_without_a_gap_nothing_moves(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    with pytest.raises(InvalidError) as refused:
        move_words(version, "lv", key(version, 1), 1, seen=shown(version).seen, by=editor, at=at)

    assert refused.value.problems == {"words": "no_gap"}
    assert latvian_of(version) == list(LATVIAN)


def test_the_rest_after_a_line_break_goes_to_the_next_paragraph(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, LATVIAN[0], f"{LATVIAN[1]} {LATVIAN[2]}", LATVIAN[3])
    assert shown(version).pairs[2].is_missing
    assert shown(version).pairs[1].is_doubtful

    words = f"{LATVIAN[1]}\n\n{LATVIAN[2]}"
    split_words(version, "lv", key(version, 1), words, seen=shown(version).seen, by=editor, at=at)

    assert latvian_of(version) == list(LATVIAN)
    assert not any(pair.is_doubtful or pair.is_older for pair in shown(version).pairs)


def test_a_split_keeps_emphasis_whole_on_both_sides(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, "*Pirmais teikums. Otrais teikums.*")

    place = next(n for n, pair in enumerate(shown(version).pairs) if pair.text)
    words = "*Pirmais teikums.\nOtrais teikums.*"
    split_words(version, "lv", key(version, place), words, seen=shown(version).seen, by=editor, at=at)

    texts = [pair.text.html for pair in shown(version).pairs if pair.text]
    assert texts == ["<em>Pirmais teikums.</em>", "<em>Otrais teikums.</em>"]


def test_without_a_line_break_nothing_is_split(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    with pytest.raises(InvalidError) as refused:
        split_words(version, "lv", key(version, 0), LATVIAN[0], seen=shown(version).seen, by=editor, at=at)

    assert refused.value.problems == {"words": "no_break"}


def test_the_next_text_is_joined_to_this_one(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    join_next(version, "lv", key(version, 2), seen=shown(version).seen, by=editor, at=at)

    assert latvian_of(version) == [*LATVIAN[:2], f"{LATVIAN[2]} {LATVIAN[3]}", ""]


def test_every_correction_can_be_undone(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, LATVIAN[0], LATVIAN[1], LATVIAN[2])
    before = latvian_of(version)
    move_words(version, "lv", key(version, 1), 1, seen=shown(version).seen, by=editor, at=at)
    join_next(version, "lv", key(version, 2), seen=shown(version).seen, by=editor, at=at)
    write_words(version, "lv", key(version, 1), "Jauns.", seen="", by=editor, at=at)

    acts, _again = acts_on(version)
    undo(version, acts[-1].id, by=editor, at=at)

    assert latvian_of(version) == before


def test_what_no_paragraph_was_found_for_is_kept_until_it_is_placed(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, LATVIAN[0], SURPLUS, *LATVIAN[1:])
    [left] = texts_left_over(shown(version).translation)

    place_left_over(version, "lv", left.position, key(version, 0), by=editor, at=at)

    text = shown(version).pairs[0].text
    assert text is not None
    assert text.html == render_paragraph(f"{LATVIAN[0]} {SURPLUS}").html
    assert texts_left_over(shown(version).translation) == []
    with pytest.raises(ChangedMeanwhileError):
        place_left_over(version, "lv", left.position, key(version, 0), by=editor, at=at)


def test_what_is_left_out_knowingly_is_not_asked_about_again(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, LATVIAN[0], SURPLUS, *LATVIAN[1:])
    [left] = texts_left_over(shown(version).translation)

    discard_left_over(version, "lv", left.position, by=editor, at=at)

    assert texts_left_over(shown(version).translation) == []
    assert latvian_of(version) == list(LATVIAN)


def test_words_taken_out_wait_for_a_place_with_their_notes(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)
    write_words(
        version, "lv", key(version, 1), "Vārdi.", ["Piezīme."], seen=seen(version, 1), by=editor, at=at
    )

    leave_words_over(version, "lv", key(version, 1), seen=seen(version, 1), by=editor, at=at)

    assert latvian_of(version)[1] == ""
    [left] = texts_left_over(shown(version).translation)
    assert left.html == "Vārdi. (Piezīme.)"


@pytest.mark.parametrize(
    "source",
    [
        "a *b* **c** [d](https://example.org/e_f?g=1&h=(2)) i",
        r"1 \* 2 & <b> 5\*3 \[a\](b)",
        "[a *b*](mailto:c@d.e)",
    ],
)
def test_html_of_a_paragraph_becomes_markdown_that_shows_the_same(source: str) -> None:
    html = render_paragraph(source).html

    assert render_paragraph(source_of(html)).html == html


def test_a_translation_grows_older_with_its_original_until_an_editor_says_it_is_right(
    editor: Person, at: datetime
) -> None:
    version = a_second_version(at, "Everybody may try new ways of working, from 2032 on.")
    pair = shown(version).pairs[0]
    assert (pair.is_older, [other.is_older for other in shown(version).pairs[1:]]) == (True, [False] * 3)
    assert earlier_originals(shown(version)) == {pair.key: ENGLISH[0]}

    confirm_words(version, "lv", pair.key, seen=pair.seen, by=editor, at=at)

    assert not shown(version).pairs[0].is_older


def test_an_older_text_can_be_mended_and_stay_older(editor: Person, at: datetime) -> None:
    version = a_second_version(at, "Everybody may try new ways of working, from 2032 on.")
    pair = shown(version).pairs[0]

    write_words(version, "lv", pair.key, "Labots.", seen=pair.seen, is_current=False, by=editor, at=at)

    assert shown(version).pairs[0].is_older


def test_a_translation_begun_on_the_screen_takes_over_what_is_still_the_same(
    editor: Person, at: datetime
) -> None:
    version = a_second_version(at, "Everybody may try new ways of working, from 2032 on.")
    with transaction():
        db.session.delete(shown(version).translation)
    db.session.expire_all()

    begin_translation(version, "lv", "Deklarācija", by=editor, at=at)

    pairs = shown(version).pairs
    assert latvian_of(version) == list(LATVIAN)
    assert [pair.is_older for pair in pairs] == [True, False, False, False]


def test_a_translation_begun_on_the_screen_has_all_that_was_said_of_merged_paragraphs(
    editor: Person, at: datetime
) -> None:
    version = a_second_version(at, ENGLISH[0])
    merged = found("Declaration", ENGLISH[0], f"{ENGLISH[1]} {ENGLISH[2]}", ENGLISH[3])
    consultation = version.draft.consultation
    import_translation(consultation, "en", merged, is_original=True, by=None, at=at)
    with transaction():
        db.session.delete(shown(version).translation)
    db.session.expire_all()

    begin_translation(version, "lv", "Deklarācija", by=editor, at=at)

    assert latvian_of(version) == [LATVIAN[0], f"{LATVIAN[1]} {LATVIAN[2]}", LATVIAN[3]]
    assert [pair.is_older for pair in shown(version).pairs] == [False, True, False]


def test_a_first_translation_begun_on_the_screen_is_empty(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    translation = begin_translation(version, "ar", "إعلان", by=editor, at=at)

    assert all(pair.is_missing for pair in correction_of(version, "ar").pairs)
    assert (translation.is_official, translation.is_original) == (False, False)
    with pytest.raises(InvalidError):
        begin_translation(version, "ar", "إعلان", by=editor, at=at)


def test_title_and_standing_are_the_editors(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    write_title(version, "lv", " Jauna  deklarācija ", is_official=True, by=editor, at=at)

    translation = shown(version).translation
    assert (translation.title, translation.is_official) == ("Jauna deklarācija", True)
    with pytest.raises(InvalidError):
        write_title(version, "lv", " ", is_official=True, by=editor, at=at)


def test_only_editors_of_the_consultation_correct_it(at: datetime, app: Flask) -> None:
    version = a_translated_version(at, *LATVIAN)
    stranger = a_person(Role.EDITOR, consultation=a_consultation())

    with pytest.raises(ForbiddenError):
        write_words(version, "lv", key(version, 0), "Cits.", seen=seen(version, 0), by=stranger, at=at)
    with pytest.raises(ForbiddenError):
        write_title(version, "lv", "Cits", is_official=True, by=stranger, at=at)


def test_a_sealed_translation_is_corrected_by_nobody(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)
    place, stood = key(version, 0), seen(version, 0)
    with transaction():
        seal(version, at)

    with pytest.raises(SealedError):
        write_words(version, "lv", place, "Cits.", seen=stood, by=editor, at=at)
    with pytest.raises(SealedError):
        write_title(version, "lv", "Cits", is_official=True, by=editor, at=at)
    with pytest.raises(SealedError):
        begin_translation(version, "fr", "Déclaration", by=editor, at=at)


def test_the_original_is_not_corrected_here(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    with pytest.raises(NotFoundError):
        correction_of(version, "en")


def test_each_act_leaves_a_line_of_activity(editor: Person, at: datetime) -> None:
    version = a_translated_version(at, *LATVIAN)

    write_title(version, "lv", "Cits", is_official=False, by=editor, at=at)

    last = db.session.scalars(db.select(Activity).order_by(Activity.id.desc())).first()
    assert last is not None
    assert (last.verb, last.person_id) == ("translation titled", editor.id)


def a_second_version(at: datetime, first: str) -> Version:
    """The next version, whose first paragraph says something else than when it was translated."""
    version = a_translated_version(at, *LATVIAN)
    consultation = version.draft.consultation
    draft = draft_of(consultation)
    assert draft is not None
    seal_version(draft, by=None, at=at)
    begin_version(consultation, by=None, at=at)
    original = import_translation(
        consultation, "en", found("Declaration", first, *ENGLISH[1:]), is_original=True, by=None, at=at
    )
    return original.version
