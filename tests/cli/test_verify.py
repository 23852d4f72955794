"""`flask verify`, and docs/verify.py: a record is checked on the site and without it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.models.activity import Activity
from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.models.roles import Role
from app.services.comments.checking import Quotation, Words
from app.services.comments.commenting import post_comment
from app.services.moderation.erasing import erase_everything
from app.services.moderation.moderating import decide
from app.services.proof.proving import evidence_of
from app.services.proof.witnessing import DAY, newest_root, publish_root, roots_of
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import SECRET

Arguments = Callable[[Path, Path, Path, str], list[Path | str]]
SCRIPT = Path(__file__).parents[2] / "docs" / "verify.py"
SAID = Words(body="", language="en", name="Ilze", country="LV", consent=True)
BODIES = (
    "=1+1 is a formula; =so is this",
    "'=this one is quoted",
    "- a list\n- of two | -3",
    "“Kas maksā?”\n\nUn kad?; @home",
    "\tTabs, and a line\r\nwith both ends",
)


@pytest.fixture
def version(app: Flask) -> Version:
    return a_draft(a_consultation(slug="charter"), texts=("Everybody may; =try new ways.", "Another."))


@pytest.fixture
def consultation(version: Version, at: datetime) -> Consultation:
    """Its comments hold what spreadsheets and JSON treat in their own way; two roots are published."""
    consultation, [paragraph, _other] = version.draft.consultation, paragraphs_of(version)
    for number, body in enumerate(BODIES):
        words = SAID._replace(
            body=body,
            kind="clarity" if number else "",
            importance=number or None,
            suggestion="=Everybody may try." if number == 1 else "",
            quotation=Quotation("may; =try", "Everybody ", " new") if number == 3 else None,
        )
        send(consultation, paragraph.id if number % 2 else None, words, at + timedelta(seconds=number))
    publish_root(consultation, at)
    parent = db.session.query(Comment).order_by(Comment.id).first()
    assert parent is not None
    decide(parent.id, State.PUBLISHED, expected_changes=0, by=a_person(Role.MODERATOR), at=at)
    send(consultation, None, SAID._replace(body="I agree."), at + timedelta(hours=1), parent_id=parent.id)
    erase_everything(a_comment(version).submission_id, at=at + DAY)
    publish_root(consultation, at + DAY)
    quoting = db.session.query(Comment).filter(Comment.leaf == 3).one()
    assert (quoting.quotation or {})["exact"] == "may; =try"
    return consultation


def send(
    consultation: Consultation, paragraph_id: int | None, words: Words, at: datetime, **more: Any
) -> None:
    form = f"{words.body}{paragraph_id}"
    post_comment(consultation, paragraph_id, words, form=form, by=None, at=at, secret_key=SECRET, **more)


def ran(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def verified(*arguments: Path | str) -> tuple[int, list[str]]:
    done = ran(*arguments)
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("FAILS: ")]


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=arguments)
    return done.exit_code, done.output


def root_of(consultation: Consultation) -> str:
    root = newest_root(consultation.id)
    assert root is not None
    return root.digest


# ---------------------------------------------------------------- without the site: a receipt


@pytest.fixture
def receipt(consultation: Consultation, tmp_path: Path) -> Path:
    comments = db.session.query(Comment).order_by(Comment.id).all()
    texts = [text for found in evidence_of(comments).values() for text in found]
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"number": "ABCD", "comments": [{"id": 1, "texts": texts}]}), encoding="utf-8")
    return file


def alter(file: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The file with its third text altered."""
    told = json.loads(file.read_text(encoding="utf-8"))
    change(told["comments"][0]["texts"][2])
    altered = file.with_name("altered.json")
    altered.write_text(json.dumps(told), encoding="utf-8")
    return altered


def test_a_receipt_is_checked_without_the_site(consultation: Consultation, receipt: Path) -> None:
    assert verified(receipt, root_of(consultation)) == (0, [])


