"""The adapters of the application that is answering."""

from __future__ import annotations

from typing import cast

from flask import current_app

from app.services.ports import Ports
from app.services.public.recalling import Recollection
from config import Config


def ports() -> Ports:
    """The adapters in use."""
    return cast("Ports", current_app.extensions["ports"])


def settings() -> Config:
    """The settings in use."""
    return cast("Config", current_app.extensions["config"])


def recollection() -> Recollection:
    """What is kept in memory of the consultations that comments are sent to."""
    return cast("Recollection", current_app.extensions["recollection"])
