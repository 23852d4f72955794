"""Chromium, and the site as it ships for it to open; every page is watched for what must not happen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import current_app
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from app.models.base import db
from app.models.consultation import Consultation
from app.models.people import Person
from app.models.roles import Role
from app.services.people.accounts import begin_sign_in, person_with_email
from app.services.people.links import Purpose, link_token
from app.web.forms import SESSION_TOKEN
from tests.builders import a_consultation, a_draft, a_person
from tests.conftest import SECRET
from tests.live_site import LiveSite, inside, late_site

MILLISECONDS_OF_PATIENCE = 60_000
expect.set_options(timeout=MILLISECONDS_OF_PATIENCE)  # a machine may do much else meanwhile
# What somebody began to write is found again by it.
COOKIES_OF_VISITORS = {"innspill_sitting"}
TEXTS = ("Everybody may try new ways.", "What was learned is published.", "Nobody is blamed for trying.")
TELL_OF_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy broken: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
OpenPage = Callable[..., Page]
PageOf = Callable[..., Page]
_networks = count(1)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Chromium as it is installed on this machine."""
    return {
        "executable_path": os.environ.get("CHROMIUM") or "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[LiveSite]:
    """The site with its example, in the state in which earlier tests left it."""
    with late_site(tmp_path_factory.mktemp("site"), pytestconfig.getoption("--late")) as site:
        yield site


@pytest.fixture
def within(site: LiveSite) -> Iterator[None]:
    """Builders and services work on the site's own database."""
    with inside(site.config):
        yield


@pytest.fixture
def slug(within: None) -> str:
    """An open consultation of this test's own, in English and Latvian, with three paragraphs."""
    return consultation_of_ones_own().slug


@pytest.fixture
def editor(within: None) -> Person:
    """An editor of all consultations."""
    return a_person(Role.EDITOR, at=datetime.now(UTC))


@pytest.fixture
def open_page(browser: Browser, site: LiveSite) -> Iterator[OpenPage]:
    """Opens a browser of its own, as a new visitor; options are those of a browser context.

    The test fails when a page complains, breaks the content security policy or asks another host.
    """
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        headers = {"X-Forwarded-For": f"10.{os.getpid() % 250}.{next(_networks) % 250}.1"}
        usual: dict[str, Any] = {"base_url": site.address, "locale": "en-GB", "extra_http_headers": headers}
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(MILLISECONDS_OF_PATIENCE)
        _watch(context, site.address, complaints)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page_of(open_page: OpenPage, site: LiveSite, within: None) -> PageOf:
    """Opens a browser in which the person is signed in; options are those of `open_page`."""

    def opened(person: Person, **options: Any) -> Page:
        page = open_page(**options)
        sign_in(page.context, person, site)
        return page

    return opened


@pytest.fixture
def visitor(open_page: OpenPage) -> Iterator[Page]:
    """A visitor's browser, which must have no cookie in the end but that of what is not sent."""
    page = open_page()
    yield page
    assert {cookie.get("name") for cookie in page.context.cookies()} <= COOKIES_OF_VISITORS


@pytest.fixture
def visitor_without_script(open_page: OpenPage) -> Iterator[Page]:
    """A visitor's browser that runs no script; for cookies as of `visitor`."""
    page = open_page(java_script_enabled=False)
    yield page
    assert {cookie.get("name") for cookie in page.context.cookies()} <= COOKIES_OF_VISITORS


def consultation_of_ones_own(**changes: Any) -> Consultation:
    """A consultation in the site's database that no other test knows."""
    at = datetime.now(UTC)
    usual: dict[str, Any] = {
        "titles": {"en": "Declaration on trying", "lv": "Deklarācija par mēģināšanu"},
        "bodies": {},
        "at": at,
    }
    consultation = a_consultation(**{**usual, **changes})
    a_draft(consultation, texts=TEXTS, languages=("en", "lv"), at=at)
    return consultation


def sign_in_address(email: str, lang: str = "en") -> str:
    """A link, without the host, by which the person signs in once."""
    db.session.rollback()  # the site may have signed the person in since we last looked
    person = person_with_email(email)
    assert person is not None, email
    return address_for(person, lang)


def sign_in(context: BrowserContext, person: Person, site: LiveSite) -> None:
    """The browser has the person's session, as if by a link; needs the fixture `within`."""
    signer = SecureCookieSessionInterface().get_signing_serializer(current_app)
    assert signer
    session = {SESSION_TOKEN: begin_sign_in(person, datetime.now(UTC))}
    context.add_cookies([{"name": "innspill", "value": str(signer.dumps(session)), "url": site.address}])


def assert_without_barriers(page: Page, where: str = "") -> None:
    """The page as it stands breaks no rule of WCAG 2.2 AA that axe can check."""
    page.wait_for_load_state()
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"


def address_for(person: Person, lang: str = "en") -> str:
    """A link, without the host, by which the person signs in once."""
    return f"/{lang}/links/{link_token(person, Purpose.SIGN_IN, SECRET, datetime.now(UTC))}"


def _watch(context: BrowserContext, address: str, complaints: list[str]) -> None:
    own = urlsplit(address).netloc

    def see_message(message: ConsoleMessage) -> None:
        # Refused pages are refused on purpose; what a page asks for is watched below.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            complaints.append(f"{message.type}: {message.text}")

    def see_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != own:
            complaints.append(f"asked another host: {request.url}")

    def see_answer(response: Response) -> None:
        is_form = response.request.is_navigation_request() or "x-fragment" in response.request.headers
        if response.status >= 400 and not is_form:
            complaints.append(f"{response.status}: {response.url}")
        if response.status >= 500:
            complaints.append(f"{response.status}: {response.url}")

    context.add_init_script(TELL_OF_POLICY)
    context.on("console", see_message)
    context.on("request", see_request)
    context.on("response", see_answer)
    context.on("weberror", lambda error: complaints.append(f"script failed: {error.error}"))
