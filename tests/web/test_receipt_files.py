"""A receipt taken away: as text, as a PDF, and as a copy of all data."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from pypdf import PdfReader

from app.models.comment import State
from app.models.draft import Version
from app.models.people import Person
from app.services.proof.leaves import Leaf, digest_of_leaf
from tests.builders import a_comment, paragraphs_of
from tests.conftest import NOON
from tests.stopped_clock import clock
from tests.web.receipt_pages import address, consultation, moderator, send
from tests.words_on_pages import words_of

__all__ = ["clock", "consultation", "moderator"]


def test_the_text_file_holds_every_sign_of_every_script(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, body="Glāžšķūņu rūķīši, ærlig. سلام 你好 👩‍👩‍👧")
    taken = client.get(address(comment, "/receipt.txt"))
    assert taken.mimetype == "text/plain"
    assert f"innspill-{comment.submission.number}.txt" in taken.headers["Content-Disposition"]
    written = taken.data.decode()
    for part in ("Glāžšķūņu rūķīši, ærlig. سلام 你好 👩‍👩‍👧", comment.leaf_digest, comment.submission.number):
        assert part in written
    assert address(comment) in written


def test_the_pdf_is_tagged_has_a_language_and_says_what_it_had_to_leave_out(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(version, body="Glāžšķūņu rūķīši, ærlig, l’œuvre.\n\nسلام 你好 👩‍👩‍👧")
    taken = client.get(address(comment, "/receipt.pdf"))
    assert taken.data == client.get(address(comment, "/receipt.pdf")).data
    pdf = PdfReader(BytesIO(taken.data))
    words = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"Receipt {comment.submission.number}"
    root: Any = pdf.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == ("en", True)
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert "Glāžšķūņu rūķīši, ærlig, l’œuvre. […]" in words
    assert "Signs that are left out here, […], are all in the text file" in words
    assert comment.leaf_digest in words


def test_the_pdf_holds_greek_and_cyrillic_letters(client: FlaskClient, version: Version) -> None:
    comment = a_comment(version, body="Καλημέρα σε όλους. Добрый день, ґрунт.")
    pdf = PdfReader(BytesIO(client.get(address(comment, "/receipt.pdf")).data))
    words = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    assert "Καλημέρα σε όλους. Добрый день, ґрунт." in words
    assert "Signs that are left out here" not in words


def test_a_pdf_is_made_ten_times_in_ten_minutes_and_the_text_goes_on(
    client: FlaskClient, version: Version
) -> None:
    comment = a_comment(version)
    for _time in range(10):
        assert client.get(address(comment, "/receipt.pdf")).status_code == 200
    refused = client.get(address(comment, "/receipt.pdf"))
    assert refused.status_code == 429
    assert "Wait a little and try again." in words_of(refused)
    assert client.get(address(comment, "/receipt.txt")).status_code == 200


def test_a_format_that_there_is_not_is_no_page(client: FlaskClient, version: Version) -> None:
    assert client.get(address(a_comment(version), "/receipt.doc")).status_code == 404


def test_the_copy_of_the_data_holds_all_and_opens_the_digests(
    client: FlaskClient, version: Version, moderator: Person
) -> None:
    comment = a_comment(version, paragraphs_of(version)[0], state=State.PUBLISHED, email="ilze@example.org")
    send(client, address(comment, "/correct/1"), body="Say who pays, and when.")
    copy = json.loads(client.get(address(comment, "/data.json")).data)
    assert (copy["number"], copy["name"], copy["email"]) == (
        comment.submission.number, "Ilze K.", "ilze@example.org",
    )  # fmt: skip
    [told] = copy["comments"]
    assert [text["source"] for text in told["texts"]] == ["Say who pays for it.", "Say who pays, and when."]
    assert (told["state"], told["version"], told["paragraph"]) == ("published", 1, "p2")
    leaf = Leaf(NOON, 1, "p2", None, "en", "other", None, "Say who pays for it.")
    assert told["leaf_digest"] == digest_of_leaf(leaf, told["leaf_salt"])
    assert "secret_digest" not in json.dumps(copy)
    assert "form_digest" not in json.dumps(copy)
