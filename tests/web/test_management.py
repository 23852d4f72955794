"""Setting up consultations and their drafts, as an editor’s browser without script sees it."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models.base import db
from app.models.consultation import Asking, Consultation, Particular
from app.models.draft import Version
from app.models.people import Person
from app.models.roles import Role
from app.services.mending.seeing import Seen, text_called
from app.services.mending.splitting import edit_text
from app.web.management.management_forms import TEXTS
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.signing import sign_in

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
NEW = "/en/manage/consultations/new"
ENGLISH = "# Declaration\n\n## 1. Listen\n\nListen *first*.\n\na) Ask."
NORWEGIAN = "# Erklæring\n\n## 1. Lytt\n\nLytt *først*.\n\na) Spør."
FILLED: dict[str, Any] = {
    "slug": "charter",
    "original": "en",
    "title_en": "Charter",
    "summary_en": "Tell us.",
    "body_en": "Council",
    "privacy_en": "Deleted after a year.",
    "title_lv": "Harta",
    "zone": "Europe/Paris",
    "opens_at": "2030-01-01T09:00",
    "closes_at": "2030-02-22T23:59",
    "who_may_comment": "visitors",
    "moderation": "before",
    "name": "required",
    "email": "no",
    "country": "required",
    "capacity": "required",
    "kind": "optional",
    "importance": "optional",
    "contact_name": "Ilze",
    "contact_email": "ilze@example.org",
}


@pytest.fixture
def editor(client: FlaskClient) -> Person:
    """An editor of everything, signed in."""
    person = a_person(Role.EDITOR)
    sign_in(client, person)
    return person


def words_of(response: TestResponse) -> str:
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


def send(client: FlaskClient, path: str, to: str = "", **fields: Any) -> TestResponse:
    """Opens the page and sends a form of it to its address."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token, "the page has no form"
    return client.post(to or path, data={"csrf_token": token[1], **fields})


def paste(
    client: FlaskClient, slug: str, text: str, language: str = "en", role: str = "original"
) -> TestResponse:
    path = f"/en/manage/consultations/{slug}/draft"
    return send(client, path, language=language, role=role, pasted=text)


def only_consultation() -> Consultation:
    return db.session.scalars(select(Consultation).execution_options(populate_existing=True)).one()


def rows_of(response: TestResponse) -> list[list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", response.text, re.DOTALL)
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


# ---------------------------------------------------------------- the list


def test_the_list_says_where_each_consultation_stands(client: FlaskClient, editor: Person) -> None:
    consultation = a_consultation(
        at=NOW,
        titles={"en": "Charter"},
        zone="UTC",
        is_listed=False,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=1),
    )
    a_comment(a_draft(consultation), at=NOW)
    row = rows_of(client.get("/en/manage"))[1]
    assert [row[0], row[1], row[3], row[4], row[5]] == [
        "Charter",
        "Open not public",
        "Version 1, sealed",
        "1",
        "1",
    ]


def test_an_editor_sees_the_consultations_of_the_membership_only(client: FlaskClient, app: Flask) -> None:
    own = a_consultation(titles={"en": "Own charter"})
    other = a_consultation(titles={"en": "Other charter"})
    sign_in(client, a_person(Role.EDITOR, consultation=own))
    words = words_of(client.get("/en/manage"))
    assert "Own charter" in words
    assert "Other charter" not in words
    assert "Set up a consultation" not in words
    for path in ("", "/draft"):
        assert client.get(f"/en/manage/consultations/{own.slug}{path}").status_code == 200
        assert client.get(f"/en/manage/consultations/{other.slug}{path}").status_code == 403
    assert send(client, f"/en/manage/consultations/{own.slug}/draft", NEW, **FILLED).status_code == 403


def test_moderators_do_not_manage_and_visitors_sign_in_first(client: FlaskClient, app: Flask) -> None:
    assert client.get("/en/manage").location == "/en/sign-in?next=/en/manage"
    sign_in(client, a_person(Role.MODERATOR))
    assert client.get("/en/manage").status_code == 403


def test_an_administrator_finds_the_way_to_the_exports(client: FlaskClient, app: Flask) -> None:
    sign_in(client, a_person(Role.ADMINISTRATOR))
    assert 'href="/en/manage/exports"' in client.get("/en/manage").text


