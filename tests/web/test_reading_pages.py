"""What holds for every page that is read, the list of consultations, the outcome, and signs for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.i18n import page_languages
from app.models.base import db, transaction
from app.models.comment import State
from app.models.consultation import Consultation, Outcome
from app.models.draft import Version
from app.models.roles import Role
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import NOON
from tests.signing import sign_in
from tests.stopped_clock import clock
from tests.web.readers import DRAFT, Page, consultation, page

__all__ = ["clock", "consultation"]


# Every page


ADDRESSES = ["/en/", DRAFT, f"{DRAFT}/versions/1", "/en/accessibility", "/en/privacy"]


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", [*ADDRESSES, "/en/nothing-here"])
def test_every_page_has_a_title_one_h1_a_language_and_ids_of_its_own(
    client: FlaskClient, address: str
) -> None:
    found = Page(client.get(address).text)
    ids = [attributes["id"] for _tag, attributes in found.elements if "id" in attributes]
    assert found.text("title").endswith("Innspill")
    assert len(found.all("h1")) == 1
    assert found.all("html")[0]["lang"] == "en"
    assert len(ids) == len(set(ids))


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_gets_no_cookie(client: FlaskClient, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_has_script_or_style_inside_it(client: FlaskClient, address: str) -> None:
    found = page(client, address)
    run = [script for script in found.all("script") if script.get("type") != "application/ld+json"]
    assert all("src" in script for script in run)
    assert found.all("style") == []
    assert not [tag for tag, attributes in found.elements if "style" in attributes]


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_itself_in_the_other_languages(client: FlaskClient, address: str) -> None:
    offered = [link["href"] for link in page(client, address).all("a") if "hreflang" in link]
    assert offered == [address.replace("/en/", f"/{code}/", 1) for code in page_languages()]


def test_the_bare_address_leads_to_the_language_that_the_browser_likes_best(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "xx, en;q=0.5"})
    assert (answer.status_code, answer.location) == (302, "/en/")
    assert "Accept-Language" in answer.headers["Vary"]


def test_visitors_find_the_way_to_sign_in_and_editors_the_way_to_their_work(client: FlaskClient) -> None:
    assert "Sign in" in page(client, "/en/").text("footer")
    sign_in(client, a_person(Role.EDITOR))
    found = page(client, "/en/")
    assert found.text("nav", class_="site-nav") == "Consultations Intake Manage Workshops Account"
    assert "Sign in" not in found.text("footer")


# The list


def test_the_list_says_what_is_open_coming_and_closed_and_for_how_long(client: FlaskClient) -> None:
    day = timedelta(days=1)
    closes = datetime(2030, 2, 22, 22, 59, tzinfo=UTC)
    a_consultation(titles={"en": "Open one"}, closes_at=closes)
    a_consultation(titles={"en": "Coming one"}, opens_at=NOON + 3 * day, closes_at=NOON + 9 * day)
    a_consultation(titles={"en": "Closed one"}, opens_at=NOON - 9 * day, closes_at=NOON - day)
    found = page(client, "/en/")
    assert found.texts("h2") == ["Open", "Coming", "Closed"]
    assert found.texts("h3") == ["Open one", "Coming one", "Closed one"]
    words = found.text("main")
    assert "closes in 12 days, Friday 22 February 2030, 23:59 Paris time" in words
    assert "opens in 3 days, Wednesday 13 February 2030, 13:00 Paris time" in words
    assert "closed, Saturday 9 February 2030, 13:00 Paris time" in words


def test_an_unlisted_consultation_is_seen_by_editors_only(client: FlaskClient) -> None:
    a_draft(a_consultation(slug="hidden", is_listed=False))
    page(client, "/en/consultations/hidden", 404)
    sign_in(client, a_person(Role.EDITOR))
    page(client, "/en/consultations/hidden")


# The outcome


def test_the_outcome_accounts_for_every_comment(
    client: FlaskClient, consultation: Consultation, version: Version
) -> None:
    for state in (State.PUBLISHED, State.PUBLISHED, State.REJECTED, State.WITHDRAWN):
        a_comment(version, state=state)
    with transaction():
        db.session.add(
            Outcome(
                consultation_id=consultation.id, language="en", source="Done.", html="<p>Done.</p>",
                received=4, published=2, published_at=NOON,
            )
        )  # fmt: skip
    found = page(client, f"{DRAFT}/outcome")
    assert found.text("div", class_="report") == "Done."
    rows = ["Waiting 0", "Published 2", "Rejected 1", "Spam 0", "Withdrawn 1", "Erased 0", "Received 4"]
    assert found.texts("tr") == rows


# Signs for machines


def test_the_process_and_the_database_say_that_they_answer(client: FlaskClient) -> None:
    assert (client.get("/health").text, client.get("/ready").text) == ("ok\n", "ready\n")


def test_the_city_of_a_zone_is_named_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert client.get("/en/zones/Europe/Riga").text == "Riga"
    assert client.get("/en/zones/Europe/Nowhere").status_code == 404
