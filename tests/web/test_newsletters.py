"""The editors' pages of newsletters, and a newsletter on the web, as a browser without script reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.models.activity import Job
from app.models.base import db, transaction
from app.models.people import Person
from app.models.roles import Role
from app.models.subscription import Delivery, DeliveryState, Newsletter
from app.services.newsletters.circulating import Issue, change_newsletter, create_newsletter
from app.services.newsletters.mailing import start_newsletter
from tests.builders import a_person
from tests.gatherings import a_subscriber
from tests.signing import sign_in
from tests.web.consultation_forms import send
from tests.words_on_pages import words_of

NEWSLETTERS = "/en/manage/newsletters"
FILLED = {
    "slug": "2030-02-10",
    "rate": "600",
    "changes": "0",
    "title_en": "What came of it",
    "source_en": "Read **this**, [the draft](https://example.org/draft).",
    "title_lv": "Kas no tā iznāca",
    "source_lv": "Lasiet **šo**.",
}
WORDS = Issue(
    FILLED["slug"],
    {"en": FILLED["title_en"], "lv": FILLED["title_lv"]},
    {"en": FILLED["source_en"], "lv": FILLED["source_lv"]},
)


@pytest.fixture
def newsletter(editor: Person) -> Newsletter:
    return create_newsletter(WORDS, by=editor, at=datetime.now(UTC))


def page_of(newsletter: Newsletter, place: str = "") -> str:
    return f"{NEWSLETTERS}/{newsletter.id}{place}"


def only_newsletter() -> Newsletter:
    return db.session.scalars(select(Newsletter).execution_options(populate_existing=True)).one()


def started(newsletter: Newsletter, editor: Person) -> Newsletter:
    start_newsletter(newsletter, expected_changes=newsletter.changes, by=editor, at=datetime.now(UTC))
    return newsletter


# ---------------------------------------------------------------- writing


@pytest.mark.usefixtures("editor")
def test_an_editor_writes_a_newsletter_in_two_languages(client: FlaskClient) -> None:
    answer = send(client, f"{NEWSLETTERS}/new", **FILLED)
    newsletter = only_newsletter()
    assert answer.status_code == 303
    assert answer.location == page_of(newsletter)
    assert newsletter.titles == WORDS.titles
    assert newsletter.sources == WORDS.sources
    assert "Saved. Only editors see it until it is sent." in client.get(answer.location).text
    assert "Draft English, Latvian" in words_of(client.get(NEWSLETTERS))


@pytest.mark.usefixtures("editor")
def test_what_cannot_be_saved_comes_back_with_every_word(client: FlaskClient) -> None:
    answer = send(client, f"{NEWSLETTERS}/new", **{**FILLED, "slug": "Ā", "rate": "many"})
    assert answer.status_code == 422
    assert "Use small letters, digits and single hyphens only" in words_of(answer)
    assert "Write a number from 1 to 6,000." in words_of(answer)
    for words in (FILLED["title_lv"], FILLED["source_en"], "many"):
        assert words in unescape(answer.text)
    assert db.session.scalars(select(Newsletter)).all() == []


@pytest.mark.usefixtures("editor")
def test_without_a_title_in_any_language_the_field_says_so(client: FlaskClient) -> None:
    answer = send(client, f"{NEWSLETTERS}/new", **{**FILLED, "title_en": "", "title_lv": " "})
    assert answer.status_code == 422
    assert 'href="#title_en">Write the title, in one language at least.' in answer.text


def test_two_editors_are_told_of_each_other_and_lose_no_word(
    client: FlaskClient, newsletter: Newsletter
) -> None:
    other, theirs = a_person(Role.EDITOR), Issue(WORDS.slug, {"en": "Theirs"}, {"en": "Their words."})
    change_newsletter(newsletter, theirs, expected_changes=0, by=other, at=datetime.now(UTC))
    mine = {**FILLED, "title_en": "Mine", "source_en": "My words."}
    answer = send(client, page_of(newsletter), **mine)
    assert answer.status_code == 422
    words = unescape(answer.text)
    for kept in ("Mine", "My words.", "Theirs", "Their words.", "Somebody else has changed this newsletter"):
        assert kept in words
    assert only_newsletter().titles == {"en": "Theirs"}
    changes = re.search(r'name="changes"[^>]*value="(\d+)"', answer.text)
    assert changes
    assert send(client, page_of(newsletter), **{**mine, "changes": changes[1]}).status_code == 303
    assert only_newsletter().titles["en"] == "Mine"


# ---------------------------------------------------------------- preview and test


@pytest.mark.parametrize(("language", "words"), [("en", "Read this, the draft"), ("lv", "Lasiet šo.")])
def test_the_preview_shows_the_letter_as_it_will_be_mailed(
    client: FlaskClient, newsletter: Newsletter, language: str, words: str
) -> None:
    page = client.get(page_of(newsletter, f"/preview/{language}"))
    assert words in words_of(page)
    assert f"http://localhost/{language}/newsletter/2030-02-10" in words_of(page)
    frame = re.search(r'<iframe[^>]*src="([^"]+)"', page.text)
    assert frame
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    letter = client.get(frame[1])
    assert f"<h1>{WORDS.titles[language]}</h1>" in letter.text
    policy = letter.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy


def test_there_is_no_preview_in_a_language_that_is_not_whole(
    client: FlaskClient, newsletter: Newsletter
) -> None:
    assert client.get(page_of(newsletter, "/preview/fr")).status_code == 404
    assert client.get(page_of(newsletter, "/preview/nonsense")).status_code == 404


def test_a_test_is_sent_to_oneself(client: FlaskClient, newsletter: Newsletter, editor: Person) -> None:
    answer = send(client, page_of(newsletter, "/preview/en"), page_of(newsletter, "/test"), language="lv")
    assert answer.location == page_of(newsletter, "/preview/lv")
    assert f"A test is on its way to {editor.email}." in words_of(client.get(answer.location))
    [job] = db.session.scalars(select(Job).where(Job.name == "letter"))
    assert job.payload == {
        "letter": "newsletter_test",
        "newsletter_id": newsletter.id,
        "person_id": editor.id,
        "language": "lv",
    }


# ---------------------------------------------------------------- sending


def test_before_it_is_sent_the_editor_sees_how_many_will_get_it(
    client: FlaskClient, newsletter: Newsletter
) -> None:
    for language in ("en", "en", "lv", "nb"):
        a_subscriber(language=language)
    words = words_of(client.get(page_of(newsletter, "/send")))
    assert "English 3 Latvian 1 Together 4" in words
    assert "Send 4 letters" in words
    answer = send(client, page_of(newsletter, "/send"), changes="0")
    assert answer.location == page_of(newsletter, "/progress")
    words = words_of(client.get(answer.location))
    assert "Being sent" in words
    assert "0 of 4 letters are settled." in words
    assert "Still to be sent 4" in words
    assert client.get(page_of(newsletter)).location == page_of(newsletter, "/progress")


def test_what_was_changed_meanwhile_is_looked_at_again_before_it_is_sent(
    client: FlaskClient, newsletter: Newsletter
) -> None:
    answer = send(client, page_of(newsletter, "/send"), changes="7")
    assert answer.status_code == 422
    assert "Look at it again before you send it." in words_of(answer)
    assert only_newsletter().started_at is None


def test_what_is_half_written_has_no_button_to_send(client: FlaskClient, newsletter: Newsletter) -> None:
    send(client, page_of(newsletter), **{**FILLED, "source_lv": ""})
    page = client.get(page_of(newsletter, "/send"))
    assert "Title or text is missing in: Latvian." in words_of(page)
    assert '<button type="submit" class="ds-button" data-variant="primary">' not in page.text


def test_an_editor_pauses_and_goes_on(client: FlaskClient, newsletter: Newsletter, editor: Person) -> None:
    a_subscriber()
    started(newsletter, editor)
    progress, pause = page_of(newsletter, "/progress"), page_of(newsletter, "/pause")
    assert send(client, progress, pause, act="pause").location == progress
    assert "Paused" in words_of(client.get(progress))
    assert only_newsletter().paused_at is not None
    send(client, progress, pause, act="continue")
    assert only_newsletter().paused_at is None


def test_uncertain_letters_are_listed_and_sent_again_by_a_button(
    client: FlaskClient, newsletter: Newsletter, editor: Person
) -> None:
    readers = [a_subscriber() for _number in range(3)]
    started(newsletter, editor)
    with transaction():
        db.session.execute(update(Delivery).values(state=DeliveryState.UNCERTAIN))
    progress, again = page_of(newsletter, "/progress"), page_of(newsletter, "/again")
    page = client.get(progress)
    assert "Uncertain 3" in words_of(page)
    for reader in readers:
        assert reader.email in words_of(page)
    answer = send(client, progress, again)
    assert answer.status_code == 422
    assert "Choose the letters that go out again." in words_of(answer)
    chosen = re.findall(r'name="delivery" value="(\d+)"', page.text)[:2]
    assert send(client, progress, again, delivery=chosen).location == progress
    words = words_of(client.get(progress))
    assert "2 letters go out again." in words
    assert "Uncertain 1" in words


# ---------------------------------------------------------------- for everybody


def test_everybody_reads_on_the_web_what_was_sent(
    client: FlaskClient, app: Flask, newsletter: Newsletter, editor: Person
) -> None:
    visitor = app.test_client()
    assert visitor.get("/en/newsletter/2030-02-10").status_code == 404
    started(newsletter, editor)
    page = visitor.get("/lv/newsletter/2030-02-10")
    assert page.status_code == 200
    assert "<p>Lasiet <strong>šo</strong>.</p>" in page.text
    in_english = visitor.get("/fr/newsletter/2030-02-10").text
    assert '<div lang="en" dir="ltr">' in in_english
    assert "Read <strong>this</strong>" in in_english
    assert "/en/newsletter/2030-02-10" in visitor.get("/en/newsletter").text


@pytest.mark.parametrize("place", ["", "/preview/en", "/preview/en/html", "/send", "/progress"])
def test_who_edits_in_one_country_does_not_see_newsletters(
    app: Flask, newsletter: Newsletter, place: str
) -> None:
    browser = app.test_client()
    sign_in(browser, a_person(Role.EDITOR, country="NO"))
    assert browser.get(page_of(newsletter, place)).status_code == 403
    assert browser.get(NEWSLETTERS).status_code == 403
    assert browser.get(f"{NEWSLETTERS}/new").status_code == 403
