"""What stands on a page, as a browser without script gets it: its words, its fields, its problems."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse


def words_of(response: TestResponse) -> str:
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def value_of(response: TestResponse, name: str) -> str:
    """What stands in the field of that name."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', response.text) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\s*([^<]*)</textarea>', response.text
    )
    assert found, name
    return unescape(found[1]).strip()


def summary_of(response: TestResponse) -> str:
    found = re.search(r'id="error-summary".*?</div>', response.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""


def token_in(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', response.text)
    assert found, "no form"
    return unescape(found[1])
