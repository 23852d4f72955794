"""The form of a comment on a paragraph, as a respondent fills it in and gets it back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from app.models.comment import Comment
from tests.rows import count

ADDRESS = "/en/consultations/innovation/paragraphs/p2"
FILLED: dict[str, Any] = {
    "body": "Who pays – and *when*?",
    "name": "Ilze Kalniņa",
    "email": "ilze@example.org",
    "country": "LV",
    "capacity": "individual",
    "kind": "clarity",
    "importance": "4",
    "consent": "y",
}


def textarea_of(answer: TestResponse) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, flags=re.S)
    assert found is not None
    return unescape(found[1]).replace("\r\n", "\n").removeprefix("\n")


def received() -> int:
    """How many comments have come in."""
    return count(Comment)