def test_a_receipt_does_not_lead_to_another_root(consultation: Consultation, receipt: Path) -> None:
    status, failures = verified(receipt, "ab" * 32)
    assert status == 1
    assert len(failures) == len(BODIES) + 2


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (lambda text: text["facts"].__setitem__(9, "I am for it."), "FAILS: leaf 2: its words"),
        (
            lambda text: text["facts"].__setitem__(2, "2030-02-11T12:00:00.000000+00:00"),
            "FAILS: leaf 2: its words",
        ),
        (lambda text: text["path"][0].__setitem__(1, "ab" * 32), "FAILS: leaf 2: its way to the root"),
        (lambda text: text["path"].pop(), "FAILS: leaf 2: its way to the root"),
        (lambda text: text.pop("path"), "FAILS: leaf 2: its way to the root"),
        (lambda text: text.update(leaf=3), "FAILS: leaf 3: its way to the root"),
        (lambda text: text.update(size=4), "FAILS: leaf 2: its way to the root"),
        (lambda text: text.update(facts=None, leaf_digest="ab" * 32), "FAILS: leaf 2: its way to the root"),
    ],
)
def test_an_altered_receipt_fails_and_says_where(
    consultation: Consultation, receipt: Path, change: Callable[[dict[str, Any]], None], failure: str
) -> None:
    assert verified(alter(receipt, change), root_of(consultation)) == (1, [failure])


def test_a_text_that_is_not_under_a_root_yet_has_its_words_checked_alone(
    consultation: Consultation, version: Version, receipt: Path
) -> None:
    evidence = evidence_of([a_comment(version, body="Not yet under a root.")])
    told = json.loads(receipt.read_text(encoding="utf-8"))
    told["comments"][0]["texts"] += next(iter(evidence.values()))
    receipt.write_text(json.dumps(told), encoding="utf-8")
    done = ran(receipt, root_of(consultation))
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "1 erased, words not compared; 1 not under a root yet, words compared alone.",
        "14 checks, 0 fail.",
    ]
    told["comments"][0]["texts"][-1]["facts"][9] = "I am for it."
    receipt.write_text(json.dumps(told), encoding="utf-8")
    assert verified(receipt, root_of(consultation)) == (1, ["FAILS: leaf 7: its words"])


# ---------------------------------------------------------------- without the site: an export


@pytest.fixture
def table(app: Flask, consultation: Consultation, tmp_path: Path) -> Path:
    file = tmp_path / "comments.csv"
    assert run(app, "export", "charter", "--output", str(file))[0] == 0
    return file


@pytest.fixture
def leaves(app: Flask, consultation: Consultation, tmp_path: Path) -> Path:
    file = tmp_path / "leaves.json"
    assert run(app, "export", "charter", "--format", "leaves", "--output", str(file))[0] == 0
    return file


def rewritten(table: Path, change: Callable[[list[dict[str, str]]], None]) -> Path:
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"), newline="")))
    change(rows)
    file = table.with_name("altered.csv")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_an_export_is_checked_without_the_site(
    consultation: Consultation, table: Path, leaves: Path, at: datetime
) -> None:
    assert verified(table, leaves, root_of(consultation)) == (0, [])


def test_comments_that_came_after_a_root_are_no_failure(
    app: Flask, consultation: Consultation, version: Version, tmp_path: Path
) -> None:
    a_comment(version, body="Not yet under a root.")
    table, leaves = tmp_path / "comments.csv", tmp_path / "leaves.json"
    run(app, "export", "charter", "--output", str(table))
    run(app, "export", "charter", "--format", "leaves", "--output", str(leaves))
    assert verified(table, leaves, root_of(consultation)) == (0, [])


@pytest.mark.parametrize(
    ("column", "value", "failure"),
    [
        ("comment", "I am for it.", "FAILS: comment 2: its words"),
        ("suggestion", "", "FAILS: comment 2: its words"),
        ("importance", "5", "FAILS: comment 2: its words"),
        ("kind", "support", "FAILS: comment 2: its words"),
        ("paragraph_key", "", "FAILS: comment 2: its words"),
        ("version", "2", "FAILS: comment 2: its words"),
        ("received_exactly", "2030-02-10T12:00:01.000001+00:00", "FAILS: comment 2: its words"),
        ("state", "erased", "FAILS: comment 2: its words"),
        ("leaf", "3", "FAILS: comment 2: its leaf 3"),
    ],
)
def test_an_altered_export_fails_and_says_where(
    consultation: Consultation, table: Path, leaves: Path, column: str, value: str, failure: str
) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        if column == "state":
            rows[1]["comment"] += "!"
        rows[1][column] = value

    assert verified(rewritten(table, change), leaves, root_of(consultation)) == (1, [failure])


