"""The example: three consultations that show every page at work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from app.models.activity import Job
from app.models.base import db
from app.models.comment import Capacity, Comment, State, Submission
from app.models.consultation import Consultation, Outcome
from app.models.draft import Fate, ParagraphKind, Version
from app.models.moderation import Decision
from app.models.people import Person
from app.models.roles import Role
from app.models.workshop import Registration, RegistrationState, Workshop
from app.services.activity import verify_chain
from app.services.comments.receipts import secret_of, submission_behind
from app.services.consultations.reporting import states_of
from app.services.drafts.drafting import versions_of
from app.services.drafts.sealing import digest_of_version
from app.services.ports import Ports
from app.services.public.chronicling import chapters_of
from app.services.public.comparing import compare_versions
from app.services.public.hearing import comments_on_draft
from app.services.public.reading import read_draft
from app.services.purging import due_for_purging
from app.services.sample.sampling import load_sample, sample_staff
from app.services.workshops.announcing import findings_of, passages_about, workshops_at
from app.services.workshops.attending import numbers_by_state
from app.services.workshops.offering import expire_offers
from app.services.workshops.seats import refusal_of
from tests.builders import a_consultation
from tests.conftest import SECRET

LANGUAGES = {"en", "lv", "nb", "fr"}


def load(app: Flask, at: datetime) -> bool:
    ports: Ports = app.extensions["ports"]
    return load_sample(at=at, secret_key=SECRET, importers=ports.importers)


def load_three(app: Flask, at: datetime) -> dict[str, Consultation]:
    assert load(app, at)
    return {consultation.slug: consultation for consultation in db.session.scalars(select(Consultation))}


def test_the_example_is_loaded_once(app: Flask, at: datetime) -> None:
    assert len(load_three(app, at)) == 3
    assert not load(app, at)
    assert len(db.session.scalars(select(Consultation)).all()) == 3


def test_the_example_is_not_loaded_beside_real_consultations(app: Flask, at: datetime) -> None:
    a_consultation()
    assert not load(app, at)
    assert db.session.scalars(select(Person)).all() == []
    assert sample_staff() == []


def test_one_is_open_one_closed_with_an_outcome_and_one_coming(app: Flask, at: datetime) -> None:
    loaded = load_three(app, at)
    assert loaded["innovation"].is_open(at)
    assert loaded["open-data"].closes_at < at
    assert loaded["plain-language"].opens_at > at
    assert all(consultation.is_listed for consultation in loaded.values())
    outcomes = db.session.scalars(select(Outcome)).all()
    states = Counter(
        db.session.scalars(select(Comment.state).where(Comment.consultation_id == loaded["open-data"].id))
    )
    assert {outcome.language for outcome in outcomes} == LANGUAGES
    frozen = {(outcome.received, outcome.published) for outcome in outcomes}
    assert frozen == {(states.total(), states[State.PUBLISHED])}
    assert all("<h2>" in outcome.html for outcome in outcomes)


def test_every_draft_stands_in_four_languages_paragraph_by_paragraph(app: Flask, at: datetime) -> None:
    loaded = load_three(app, at)
    for version in db.session.scalars(select(Version)):
        assert {translation.language for translation in version.translations} == LANGUAGES
        labels = {tuple(text.label for text in translation.texts) for translation in version.translations}
        assert len(labels) == 1
        assert version.digest == digest_of_version(version)
    declaration = versions_of(loaded["innovation"])[0].translations[0]
    assert 30 <= sum(text.kind != ParagraphKind.HEADING for text in declaration.texts) <= 60


def test_the_second_version_shows_every_fate_and_says_in_four_languages_what_changed(
    app: Flask, at: datetime
) -> None:
    consultation = load_three(app, at)["open-data"]
    second, first = chapters_of(consultation)
    assert set(second.fates) == set(Fate)
    assert set(second.change_log) == LANGUAGES
    assert second.fates == compare_versions(consultation, 1, 2, "en").counts
    comments = comments_on_draft(read_draft(consultation, "en"))
    published = states_of(consultation)[State.PUBLISHED]
    assert sum(comments.counts.values()) == first.comments == published


def test_comments_stand_in_every_state_as_if_they_had_come_in_one_by_one(app: Flask, at: datetime) -> None:
    load_three(app, at)
    comments = db.session.scalars(select(Comment)).all()
    assert 50 <= len(comments) <= 80
    assert {comment.state for comment in comments} == set(State)
    assert {comment.language for comment in comments} == LANGUAGES
    assert {comment.submission.capacity for comment in comments} == set(Capacity)
    assert any(comment.paragraph_id is None for comment in comments)
    assert all(comment.consultation.is_open(comment.received_at) for comment in comments)
    assert all(comment.received_at < at for comment in comments)
    _replaying_decisions_gives_the_present_states(comments, at)
    _of_the_erased_nothing_is_left(comments)
    assert verify_chain() is None


def _replaying_decisions_gives_the_present_states(comments: Sequence[Comment], at: datetime) -> None:
    states = {comment.id: str(State.WAITING) for comment in comments}
    for decision in db.session.scalars(select(Decision).order_by(Decision.id)):
        assert states[decision.comment_id] == decision.from_state
        assert decision.comment.received_at < decision.decided_at < at
        states[decision.comment_id] = decision.to_state
    for comment in comments:
        taken_back = comment.state in {State.WITHDRAWN, State.ERASED}
        assert taken_back or states[comment.id] == comment.state


def _of_the_erased_nothing_is_left(comments: Sequence[Comment]) -> None:
    for comment in comments:
        if comment.state == State.ERASED:
            kept = comment.submission
            words = (comment.source, comment.html, comment.plain, kept.name, kept.email, kept.organisation)
            assert "".join(words) == ""


def test_made_up_respondents_get_receipts_but_no_letters(app: Flask, at: datetime) -> None:
    load_three(app, at)
    jobs = Counter(db.session.scalars(select(Job.name)))
    assert "letter" not in jobs
    assert jobs["index_consultation"] >= 3
    number = db.session.scalars(select(Submission.number)).first()
    assert number is not None
    assert submission_behind(number, secret_of(number, SECRET)).number == number


def test_a_workshop_is_coming_in_latvia_and_one_in_norway_says_what_it_found(
    app: Flask, at: datetime
) -> None:
    load_three(app, at)
    lists = workshops_at(at)
    [coming], [past] = lists.coming, lists.past
    assert (coming.country, coming.zone, past.country) == ("LV", "Europe/Riga", "NO")
    for workshop in (coming, past):
        for texts in (workshop.titles, workshop.purposes, workshop.programmes, workshop.accesses):
            assert set(texts) == LANGUAGES
    assert {language for question in coming.questions for language in question["labels"]} == LANGUAGES
    assert coming.has_waiting_list
    assert refusal_of(coming, at) is None
    assert len(passages_about(coming, "lv")) == len(coming.paragraph_keys) == 3
    assert set(past.notes) == LANGUAGES
    assert past.materials
    came = numbers_by_state(past)
    findings = findings_of(past)
    assert {finding.submission.group_size for finding in findings} == {came[RegistrationState.ATTENDED]}
    assert len(findings) == 3


def test_people_are_registered_for_the_workshops_and_nobody_is_kept_too_long(
    app: Flask, at: datetime
) -> None:
    load_three(app, at)
    registrations = db.session.scalars(select(Registration)).all()
    assert {registration.state for registration in registrations} == set(RegistrationState) - {
        RegistrationState.OFFERED
    }
    assert all(registration.registered_at < at for registration in registrations)
    assert all(registration.email.endswith("@example.org") for registration in registrations)
    due = due_for_purging(at)
    assert (due["needs"], due["registrations"], expire_offers(at)) == (0, 0, 0)
    assert not any(workshop.reminder_hours for workshop in db.session.scalars(select(Workshop)))


def test_the_staff_have_confirmed_addresses_and_no_passwords(app: Flask, at: datetime) -> None:
    load_three(app, at)
    staff = dict(sample_staff())
    assert set(staff) == {Role.MODERATOR, Role.EDITOR, Role.CONTACT_POINT, Role.ADMINISTRATOR}
    for person in staff.values():
        assert person.password_hash is None
        assert person.confirmed_at is not None
        assert person.email.endswith("@example.org")
    assert [membership.country for membership in staff[Role.CONTACT_POINT].memberships] == ["NO"]
