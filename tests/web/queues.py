"""The queue of a charter's comments, read and worked through as moderators do."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.comment import Comment

QUEUE = "/en/moderation/charter"


def comments_on(response: TestResponse) -> list[int]:
    """The numbers of the comments on the page, in order."""
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', response.text)]


def page_of_comment(comment: Comment, query: str = "") -> str:
    """The address of the comment's own page."""
    return f"/en/moderation/comments/{comment.id}{query}"


def send(
    client: FlaskClient, comment: Comment, to_state: str, query: str = "", **fields: Any
) -> TestResponse:
    """Presses a button of the comment’s form as it stands on the page."""
    path = page_of_comment(comment, query)
    return client.post(path, data={**hidden_in(client.get(path)), "to_state": to_state, **fields})


def hidden_in(page: TestResponse) -> dict[str, str]:
    """What the page’s form sends without being seen."""
    return dict(re.findall(r'name="(csrf_token|changes)"[^>]*value="([^"]*)"', page.text))


def way(page: TestResponse, words: str) -> str:
    """Where the page’s link of these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>{words}</a>', page.text)
    assert found, words
    return found[1].replace("&amp;", "&")
