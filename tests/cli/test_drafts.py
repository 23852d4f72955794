"""`flask consultations`, `flask drafts` and `flask sample`, as an operator types them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.models.base import db
from app.models.consultation import Consultation
from app.models.draft import Draft, Version
from app.models.roles import Role
from app.services.mending.seeing import Seen, text_called
from app.services.mending.splitting import edit_text
from app.services.public.reading import consultation_called
from tests.builders import a_consultation, a_person
from tests.conftest import NOON

ENGLISH = "# Declaration\n\n## 1. Listen\n\nListen first.[^1]\n\na) Ask.\n\n[^1]: A note."
NORWEGIAN = "# Erklæring\n\n## 1. Lytt\n\nLytt først.\n\na) Spør."
TIMES = ("--opens-at", "2030-01-01T09:00", "--closes-at", "2030-02-22T23:59", "--zone", "Europe/Paris")


def flask(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=list(words))
    db.session.expire_all()
    return result


def add(app: Flask, slug: str = "charter", *more: str, times: tuple[str, ...] = TIMES) -> Result:
    return flask(app, "consultations", "add", slug, "--title", "Charter", "--lang", "en", *times, *more)


@pytest.fixture
def english(tmp_path: Path) -> str:
    file = tmp_path / "en.md"
    file.write_text(ENGLISH, encoding="utf-8")
    return str(file)


@pytest.fixture
def norwegian(tmp_path: Path) -> str:
    file = tmp_path / "nb.md"
    file.write_text(NORWEGIAN, encoding="utf-8")
    return str(file)


def test_a_consultation_is_added_with_the_times_of_its_zone(app: Flask) -> None:
    assert add(app, "charter", "--summary", "Tell us.").exit_code == 0
    consultation = consultation_called("charter")
    assert consultation.titles == {"en": "Charter"}
    assert consultation.summaries == {"en": "Tell us."}
    assert consultation.opens_at == datetime(2030, 1, 1, 8, 0, tzinfo=UTC)
    assert consultation.closes_at == datetime(2030, 2, 22, 22, 59, tzinfo=UTC)


def test_a_consultation_is_added_with_who_asks_and_what_becomes_of_the_data(app: Flask) -> None:
    more = ("--body", "Observatory", "--privacy-notice", "Kept for two years.", "--contact-name", "Ilze K.")
    assert add(app, "charter", *more, "--contact-email", "ilze@example.org").exit_code == 0
    consultation = consultation_called("charter")
    assert consultation.bodies == {"en": "Observatory"}
    assert consultation.privacy_notices == {"en": "Kept for two years."}
    assert (consultation.contact_name, consultation.contact_email) == ("Ilze K.", "ilze@example.org")


def test_a_consultation_may_be_kept_from_the_public(app: Flask) -> None:
    add(app, "charter", "--unlisted")
    assert not consultation_called("charter", unlisted=True).is_listed


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        (
            "--opens-at",
            "2030-03-31T02:30",
            "--opens-at: This time does not exist: the clocks go forward over it",
        ),
        ("--closes-at", "2030-10-27T02:30", "--closes-at: This time comes twice: the clocks go back over it"),
        ("--opens-at", "tomorrow", "--opens-at: Write a date and a time, like 2030-01-31T09:00."),
        ("--opens-at", "2030-01-01", "--opens-at: Write a date and a time, like 2030-01-31T09:00."),
        (
            "--opens-at",
            "2030-01-01T09:00+01:00",
            "--opens-at: Write a date and a time, like 2030-01-31T09:00.",
        ),
        ("--closes-at", "2029-01-01T09:00", "Choose a closing that is later than the opening."),
        ("--zone", "Paris", "Choose a time zone from the list, like “Europe/Paris”."),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_one_sentence(
    app: Flask, option: str, value: str, said: str
) -> None:
    place = TIMES.index(option) + 1
    result = add(app, times=(*TIMES[:place], value, *TIMES[place + 1 :]))
    assert result.exit_code != 0
    assert result.stderr.startswith(f"Error: {said}")
    assert result.stderr.count("\n") == 1
    assert db.session.scalars(select(Consultation)).all() == []


def test_an_address_is_given_once(app: Flask) -> None:
    add(app)
    result = add(app)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: Another consultation has this address. Choose another one.\n",
    )


def test_a_draft_is_imported_translated_sealed_and_shown(app: Flask, english: str, norwegian: str) -> None:
    add(app)
    said = flask(app, "drafts", "import", "charter", english, "--lang", "en")
    assert said.output == "Version 1 in en: 3 paragraphs and headings, not sealed yet.\n"
    said = flask(app, "drafts", "import", "charter", norwegian, "--lang", "nb", "--translation", "--seal")
    assert said.output == "Version 1 in nb: 3 paragraphs and headings, sealed.\n"
    shown = flask(app, "drafts", "show", "charter", "--format", "json")
    assert json.loads(shown.output) == [
        {"key": "p1", "kind": "heading", "level": 1, "label": "1", "text": "Listen", "notes": []},
        {
            "key": "p2",
            "kind": "paragraph",
            "level": 0,
            "label": "1",
            "text": "Listen first.",
            "notes": ["A note."],
        },
        {"key": "p3", "kind": "item", "level": 1, "label": "1.a", "text": "Ask.", "notes": []},
    ]
    other = json.loads(flask(app, "drafts", "show", "charter", "--version", "1", "--lang", "nb").output)
    assert [one["key"] for one in other] == ["p1", "p2", "p3"]
    assert [one["text"] for one in other] == ["Lytt", "Lytt først.", "Spør."]


def test_a_translation_that_lacks_a_paragraph_is_imported_with_the_others_at_their_places(
    app: Flask, english: str, tmp_path: Path
) -> None:
    add(app)
    flask(app, "drafts", "import", "charter", english, "--lang", "en")
    file = tmp_path / "nb.md"
    file.write_text(NORWEGIAN.replace("\n\nLytt først.", ""), encoding="utf-8")
    result = flask(app, "drafts", "import", "charter", str(file), "--lang", "nb", "--translation")
    assert result.exit_code == 0
    shown = json.loads(flask(app, "drafts", "show", "charter", "--lang", "nb").output)
    assert [(one["key"], one["text"]) for one in shown] == [("p1", "Lytt"), ("p3", "Spør.")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "nowhere", "FILE", "--lang", "en"), "Error: There is no consultation 'nowhere'.\n"),
        (("show", "nowhere"), "Error: There is no consultation 'nowhere'.\n"),
        (("show", "charter"), "Error: There is no such version of 'charter'.\n"),
        (
            ("import", "charter", "FILE", "--lang", "nb", "--translation"),
            "Error: There is no original yet. Import the original first, then its translations.\n",
        ),
        (
            ("import", "charter", "FILE", "--lang", "English"),
            "Error: This is not a language code. Write one like “en” or “pt-BR”.\n",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    app: Flask, english: str, words: tuple[str, ...], said: str
) -> None:
    a_consultation(slug="charter")
    result = flask(app, "drafts", *(english if word == "FILE" else word for word in words))
    assert (result.exit_code, result.stderr) == (1, said)


def test_a_file_of_another_kind_is_refused_with_the_endings_that_can_be_read(
    app: Flask, tmp_path: Path
) -> None:
    a_consultation(slug="charter")
    file = tmp_path / "draft.exe"
    file.write_bytes(b"words")
    result = flask(app, "drafts", "import", "charter", str(file), "--lang", "en")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error: This kind of file cannot be read. Its name has to end in one of: ."
    )


def test_the_example_is_loaded_by_command_once(app: Flask) -> None:
    assert flask(app, "sample").output == "Loaded the example consultations.\n"
    again = flask(app, "sample")
    assert (again.exit_code, again.output) == (0, "There are consultations already: nothing was loaded.\n")


@pytest.mark.parametrize(
    "command", [("consultations", "add"), ("drafts", "import"), ("drafts", "show"), ("sample",)]
)
def test_every_command_explains_itself_with_an_example(app: Flask, command: tuple[str, ...]) -> None:
    said = flask(app, *command, "--help").output
    assert "Example:" in said
    assert f"flask {' '.join(command)}" in said


def test_a_file_whose_letters_are_unclear_is_asked_about_and_read_as_answered(
    app: Flask, tmp_path: Path
) -> None:
    add(app)
    file = tmp_path / "unclear.txt"
    file.write_bytes("Pils\n\nun âçî".encode("windows-1252"))
    said = flask(app, "drafts", "import", "charter", str(file), "--lang", "lv")
    assert said.exit_code == 1
    assert "Its letters can be read in several ways." in said.stderr
    assert "--encoding windows-1252 (âçî); --encoding windows-1257 (āēī)" in said.stderr
    answered = ("--lang", "lv", "--encoding", "windows-1257")
    assert flask(app, "drafts", "import", "charter", str(file), *answered).exit_code == 0
    assert "un āēī" in flask(app, "drafts", "show", "charter").output


def test_what_an_import_is_not_sure_of_is_said(app: Flask, tmp_path: Path) -> None:
    add(app)
    file = tmp_path / "changed.html"
    file.write_text("<h1>Charter</h1><p>We <del>may</del><ins>shall</ins> listen.</p>", encoding="utf-8")
    said = flask(app, "drafts", "import", "charter", str(file), "--lang", "en")
    assert "Look at this: The document had tracked changes" in said.output


def test_each_doubt_is_said_once_with_its_places(app: Flask, tmp_path: Path) -> None:
    add(app)
    file = tmp_path / "changed.html"
    seal = '<img src="seal.png" alt="">'
    text = f"<h1>Charter</h1><h2>1. Try</h2><p>We listen. {seal}</p><p>All try. {seal}</p>"
    file.write_text(text, encoding="utf-8")
    said = flask(app, "drafts", "import", "charter", str(file), "--lang", "en").output
    assert said.count("Something was left out here, like a picture or words around the text.") == 1
    assert "words around the text. Here: 1 “We listen.”, 1 ¶2 “All try.”" in said


@pytest.mark.parametrize("sealed", [(), ("--seal",)])
def test_the_import_of_a_translation_says_what_there_is_still_to_do(
    app: Flask, english: str, tmp_path: Path, sealed: tuple[str, ...]
) -> None:
    add(app)
    flask(app, "drafts", "import", "charter", english, "--lang", "en")
    file = tmp_path / "nb.md"
    file.write_text("# Erklæring\n\n## 1. Lytt\n\na) Spør.\n\n## 2. Mer\n\nMer.", encoding="utf-8")
    said = flask(app, "drafts", "import", "charter", str(file), "--lang", "nb", "--translation", *sealed)
    assert "\n1 paragraph of the original has no text.\n2 texts found no place.\n" in said.output
    assert "No paragraph of the original was found for this text. Here: “2. Mer”, “Mer.”" in said.output


def test_changes_made_by_hand_are_replaced_only_when_that_is_asked_for(app: Flask, english: str) -> None:
    add(app)
    flask(app, "drafts", "import", "charter", english, "--lang", "en")
    version = db.session.scalars(select(Version)).one()
    text = text_called(version, "en", "p3")
    assert text
    edit_text(Seen(version, "en", "p3", text.digest), "Ask well.", None, by=a_person(Role.EDITOR), at=NOON)
    again = ("drafts", "import", "charter", english, "--lang", "en")
    refused = flask(app, *again)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: 1 change made by hand would be lost. Add --replace to replace it.\n",
    )
    assert "Ask well." in flask(app, "drafts", "show", "charter").output
    assert flask(app, *again, "--replace").exit_code == 0
    assert "Ask well." not in flask(app, "drafts", "show", "charter").output


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("large.txt", b"words " * 500_000, "It is too large."),
        ("broken.docx", b"PK\x03\x04 nonsense", "It is damaged or incomplete."),
        ("other.pdf", b"<html>", "It is not what the ending of its name says."),
    ],
)
def test_a_refused_file_leaves_no_draft(
    app: Flask, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    add(app)
    (tmp_path / name).write_bytes(content)
    result = flask(app, "drafts", "import", "charter", str(tmp_path / name), "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert said in result.stderr
    assert db.session.scalars(select(Draft)).all() == []