def test_a_reply_cannot_be_moved_under_another_comment(
    consultation: Consultation, table: Path, leaves: Path
) -> None:
    moved = rewritten(table, lambda rows: rows[5].update(reply_to="1"))
    assert verified(moved, leaves, root_of(consultation)) == (1, ["FAILS: comment 6: its words"])


def test_altered_leaves_do_not_give_the_root(consultation: Consultation, table: Path, leaves: Path) -> None:
    told = json.loads(leaves.read_text(encoding="utf-8"))
    told["leaves"][1] = "ab" * 32
    leaves.write_text(json.dumps(told), encoding="utf-8")
    assert verified(table, leaves, root_of(consultation)) == (
        1,
        [f"FAILS: {leaves}: the root over 7 of its 7 leaves", "FAILS: comment 2: its leaf 1"],
    )


def test_a_row_that_is_not_there_is_told(consultation: Consultation, table: Path, leaves: Path) -> None:
    def remove(rows: list[dict[str, str]]) -> None:
        del rows[1], rows[2]

    done = ran(rewritten(table, remove), leaves, root_of(consultation))
    assert done.returncode == 0
    assert "4 rows match, 4 of them under this root, 0 after it." in done.stdout
    assert "2 leaves have no row here: 1, 3\n" in done.stdout


def test_of_many_rows_that_are_not_there_the_first_are_named(
    app: Flask, consultation: Consultation, version: Version, tmp_path: Path
) -> None:
    for _ in range(5):
        a_comment(version)
    table, leaves = tmp_path / "comments.csv", tmp_path / "leaves.json"
    run(app, "export", "charter", "--output", str(table))
    run(app, "export", "charter", "--format", "leaves", "--output", str(leaves))
    first_alone = rewritten(table, lambda rows: rows.__delitem__(slice(1, None)))
    done = ran(first_alone, leaves, root_of(consultation))
    assert "11 leaves have no row here: 1, 2, 3, 4, 5, 6, 7, 8, 9, …\n" in done.stdout


def test_a_row_that_is_there_twice_fails(consultation: Consultation, table: Path, leaves: Path) -> None:
    twice = rewritten(table, lambda rows: rows.append(rows[1]))
    assert verified(twice, leaves, root_of(consultation)) == (1, ["FAILS: comment 8: its leaf 1"])


@pytest.mark.parametrize("left", ["leaf_salt", "comment", "suggestion", "quotation"])
def test_an_erased_row_that_still_has_something_of_its_words_fails(
    consultation: Consultation, table: Path, leaves: Path, left: str
) -> None:
    emptied = {name: "" for name in ("leaf_salt", "comment", "suggestion", "quotation") if name != left}
    still = {left: "something"}
    blanked = rewritten(table, lambda rows: rows[1].update(state="erased", **emptied, **still))
    assert verified(blanked, leaves, root_of(consultation)) == (1, ["FAILS: comment 2: its words"])


def test_an_erased_row_is_not_counted_among_those_that_match(
    consultation: Consultation, table: Path, leaves: Path
) -> None:
    nothing = {"leaf_salt": "", "comment": "", "suggestion": "", "quotation": ""}
    blanked = rewritten(table, lambda rows: rows[1].update(state="erased", **nothing))
    done = ran(blanked, leaves, root_of(consultation))
    assert done.stdout.startswith("5 rows match, 5 of them under this root, 0 after it.")
    assert "2 erased, words not compared; " in done.stdout


def test_an_export_is_under_no_other_root(consultation: Consultation, table: Path, leaves: Path) -> None:
    assert verified(table, leaves, "ab" * 32)[0] == 1


def test_an_export_taken_after_the_root_says_how_many_rows_came_after_it(
    consultation: Consultation, table: Path, leaves: Path
) -> None:
    first = roots_of(consultation.id)[-1]
    done = ran(table, leaves, first.digest)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "6 rows match, 5 of them under this root, 1 after it.",
        "1 erased, words not compared; 0 leaves have no row here: none",
        "15 checks, 0 fail.",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda table, leaves, receipt, root: [],
        lambda table, leaves, receipt, root: [receipt],
        lambda table, leaves, receipt, root: [table, leaves],
        lambda table, leaves, receipt, root: [receipt, leaves],
        lambda table, leaves, receipt, root: [leaves, table, root],
        lambda table, leaves, receipt, root: [table, root],
        lambda table, leaves, receipt, root: [leaves, root],
        lambda table, leaves, receipt, root: [receipt, receipt, root],
        lambda table, leaves, receipt, root: [root, table, leaves],
        lambda table, leaves, receipt, root: ["nowhere.json", root],
    ],
)
def test_called_wrongly_the_script_says_in_one_sentence_how_it_is_used(
    consultation: Consultation, table: Path, leaves: Path, receipt: Path, wrong: Arguments
) -> None:
    done = ran(*wrong(table, leaves, receipt, root_of(consultation)))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == (
        "Usage: python3 verify.py data.json ROOT, or: python3 verify.py comments.csv leaves.json ROOT"
    )


