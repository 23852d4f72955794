"""What a browser fetches beside a page: styles, scripts and fonts, small and kept."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from app.models.consultation import Consultation
from tests.builders import a_draft
from tests.stopped_clock import clock
from tests.web.readers import DRAFT, consultation, page

__all__ = ["clock", "consultation"]


@pytest.mark.usefixtures("version")
def test_style_and_script_are_kept_for_a_year_at_addresses_that_tell_their_content(
    client: FlaskClient,
) -> None:
    found = page(client, DRAFT)
    for asset in [link["href"] for link in found.all("link", rel="stylesheet")]:
        assert asset is not None
        answer = client.get(asset, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert gzip.decompress(answer.data) == client.get(asset).data
        assert (
            client.get(asset, headers={"If-None-Match": client.get(asset).headers["ETag"]}).status_code == 304
        )


def test_an_address_of_style_that_is_out_of_date_is_answered_but_not_kept(client: FlaskClient) -> None:
    answer = client.get("/assets/0123456789ab/site.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["nothing.css", "../config.py", "%2e%2e/config.py", "vendor"])
def test_nothing_but_the_static_files_is_given_out(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/0123456789ab/{name}").status_code == 404


def test_the_first_view_of_a_draft_is_small(client: FlaskClient, consultation: Consultation) -> None:
    a_draft(
        consultation,
        texts=tuple(f"{number}. " + "Each ministry says what was learned. " * 8 for number in range(50)),
    )
    answer = client.get(DRAFT)
    parts = set(re.findall(r"/assets/[^\"]+\.(?:css|js)", answer.text))
    sizes = [len(client.get(part, headers={"Accept-Encoding": "gzip"}).data) for part in parts]
    assert len(gzip.compress(answer.data)) + sum(sizes) < 60_000


def test_fonts_that_an_english_page_needs_weigh_less_than_100_kilobytes(client: FlaskClient) -> None:
    style = client.get("/assets/x/site.css").text
    latin = [
        address
        for face in re.findall(r"@font-face \{(.*?)\}", style, flags=re.DOTALL)
        for address in re.findall(r'url\("(.*?)"\)', face)
        if "U+0000-00FF" in face
    ]
    assert len(latin) == 2
    assert sum(len(client.get(f"/assets/x/{address}", buffered=True).data) for address in latin) < 100_000
