"""One-time links: signed, sent by mail or given by an operator, and void once one of them was used."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from app.models.people import Person
from app.services.errors import DomainError
from app.services.text import digest_of

SALT = "one-time link"
STAMP_LENGTH = 20


class Purpose(StrEnum):
    """What a link is for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    RESET = "reset"


LASTS = {
    Purpose.SIGN_IN: timedelta(hours=24),
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
}


class VoidLinkError(DomainError):
    """The link was used before, is too old, or was never made here."""


@dataclass(frozen=True)
class Link:
    """What a link says, before it is compared with the person it is for."""

    person_id: int
    purpose: Purpose
    stamp: str


def link_token(person: Person, purpose: Purpose, secret_key: str, at: datetime) -> str:
    """The last part of a link's address."""
    facts = [person.id, purpose.value, int(at.timestamp()), stamp_of(person)]
    return str(_serializer(secret_key).dumps(facts))


def read_link(token: str, secret_key: str, at: datetime) -> Link:
    """What the link says; raises VoidLinkError when it is forged or too old."""
    try:
        person_id, purpose, made, stamp = _serializer(secret_key).loads(token)
    except BadData as error:
        raise VoidLinkError("forged") from error
    link = Link(person_id, Purpose(purpose), stamp)
    if at >= datetime.fromtimestamp(made, UTC) + LASTS[link.purpose]:
        raise VoidLinkError("too old")
    return link


def stamp_of(person: Person) -> str:
    """A digest that changes when the person signs in, confirms the address or changes the password."""
    moments = [moment and moment.timestamp() for moment in (person.last_sign_in_at, person.confirmed_at)]
    return digest_of(repr([person.password_hash, *moments]))[:STAMP_LENGTH]


def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})
