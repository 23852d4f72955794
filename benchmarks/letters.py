"""Letters of a newsletter handed to a mail server, beside the same message sent by SMTP and nothing else."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from app.adapters import adapter
from app.letters.newsletters import sample_newsletter
from app.letters.post import Post
from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Role
from app.models.subscription import Delivery, DeliveryState, Newsletter, Subscriber, Subscription, Topic
from app.services.comments.receipts import secret_of
from app.services.newsletters.circulating import Issue, create_newsletter
from app.services.newsletters.mailing import start_newsletter
from app.services.people.appointing import appoint
from app.services.subscriptions.notifying import Letter
from app.services.text import digest_of
from benchmarks.figures import Figure, Report
from benchmarks.load import HOST
from benchmarks.rounds import Pace, Rounds, middle, ratio, take_turns
from benchmarks.servers import free_port
from benchmarks.site import SECRET, Site, opened

TOPIC = "Sending a newsletter, each letter noted durably before and after"
UNIT = "letters/s"
READERS_A_SECOND = 400  # more than are ever reached
NO_RATE = 10**9
SECONDS_TO_START = 60
WORDS = (
    "## What changed\n\n" + "We read **every** comment, and [answered](https://example.org) them.\n\n" * 12
)
SENDER = "consult@example.org"


def measure_letters(small: Site, pace: Pace, folder: Path) -> Report:
    """How many letters a second leave, with all that is kept of each."""
    site = small.copy_to(folder / "letters")
    with _mail_server(folder / "mail.log") as port, opened(site):
        newsletter = _newsletter(int(READERS_A_SECOND * pace.seconds * pace.rounds))
        mail = adapter("mail", "smtp").create(f"smtp://{HOST}:{port}?from={SENDER}&tls=none")
        letter = _one_letter(newsletter)
        with closing(smtplib.SMTP(HOST, port)) as bare:
            runs = {
                "newsletter": _sent(Post(), mail, pace.seconds),
                "carrier": lambda: _rate(lambda: mail.send(letter), pace.seconds),
                "bare": _sent_bare(bare, letter, pace.seconds),
            }
            measured = take_turns(runs, pace)
        sent = _sent_once(newsletter)
    return Report(_figures(measured), [f"All {sent:,} letters that were taken are noted as sent, once each."])


def _figures(measured: Rounds) -> list[Figure]:
    beside = "the same words by smtplib alone"
    return [
        Figure(
            TOPIC, "a newsletter’s letters", middle(measured, "newsletter"), UNIT, beside,
            middle(measured, "bare"), ratio(measured, "newsletter", "bare"),
        ),
        Figure(
            TOPIC, "letters in text and HTML, not noted", middle(measured, "carrier"), UNIT, beside,
            middle(measured, "bare"), ratio(measured, "carrier", "bare"),
        ),
    ]  # fmt: skip


def _sent(post: Post, mail: object, seconds: float) -> Callable[[], float]:
    def run() -> float:
        begun, sent = time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            taken = post.send_some(mail, datetime.now(UTC))  # type: ignore[arg-type]  # an adapter, by its name
            assert taken, "there are too few readers"
            sent += taken
            db.session.remove()
        return sent / (time.monotonic() - begun)

    return run


def _sent_bare(server: smtplib.SMTP, letter: Letter, seconds: float) -> Callable[[], float]:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, letter.to, letter.subject
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    written = message.as_bytes()
    return lambda: _rate(lambda: server.sendmail(SENDER, [letter.to], written), seconds)


def _rate(act: Callable[[], object], seconds: float) -> float:
    begun, done = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        act()
        done += 1
    return done / (time.monotonic() - begun)


def _newsletter(readers: int) -> Newsletter:
    at = datetime.now(UTC)
    editor: Person = appoint("letters@example.org", Role.EDITOR, at, name="An editor", language="en")
    issue = Issue("measured", {"en": "What became of your comments"}, {"en": WORDS})
    newsletter = create_newsletter(issue, by=editor, at=at)
    with transaction():
        db.session.add_all(_reader(number, at) for number in range(readers))
        newsletter.rate = NO_RATE
    start_newsletter(newsletter, expected_changes=newsletter.changes, by=editor, at=at)
    return newsletter


def _reader(number: int, at: datetime) -> Subscriber:
    name = f"M{number:011d}"
    wish = Subscription(topic=Topic.NEWSLETTER, language="en", asked_at=at, confirmed_at=at)
    return Subscriber(
        email=f"reader-{number}@example.org",
        language="en",
        number=name,
        secret_digest=digest_of(secret_of(name, SECRET)),
        asked_at=at,
        subscriptions=[wish],
    )


def _one_letter(newsletter: Newsletter) -> Letter:
    with current_app.test_request_context(base_url="http://localhost"):
        letter = sample_newsletter(newsletter, "en", datetime.now(UTC))
    return replace(letter, to="reader@example.org", message_id="measured")


def _sent_once(newsletter: Newsletter) -> int:
    """How many were sent; raises AssertionError when one is neither sent nor waiting."""
    counted = select(Delivery.state, func.count()).where(Delivery.newsletter_id == newsletter.id)
    states: dict[str, int] = dict(iter(db.session.execute(counted.group_by(Delivery.state))))
    assert set(states) <= {DeliveryState.SENT, DeliveryState.WAITING}, states
    return int(states[DeliveryState.SENT])


@contextmanager
def _mail_server(log: Path) -> Iterator[int]:
    """A mail server in a process of its own that takes everything and keeps nothing."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"{HOST}:{port}", "-c", "aiosmtpd.handlers.Sink"]
    with log.open("ab") as said:
        server = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(SECONDS_TO_START)


def _wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            smtplib.SMTP(HOST, port).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