def test_the_script_is_short_enough_to_be_read() -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 70
    assert max(map(len, lines)) <= 110


# ---------------------------------------------------------------- on the site


def test_a_whole_record_holds(app: Flask, consultation: Consultation) -> None:
    status, output = run(app, "verify")
    assert status == 0
    assert "charter: 7 texts received, the last root covers 7." in output
    assert "Everything holds." in output


def test_an_altered_text_is_found_and_named(app: Flask, consultation: Consultation) -> None:
    with transaction():
        db.session.query(Comment).filter_by(leaf=2).update({"source": "I am for it."})
    status, output = run(app, "verify", "charter")
    assert status == 1
    assert "charter: leaf 2 is not what was received" in output
    assert "Everything holds." not in output


@pytest.mark.parametrize(
    ("forged", "problem"),
    [
        ({"html": "<p>FORGED</p>"}, "leaf 2: the words shown are not those received"),
        ({"plain": "FORGED"}, "leaf 2: the words shown are not those received"),
        ({"country": "NO"}, "leaf 2 has another country than its submission"),
        ({"state": "published"}, "leaf 2 stands as published, and no act left it so"),
    ],
)
def test_what_the_public_would_read_instead_of_the_record_is_named(
    app: Flask, consultation: Consultation, forged: dict[Any, Any], problem: str
) -> None:
    with transaction():
        db.session.query(Comment).filter_by(leaf=2).update(forged)
    status, output = run(app, "verify", "charter")
    assert status == 1
    assert f"charter: {problem}\n" in output
    assert "Everything holds." not in output


def test_a_salt_that_was_wiped_hides_no_alteration(app: Flask, consultation: Consultation) -> None:
    with transaction():
        db.session.query(Comment).filter_by(leaf=2).update({"source": "I am for it.", "leaf_salt": ""})
    assert "charter: leaf 2 is not what was received" in run(app, "verify")[1]


def test_a_text_altered_with_its_leaf_breaks_the_roots(app: Flask, consultation: Consultation) -> None:
    with transaction():
        db.session.query(Comment).filter_by(leaf=2).update({"leaf_digest": "ab" * 32})
    status, output = run(app, "verify", "charter")
    assert status == 1
    assert (
        "charter: the root over 5 leaves, published 2030-02-10 12:00 UTC, is not what the leaves give"
        in output
    )
    assert (
        "charter: the root over 7 leaves, published 2030-02-11 12:00 UTC, is not what the leaves give"
        in output
    )


def test_a_comment_that_was_deleted_is_missed(app: Flask, consultation: Consultation) -> None:
    with transaction():
        db.session.delete(db.session.query(Comment).filter_by(leaf=4).one())
    status, output = run(app, "verify", "charter")
    assert status == 1
    assert "leaf 4 is missing or there twice" in output


def test_the_last_comment_is_missed_too(app: Flask, consultation: Consultation) -> None:
    with transaction():
        db.session.delete(db.session.query(Comment).filter_by(leaf=6).one())
    status, output = run(app, "verify", "charter")
    assert status == 1
    assert "charter: 7 leaves were taken, and there are 6" in output
    assert (
        "charter: the root over 7 leaves, published 2030-02-11 12:00 UTC, covers leaves that are gone"
        in output
    )


def test_an_altered_line_of_activity_is_named(app: Flask, consultation: Consultation) -> None:
    with transaction():
        db.session.query(Activity).filter_by(id=2).update({"verb": "comment praised"})
    status, output = run(app, "verify")
    assert status == 1
    assert "activity: line 2 does not follow from the one before it" in output


def test_a_consultation_that_there_is_not_is_no_success(app: Flask) -> None:
    status, output = run(app, "verify", "nowhere")
    assert status == 1
    assert "There is no consultation called nowhere." in output


def test_the_help_shows_an_example(app: Flask) -> None:
    assert "flask verify innovation" in run(app, "verify", "--help")[1]
