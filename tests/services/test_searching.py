"""What can be found, and how the index follows the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.draft import ParagraphKind, ParagraphText, Translation, Version
from app.services.search.excerpts import EXCERPT_LENGTH, Piece, excerpt_of
from app.services.search.finding import Results, search
from app.services.search.searching import (
    Entry,
    Question,
    SearchIndex,
    all_entries,
    apply_changes,
    number_of_entries,
    rebuild,
)
from app.services.search.words import fold, stems_of, wanted_in, words_in
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of, seal

SAMPLES = Path(__file__).parents[2] / "app" / "sample" / "innovation"


@pytest.fixture
def index(app: Flask) -> SearchIndex:
    found: SearchIndex = app.extensions["ports"].search
    return found


def finds(index: SearchIndex, words: str, page: int = 1) -> Results:
    return search(index, Question(words, reader_language="en"), page=page)


def found_texts(index: SearchIndex, words: str) -> list[str]:
    return [words_of(hit.excerpt) for hit in finds(index, words).hits]


def words_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def marked_in(text: str, question: str, language: str) -> list[str]:
    pieces = excerpt_of(text, language, wanted_in(question, language).marked)
    return [piece.text for piece in pieces if piece.is_marked]


def set_state(comment: Comment, state: State) -> None:
    with transaction():
        comment.state = state


def a_second_version(first: Version, text: str) -> Version:
    """The next sealed version, in which the first paragraph says something else."""
    with transaction():
        version = Version(draft=first.draft, number=2)
        translation = Translation(version=version, language="en", is_original=True, title="A declaration")
        translation.texts = [
            ParagraphText(
                paragraph=paragraphs_of(first)[0], position=1, kind=ParagraphKind.PARAGRAPH, level=1,
                label="1", source=text, html=text, plain=text, digest="1" * 64,
            )
        ]  # fmt: skip
        db.session.add(translation)
        seal(version)
    return version


def test_everything_public_can_be_found_and_nothing_else(index: SearchIndex) -> None:
    listed = a_draft(a_consultation(), texts=("Libraries are open.",), languages=("en", "en-GB"))
    a_draft(a_consultation(is_listed=False), texts=("Libraries in preparation.",))
    a_draft(a_consultation(), texts=("Libraries being written.",), sealed=False)
    for state in State:
        a_comment(listed, body=f"Libraries {state}.", state=state)
    assert rebuild(index) == number_of_entries() == 5
    assert found_texts(index, "library") == [
        "Libraries published.",
        "Libraries are open.",
        "Libraries are open.",
    ]


def test_entries_come_in_whatever_number_of_batches(
    app: Flask, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.search.searching.BATCH", 2)
    version = a_draft(a_consultation(), texts=tuple(f"Library {number}" for number in range(4)))
    for _number in range(5):
        a_comment(version, body="On the library.", state=State.PUBLISHED)
    keys = [entry.key for entry in all_entries()]
    assert len(set(keys)) == len(keys) == 10
    rebuild(index)
    apply_changes(index, list(range(1, 9)), [version.draft.consultation_id])
    assert finds(index, "library").total == 9


def test_a_comment_is_found_once_it_is_published_and_no_more_when_it_is_not(index: SearchIndex) -> None:
    rebuild(index)
    comment = a_comment(a_draft(a_consultation()), body="Ask the neighbours.")
    apply_changes(index, [comment.id], [])
    assert finds(index, "neighbour").total == 0
    set_state(comment, State.PUBLISHED)
    apply_changes(index, [comment.id], [])
    assert found_texts(index, "neighbour") == ["Ask the neighbours."]
    set_state(comment, State.REJECTED)
    apply_changes(index, [comment.id], [])
    assert index.find(Question("neighbour"), limit=10).keys == []


def test_what_is_no_longer_public_is_not_shown_even_before_the_index_knows(index: SearchIndex) -> None:
    consultation = a_consultation()
    a_comment(a_draft(consultation), body="Ask the neighbours.", state=State.PUBLISHED)
    withdrawn = a_comment(a_draft(a_consultation()), body="Ask the neighbours too.", state=State.PUBLISHED)
    rebuild(index)
    set_state(withdrawn, State.WITHDRAWN)
    assert found_texts(index, "neighbours") == ["Ask the neighbours."]
    with transaction():
        consultation.is_listed = False
    results = finds(index, "neighbours")
    assert (results.hits, results.total, results.pages) == ([], 0, 1)
    assert len(index.find(Question("neighbours"), limit=10).keys) == 2


def test_listing_a_consultation_brings_its_draft_and_comments_to_light(index: SearchIndex) -> None:
    consultation = a_consultation(is_listed=False)
    version = a_draft(consultation, texts=("Harbours are deep.",))
    a_comment(version, body="Which harbour?", state=State.PUBLISHED)
    rebuild(index)
    assert finds(index, "harbour").total == 0
    with transaction():
        consultation.is_listed = True
    apply_changes(index, [], [consultation.id])
    assert finds(index, "harbour").total == 2


def test_a_newer_version_replaces_the_one_before_it(index: SearchIndex) -> None:
    consultation = a_consultation()
    first = a_draft(consultation, texts=("Harbours are deep.",))
    comment = a_comment(first, paragraphs_of(first)[0], body="Which harbour?", state=State.PUBLISHED)
    rebuild(index)
    a_second_version(first, "Seaports are deep.")
    apply_changes(index, [], [consultation.id])
    assert found_texts(index, "seaport") == ["Seaports are deep."]
    [hit] = finds(index, "harbour").hits
    assert (hit.number, hit.version, hit.label) == (comment.id, first.number, "1")


def test_an_index_that_is_missing_is_built_from_the_database(index: SearchIndex) -> None:
    version = a_draft(a_consultation(), texts=("Harbours are deep.",))
    first = a_comment(version, body="Which harbour?", state=State.PUBLISHED)
    assert not index.is_built()
    apply_changes(index, [first.id], [])
    assert finds(index, "harbour").total == 2


def test_hits_come_in_pages_of_twenty(index: SearchIndex) -> None:
    version = a_draft(a_consultation())
    for number in range(45):
        a_comment(version, body=f"Harbour {number}", state=State.PUBLISHED)
    rebuild(index)
    pages = [finds(index, "harbour", page) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [20, 20, 5]
    assert {(page.total, page.pages, page.is_cut) for page in pages} == {(45, 3, False)}
    assert len({hit.number for page in pages for hit in page.hits}) == 45
    assert [finds(index, "harbour", page).page for page in (-1, 0, 4, 10**30)] == [1, 1, 3, 3]


def test_very_many_hits_are_counted_up_to_a_bound(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.search.finding.MOST_HITS", 3)
    version = a_draft(a_consultation())
    for number in range(5):
        a_comment(version, body=f"Harbour {number}", state=State.PUBLISHED)
    rebuild(index)
    results = finds(index, "harbour")
    assert (results.total, results.is_cut) == (3, True)


def test_a_hit_says_where_it_stands(index: SearchIndex) -> None:
    consultation = a_consultation(titles={"en": "Harbours", "fr": "Ports"})
    version = a_draft(consultation, texts=("Boats.", "Deep water."), languages=("en", "fr"))
    paragraph = paragraphs_of(version)[1]
    on_paragraph = a_comment(version, paragraph, body="Dredge it!", state=State.PUBLISHED, name="Ilze K.")
    on_draft = a_comment(version, None, body="All too deep.", state=State.PUBLISHED)
    rebuild(index)
    results = search(index, Question("deep", language="en", reader_language="fr"), page=1)
    places = {(hit.kind, hit.number): (hit.slug, hit.paragraph, hit.label) for hit in results.hits}
    text = next(text for text in version.translations[0].texts if text.paragraph_id == paragraph.id)
    assert places == {
        ("paragraph", text.id): (consultation.slug, paragraph.key, "2"),
        ("comment", on_draft.id): (consultation.slug, None, ""),
    }
    [hit] = finds(index, "dredging").hits
    assert (hit.number, hit.paragraph, hit.label) == (on_paragraph.id, paragraph.key, "2")
    assert (hit.name, hit.version, hit.titles["fr"]) == ("Ilze K.", None, "Ports")


@pytest.mark.parametrize(
    ("language", "question", "word"),
    [
        ("lv", "pakalpojums", "pakalpojumus"),
        ("lv", "publiska iestade", "iestādes"),
        ("lv", "deklarācijas", "deklarācija"),
        ("nb", "innbygger", "innbyggere"),
        ("nb", "offentlig tjeneste", "tjenester"),
        ("nb", "erklaering", "erklæringen"),
        ("fr", "service public", "services"),
        ("fr", "declarations", "déclaration"),
        ("en", "service", "services"),
        ("en", "principle", "principles"),
    ],
)  # fmt: skip
def test_word_forms_of_the_sample_texts_are_found(
    index: SearchIndex, language: str, question: str, word: str
) -> None:
    blocks = (SAMPLES / f"{language}.md").read_text(encoding="utf-8").split("\n\n")
    entries = [Entry(f"paragraph:{n}", "paragraph", 1, language, text) for n, text in enumerate(blocks)]
    index.rebuild(entries)
    found = index.find(Question(question), limit=len(blocks))
    assert found.has_all_words
    texts = [entries[int(key.removeprefix("paragraph:"))].text for key in found.keys]
    marked = {fold(mark) for text in texts for mark in all_marks(text, question, language)}
    assert fold(word) in marked


def all_marks(text: str, question: str, language: str) -> list[str]:
    stems = wanted_in(question, language).marked
    return [text[word.start : word.end] for word in words_in(text, language) if stems & set(word.stems)]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("lv", "pakalpojums pakalpojuma pakalpojumam pakalpojumu pakalpojumi pakalpojumiem pakalpojumos"),
        ("lv", "iestāde iestādes iestādei iestādi iestādē iestāžu iestādēm iestādēs"),
        ("lv", "publisks publiska publiskais publiskā publiskajā publiskajiem publiskajām publiskos"),
        ("lv", "latvietis latvieša latvieši latviešu latviešiem"),
        ("nb", "tjeneste tjenesten tjenester tjenestene tjenestenes"),
        ("nb", "innbygger innbyggeren innbyggere innbyggerne innbyggernes"),
        ("nb", "utkast utkastet utkastene"),
        ("fr", "public publics publique publiques"),
        ("fr", "égalité égalités egalite egalites"),
        ("en", "service services serviced servicing"),
    ],
)  # fmt: skip
def test_the_forms_of_one_word_share_a_stem(language: str, forms: str) -> None:
    first, *others = forms.split()
    for form in others:
        assert set(stems_of(first, language)) & set(stems_of(form, language)), form


def test_different_words_stay_apart() -> None:
    for language, one, other in [
        ("en", "public", "publisher"),
        ("fr", "service", "serveur"),
        ("nb", "tjeneste", "tjener"),
        ("lv", "pakalpojums", "pakaļa"),
    ]:
        assert not set(stems_of(one, language)) & set(stems_of(other, language)), (one, other)


def test_found_words_are_marked_in_whatever_form_they_stand() -> None:
    assert marked_in("Les services de l’État", "état service", "fr") == ["services", "État"]
    assert marked_in("Iestāžu pakalpojumi.", "iestāde pakalpojumiem", "lv") == ["Iestāžu", "pakalpojumi"]
    assert marked_in("The house of the town", "the town", "en") == ["town"]
    assert marked_in("The house of the town", "the", "en") == ["The", "the"]
    assert marked_in("The house of the town", '"house of the"', "en") == ["house"]


def test_an_excerpt_is_the_text_as_it_was_written() -> None:
    text = "<b>Harbours</b> & “quays”\n🎉 naïve"
    assert words_of(excerpt_of(text, "en", wanted_in("harbour", "en").marked)) == text


@pytest.mark.parametrize("place", [0, 3, 40, 97, 199])
def test_a_long_text_is_cut_around_the_words_found(place: int) -> None:
    words = [f"word{number}" for number in range(200)]
    words[place] = "harbour"
    pieces = excerpt_of(" ".join(words) + ".", "en", wanted_in("harbour", "en").marked)
    shown = words_of(pieces)
    assert [piece.text for piece in pieces if piece.is_marked] == ["harbour"]
    assert len(shown) <= EXCERPT_LENGTH + 2
    assert shown.startswith("…") == (place > 10)
    assert shown.endswith("…") == (place < 190)
    assert set(shown.strip("….").split()) <= set(words)


def test_the_excerpt_is_where_most_of_the_words_are() -> None:
    filler = "nothing to see " * 40
    text = f"harbour {filler} harbour and quay {filler}"
    assert marked_in(text, "harbour quay", "en") == ["harbour", "quay"]


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    pieces = excerpt_of("x" * 5000, "en", frozenset({"harbour"}))
    assert len(words_of(pieces)) <= EXCERPT_LENGTH + 2
