"""An editor who sets up consultations and drafts in a browser without script, form by form."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.words_on_pages import token_in, words_in

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
NEW = "/en/manage/consultations/new"
ENGLISH = "# Declaration\n\n## 1. Listen\n\nListen *first*.\n\na) Ask."
NORWEGIAN = "# Erklæring\n\n## 1. Lytt\n\nLytt *først*.\n\na) Spør."
FILLED: dict[str, Any] = {
    "slug": "charter",
    "original": "en",
    "title_en": "Charter",
    "summary_en": "Tell us.",
    "body_en": "Council",
    "privacy_en": "Deleted after a year.",
    "title_lv": "Harta",
    "zone": "Europe/Paris",
    "opens_at": "2030-01-01T09:00",
    "closes_at": "2030-02-22T23:59",
    "who_may_comment": "visitors",
    "moderation": "before",
    "name": "required",
    "email": "no",
    "country": "required",
    "capacity": "required",
    "kind": "optional",
    "importance": "optional",
    "contact_name": "Ilze",
    "contact_email": "ilze@example.org",
}


def send(client: FlaskClient, path: str, to: str = "", **fields: Any) -> TestResponse:
    """Opens the page and sends a form of it to its address."""
    return client.post(to or path, data={"csrf_token": token_in(client.get(path)), **fields})


def paste(
    client: FlaskClient, slug: str, text: str, language: str = "en", role: str = "original"
) -> TestResponse:
    """A text is pasted into the page of the draft and sent."""
    path = f"/en/manage/consultations/{slug}/draft"
    return send(client, path, language=language, role=role, pasted=text)


def rows_of(response: TestResponse) -> list[list[str]]:
    """The words of every cell of every row on the page."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", response.text, re.DOTALL)
    return [
        [words_in(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows
    ]


def shown(page: str, name: str) -> str:
    """What the field of that name holds."""
    textarea = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if textarea:
        return unescape(textarea[1]).strip()
    select_field = re.search(
        rf'<select[^>]*name="{name}"[^>]*>.*?<option selected value="([^"]*)"', page, re.DOTALL
    )
    if select_field:
        return select_field[1]
    field = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    value = re.search(r'value="([^"]*)"', field)
    return unescape(value[1]) if value else ""
