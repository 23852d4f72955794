"""Limits: what is counted, for whom, and what happens when nothing can be counted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from limits.storage import MemoryStorage

from app import create_app
from app.web import limits
from app.web.limits import (
    LIMITER,
    SECONDS_BETWEEN_SWEEPS,
    MemorySweptSeldom,
    count,
    forget,
    install,
    network_of,
    wait_before,
    wait_for,
)
from app.web.ports import settings
from config import Config, ConfigError


class LostStorage(MemoryStorage):
    """A place to count that cannot be reached."""

    STORAGE_SCHEME = ("lost",)  # type: ignore[assignment]

    def acquire_entry(self, *_asked: object, **_more: object) -> bool:
        raise ValueError("connection refused")

    def get_moving_window(self, *_asked: object, **_more: object) -> tuple[float, int]:
        raise ValueError("connection refused")

    def clear(self, key: str) -> None:
        raise ValueError("connection refused")


def test_what_is_within_the_limit_need_not_wait_and_what_is_beyond_must(app: Flask) -> None:
    with time_machine.travel(datetime(2030, 2, 10, 12, 0, tzinfo=UTC), tick=False) as clock:
        assert [wait_before("letter", "here", "ana") for _ in range(4)] == [0, 0, 0, 600]
        clock.shift(200)
        assert wait_before("letter", "here", "ana") == 400
        clock.shift(401)
        assert wait_before("letter", "here", "ana") == 0


def test_keys_and_actions_are_counted_apart(app: Flask) -> None:
    for _ in range(3):
        wait_before("letter", "here", "ana")
    assert wait_for("letter", "here", "ana") > 0
    assert wait_for("letter", "here", "kari") == wait_for("letter", "there", "ana") == 0
    assert wait_for("password", "here", "ana") == 0


def test_asking_how_long_to_wait_counts_nothing(app: Flask) -> None:
    assert [wait_for("letter", "here") for _ in range(10)] == [0] * 10


def test_what_is_forgotten_begins_anew(app: Flask) -> None:
    for _ in range(5):
        count("password", "here")
    assert wait_for("password", "here") > 0
    forget("password", "here")
    assert [wait_before("password", "here") for _ in range(5)] == [0] * 5


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("::ffff:192.0.2.1", "192.0.2.77", True),
        ("2001:db8:1:100::1", "2001:db8:1:1ff:ffff::2", True),
        ("2001:db8:1:100::1", "2001:db8:1:200::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "", True),
    ],
)
def test_a_network_is_a_neighbourhood_and_names_no_address(
    app: Flask, one: str, other: str, is_same: bool
) -> None:
    keys = []
    for address in (one, other):
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}) as context:
            keys.append(network_of(context.request))
    assert (keys[0] == keys[1]) == is_same
    assert re.fullmatch(r"[0-9a-f]{32}", keys[0])


def test_nobody_is_held_up_when_nothing_can_be_counted(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    install(app, replace(settings(), limits_url="lost://"))
    assert [wait_before("letter", "here") for _ in range(20)] == [0] * 20
    forget("letter", "here")
    assert "limits cannot be asked: ValueError" in caplog.messages


@pytest.mark.parametrize("address", ["nonsense", "memcached://127.0.0.1:1"])
def test_a_place_to_count_that_cannot_work_stops_the_start(config: Config, address: str) -> None:
    with pytest.raises(ConfigError, match=r"^LIMITS_URL must be memory://"):
        create_app(replace(config, limits_url=address))


def test_what_is_over_is_forgotten_once_a_minute_and_not_after_every_request(app: Flask) -> None:
    storage = app.extensions[LIMITER].storage
    storage.timer.join()
    for number in range(30):
        wait_before("letter", f"network {number}")
    assert isinstance(storage, MemorySweptSeldom)
    assert storage.timer.interval == SECONDS_BETWEEN_SWEEPS
    assert storage.timer.is_alive()
    assert len(storage.events) == 60


def test_a_sweep_forgets_what_is_over(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS_BETWEEN_SWEEPS", 0.05)
    install(app, settings())
    storage = app.extensions[LIMITER].storage
    noon = datetime(2030, 2, 10, 12, 0, tzinfo=UTC)
    for minutes, network in ((0, "early"), (11, "late")):
        storage.timer.join()
        with time_machine.travel(noon + timedelta(minutes=minutes), tick=False):
            wait_before("comment", network)
            storage.timer.join()
        assert [network in key for key, events in storage.events.items() if events] == [True]