# ---------------------------------------------------------------- settings


def test_a_consultation_is_set_up_and_its_draft_comes_next(client: FlaskClient, editor: Person) -> None:
    answer = send(client, NEW, **FILLED)
    assert (answer.status_code, answer.location) == (303, "/en/manage/consultations/charter/draft")
    consultation = only_consultation()
    assert consultation.titles == {"en": "Charter", "lv": "Harta"}
    assert consultation.opens_at == datetime(2030, 1, 1, 8, 0, tzinfo=UTC)
    assert consultation.closes_at == datetime(2030, 2, 22, 22, 59, tzinfo=UTC)
    assert consultation.asks(Particular.EMAIL) == Asking.NO
    assert not consultation.is_listed
    assert "No draft yet" in words_of(client.get(answer.location))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slug": "Big Charter"}, "Write the address in small letters, digits and single hyphens"),
        ({"slug": ""}, "Write the address in small letters, digits and single hyphens"),
        ({"title_en": " "}, "Write the title in English, the language of the original."),
        ({"original": "lv"}, "Write a summary in Latvian."),
        ({"title_en": "a" * 201}, "Shorten the title to 200 characters."),
        ({"opens_at": ""}, "Choose the date and time of opening."),
        ({"closes_at": "soon"}, "Choose the date and time of closing."),
        ({"opens_at": "2030-03-31T02:30", "closes_at": "2030-06-01T00:00"}, "This time does not exist"),
        ({"closes_at": "2030-10-27T02:30"}, "This time comes twice"),
        ({"closes_at": "2030-01-01T09:00"}, "Choose a closing that is later than the opening."),
        ({"contact_email": "ilze"}, "Write the e-mail address of the contact person like name@example.org."),
    ],
)  # fmt: skip
def test_a_refused_setting_says_why_and_keeps_every_word(
    client: FlaskClient, editor: Person, changes: dict[str, str], said: str
) -> None:
    filled = {**FILLED, "summary_en": "Tell us <all>.", **changes}
    answer = send(client, NEW, **filled)
    assert answer.status_code == 422
    assert said in words_of(answer)
    for name, value in filled.items():
        if name not in {"who_may_comment", "moderation"} and value.strip():
            assert _shown(answer.text, name) == value.strip()
    assert db.session.scalars(select(Consultation)).all() == []


def test_an_empty_form_names_everything_that_is_required_at_once(client: FlaskClient, editor: Person) -> None:
    chosen = ("original", "zone", "who_may_comment", "moderation", *Particular)
    answer = send(client, NEW, **{name: FILLED[name] for name in chosen})
    assert answer.status_code == 422
    summary = answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    required = re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"[^>]* required', answer.text)
    named = re.findall(r'href="#(\w+)"', summary)
    assert named == ["slug", "title_en", "summary_en", "body_en", "privacy_en", "opens_at", "closes_at"]
    assert set(required) <= set(named)


def _shown(page: str, name: str) -> str:
    textarea = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if textarea:
        return unescape(textarea[1]).strip()
    select_field = re.search(
        rf'<select[^>]*name="{name}"[^>]*>.*?<option selected value="([^"]*)"', page, re.DOTALL
    )
    if select_field:
        return select_field[1]
    field = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    value = re.search(r'value="([^"]*)"', field)
    return unescape(value[1]) if value else ""


