"""The mail server that letters reach in these tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from app.adapters import adapter
from tests.live_site import free_port
from tests.postbox import Postbox, address_of


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def carrier(app: Flask, server: Controller) -> None:
    """The site's letters go to that server."""
    mail = adapter("mail", "smtp").create(address_of(server))
    app.extensions["ports"] = replace(app.extensions["ports"], mail=mail)
