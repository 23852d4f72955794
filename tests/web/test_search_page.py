"""The search page as a visitor without script uses it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models.comment import State
from app.services.search.searching import rebuild
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.histories import a_later_version


def index_all(app: Flask) -> None:
    rebuild(app.extensions["ports"].search)


def ask(client: FlaskClient, lang: str = "en", **question: str) -> TestResponse:
    response = client.get(f"/{lang}/search", query_string=question)
    assert response.status_code == 200
    return response


def main_of(response: TestResponse) -> str:
    return response.text.partition("<main")[2].partition("</main>")[0]


def words_of(fragment: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", fragment)).split())


def hits_of(response: TestResponse) -> list[str]:
    return [words_of(hit) for hit in re.findall(r'<li class="hit.*?</li>', response.text, re.DOTALL)]


def links_of(response: TestResponse) -> list[str]:
    return [unescape(href) for href in re.findall(r'class="hit__name"><a href="([^"]+)"', response.text)]


def heading_of(response: TestResponse) -> str:
    found = re.search(r'<h2 id="hits-title">(.*?)</h2>', response.text, re.DOTALL)
    return words_of(found[1]) if found else ""


def chosen_in(response: TestResponse, name: str) -> list[str]:
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', response.text, re.DOTALL)
    assert select
    return re.findall(r'<option selected value="([^"]*)"', select[0])


def test_without_a_question_the_page_says_what_can_be_looked_for(app: Flask, client: FlaskClient) -> None:
    for question in ({}, {"q": ""}, {"q": " \n "}):
        page = ask(client, **question)
        assert "Look for words in every draft and every published comment." in words_of(main_of(page))
        assert hits_of(page) == []


def test_paragraphs_and_comments_are_listed_with_the_words_marked(app: Flask, client: FlaskClient) -> None:
    consultation = a_consultation(titles={"en": "Harbours of tomorrow"})
    version = a_draft(consultation, texts=("Boats are welcome.", "A harbour is open to all."))
    paragraph = paragraphs_of(version)[1]
    comment = a_comment(version, paragraph, body="Which harbours, and when?", state=State.PUBLISHED)
    whole = a_comment(
        version,
        body="More on the harbours of the north, the south and the islands, please.",
        state=State.PUBLISHED,
    )
    index_all(app)
    page = ask(client, q="Harbour")
    assert heading_of(page) == "3 hits"
    assert sorted(hits_of(page)) == [
        "Comment by Ilze K. on 2 Harbours of tomorrow Which harbours, and when?",
        "Comment by Ilze K. on the whole draft Harbours of tomorrow"
        " More on the harbours of the north, the south and the islands, please.",
        "Paragraph 2 Harbours of tomorrow A harbour is open to all.",
    ]
    assert re.findall(r"<mark>(.*?)</mark>", page.text).count("harbours") == 2
    slug = consultation.slug
    assert sorted(links_of(page)) == [
        f"/en/consultations/{slug}#{paragraph.key}",
        f"/en/consultations/{slug}/comments/new#c-{whole.id}",
        f"/en/consultations/{slug}/paragraphs/{paragraph.key}#c-{comment.id}",
    ]


def test_every_hit_leads_to_a_page_that_has_it(app: Flask, client: FlaskClient) -> None:
    version = a_draft(a_consultation(), texts=("A harbour is open.",), languages=("en", "lv"))
    a_comment(version, paragraphs_of(version)[0], body="Which harbour?", state=State.PUBLISHED)
    a_comment(version, body="All harbours?", state=State.PUBLISHED)
    index_all(app)
    links = links_of(ask(client, q="harbour"))
    assert len(links) == 4
    for link in links:
        address, _hash, anchor = link.partition("#")
        response = client.get(address)
        assert response.status_code == 200
        assert f'id="{anchor}"' in response.text


def test_comments_on_an_earlier_version_are_found_where_they_are_read_now(
    app: Flask, client: FlaskClient
) -> None:
    first = a_draft(a_consultation(), texts=("One is open.", "Two is closed.", "Three is deep."))
    one, two, three = paragraphs_of(first)
    for paragraph in (one, two, three):
        a_comment(first, paragraph, body="Which harbour?", state=State.PUBLISHED)
    a_later_version(first, (f"{one.key} {two.key}", "One is open. Two is closed."))
    index_all(app)
    page = ask(client, q="harbour")
    assert sorted(link.partition("#")[0].rpartition("/")[2] for link in links_of(page)) == [
        one.key, one.key, three.key,
    ]  # fmt: skip
    assert "Comment by Ilze K. on 3 in version 1" in page.text
    for link in links_of(page):
        address, _hash, anchor = link.partition("#")
        assert f'id="{anchor}"' in client.get(address).text


def test_words_written_as_markup_are_shown_and_not_obeyed(app: Flask, client: FlaskClient) -> None:
    written = "<script>alert(1)</script> <b>harbour</b> & “quay”"
    version = a_draft(a_consultation(titles={"en": "<i>Sea</i>"}))
    a_comment(version, body=f"`{written}`", state=State.PUBLISHED, name="<img src=x>")
    index_all(app)
    page = ask(client, q='harbour <script>alert("q")</script>')
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "<i>" not in page.text
    assert "&lt;b&gt;<mark>harbour</mark>&lt;/b&gt; &amp; “quay”" in page.text


def test_texts_in_another_language_than_the_page_say_so(app: Flask, client: FlaskClient) -> None:
    version = a_draft(a_consultation(titles={"en": "Services"}))
    a_comment(version, body="Pakalpojumi visiem.", language="lv", state=State.PUBLISHED)
    a_comment(version, body="שירות לכולם", language="he", state=State.PUBLISHED)
    index_all(app)
    page = ask(client, q="pakalpojums")
    assert hits_of(page) == [
        "Comment by Ilze K. on the whole draft Services · In Latvian Pakalpojumi visiem."
    ]
    assert '<blockquote class="hit__text" lang="lv" dir="ltr"><mark>Pakalpojumi</mark> visiem.' in page.text
    assert 'lang="he" dir="rtl"><mark>שירות</mark> לכולם' in ask(client, q="שירות").text


def test_filters_narrow_the_search_and_stay_chosen(app: Flask, client: FlaskClient) -> None:
    one, other = a_consultation(slug="one"), a_consultation(slug="other")
    for consultation in (one, other):
        version = a_draft(consultation, texts=("A harbour.",), languages=("en", "nb"))
        a_comment(version, body="That harbour.", state=State.PUBLISHED)
    index_all(app)
    assert heading_of(ask(client, q="harbour")) == "6 hits"
    assert heading_of(ask(client, q="harbour", consultation="one")) == "3 hits"
    assert heading_of(ask(client, q="harbour", kind="comment")) == "2 hits"
    assert heading_of(ask(client, q="harbour", language="nb")) == "2 hits"
    page = ask(client, q="harbour", consultation="other", kind="comment", language="en")
    assert heading_of(page) == "1 hit"
    assert [chosen_in(page, name) for name in ("consultation", "kind", "language")] == [
        ["other"],
        ["comment"],
        ["en"],
    ]


def test_a_filter_that_is_not_on_offer_counts_as_not_chosen(app: Flask, client: FlaskClient) -> None:
    a_draft(a_consultation(slug="hidden", is_listed=False), texts=("A harbour.",))
    a_comment(a_draft(a_consultation()), body="That harbour.", state=State.PUBLISHED)
    index_all(app)
    page = ask(client, q="harbour", consultation="hidden", kind="\x00", language="; DROP TABLE")
    assert heading_of(page) == "1 hit"
    assert [chosen_in(page, name) for name in ("consultation", "kind", "language")] == [[""], [""], [""]]


def test_more_hits_are_on_further_pages(app: Flask, client: FlaskClient) -> None:
    version = a_draft(a_consultation())
    for number in range(25):
        a_comment(version, body=f"Harbour {number} & co", state=State.PUBLISHED)
    index_all(app)
    first = ask(client, q="harbour & co", kind="comment")
    assert heading_of(first) == "25 hits"
    assert "Page 1 of 2" in words_of(main_of(first))
    later = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert later
    address = unescape(later[1])
    assert parse_qs(urlsplit(address).query) == {"q": ["harbour & co"], "kind": ["comment"], "page": ["2"]}
    second = client.get(address)
    assert "Page 2 of 2" in words_of(main_of(second))
    assert len(set(hits_of(first)) | set(hits_of(second))) == 25
    assert 'rel="next"' not in second.text
    for page in ("0", "-3", "abc", "9" * 30):
        assert len(hits_of(ask(client, q="harbour", page=page))) in (20, 5)


def test_when_no_text_has_all_words_those_with_some_are_shown(app: Flask, client: FlaskClient) -> None:
    a_comment(a_draft(a_consultation()), body="That harbour.", state=State.PUBLISHED)
    index_all(app)
    page = ask(client, q="harbour unicorn")
    assert heading_of(page) == "1 hit"
    assert "No text has all of your words. These have some of them." in words_of(main_of(page))


def test_nothing_found_comes_with_advice_and_a_way_to_look_everywhere(
    app: Flask, client: FlaskClient
) -> None:
    a_comment(a_draft(a_consultation(slug="sea")), body="That harbour.", state=State.PUBLISHED)
    index_all(app)
    page = ask(client, q="unicorn", kind="comment")
    assert heading_of(page) == "No hits"
    assert "Nothing was found for “unicorn”." in words_of(main_of(page))
    assert "Check the spelling." in words_of(main_of(page))
    assert 'href="/en/search?q=unicorn"' in page.text
    assert "Look in all consultations" not in ask(client, q="unicorn").text


@pytest.mark.parametrize(
    "question",
    ['"', "*", "AND OR", "the of and", "\x00\x07", "🎉", "\u202eabc\u202c", "harbour " * 625, '"' * 999, "%"],
)  # fmt: skip
def test_an_odd_question_gets_an_answer(app: Flask, client: FlaskClient, question: str) -> None:
    a_comment(a_draft(a_consultation()), body="That harbour.", state=State.PUBLISHED)
    index_all(app)
    page = ask(client, q=question)
    assert heading_of(page) in {"1 hit", "No hits"} | ({""} if not question.strip() else set())


def test_the_page_answers_before_there_is_an_index(app: Flask, client: FlaskClient) -> None:
    assert heading_of(ask(client, q="harbour")) == "No hits"


def test_a_visitor_who_searches_gets_no_cookie(app: Flask, client: FlaskClient) -> None:
    a_comment(a_draft(a_consultation()), body="That harbour.", state=State.PUBLISHED)
    index_all(app)
    for page in (ask(client), ask(client, q="harbour"), ask(client, q="unicorn", kind="comment")):
        assert "Set-Cookie" not in page.headers


def test_a_rejected_comment_is_gone_at_the_next_search(app: Flask, client: FlaskClient) -> None:
    version = a_draft(a_consultation())
    for state in State:
        a_comment(version, body=f"Harbour {state}.", state=state)
    index_all(app)
    page = ask(client, q="harbour")
    assert heading_of(page) == "1 hit"
    assert "Harbour published." in hits_of(page)[0]
