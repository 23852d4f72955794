"""The sender killed in the middle of a letter to a thousand people: each got exactly one, or is known of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Role
from app.models.subscription import Delivery, DeliveryState, Newsletter, Subscriber, Subscription, Topic
from app.services.comments.receipts import secret_of
from app.services.newsletters.circulating import Issue, create_newsletter
from app.services.newsletters.mailing import send_again, start_newsletter, uncertain_deliveries
from app.services.text import digest_of
from config import Config
from tests.builders import a_person
from tests.conftest import SECRET
from tests.live_site import ROOT, free_port, wait_until, without_settings

PEOPLE = 1000
LETTERS_A_MINUTE = 60_000
BEFORE_THE_LETTER, AFTER_THE_LETTER = 150, 400
FROM_OUTSIDE = 700


@dataclass
class Office:
    """A mail server that takes everything, and at which the sender dies: twice at the worst moments."""

    got: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    sender: subprocess.Popen[bytes] | None = None
    kills: int = 0

    async def handle_RCPT(  # noqa: N802 - its name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.asked += 1
        envelope.rcpt_tos.append(address)
        if self.asked == BEFORE_THE_LETTER:
            self.kill()
        return "250 go on"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its name
        self.got.update(envelope.rcpt_tos)
        if self.got.total() == AFTER_THE_LETTER:
            self.kill()
        return "250 taken"

    def kill(self) -> None:
        """The sender is gone, as when the power fails."""
        assert self.sender is not None
        os.kill(self.sender.pid, signal.SIGKILL)
        self.kills += 1


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    server = Controller(office, hostname="127.0.0.1", port=free_port())
    server.start()
    yield int(server.port)
    server.stop()


def test_a_killed_sender_leaves_nobody_with_two_letters_and_nobody_forgotten(
    app: object, config: Config, office: Office, port: int, tmp_path: Path
) -> None:
    editor = a_person(Role.EDITOR)
    newsletter = _newsletter_to(PEOPLE, editor)
    assert _send(office, config, port, tmp_path) == -signal.SIGKILL  # before the letter
    assert _send(office, config, port, tmp_path) == -signal.SIGKILL  # after it, before the answer
    assert _send(office, config, port, tmp_path, kill_after=FROM_OUTSIDE) == -signal.SIGKILL
    assert _send(office, config, port, tmp_path) == 0
    by_state = _addresses_by_state()
    sent, uncertain = by_state[DeliveryState.SENT], by_state.get(DeliveryState.UNCERTAIN, set())
    assert len(sent) + len(uncertain) == PEOPLE
    assert {address: office.got[address] for address in sent if office.got[address] != 1} == {}
    assert {address for address in uncertain if office.got[address] > 1} == set()
    assert {one.subscriber.email for one in uncertain_deliveries(newsletter) if one.subscriber} == uncertain
    # One letter for each time that the sender died, of which at least these two are certain to be uncertain.
    assert 2 <= len(uncertain) <= office.kills == 3

    chosen = [one.id for one in uncertain_deliveries(newsletter)]
    send_again(newsletter, chosen, by=editor, at=datetime.now(UTC))
    assert _send(office, config, port, tmp_path) == 0
    assert {state: len(addresses) for state, addresses in _addresses_by_state().items()} == {"sent": PEOPLE}
    assert len(office.got) == PEOPLE
    assert office.got.total() <= PEOPLE + len(uncertain)


def _newsletter_to(number: int, editor: Person) -> Newsletter:
    issue = Issue("fire", {"en": "A letter"}, {"en": "Words for everybody."}, rate=6_000)
    newsletter = create_newsletter(issue, by=editor, at=datetime.now(UTC))
    with transaction():
        db.session.add_all(_subscriber(one) for one in range(number))
        newsletter.rate = LETTERS_A_MINUTE  # what is asked here does not hang on it
    start_newsletter(newsletter, expected_changes=0, by=editor, at=datetime.now(UTC))
    return newsletter


def _subscriber(number: int) -> Subscriber:
    name, at = f"S{number:011d}", datetime.now(UTC)
    usual = {"topic": Topic.NEWSLETTER, "language": "en", "asked_at": at, "confirmed_at": at}
    return Subscriber(
        email=f"reader-{number}@example.org",
        language="en",
        number=name,
        secret_digest=digest_of(secret_of(name, SECRET)),
        asked_at=at,
        subscriptions=[Subscription(**usual)],
    )


def _send(office: Office, config: Config, port: int, folder: Path, *, kill_after: int | None = None) -> int:
    """The worker runs until nothing is due or it is killed; answers what it ended with."""
    settings = {
        "SECRET_KEY": config.secret_key,
        "DATABASE_URL": config.database_url,
        "DATA_DIR": str(config.data_dir),
        "BASE_URL": config.base_url,
        "MAIL_URL": f"smtp://127.0.0.1:{port}?from=consult@example.org&tls=none",
    }
    with (folder / "said.txt").open("ab") as said:
        office.sender = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "work", "--once"],
            cwd=ROOT,
            env={**without_settings(os.environ), **settings},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    if kill_after is not None:
        wait_until(lambda: office.got.total() >= kill_after)
        office.kill()
    return office.sender.wait(300)


def _addresses_by_state() -> dict[str, set[str]]:
    db.session.rollback()
    found: dict[str, set[str]] = {}
    chosen = select(Delivery.state, Subscriber.email).join(Delivery.subscriber)
    for state, email in db.session.execute(chosen):
        found.setdefault(state, set()).add(email)
    return found
