"""What is kept in memory for comments that come one after the other is never older than the last change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.models.base import db, transaction
from app.models.consultation import Consultation
from app.models.draft import Paragraph
from app.services.activity import touch_public_pages
from app.services.errors import NotFoundError
from app.services.public.reading import paragraph_called
from app.services.public.recalling import Recollection
from tests.builders import a_consultation, a_draft, paragraphs_of
from tests.conftest import NOON


@pytest.fixture
def recollection(app: Flask) -> Recollection:
    return Recollection(app.extensions["ports"].changes)


def change(consultation: Consultation, **columns: object) -> None:
    with transaction():
        for name, value in columns.items():
            setattr(consultation, name, value)
        touch_public_pages(consultation.id)


def test_what_is_recalled_is_the_consultation_as_it_stands(recollection: Recollection) -> None:
    consultation = a_consultation(slug="innovation", titles={"lv": "Inovācija"})
    for _ in range(2):
        recalled = recollection.consultation("innovation")
        assert (recalled.id, recalled.titles) == (consultation.id, {"lv": "Inovācija"})
        assert (recalled.opens_at, recalled.closes_at) == (consultation.opens_at, consultation.closes_at)


def test_a_change_is_seen_at_the_next_comment(recollection: Recollection) -> None:
    consultation, later = a_consultation(slug="innovation"), NOON + timedelta(days=90)
    assert recollection.consultation("innovation").closes_at != later
    change(consultation, closes_at=later, takes_replies=False)
    recalled = recollection.consultation("innovation")
    assert (recalled.closes_at, recalled.takes_replies) == (later, False)


def test_what_one_request_does_to_its_copy_reaches_no_other(recollection: Recollection) -> None:
    a_consultation(slug="innovation", grace_minutes=5)
    recollection.consultation("innovation").grace_minutes = 60
    assert recollection.consultation("innovation").grace_minutes == 5


def test_what_was_not_there_is_found_once_it_is(recollection: Recollection) -> None:
    with pytest.raises(NotFoundError):
        recollection.consultation("innovation")
    consultation = a_consultation(slug="innovation")
    assert recollection.consultation("innovation").id == consultation.id
    with pytest.raises(NotFoundError):
        recollection.paragraph(recollection.consultation("innovation"), "p1")
    a_draft(consultation)
    key = db.session.scalars(select(Paragraph.key)).first() or ""
    number = recollection.paragraph(recollection.consultation("innovation"), key)
    assert number == paragraph_called(consultation, key)


def test_paragraphs_of_two_consultations_with_one_key_are_told_apart(recollection: Recollection) -> None:
    numbers = []
    for slug in ("one", "other"):
        paragraph = paragraphs_of(a_draft(a_consultation(slug=slug)))[0]
        recalled = recollection.consultation(slug)
        assert recollection.paragraph(recalled, paragraph.key) == paragraph.id
        assert recollection.paragraph(recalled, paragraph.key) == paragraph.id
        numbers.append(paragraph.id)
    assert len(set(numbers)) == 2


def test_a_consultation_that_nobody_recalled_has_its_paragraphs_too(recollection: Recollection) -> None:
    consultation = a_consultation(slug="innovation")
    paragraph = paragraphs_of(a_draft(consultation))[0]
    assert recollection.paragraph(consultation, paragraph.key) == paragraph.id
