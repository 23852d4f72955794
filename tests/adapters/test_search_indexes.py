"""What every search index promises, asked of each adapter in the folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Event

import pytest

from app.adapters import adapter, adapter_names
from app.services.search.searching import Entry, IndexBusyError, Question, SearchIndex

ODD_QUESTIONS = [
    "",
    " ",
    '"',
    '""',
    '"services',
    "*",
    "serv*",
    "AND OR",
    "NOT",
    "services AND",
    "(services OR",
    "words:services",
    "key:comment:1",
    "services~2 services^9",
    "[a TO z]",
    "the of and",
    "\x00\x1b\ufffe",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "🎉🎉",
    "שלום עולם",
    "خدمات عامة",
    "\u202eservices\u202c",
    "公共サービス",
    "|",
    "en:servic|public",
    "services " * 5000,
    "s" * 5000,
    '"' * 5000,
    " ".join(f"word{number}" for number in range(5000)),
]


@pytest.fixture(params=adapter_names("search"))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(name: str, tmp_path: Path) -> str:
    return f"{name}://{tmp_path / 'search'}"


@pytest.fixture
def index(name: str, url: str) -> SearchIndex:
    return opened(name, url)


def opened(name: str, url: str) -> SearchIndex:
    index: SearchIndex = adapter("search", name).create(url)
    return index


def entry(
    number: int, text: str, language: str = "en", kind: str = "comment", consultation: int = 1
) -> Entry:
    return Entry(f"{kind}:{number}", kind, consultation, language, text)


def hits(index: SearchIndex, words: str, limit: int = 100, **filters: object) -> list[str]:
    return index.find(Question(words, **filters), limit=limit).keys  # type: ignore[arg-type]


def test_an_index_that_was_never_built_finds_nothing(index: SearchIndex) -> None:
    assert not index.is_built()
    assert hits(index, "services") == []
    assert index.languages() == []


def test_opening_an_index_writes_nothing(name: str, url: str, tmp_path: Path) -> None:
    assert not opened(name, url).is_built()
    assert list(tmp_path.iterdir()) == []


def test_what_was_added_is_found_and_what_was_removed_is_not(index: SearchIndex) -> None:
    index.update([entry(1, "Better services"), entry(2, "Worse services")], [])
    assert sorted(hits(index, "services")) == ["comment:1", "comment:2"]
    index.update([], ["comment:1", "comment:99"])
    assert hits(index, "services") == ["comment:2"]


def test_a_changed_text_replaces_the_old_one(index: SearchIndex) -> None:
    index.update([entry(1, "Better services")], [])
    index.update([entry(1, "Open libraries")], [])
    assert hits(index, "services") == []
    assert hits(index, "libraries") == ["comment:1"]


def test_a_text_without_words_is_kept_and_never_found(index: SearchIndex) -> None:
    assert index.rebuild([entry(1, "🎉 …"), entry(2, "")]) == 2
    index.update([entry(3, "!")], ["comment:2"])
    assert [hits(index, words) for words in ("🎉", "…", "!", "", "party")] == [[]] * 5


def test_the_last_of_two_texts_with_one_key_counts(index: SearchIndex) -> None:
    index.update([entry(1, "Better services"), entry(1, "Open libraries")], ["comment:1"])
    assert hits(index, "services") == []
    assert hits(index, "libraries") == ["comment:1"]


def test_what_one_process_writes_another_finds_at_once(name: str, url: str) -> None:
    writer, reader = opened(name, url), opened(name, url)
    assert hits(reader, "services") == []
    for number in range(1, 6):
        writer.update([entry(number, "Better services")], [f"comment:{number - 1}"])
        assert hits(reader, "services") == [f"comment:{number}"]


def test_all_words_must_be_there_unless_no_text_has_them_all(index: SearchIndex) -> None:
    index.rebuild([entry(1, "Public services"), entry(2, "Public libraries"), entry(3, "Roads")])
    both = index.find(Question("public services"), limit=10)
    assert (both.keys, both.has_all_words) == (["comment:1"], True)
    some = index.find(Question("libraries roads"), limit=10)
    assert (sorted(some.keys), some.has_all_words) == (["comment:2", "comment:3"], False)


def test_the_text_that_says_it_most_comes_first(index: SearchIndex) -> None:
    long = "Roads and bridges and harbours and many other things need money, services too."
    index.rebuild([entry(1, long), entry(2, "Services, services, services.")])
    assert hits(index, "services") == ["comment:2", "comment:1"]


def test_texts_in_the_readers_language_come_first(index: SearchIndex) -> None:
    texts = {
        "en": "Innovation in services",
        "fr": "Innovation dans les services",
        "nn": "Innovation i services",
    }
    index.rebuild([entry(number, text, code) for number, (code, text) in enumerate(texts.items())])
    for number, code in enumerate(texts):
        found = hits(index, "innovation services", reader_language=code)
        assert (found[0], len(found)) == (f"comment:{number}", 3)
    assert len(hits(index, "innovation", reader_language="xx")) == 3


def test_no_more_hits_come_than_were_asked_for(index: SearchIndex) -> None:
    index.rebuild([entry(number, "Better services") for number in range(30)])
    assert len(hits(index, "services", limit=7)) == 7


def test_filters_let_through_only_what_they_name(index: SearchIndex) -> None:
    index.rebuild(
        [
            entry(1, "Innovation", "en", "comment", 1),
            entry(2, "Innovation", "fr", "comment", 1),
            entry(3, "Innovation", "en", "paragraph", 1),
            entry(4, "Innovation", "en", "comment", 2),
        ]
    )
    assert len(hits(index, "innovation")) == 4
    assert hits(index, "innovation", language="fr") == ["comment:2"]
    assert hits(index, "innovation", kind="paragraph") == ["paragraph:3"]
    assert hits(index, "innovation", consultation_id=2) == ["comment:4"]
    assert hits(index, "innovation", kind="comment", language="en", consultation_id=1) == ["comment:1"]
    assert hits(index, "innovation", kind="paragraph", consultation_id=2) == []
    assert hits(index, "innovation", language="xx") == []


@pytest.mark.parametrize(
    ("language", "text", "questions"),
    [
        ("lv", "Pakalpojumiem jābūt vienkāršiem.", ["pakalpojums", "Pakalpojumos", "pakalpojuma"]),
        ("lv", "Publisko iestāžu darbs.", ["iestāde", "iestādēm", "iestades", "publiska iestāde"]),
        ("lv", "Jautāsim vēstulē latviešiem.", ["vēstuļu", "vestules", "latvietis"]),
        ("nb", "Tjenestene skal være enkle.", ["tjeneste", "tjenester", "tjenesten", "være"]),
        ("nb", "Innbyggerne leser utkastet på bokmål.", ["innbygger", "innbyggere", "utkast", "bokmal"]),
        ("fr", "Les services publics de l’État.", ["service public", "services publiques", "état", "etat"]),
        ("fr", "L’égalité de tous.", ["égalité", "egalite", "Égalités", "EGALITES", "l'égalité"]),
        ("en", "Public bodies try new policies.", ["body", "policy", "tries", "Public Body"]),
        ("de-AT", "Die Straße der Bürgerinnen.", ["straße", "strasse", "STRASSEN", "Bürgerin"]),
        ("xx", "Zażółć gęślą jaźń.", ["zazolc", "GĘŚLĄ", "jazn"]),
        ("ja", "公共サービスの革新", ["革新", "公共"]),
    ],
)  # fmt: skip
def test_other_forms_of_a_word_are_found_with_and_without_accents(
    index: SearchIndex, language: str, text: str, questions: list[str]
) -> None:
    index.rebuild([entry(1, text, language), entry(2, "Something else entirely", "en")])
    assert {question: hits(index, question) for question in questions} == {
        question: ["comment:1"] for question in questions
    }


def test_a_question_may_be_in_any_language_that_there_are_texts_in(index: SearchIndex) -> None:
    index.rebuild(
        [
            entry(1, "Inovācijas pakalpojumos", "lv"),
            entry(2, "Innovasjon i tjenestene", "nb"),
            entry(3, "L’innovation dans les services", "fr"),
            entry(4, "Innovation in services", "en"),
        ]
    )
    assert hits(index, "inovācija") == ["comment:1"]
    assert hits(index, "tjeneste") == ["comment:2"]
    assert sorted(hits(index, "innovations")) == ["comment:3", "comment:4"]
    assert index.languages() == ["en", "fr", "lv", "nb"]


def test_words_in_quotation_marks_must_stand_together(index: SearchIndex) -> None:
    index.rebuild(
        [
            entry(1, "The services of the public sector", "en"),
            entry(2, "A public service for all", "en"),
            entry(3, "Le service public, égalité pour tous", "fr"),
        ]
    )
    assert hits(index, '"public services"') == ["comment:2"]
    assert hits(index, "«services publics»") == ["comment:3"]
    assert hits(index, "“public egalite pour tous”") == ["comment:3"]
    assert hits(index, '"service" sector') == ["comment:1"]


@pytest.mark.parametrize("question", ODD_QUESTIONS)
def test_an_odd_question_gets_an_answer(index: SearchIndex, question: str) -> None:
    index.rebuild([entry(1, "Public services"), entry(2, "Services publics", "fr")])
    assert set(hits(index, question)) <= {"comment:1", "comment:2"}
    assert hits(index, question, kind="comment", language="fr", consultation_id=1) in ([], ["comment:2"])


def test_a_rebuilt_index_holds_only_what_it_was_given(index: SearchIndex) -> None:
    index.update([entry(1, "Old services")], [])
    assert index.rebuild(entry(number, "New services") for number in (2, 3)) == 2
    assert sorted(hits(index, "services")) == ["comment:2", "comment:3"]
    assert index.rebuild([]) == 0
    assert index.is_built()
    assert hits(index, "services") == []


def test_a_rebuilding_that_fails_leaves_the_index_as_it_was(index: SearchIndex) -> None:
    def failing() -> Iterator[Entry]:
        yield entry(2, "New services")
        raise RuntimeError("the database went away")

    index.update([entry(1, "Old services")], [])
    with pytest.raises(RuntimeError, match="went away"):
        index.rebuild(failing())
    assert hits(index, "services") == ["comment:1"]
    index.update([entry(3, "Old services")], [])
    assert sorted(hits(index, "services")) == ["comment:1", "comment:3"]


def test_searches_find_the_old_index_until_the_new_one_is_whole(name: str, url: str) -> None:
    reader = opened(name, url)
    opened(name, url).rebuild([entry(1, "Old services")])
    half_way, go_on = Event(), Event()

    def slowly() -> Iterator[Entry]:
        yield entry(2, "New services")
        half_way.set()
        assert go_on.wait(60)

    with ThreadPoolExecutor(1) as others:
        rebuilding = others.submit(opened(name, url).rebuild, slowly())
        assert half_way.wait(60)
        assert hits(reader, "services") == ["comment:1"]
        assert hits(opened(name, url), "services") == ["comment:1"]
        go_on.set()
        assert rebuilding.result(60) == 1
    assert hits(reader, "services") == ["comment:2"]


def test_a_second_writer_is_told_that_the_index_is_busy(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter("search", name), "PATIENCE_SECONDS", 0.2)
    index = opened(name, url)

    def meanwhile() -> Iterator[Entry]:
        with pytest.raises(IndexBusyError):
            opened(name, url).update([entry(1, "Services")], [])
        yield entry(2, "Services")

    assert index.rebuild(meanwhile()) == 1
    opened(name, url).update([entry(1, "Services")], [])
    assert sorted(hits(index, "services")) == ["comment:1", "comment:2"]


def test_searches_never_fail_while_other_processes_update_and_rebuild(name: str, url: str) -> None:
    index = opened(name, url)
    index.rebuild([entry(0, "Lasting services")])
    writer = get_context("spawn").Process(target=keep_writing, args=(name, url))
    writer.start()
    answers = 0
    try:
        with ThreadPoolExecutor(4) as readers:
            while writer.is_alive():
                found = list(readers.map(lambda _n: hits(index, "lasting services"), range(8)))
                assert found == [["comment:0"]] * 8
                answers += len(found)
    finally:
        writer.join()
    assert writer.exitcode == 0
    assert answers >= 8
    assert sorted(hits(index, "passing")) == ["comment:4"]


def keep_writing(name: str, url: str) -> None:
    """What another process does meanwhile."""
    index = opened(name, url)
    for turn in range(5):
        index.rebuild([entry(0, "Lasting services")])
        for _again in range(3):
            index.update(
                [entry(turn, "Passing services"), entry(0, "Lasting services")], [f"comment:{turn - 1}"]
            )
        if turn < 1:
            index.update([entry(0, "Lasting services")], [])


def test_nothing_of_a_removed_entry_stands_in_the_files_of_a_compact_index(
    index: SearchIndex, tmp_path: Path
) -> None:
    entries = [Entry(f"comment:{n}", "comment", 1, "en", f"zebra{n}q word") for n in range(3)]
    for entry in entries:
        index.update([entry], [])
    index.update([], ["comment:1"])
    index.compact()
    files = b"".join(path.read_bytes() for path in (tmp_path / "search").rglob("*") if path.is_file())
    assert b"zebra1q" not in files
    assert index.find(Question("word"), limit=9).keys == ["comment:0", "comment:2"]
