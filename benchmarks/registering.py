"""People registering for workshops that fill up, beside comments posted and commits of such a row alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from app.models.base import db, transaction
from app.models.workshop import Registration, RegistrationState, Workshop
from app.web.forms import visitor_tokens
from benchmarks.figures import Figure, Report
from benchmarks.load import post
from benchmarks.posting import Poster, RawCommits, posting_server
from benchmarks.rounds import Pace, Rounds, middle, ratio, take_turns, tell
from benchmarks.site import SECRET, Site, opened

TOPIC = "Registering for a workshop, committed durably"
UNIT = "registrations/s"
PEOPLE = 120  # who come to one workshop, one after the other, and at once
PLACES = 100
WORKSHOPS = 150  # more than are ever filled
PEOPLE_A_NETWORK = 40  # fewer than a network may register in ten minutes
MEASURED = "measured"
OVERFULL = """
SELECT count(*) FROM (
  SELECT w.id, w.places, w.line_length,
    sum(r.state = 'confirmed') AS confirmed, sum(r.state = 'waiting') AS waiting,
    count(DISTINCT r.place_in_line) AS in_line, max(r.place_in_line) AS last
  FROM workshop w JOIN registration r ON r.workshop_id = w.id GROUP BY w.id
) WHERE confirmed > places OR (waiting > 0 AND confirmed < places)
  OR waiting <> in_line OR waiting <> line_length OR waiting <> coalesce(last, 0)
"""


def measure_registering(small: Site, pace: Pace, folder: Path) -> Report:
    """How many people a second get a place, or one in line, with all that the site does for each."""
    site = small.copy_to(folder / "registering")
    _add_workshops(site)
    raw = RawCommits(site.copy_to(folder / "raw"), "registration", ("number", "form_digest"))
    with ExitStack() as stack:
        server = stack.enter_context(posting_server(site))
        tell("  filling in forms")
        registrar = Poster(server.port, pace, _forms())
        poster = Poster(server.port, pace)
        with closing(raw):
            runs = {
                "register": registrar.send,
                "post": poster.send,
                "raw": lambda: raw.commit(pace.seconds),
            }
            measured = take_turns(runs, pace)
    _assert_seated(site, registrar.accepted)
    remark = f"All {registrar.accepted:,} acknowledged registrations are there; no workshop has one too many."
    return Report(_figures(measured), [remark])


def _forms() -> Iterator[str]:
    """Requests that register one person each, as browsers in many networks would send them."""
    token = visitor_tokens(SECRET)
    for number in range(WORKSHOPS * PEOPLE):
        network = number // PEOPLE_A_NETWORK
        form = {
            "csrf_token": token(),
            "name": f"Ilze Kalniņa {number}",
            "email": f"someone-{number}@example.org",
            "organisation": "Makers",
            "accessibility": "",
            "diet": "No nuts" if number % 4 == 0 else "",
            "consent": "y",
            "website": "",
        }
        yield post(
            f"/en/workshops/{MEASURED}-{number // PEOPLE}",
            urlencode(form),
            Content_Type="application/x-www-form-urlencoded",
            Sec_Fetch_Site="same-origin",
            X_Forwarded_For=f"10.{128 + network // 256 % 128}.{network % 256}.7",
        )


def _add_workshops(site: Site) -> None:
    """Workshops of a hundred places, and one more that knows somebody already."""
    at = datetime.now(UTC)
    with opened(site), transaction():
        workshops = [_workshop(f"{MEASURED}-{number}", at) for number in range(WORKSHOPS)]
        known = _workshop("known", at)
        db.session.add_all([*workshops, known])
        db.session.flush()
        db.session.add(_registration(known, at))


def _workshop(slug: str, at: datetime) -> Workshop:
    starts_at = at + timedelta(days=10)
    return Workshop(
        slug=slug,
        consultation_id=1,
        titles={"en": "Workshop"},
        zone="Europe/Riga",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        register_by=starts_at - timedelta(days=3),
        working_language="en",
        places=PLACES,
        created_at=at,
        changed_at=at,
        published_at=at,
    )


def _registration(workshop: Workshop, at: datetime) -> Registration:
    return Registration(
        workshop_id=workshop.id,
        number="KNOWN",
        secret_digest="0" * 64,
        form_digest="0" * 64,
        state=RegistrationState.CONFIRMED,
        name="Ilze Kalniņa",
        email="someone@example.org",
        organisation="Makers",
        language="en",
        consented_at=at,
        privacy_notice_version=1,
        registered_at=at,
        changed_at=at,
    )


def _assert_seated(site: Site, accepted: int) -> None:
    """Raises AssertionError unless everybody is there once, and every workshop is as its places allow."""
    with closing(sqlite3.connect(site.database_file)) as database:
        [registered] = database.execute("SELECT count(DISTINCT email) FROM registration").fetchone()
        [rows] = database.execute("SELECT count(*) FROM registration").fetchone()
        [wrong] = database.execute(OVERFULL).fetchone()
    assert (registered, rows, wrong) == (accepted + 1, accepted + 1, 0), (accepted, registered, rows, wrong)


def _figures(measured: Rounds) -> list[Figure]:
    return [
        Figure(
            TOPIC, "a registration", middle(measured, "register"), UNIT, "comments posted",
            middle(measured, "post"), ratio(measured, "register", "post"),
        ),
        Figure(
            TOPIC, "the same", middle(measured, "register"), UNIT, "raw durable commits of one such row",
            middle(measured, "raw"), ratio(measured, "register", "raw"),
        ),
    ]  # fmt: skip