def test_an_address_that_is_taken_is_refused_at_its_field(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    answer = send(client, NEW, **FILLED)
    assert answer.status_code == 422
    assert "Another consultation has this address." in words_of(answer)


def test_settings_are_shown_as_they_are_and_saved_as_they_are_sent(
    client: FlaskClient, editor: Person
) -> None:
    send(client, NEW, **FILLED)
    path = "/en/manage/consultations/charter"
    page = client.get(path).text
    fields = [name for name in FILLED if name not in {"slug", "who_may_comment", "moderation"}]
    assert {name: _shown(page, name) for name in fields} == {name: FILLED[name] for name in fields}
    assert "Paris time" in words_of(client.get(path))
    answer = send(client, path, **{**FILLED, "title_en": "The charter", "who_may_comment": "signed_in"})
    assert (answer.status_code, answer.location) == (303, path)
    consultation = only_consultation()
    assert (consultation.titles["en"], consultation.who_may_comment) == ("The charter", "signed_in")
    assert consultation.privacy_notice_version == 1
    assert "The settings are saved." in words_of(client.get(path))


def test_settings_of_an_open_consultation_keep_an_opening_that_has_seconds(
    client: FlaskClient, editor: Person
) -> None:
    opens_at = NOW - timedelta(days=1, seconds=-7)
    consultation = a_consultation(at=NOW, slug="charter", zone="Europe/Paris", opens_at=opens_at)
    path = "/en/manage/consultations/charter"
    page = client.get(path).text
    times = {name: _shown(page, name) for name in ("opens_at", "closes_at")}
    assert send(client, path, **{**FILLED, **times}).status_code == 303
    db.session.refresh(consultation)
    assert consultation.opens_at == opens_at


def test_the_closing_of_an_open_consultation_is_not_moved_earlier(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(
        at=NOW,
        slug="charter",
        zone="UTC",
        opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=9),
    )
    path = "/en/manage/consultations/charter"
    page = client.get(path).text
    times = {
        "opens_at": _shown(page, "opens_at"),
        "closes_at": (NOW + timedelta(days=8)).strftime("%Y-%m-%dT%H:%M"),
    }
    answer = send(client, path, **{**FILLED, "zone": "UTC", **times})
    assert answer.status_code == 422
    assert "its closing cannot be moved earlier" in words_of(answer)


IMPOSSIBLE_TIMES = ("0001-01-01T00:00", "0001-01-01", "9999-12-31T23:59")


@pytest.mark.parametrize("time", IMPOSSIBLE_TIMES)
@pytest.mark.parametrize(("name", "said"), [("opens_at", "opening"), ("closes_at", "closing")])
def test_a_time_of_a_year_that_can_only_be_a_slip_is_refused_at_its_field(
    client: FlaskClient, editor: Person, name: str, said: str, time: str
) -> None:
    a_consultation(at=NOW, slug="innovation", zone="Europe/Paris")
    for path in (NEW, "/en/manage/consultations/innovation"):
        answer = send(client, path, **{**FILLED, name: time})
        assert answer.status_code == 422
        assert f'href="#{name}"' in answer.text
        assert f"Choose the date and time of {said}." in words_of(answer)


@pytest.mark.parametrize("time", IMPOSSIBLE_TIMES)
def test_no_consultation_is_extended_to_a_year_that_can_only_be_a_slip(
    client: FlaskClient, editor: Person, time: str
) -> None:
    a_consultation(at=NOW, slug="innovation", zone="Europe/Paris")
    path = "/en/manage/consultations/innovation/extend"
    answer = send(client, path, closes_at=time, reason_en="Many asked.")
    assert answer.status_code == 422
    assert 'href="#closes_at"' in answer.text


def test_an_unknown_time_zone_is_refused_at_its_field(client: FlaskClient, editor: Person) -> None:
    a_consultation(at=NOW, slug="innovation", zone="Europe/Paris")
    for path in (NEW, "/en/manage/consultations/innovation"):
        answer = send(client, path, **{**FILLED, "zone": "x"})
        assert answer.status_code == 422
        assert 'href="#zone"' in answer.text


def test_a_form_from_nowhere_is_refused_with_its_words(client: FlaskClient, editor: Person) -> None:
    answer = client.post(NEW, data={**FILLED, "csrf_token": "forged"})
    assert answer.status_code == 422
    assert _shown(answer.text, "title_en") == "Charter"


# ---------------------------------------------------------------- the draft


def test_a_pasted_text_is_shown_as_it_was_divided(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    assert paste(client, "charter", ENGLISH).status_code == 303
    assert paste(client, "charter", NORWEGIAN, "nb", "translation").status_code == 303
    page = client.get("/en/manage/consultations/charter/draft")
    assert rows_of(page)[1:] == [
        ["Title", "Title", "Declaration", "Erklæring"],
        ["1", "Heading", "Listen", "Lytt"],
        ["1", "Paragraph", "Listen first .", "Lytt først ."],
        ["1.a", "Item", "Ask.", "Spør."],
    ]
    assert rows_of(page)[0] == ["Label", "Kind", "English, original", "Norwegian Bokmål"]
    assert "<em>first</em>" in page.text


def test_what_was_changed_by_hand_is_replaced_only_when_its_loss_is_agreed_to(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(slug="charter")
    path = "/en/manage/consultations/charter/draft"
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    change_by_hand(editor, "en", "p2", "Listen well.")
    change_by_hand(editor, "en", "p3", "Ask well.")
    file = (io.BytesIO(ENGLISH.encode()), "en.md")
    asked = send(client, path, language="en", role="original", file=file)
    assert asked.status_code == 422
    assert "2 changes made by hand would be lost. Tick here to replace them." in words_of(asked)
    assert "The file en.md is kept until you send." in words_of(asked)
    assert rows_of(client.get(path))[3][2] == "Listen well."
    kept = {name: _shown(asked.text, name) for name in ("kept_name", "kept", "at_stake", "language", "role")}
    kept["role"] = "original"
    change_by_hand(editor, "en", "p3", "Ask better.", days=1)
    more = send(client, path, **kept, replaces="y")
    assert more.status_code == 422
    assert "3 changes made by hand would be lost." in words_of(more)
    kept["at_stake"] = _shown(more.text, "at_stake")
    assert send(client, path, **kept).status_code == 422
    assert send(client, path, **kept, replaces="y").status_code == 303
    assert rows_of(client.get(path))[3][2] == "Listen first ."


def test_what_was_changed_by_hand_in_one_language_is_still_asked_about_after_an_import_of_another(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    change_by_hand(editor, "en", "p2", "Listen well.")
    assert paste(client, "charter", NORWEGIAN, "nb", "translation").status_code == 303
    asked = paste(client, "charter", ENGLISH)
    assert asked.status_code == 422
    assert "1 change made by hand would be lost. Tick here to replace it." in words_of(asked)
    assert _shown(asked.text, "pasted") == ENGLISH


def change_by_hand(editor: Person, language: str, key: str, words: str, days: int = 0) -> None:
    db.session.expire_all()
    version = db.session.scalars(select(Version)).one()
    text = text_called(version, language, key)
    assert text
    seen = Seen(version, language, key, text.digest)
    edit_text(seen, words, None, by=editor, at=NOW + timedelta(days=days))


@pytest.mark.parametrize("page_language", ["en", "fr"])
def test_the_original_is_first_asked_for_in_its_own_language(
    client: FlaskClient, editor: Person, page_language: str
) -> None:
    send(client, NEW, **{**FILLED, "original": "nb", **{f"{name}_nb": "Ord" for name in TEXTS}})
    path = f"/{page_language}/manage/consultations/charter/draft"
    assert _shown(client.get(path).text, "language") == "nb"
    assert paste(client, "charter", NORWEGIAN, "nb").status_code == 303
    assert _shown(client.get(path).text, "language") == page_language
    send(client, path, f"{path}/seal", confirmed="y")
    assert _shown(client.get(path).text, "language") == "nb"


def test_a_language_of_the_original_that_is_changed_is_the_one_asked_for(
    client: FlaskClient, editor: Person
) -> None:
    texts = {f"{name}_nb": "Ord" for name in TEXTS}
    send(client, NEW, **FILLED, **texts)
    path = "/en/manage/consultations/charter"
    assert send(client, path, **{**FILLED, **texts, "original": "nb"}).status_code == 303
    db.session.expire_all()
    assert _shown(client.get(path).text, "original") == "nb"
    assert _shown(client.get(f"{path}/draft").text, "language") == "nb"


def test_a_file_is_read_by_its_ending(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    path = "/en/manage/consultations/charter/draft"
    text = "Declaration\n\nArticle 1\n\nEverybody may try."
    answer = send(client, path, language="en", role="original", file=(io.BytesIO(text.encode()), "d.txt"))
    assert answer.status_code == 303
    assert rows_of(client.get(path))[2] == ["1", "Heading", "Article 1"]


@pytest.mark.parametrize(
    ("text", "language", "role", "said"),
    [
        ("", "en", "original", "Choose a file that is not empty, or paste the text."),
        ("Words first.\n\n# Title too late", "en", "original", "It does not begin with a title."),
        ("# Only a title", "en", "original", "It holds no paragraphs, only headings."),
        (ENGLISH, "en", "translation", "The original is in this language."),
        (NORWEGIAN, "nb", "original", "The original is in another language."),
    ],
)
def test_a_refused_text_says_why_and_keeps_every_word(
    client: FlaskClient, editor: Person, text: str, language: str, role: str, said: str
) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    answer = paste(client, "charter", text, language, role)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert _shown(answer.text, "pasted") == text
    assert _shown(answer.text, "language") == language
    assert rows_of(answer)[0] == ["Label", "Kind", "English, original"]


def test_a_file_that_cannot_be_read_is_refused_with_the_endings_that_can(
    client: FlaskClient, editor: Person
) -> None:
    a_consultation(slug="charter")
    path = "/en/manage/consultations/charter/draft"
    answer = send(client, path, language="en", role="original", file=(io.BytesIO(b"x"), "d.exe"))
    assert answer.status_code == 422
    assert "Its name has to end in one of:" in words_of(answer)
    assert "Choose the file again before you send." in words_of(answer)


def test_sealing_asks_for_a_confirmation_and_then_stands(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    path = "/en/manage/consultations/charter/draft"
    refused = send(client, path, f"{path}/seal")
    assert refused.status_code == 422
    assert "Tick the box: nobody can change a sealed version." in words_of(refused)
    assert send(client, path, f"{path}/seal", confirmed="y").status_code == 303
    version = db.session.scalars(select(Version)).one()
    assert version.sealed_at is not None
    page = words_of(client.get(path))
    assert "Version 1 is sealed." in page
    assert str(version.digest) in page
    assert "Seal version 1" not in page
    again = paste(client, "charter", NORWEGIAN, "nb", "translation")
    assert again.status_code == 422
    assert "The last version is sealed, its translations included." in words_of(again)


def test_a_text_is_removed_before_sealing(client: FlaskClient, editor: Person) -> None:
    a_consultation(slug="charter")
    paste(client, "charter", ENGLISH)
    paste(client, "charter", NORWEGIAN, "nb", "translation")
    path = "/en/manage/consultations/charter/draft"
    assert "Remove Norwegian Bokmål" in words_of(client.get(path))
    assert send(client, path, f"{path}/remove", language="nb").status_code == 303
    assert rows_of(client.get(path))[0] == ["Label", "Kind", "English, original"]


def test_earlier_versions_can_be_looked_at(client: FlaskClient, editor: Person) -> None:
    version = a_draft(a_consultation(slug="charter"))
    paste(client, "charter", ENGLISH)
    path = "/en/manage/consultations/charter/draft"
    assert "Version 2, not sealed yet" in words_of(client.get(path))
    words = words_of(client.get(f"{path}?version=1"))
    assert "Version 1, sealed" in words
    assert str(version.digest) in words


def test_the_public_list_shows_a_consultation_when_its_editor_says_so(
    client: FlaskClient, editor: Person
) -> None:
    consultation = a_consultation(slug="charter", titles={"en": "Charter"}, is_listed=False)
    a_draft(consultation)
    path = "/en/manage/consultations/charter"
    visitor = client.application.test_client()
    assert "Charter" not in words_of(visitor.get("/en/"))
    assert send(client, path, f"{path}/listing", shows="yes").status_code == 303
    assert "Charter" in words_of(visitor.get("/en/"))
    refused = send(client, path, f"{path}/listing", shows="no")
    assert refused.status_code == 422
    assert 'href="#is_sure"' in refused.text
    assert "Charter" in words_of(visitor.get("/en/"))
    send(client, path, f"{path}/listing", shows="no", is_sure="y")
    assert "Charter" not in words_of(visitor.get("/en/"))


@pytest.mark.parametrize("language", ["en", "lv", "nb", "fr"])
def test_the_pages_stand_in_every_language(client: FlaskClient, editor: Person, language: str) -> None:
    a_draft(a_consultation(slug="charter"))
    for path in ("", "/consultations/new", "/consultations/charter", "/consultations/charter/draft"):
        assert client.get(f"/{language}/manage{path}").status_code == 200
