"""The record of a consultation as its page shows it, and the proofs that respondents take away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.models.base import transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Version
from app.services.comments.receipts import secret_of
from app.services.proof.witnessing import DAY, publish_root
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.stopped_clock import clock

__all__ = ["clock"]

RECORD = "/en/consultations/charter/record"


@pytest.fixture
def version(app: object) -> Version:
    return a_draft(a_consultation(slug="charter"))


@pytest.fixture
def consultation(version: Version) -> Consultation:
    return version.draft.consultation


def words_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    [main] = html.fromstring(answer.text).iter("main")
    return re.sub(r"\s+", " ", " ".join(map(str, main.itertext()))).strip()


def receipt_of(comment: Comment, file: str = "") -> str:
    number = comment.submission.number
    return f"/en/receipts/{number}{file}?secret={secret_of(number, SECRET)}"


# ---------------------------------------------------------------- the page


def test_before_the_first_root_the_record_says_when_it_comes(client: FlaskClient, version: Version) -> None:
    assert "No root is published yet." in words_of(client, RECORD)
    a_comment(version)
    words = words_of(client, RECORD)
    assert "Received 1 text" in words
    assert "Not under a root yet 1 text the next root is published by Sunday 10 February 2030, 13:04" in words


def test_every_published_root_is_on_the_page_of_the_record(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    a_comment(version)
    first = publish_root(consultation, NOON)
    assert first is not None
    assert first.digest in words_of(client, RECORD)
    a_comment(version, body="Second.")
    second = publish_root(consultation, NOON + DAY)
    assert second is not None
    words = words_of(client, RECORD)
    assert f"Sunday 10 February 2030, 13:00 Paris time 1 {first.digest}" in words
    assert f"Monday 11 February 2030, 13:00 Paris time 2 {second.digest}" in words


def test_the_final_root_is_called_so(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    a_comment(version)
    publish_root(consultation, consultation.closes_at + timedelta(minutes=1))
    words = words_of(client, RECORD)
    assert "Final root" in words
    assert "Paris time final 1" in words


def test_all_leaves_and_roots_can_be_taken_away(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    comments = [a_comment(version, body=f"Remark {n}.") for n in range(3)]
    root = publish_root(consultation, NOON)
    assert root is not None
    answer = client.get("/en/consultations/charter/leaves.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=charter-leaves.json"
    told = json.loads(answer.text)
    assert told["leaves"] == [comment.leaf_digest for comment in comments]
    assert [(one["size"], one["root"]) for one in told["roots"]] == [(3, root.digest)]
    again = client.get(
        "/en/consultations/charter/leaves.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_script_on_the_site_is_the_one_in_the_documentation(
    client: FlaskClient, version: Version
) -> None:
    answer = client.get("/verify.py")
    assert answer.mimetype == "text/x-python"
    assert answer.text.startswith('"""Checks an Innspill record')


@pytest.mark.parametrize("address", [RECORD, "/en/consultations/charter/leaves.json"])
def test_the_record_of_what_is_not_listed_is_not_found(client: FlaskClient, address: str) -> None:
    a_draft(a_consultation(slug="charter", is_listed=False))
    assert client.get(address).status_code == 404


def test_the_draft_names_the_newest_root_and_leads_to_the_record(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED)
    page = "/en/consultations/charter"
    assert "How comments are proved" in words_of(client, page)
    root = publish_root(consultation, NOON)
    assert root is not None
    assert f"The record: root {root.digest[:8]}… of 10 February 2030" in words_of(client, page)
    assert f'href="{RECORD}"' in client.get(page).text


# ---------------------------------------------------------------- proofs


def test_whoever_has_the_secret_takes_the_proof_away(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    comment = a_comment(version, body="Who pays?")
    a_comment(version, body="Other.")
    root = publish_root(consultation, NOON)
    assert root is not None
    answer = client.get(receipt_of(comment, "/proof.json"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = json.loads(answer.text)
    [text] = told["texts"]
    assert told["receipt"] == comment.submission.number
    assert (text["leaf"], text["size"], text["root"]) == (0, 2, root.digest)
    assert text["facts"][9] == "Who pays?"
    assert len(text["path"]) == 1


def test_the_proof_of_others_is_not_given(client: FlaskClient, version: Version) -> None:
    comment, other = a_comment(version), a_comment(version, body="Other.")
    secret = secret_of(other.submission.number, SECRET)
    number = comment.submission.number
    address = f"/en/receipts/{number}/proof.json"
    assert client.get(f"{address}?secret={secret}").status_code == 404
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (303, f"/en/receipts/{number}")


def test_a_receipt_says_by_when_its_comment_is_proved_and_then_by_what(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    comment = a_comment(version)
    told = "It is not under a published root yet. The next is published by Sunday 10 February 2030, 13:04"
    assert told in words_of(client, receipt_of(comment))
    root = publish_root(consultation, NOON)
    assert root is not None
    words = words_of(client, receipt_of(comment))
    assert (
        "it is under the root published on Sunday 10 February 2030, 13:00 Paris time. Texts under it: 1."
        in words
    )
    assert root.digest in words
    assert receipt_of(comment, "/proof.json") in client.get(receipt_of(comment)).text


def test_a_receipt_says_when_the_record_was_changed(
    client: FlaskClient, version: Version, consultation: Consultation
) -> None:
    comment, other = a_comment(version), a_comment(version, body="Other.")
    publish_root(consultation, NOON)
    with transaction():
        other.leaf_digest = "ab" * 32
    assert "something in it was changed" in words_of(client, receipt_of(comment))


@pytest.mark.parametrize("file", ["/proof.json", "/data.json"])
def test_what_a_respondent_takes_away_is_checked_without_the_site(
    client: FlaskClient, version: Version, consultation: Consultation, tmp_path: Path, file: str
) -> None:
    comment = a_comment(version, body="Who pays?")
    a_comment(version, body="Other.")
    root = publish_root(consultation, NOON)
    assert root is not None
    taken, script = tmp_path / "taken.json", tmp_path / "verify.py"
    taken.write_bytes(client.get(receipt_of(comment, file)).data)
    script.write_bytes(client.get("/verify.py").data)
    done = subprocess.run(
        [sys.executable, "-I", script, taken, root.digest], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2 checks, 0 fail.")
