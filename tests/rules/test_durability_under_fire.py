"""The whole site killed while comments come in: what was acknowledged is kept, and nothing is doubled."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from app.models.base import db
from app.models.comment import Comment, Submission
from app.services.activity import verify_chain
from app.web.forms import visitor_tokens
from tests.conftest import SECRET
from tests.live_site import LiveSite, inside, is_listening, live_site, wait_until

FORM = "/en/consultations/innovation/comments/new"
COPIES = 2000
SECONDS_OF_WRITING = 2.1
SENDERS = 4
SECONDS_BEFORE = 1.5
AT_LEAST = 20
PATIENCE = 60
RECEIPT = re.compile(r"/en/receipts/([0-9A-Z-]+)\?secret=")


@pytest.fixture
def site(bare_database: str, tmp_path: Path) -> Iterator[LiveSite]:
    with live_site(tmp_path, DATABASE_URL=bare_database) as site:
        yield site


def test_a_killed_site_has_lost_and_doubled_nothing_that_it_acknowledged(site: LiveSite) -> None:
    forms = _forms(COPIES)
    tried, acknowledged = _fire_and_kill(site, forms)
    assert len(acknowledged) >= AT_LEAST, "the site was killed before it took comments"
    site.start()
    site.wait_until_open()
    assert _kept(site).items() >= acknowledged.items()
    unsure = tried - acknowledged.keys()
    again = {number: _send(site, forms[number]) for number in [*unsure, *list(acknowledged)[-AT_LEAST:]]}
    for number, receipt in acknowledged.items():
        assert again.get(number, receipt) == receipt
    assert _kept(site) == {**acknowledged, **again}
    _assert_sound(site)


def test_ten_clicks_on_send_at_once_make_one_comment(site: LiveSite) -> None:
    form = _forms(1)[0]
    with ThreadPoolExecutor(10) as clicks:
        receipts = set(clicks.map(lambda _: _send(site, form), range(10)))
    assert receipts == set(_kept(site).values())
    assert len(receipts) == 1


def _fire_and_kill(site: LiveSite, forms: list[dict[str, str]]) -> tuple[set[int], dict[int, str]]:
    """The numbers of the forms that were sent, and the receipts of those that were answered."""
    tried: set[int] = set()
    acknowledged: dict[int, str] = {}
    is_dead = threading.Event()

    def fire(first: int) -> None:
        for number in range(first, COPIES, SENDERS):
            if is_dead.is_set():
                return
            tried.add(number)
            try:
                acknowledged[number] = _send(site, forms[number])
            except (OSError, HTTPException):
                return

    with ThreadPoolExecutor(SENDERS) as senders:
        running = [senders.submit(fire, first) for first in range(SENDERS)]
        until = time.monotonic() + PATIENCE
        time.sleep(SECONDS_BEFORE)
        while len(acknowledged) < 2 * AT_LEAST and time.monotonic() < until:
            time.sleep(0.05)
        site.kill()
        is_dead.set()
        wait_until(lambda: not is_listening(int(site.settings["PORT"])))
        assert not is_listening(int(site.settings["PORT"])), "something of the site lives on"
        for each in running:
            each.result()
    return tried, acknowledged


def _forms(number: int) -> list[dict[str, str]]:
    """Forms filled in, and old enough to be sent: the site believes nobody who writes that fast."""
    new_token = visitor_tokens(SECRET)
    usual = {"name": "Ilze K.", "country": "LV", "capacity": "individual", "consent": "y"}
    forms = [{**usual, "csrf_token": new_token(), "body": f"Under fire {n}."} for n in range(number)]
    time.sleep(SECONDS_OF_WRITING)
    return forms


def _send(site: LiveSite, form: dict[str, str]) -> str:
    """The number of the receipt; every form comes from a network of its own, so that no limit is met."""
    copy = int(re.sub(r"\D", "", form["body"]))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": f"10.{copy // 250}.{copy % 250}.1",
    }
    connection = HTTPConnection("127.0.0.1", int(site.settings["PORT"]), timeout=PATIENCE)
    try:
        connection.request("POST", FORM, urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    assert answer.status == 303, answer.status
    found = RECEIPT.search(answer.headers["Location"])
    assert found, answer.headers["Location"]
    return found[1]


def _kept(site: LiveSite) -> dict[int, str]:
    """The receipt of every form that is in the database; fails when one is there twice."""
    with inside(site.config):
        rows = db.session.execute(
            select(Comment.source, Submission.number)
            .join(Comment.submission)
            .where(Comment.source.startswith("Under fire "))
        ).all()
    kept = {int(re.sub(r"\D", "", source)): number for source, number in rows}
    assert len(kept) == len(rows), "a comment is there twice"
    return kept


def _assert_sound(site: LiveSite) -> None:
    with inside(site.config):
        assert verify_chain() is None
    address = site.config.database_url
    if address.startswith("sqlite:///"):
        connection = sqlite3.connect(address.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
