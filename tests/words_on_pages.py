"""What stands on a page, as a browser without script gets it: its words, its fields, its problems."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse


def words_of(response: TestResponse) -> str:
    """The words of the page's main part."""
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return words_in("<main" + main)


def all_words_of(response: TestResponse) -> str:
    """All visible words of the page, of its head and foot too."""
    return words_in(re.sub(r"<(script|style|title)\b.*?</\1>", " ", response.text, flags=re.DOTALL))


def words_in(html: str) -> str:
    """The words without mark-up."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def value_of(response: TestResponse, name: str) -> str:
    """What stands in the field of that name."""
    box = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', response.text)
    if box:
        return unescape(box[1])
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*([^<]*)</textarea>', response.text)
    assert area, name
    return unescape(area[1]).strip()


def summary_of(response: TestResponse) -> str:
    """The words of the error summary; none when there is none."""
    found = re.search(r'id="error-summary".*?</div>', response.text, re.DOTALL)
    return words_in(found[0]) if found else ""


def token_in(response: TestResponse) -> str:
    """The token of the page's first form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', response.text)
    assert found, "no form"
    return unescape(found[1])
