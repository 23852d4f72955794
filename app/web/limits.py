"""The one place for limits: how often something may be tried from where. They slow, and never lock out."""

from __future__ import annotations

import hmac
import logging
import math
import time
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import cast

from flask import Flask, Request, current_app
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.web.ports import settings
from config import Config, ConfigError

# One line an action: several limits let through what all of them let through, so that waits grow.
LIMITS = {
    "comment": "30/10minutes",
    "comment_without_proof": "5/10minutes",
    "proof": "3/day",  # one form may come back to be mended
    "preview": "60/10minutes",
    "unsent": "3000/10minutes",
    "receipt": "60/10minutes",
    "receipt_pdf": "10/10minutes",  # the costliest answer there is
    "comment_letter": "10/hour",
    "support": "60/10minutes",
    "registration": "60/10minutes",
    "registration_letter": "5/hour",
    "newsletter_test": "10/10minutes",
    "subscription": "3/hour",  # to one thing, with one address
    "subscriptions": "12/hour",  # with one address
    "letter": "3/10minutes; 10/day",
    "letter_from_network": "60/10minutes; 300/day",
    "password": "5/minute; 10/5minutes; 20/15minutes",
    "password_from_network": "30/minute; 100/15minutes",
}
NETWORK_OF_IPV4 = 24
NETWORK_OF_IPV6 = 56
KEY_LENGTH = 32
SECONDS_BETWEEN_SWEEPS = 60
LIMITER = "limiter"
log = logging.getLogger("innspill.limits")


class MemorySweptSeldom(MemoryStorage):
    """The memory of the library, which forgets what is over once a minute.

    By itself it would look through all networks after every request: the more of them, the longer each takes.
    """

    STORAGE_SCHEME = ["memory"]  # noqa: RUF012 - by this the library takes this class for memory://

    @property
    def timer(self) -> Timer:
        """Starts the next sweep."""
        return self._timer

    @timer.setter
    def timer(self, timer: Timer) -> None:
        if hasattr(self, "_timer"):  # the first one has nothing to sweep
            timer.interval = SECONDS_BETWEEN_SWEEPS
            timer.daemon = True
        self._timer = timer


def install(app: Flask, config: Config) -> None:
    """What is tried is counted from now on; raises ConfigError when there is nowhere to count."""
    try:
        storage = storage_from_string(config.limits_url, wrap_exceptions=True)
        app.extensions[LIMITER] = MovingWindowRateLimiter(storage)
    except (ConfigurationError, NotImplementedError) as error:
        raise ConfigError(
            "LIMITS_URL must be memory:// or, with its library installed, redis://HOST:PORT."
        ) from error


def wait_before(action: str, *keys: str) -> int:
    """How many seconds to wait before the action may be tried; 0 lets it through and counts it."""
    [first, *others] = _items(action)
    if not others and _is_counted(first, *_named(action, keys)):
        return 0
    wait = wait_for(action, *keys)
    if wait == 0:
        count(action, *keys)
    return wait


def wait_for(action: str, *keys: str) -> int:
    """How many seconds to wait before the action may be tried, without counting this one."""
    try:
        return max(_wait_of(item, *_named(action, keys)) for item in _items(action))
    except StorageError as error:
        log.warning("limits cannot be asked: %s", type(error.storage_error).__name__)
        return 0


def count(action: str, *keys: str) -> None:
    """The action counts as tried."""
    try:
        for item in _items(action):
            _limiter().hit(item, *_named(action, keys))
    except StorageError as error:
        log.warning("limits cannot be counted: %s", type(error.storage_error).__name__)


def forget(action: str, *keys: str) -> None:
    """The action counts as never tried."""
    try:
        for item in _items(action):
            _limiter().clear(item, *_named(action, keys))
    except StorageError as error:
        log.warning("limits cannot be cleared: %s", type(error.storage_error).__name__)


def network_of(request: Request) -> str:
    """The network that a request comes from, under a key: no address is kept."""
    return private_key(_network(request.remote_addr or ""))


def private_key(fact: str) -> str:
    """A digest of the fact that means nothing without the site's secret."""
    return hmac.digest(settings().secret_key.encode(), f"limit:{fact}".encode(), "sha256").hex()[:KEY_LENGTH]


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    length = NETWORK_OF_IPV4 if found.version == 4 else NETWORK_OF_IPV6
    return str(ip_network((found, length), strict=False))


@cache
def _items(action: str) -> list[RateLimitItem]:
    return parse_many(LIMITS[action])


def _named(action: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    return (action, *keys)


def _wait_of(item: RateLimitItem, *names: str) -> int:
    if _limiter().test(item, *names):
        return 0
    reset = _limiter().get_window_stats(item, *names).reset_time
    return max(1, math.ceil(reset - time.time()))


def _is_counted(item: RateLimitItem, *names: str) -> bool:
    """Whether a single limit let the action through and counted it: both in one step."""
    try:
        return _limiter().hit(item, *names)
    except StorageError:
        return False


def _limiter() -> MovingWindowRateLimiter:
    return cast("MovingWindowRateLimiter", current_app.extensions[LIMITER])
