"""Accounts: who gets in, who does not, and what an address’s owner can do about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from app.i18n import page_languages
from app.models.activity import Activity, Job
from app.models.base import db
from app.models.contact_point import ContactPoint
from app.models.people import Person, SignIn
from app.models.roles import Permission, Role
from app.services.activity import verify_chain
from app.services.errors import InvalidError
from app.services.people.accounts import (
    SIGN_IN_LASTS,
    UnconfirmedError,
    WrongPasswordError,
    begin_sign_in,
    change_password,
    end_all_sign_ins,
    end_sign_in,
    person_signed_in,
    person_with_email,
    roles_of,
    sign_in_with_password,
    submissions_of,
    tidy_email,
)
from app.services.people.appointing import appoint
from app.services.people.links import LASTS, Purpose, VoidLinkError, link_token, read_link
from app.services.people.passwords import is_password, problem_with
from app.services.people.registering import (
    ask_for_link,
    person_behind,
    register,
    use_password_link,
    use_sign_in_link,
)
from app.services.permissions import allows
from tests.builders import a_comment, a_consultation, a_draft, a_person
from tests.conftest import SECRET
from tests.effort import growth

pytestmark = pytest.mark.usefixtures("app")

PASSWORD = "four little seals dive"
OTHER_PASSWORD = "slow trains to Bergen"
LANGUAGE = page_languages()[-1]
MOMENT = timedelta(seconds=1)


def letters() -> list[dict[str, Any]]:
    return [
        job.payload for job in db.session.scalars(select(Job).where(Job.name == "letter").order_by(Job.id))
    ]


def registered(at: datetime, email: str = "ana@example.org", password: str = PASSWORD) -> Person:
    register("Ana Bērziņa", email, password, LANGUAGE, at)
    person = person_with_email(email)
    assert person is not None
    return person


def confirmed(at: datetime, email: str = "ana@example.org", password: str = PASSWORD) -> Person:
    person = registered(at, email, password)
    use_password_link(link_token(person, Purpose.CONFIRM, SECRET, at), password, SECRET, at)
    return person


# ---------------------------------------------------------------- signing in


def test_a_browser_with_the_token_is_signed_in(at: datetime) -> None:
    person = a_person()
    token = begin_sign_in(person, at)
    assert person_signed_in(token, at) == person
    assert person_signed_in(token + "x", at) is None


def test_only_a_digest_of_the_token_is_kept(at: datetime) -> None:
    token = begin_sign_in(a_person(), at)
    kept = db.session.scalars(select(SignIn)).one().token_digest
    assert token not in kept
    assert len(kept) == 64


def test_a_sign_in_ends_by_itself_after_fourteen_days(at: datetime) -> None:
    token = begin_sign_in(a_person(), at)
    assert person_signed_in(token, at + SIGN_IN_LASTS - MOMENT) is not None
    assert person_signed_in(token, at + SIGN_IN_LASTS) is None
    assert timedelta(days=14) == SIGN_IN_LASTS


def test_signing_out_ends_one_browser_only(at: datetime) -> None:
    person = a_person()
    here, there = begin_sign_in(person, at), begin_sign_in(person, at)
    end_sign_in(here, at)
    end_sign_in(here, at)
    assert person_signed_in(here, at) is None
    assert person_signed_in(there, at) == person


def test_all_sign_ins_of_a_person_can_be_ended_and_nobody_elses(at: datetime) -> None:
    person, other = a_person(), a_person()
    tokens = [begin_sign_in(person, at), begin_sign_in(person, at)]
    others_token = begin_sign_in(other, at)
    end_all_sign_ins(person)
    assert [person_signed_in(token, at) for token in tokens] == [None, None]
    assert person_signed_in(others_token, at) == other


def test_sign_ins_that_expired_are_cleared_away_at_the_next_one(at: datetime) -> None:
    person = a_person()
    begin_sign_in(person, at)
    begin_sign_in(person, at + SIGN_IN_LASTS)
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_the_right_password_signs_in_however_the_address_is_typed(at: datetime) -> None:
    person = confirmed(at)
    token = sign_in_with_password("  ANA@Example.ORG ", PASSWORD, at)
    assert person_signed_in(token, at) == person


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.org", OTHER_PASSWORD),
        ("ana@example.org", PASSWORD.upper()),
        ("ana@example.org", ""),
        ("ana@example.org", "x" * 100_000),
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
    ],
)
def test_wrong_passwords_and_unknown_addresses_are_refused_alike(
    at: datetime, email: str, password: str
) -> None:
    confirmed(at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password(email, password, at)


def test_refusing_an_unknown_address_takes_as_much_work_as_a_wrong_password(at: datetime) -> None:
    confirmed(at)

    def refused(email: str) -> None:
        with pytest.raises(WrongPasswordError):
            sign_in_with_password(email, OTHER_PASSWORD, at)

    assert 0.4 < growth(refused, "ana@example.org", "nobody@example.org") < 2.5


def test_a_person_without_a_password_gets_in_with_none(at: datetime) -> None:
    person = a_person()
    for password in ("", "None", "nobody has this password"):
        with pytest.raises(WrongPasswordError):
            sign_in_with_password(person.email, password, at)


def test_a_password_typed_on_another_keyboard_is_the_same_password(at: datetime) -> None:
    confirmed(at, password="tr\u00e5d og n\u00e5l i skuffen")
    assert sign_in_with_password("ana@example.org", "tra\u030ad og na\u030al i skuffen", at)


def test_an_outdated_hash_is_renewed_when_its_password_is_used(at: datetime) -> None:
    person = confirmed(at)
    person.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session.commit()
    for _ in range(2):
        sign_in_with_password("ana@example.org", PASSWORD, at)
        assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


# ---------------------------------------------------------------- passwords


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("eleven char", "too_short"),
        ("é" * 11, "too_short"),
        ("x" * 201, "too_long"),
        ("aaaaaaaaaaaaaaa", "too_common"),
        ("abababababab", "too_common"),
        ("Password1234", "too_common"),
        ("monkeymonkey", "too_common"),
        ("123456789012", "too_common"),
        ("qwertyuiopqw", "too_common"),
        ("mnbvcxzmnbvc", "too_common"),
        ("Ana.Berzina.1", "like_details"),
        ("anaberzina2030", "like_details"),
        (PASSWORD, None),
        ("7391-0482-6615", None),
        ("ļoti sena upe", None),
    ],
)
def test_what_is_wrong_with_a_password(password: str, problem: str | None) -> None:
    assert problem_with(password, "Ana Berzina", "ana.berzina@example.org", "ana.berzina") == problem


def test_changing_the_password_ends_all_other_sign_ins(at: datetime) -> None:
    person = confirmed(at)
    before = begin_sign_in(person, at)
    after = change_password(person, PASSWORD, OTHER_PASSWORD, at)
    assert person_signed_in(before, at) is None
    assert person_signed_in(after, at) == person
    assert sign_in_with_password("ana@example.org", OTHER_PASSWORD, at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("ana@example.org", PASSWORD, at)


def test_a_wrong_present_password_changes_nothing(at: datetime) -> None:
    person = confirmed(at)
    token = begin_sign_in(person, at)
    with pytest.raises(WrongPasswordError):
        change_password(person, OTHER_PASSWORD, OTHER_PASSWORD, at)
    assert person_signed_in(token, at) == person
    assert is_password(PASSWORD, person.password_hash)


def test_a_person_who_came_by_link_chooses_a_first_password(at: datetime) -> None:
    person = a_person()
    change_password(person, "", PASSWORD, at)
    assert sign_in_with_password(person.email, PASSWORD, at)


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("kari@blåbær.no", "kari@xn--blbr-roah.no"),
        ("Ļena@example.org", "ļena@example.org"),
        ("somebody@office.test", "somebody@office.test"),
        ("ana", None),
        ("ana@test", None),
        ("ana@example..org", None),
        ("a b@example.org", None),
        ("ana@example.org\nBcc: all@example.org", None),
        (f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 10}.org", None),
    ],
)
def test_an_address_is_kept_as_it_is_sent_to(typed: str, kept: str | None) -> None:
    assert tidy_email(typed) == kept


# ---------------------------------------------------------------- registering


def test_whoever_registers_gets_a_letter_to_confirm_the_address(at: datetime) -> None:
    person = registered(at)
    assert (person.name, person.language, person.confirmed_at) == ("Ana Bērziņa", LANGUAGE, None)
    assert letters() == [{"letter": "confirm_email", "person_id": person.id}]


def test_nobody_signs_in_before_the_address_is_confirmed(at: datetime) -> None:
    person = registered(at)
    with pytest.raises(UnconfirmedError):
        sign_in_with_password("ana@example.org", PASSWORD, at)
    use_password_link(link_token(person, Purpose.CONFIRM, SECRET, at), PASSWORD, SECRET, at)
    assert sign_in_with_password("ana@example.org", PASSWORD, at)


def test_registering_a_known_address_changes_nothing_and_tells_its_owner(at: datetime) -> None:
    person = confirmed(at)
    register("Somebody Else", "ANA@example.org", OTHER_PASSWORD, "en", at)
    assert person.name == "Ana Bērziņa"
    assert is_password(PASSWORD, person.password_hash)
    assert letters()[-1] == {"letter": "already_registered", "person_id": person.id}


def test_an_address_that_nobody_confirmed_can_be_registered_again(at: datetime) -> None:
    first = registered(at, password=OTHER_PASSWORD)
    old_link = link_token(first, Purpose.CONFIRM, SECRET, at)
    confirmed(at + MOMENT, password=PASSWORD)
    assert sign_in_with_password("ana@example.org", PASSWORD, at)
    with pytest.raises(VoidLinkError):
        use_password_link(old_link, PASSWORD, SECRET, at)


def test_whoever_registers_somebody_elses_address_after_them_never_gets_in(at: datetime) -> None:
    registered(at, password=PASSWORD)
    person = registered(at + MOMENT, password=OTHER_PASSWORD)
    token = use_password_link(link_token(person, Purpose.CONFIRM, SECRET, at), PASSWORD, SECRET, at)
    assert person_signed_in(token, at) == person
    assert sign_in_with_password("ana@example.org", PASSWORD, at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("ana@example.org", OTHER_PASSWORD, at)


def test_a_name_is_one_line(at: datetime) -> None:
    register(" Ana\n\n\tBērziņa ", "ana@example.org", PASSWORD, LANGUAGE, at)
    assert db.session.scalars(select(Person)).one().name == "Ana Bērziņa"


@pytest.mark.parametrize("name", ["Win at https://evil.example", "WWW.evil.example"])
def test_a_name_with_the_address_of_a_page_is_refused(at: datetime, name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        register(name, "ana@example.org", PASSWORD, LANGUAGE, at)
    assert refused.value.problems == {"name": "address"}


def test_what_is_wrong_with_a_registration_is_told_all_at_once(at: datetime) -> None:
    with pytest.raises(InvalidError) as refused:
        register(" ", "nowhere", "short", "en", at)
    assert refused.value.problems == {"email": "invalid", "name": "required", "password": "too_short"}
    assert letters() == []


def test_a_language_without_pages_becomes_english(at: datetime) -> None:
    register("Ana", "ana@example.org", PASSWORD, "tlh", at)
    assert db.session.scalars(select(Person)).one().language == "en"


# ---------------------------------------------------------------- one-time links


def test_a_sign_in_link_works_once(at: datetime) -> None:
    person = a_person()
    token = link_token(person, Purpose.SIGN_IN, SECRET, at)
    assert person_signed_in(use_sign_in_link(token, SECRET, at), at) == person
    with pytest.raises(VoidLinkError):
        use_sign_in_link(token, SECRET, at)


def test_looking_at_a_link_does_not_use_it_up(at: datetime) -> None:
    person = a_person()
    token = link_token(person, Purpose.SIGN_IN, SECRET, at)
    assert [person_behind(token, SECRET, at) for _ in range(3)] == [(person, Purpose.SIGN_IN)] * 3
    assert use_sign_in_link(token, SECRET, at)


def test_using_one_link_voids_all_earlier_ones(at: datetime) -> None:
    person = confirmed(at)
    earlier = [link_token(person, purpose, SECRET, at) for purpose in Purpose]
    use_sign_in_link(link_token(person, Purpose.SIGN_IN, SECRET, at + MOMENT), SECRET, at + MOMENT)
    for token in earlier:
        with pytest.raises(VoidLinkError):
            person_behind(token, SECRET, at + MOMENT)


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [
        (Purpose.SIGN_IN, timedelta(hours=24)),
        (Purpose.CONFIRM, timedelta(days=7)),
        (Purpose.RESET, timedelta(hours=1)),
    ],
)
def test_how_long_a_link_lasts(at: datetime, purpose: Purpose, lasts: timedelta) -> None:
    token = link_token(a_person(), purpose, SECRET, at)
    assert LASTS[purpose] == lasts
    assert read_link(token, SECRET, at + lasts - MOMENT).purpose == purpose
    with pytest.raises(VoidLinkError):
        read_link(token, SECRET, at + lasts)


def test_a_link_does_only_what_it_is_for(at: datetime) -> None:
    person = registered(at)
    for purpose in (Purpose.CONFIRM, Purpose.RESET):
        with pytest.raises(VoidLinkError):
            use_sign_in_link(link_token(person, purpose, SECRET, at), SECRET, at)
    with pytest.raises(VoidLinkError):
        use_password_link(link_token(person, Purpose.SIGN_IN, SECRET, at), OTHER_PASSWORD, SECRET, at)


@pytest.mark.parametrize("change", ["", "x", "WzEsInNpZ25faW4iLDAsIngiXQ.x"])
def test_a_forged_link_is_refused(at: datetime, change: str) -> None:
    token = link_token(a_person(), Purpose.SIGN_IN, SECRET, at)
    for forged in (change, change + token[1:], token[:-2]):
        with pytest.raises(VoidLinkError):
            person_behind(forged, SECRET, at)
    with pytest.raises(VoidLinkError):
        person_behind(token, SECRET[::-1], at)


def test_a_link_of_a_person_who_is_gone_is_void(at: datetime) -> None:
    person = a_person()
    token = link_token(person, Purpose.SIGN_IN, SECRET, at)
    db.session.delete(person)
    db.session.commit()
    for use in (person_behind, use_sign_in_link):
        with pytest.raises(VoidLinkError):
            use(token, SECRET, at)


def test_a_reset_link_changes_the_password_and_ends_all_sign_ins(at: datetime) -> None:
    person = confirmed(at)
    before = begin_sign_in(person, at)
    token = link_token(person, Purpose.RESET, SECRET, at)
    after = use_password_link(token, OTHER_PASSWORD, SECRET, at)
    assert person_signed_in(before, at) is None
    assert person_signed_in(after, at) == person
    assert sign_in_with_password("ana@example.org", OTHER_PASSWORD, at)
    with pytest.raises(VoidLinkError):
        use_password_link(token, PASSWORD, SECRET, at)


def test_a_link_used_twice_at_the_same_moment_works_once(app: Flask, at: datetime) -> None:
    token = link_token(a_person(), Purpose.SIGN_IN, SECRET, at)

    def use(_try: int) -> bool:
        with app.app_context():
            try:
                return bool(use_sign_in_link(token, SECRET, at))
            except VoidLinkError:
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_one_address_registered_twice_at_the_same_moment_is_one_person(app: Flask, at: datetime) -> None:
    def again(number: int) -> None:
        with app.app_context():
            register(f"Ana {number}", "ana@example.org", PASSWORD, "en", at)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(again, range(4)))
    assert len(letters()) == 4
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_refused_password_does_not_use_up_the_reset_link(at: datetime) -> None:
    person = confirmed(at)
    token = link_token(person, Purpose.RESET, SECRET, at)
    with pytest.raises(InvalidError):
        use_password_link(token, "short", SECRET, at)
    assert use_password_link(token, OTHER_PASSWORD, SECRET, at)


def test_a_reset_link_shows_that_the_address_is_right(at: datetime) -> None:
    person = registered(at)
    use_password_link(link_token(person, Purpose.RESET, SECRET, at), OTHER_PASSWORD, SECRET, at)
    assert person.confirmed_at == at


def test_asking_for_a_link_leaves_one_job_for_known_and_unknown_addresses(at: datetime) -> None:
    person = confirmed(at)
    known = len(letters())
    ask_for_link("ana@example.org", Purpose.RESET, at)
    ask_for_link("nobody@example.org", Purpose.RESET, at)
    ask_for_link("not an address", Purpose.SIGN_IN, at)
    assert [letter["person_id"] for letter in letters()[known:]] == [person.id, 0, 0]


def test_whoever_has_not_confirmed_gets_the_letter_for_that_instead_of_a_sign_in_link(at: datetime) -> None:
    registered(at)
    ask_for_link("ana@example.org", Purpose.SIGN_IN, at)
    assert [letter["letter"] for letter in letters()] == ["confirm_email", "confirm_email"]


# ---------------------------------------------------------------- appointing


def test_an_operator_appoints_a_new_person(at: datetime) -> None:
    person = appoint(
        "Kari@Example.org", Role.MODERATOR, at, name="Kari", language=LANGUAGE, password=PASSWORD
    )
    assert (person.email, person.name, person.language) == ("kari@example.org", "Kari", LANGUAGE)
    assert allows(person, Permission.MODERATE)
    assert sign_in_with_password("kari@example.org", PASSWORD, at)


def test_a_contact_point_speaks_for_its_own_country_only(at: datetime) -> None:
    person = appoint("kari@example.org", Role.CONTACT_POINT, at, country="no")
    assert allows(person, Permission.EXPORT_COMMENTS, country="NO")
    assert not allows(person, Permission.EXPORT_COMMENTS, country="LV")
    point = db.session.get(ContactPoint, "NO")
    assert point is not None
    assert (point.names["en"], point.zone) == ("Norway", "Europe/Oslo")


def test_a_role_in_one_consultation_says_so(at: datetime) -> None:
    consultation = a_consultation()
    person = appoint("kari@example.org", Role.MODERATOR, at, consultation=consultation.slug)
    assert [(given.as_role, where) for given, where in roles_of(person)] == [(Role.MODERATOR, consultation)]
    assert not allows(person, Permission.MODERATE, consultation_id=consultation.id + 1)


def test_appointing_twice_is_appointing_once(at: datetime) -> None:
    for _ in range(2):
        person = appoint("kari@example.org", Role.CONTACT_POINT, at, country="NO")
    appoint("kari@example.org", Role.CONTACT_POINT, at, country="LV")
    assert [given.country for given, _where in roles_of(person)] == ["NO", "LV"]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_what_somebody_registered_for_an_unconfirmed_address_does_not_count_when_it_is_appointed(
    at: datetime,
) -> None:
    registered(at, "kari@example.org", OTHER_PASSWORD)
    person = appoint("kari@example.org", Role.MODERATOR, at, name="Kari\nNordmann")
    assert (person.name, person.language, person.confirmed_at) == ("Kari Nordmann", "en", at)
    with pytest.raises(WrongPasswordError):
        sign_in_with_password("kari@example.org", OTHER_PASSWORD, at)


def test_a_further_role_leaves_password_name_and_sign_ins_alone(at: datetime) -> None:
    person = confirmed(at)
    token = begin_sign_in(person, at)
    appoint("ana@example.org", Role.EDITOR, at, name="Another Name")
    assert person.name == "Ana Bērziņa"
    assert person_signed_in(token, at) == person


@pytest.mark.parametrize(
    ("email", "place", "problems"),
    [
        ("kari", {}, {"email": "invalid"}),
        ("kari@example.org", {"country": "XX"}, {"country": "unknown"}),
        ("kari@example.org", {"country": "Norway"}, {"country": "unknown"}),
        ("kari@example.org", {"consultation": "nowhere"}, {"consultation": "unknown"}),
        ("kari@example.org", {"password": "short"}, {"password": "too_short"}),
    ],
)
def test_a_refused_appointment_leaves_nothing_behind(
    at: datetime, email: str, place: dict[str, str], problems: dict[str, str]
) -> None:
    with pytest.raises(InvalidError) as refused:
        appoint(email, Role.CONTACT_POINT, at, **place)
    assert refused.value.problems == problems
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


# ---------------------------------------------------------------- what is remembered


def test_a_person_finds_what_they_sent_newest_first_and_nobody_elses(at: datetime) -> None:
    person, version = a_person(), a_draft(a_consultation())
    older = a_comment(version, at=at - MOMENT, person_id=person.id).submission
    newer = a_comment(version, at=at, person_id=person.id).submission
    a_comment(version, person_id=a_person().id)
    a_comment(version)
    assert submissions_of(person) == [newer, older]


def test_activity_tells_what_happened_without_personal_data(at: datetime) -> None:
    person = confirmed(at)
    end_sign_in(sign_in_with_password("ana@example.org", PASSWORD, at), at)
    lines = db.session.scalars(select(Activity).order_by(Activity.id)).all()
    assert [line.verb for line in lines] == [
        "person registered",
        "address confirmed",
        "password changed",
        "signed in",
        "signed in",
        "signed out",
    ]
    assert {line.subject for line in lines} == {f"person:{person.id}"}
    assert verify_chain() is None


def test_instants_keep_their_meaning_through_the_database(at: datetime) -> None:
    person = a_person()
    summer = datetime(2030, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
    begin_sign_in(person, summer)
    token = link_token(person, Purpose.SIGN_IN, SECRET, summer)
    db.session.expire_all()
    assert person_behind(token, SECRET, summer) == (person, Purpose.SIGN_IN)
