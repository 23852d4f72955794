"""How long a consultation is still open, in words, and how long these words stay true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g

from app.dates import day_of_event_words
from app.models.consultation import Consultation
from app.web.openings import closing_view, true_until
from tests.stopped_clock import clock
from tests.web.readers import consultation

__all__ = ["clock", "consultation"]


@pytest.mark.parametrize(
    ("before_closing", "words"),
    [
        (timedelta(days=12, hours=5), "12 days left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(days=2) - timedelta(seconds=1), "47 hours left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59), "less than an hour left"),
        (timedelta(), ""),
    ],
)
def test_what_remains_is_counted_in_days_and_then_in_hours(
    app: Flask, consultation: Consultation, before_closing: timedelta, words: str
) -> None:
    with app.test_request_context("/en/"):
        assert closing_view(consultation, consultation.closes_at - before_closing).remaining == words


@pytest.mark.parametrize(
    "before_closing", [timedelta(days=12, hours=5), timedelta(days=3), timedelta(minutes=90)]
)
def test_a_page_stays_true_exactly_until_its_words_would_differ(
    app: Flask, consultation: Consultation, before_closing: timedelta
) -> None:
    at = consultation.closes_at - before_closing
    until = true_until(consultation, at)
    moment = timedelta(microseconds=1)
    with app.test_request_context("/en/"):
        now = closing_view(consultation, at)
        assert until is not None
        assert closing_view(consultation, until - moment) == now
        assert closing_view(consultation, until) != now


def test_the_words_of_a_closed_consultation_stay_true(consultation: Consultation) -> None:
    assert true_until(consultation, consultation.closes_at) is None


def test_a_page_made_in_the_last_hour_is_true_until_the_closing_itself(consultation: Consultation) -> None:
    assert true_until(consultation, consultation.closes_at - timedelta(minutes=5)) == consultation.closes_at


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("lv", "piektdien, 2030. gada 22. februārī"),
        ("nb", "fredag 22. februar 2030"),
        ("fr", "vendredi 22 février 2030"),
        ("en", "Friday 22 February 2030"),
    ],
)
def test_the_day_is_said_as_when_it_happens(
    app: Flask, consultation: Consultation, language: str, words: str
) -> None:
    with app.test_request_context(f"/{language}/"):
        g.lang = language
        assert closing_view(consultation, consultation.closes_at).day == words


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (1, "otrdien, 2030. gada 1. janvārī"),
        (3, "piektdien, 2030. gada 1. martā"),
        (5, "trešdien, 2030. gada 1. maijā"),
    ],
)
def test_latvian_says_when_in_the_endings_of_every_month(month: int, words: str) -> None:
    assert day_of_event_words(datetime(2030, month, 1, tzinfo=UTC), "UTC", "lv") == words
