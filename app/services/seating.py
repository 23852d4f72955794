"""Seating: who registers for a workshop has a place, or waits in line for one.

Places are given under the workshop's lock, so there are never more taken than there are.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.models.base import db, transaction
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.activity import record
from app.services.applying import Applicant, check_applicant, problems_of_words, tidy_applicant
from app.services.errors import InvalidError, NotFoundError
from app.services.offering import RegistrationLetter, tell, write_about
from app.services.offering import accept_offer as accept_offer
from app.services.offering import cancel_registration as cancel_registration
from app.services.offering import decline_offer as decline_offer
from app.services.offering import expire_offers as expire_offers
from app.services.offering import places_changed as places_changed
from app.services.receipts import new_number, secret_of, tidy_number
from app.services.seats import (
    HOLDING,
    LIVE,
    NoPlaceError,
    Refusal,
    lock_registration,
    lock_workshop,
    newcomer,
    rank_in_line,
    require_live,
)
from app.services.seats import places_left as places_left
from app.services.seats import refusal_of as refusal_of
from app.services.seats import seats_of as seats_of
from app.services.text import digest_of

LETTER_OF_STATE = {
    RegistrationState.CONFIRMED: RegistrationLetter.CONFIRMED,
    RegistrationState.WAITING: RegistrationLetter.WAITING,
    RegistrationState.OFFERED: RegistrationLetter.OFFERED,
}


@dataclass(frozen=True)
class Registered:
    """What registering answers.

    `state` and `rank` (the place among those who wait) are those of a registration made now, also where the
    person was registered before (`is_known`): that person got the letter again, and the page says nothing
    else than to a newcomer, so it neither shows nor links to what `number` and `secret` open.
    """

    number: str
    secret: str
    state: RegistrationState
    rank: int | None
    is_known: bool = False


def register_for(
    workshop_id: int, applicant: Applicant, *, form: str, at: datetime, secret_key: str
) -> Registered:
    """The person has a place, or waits in line, and gets a letter that says so.

    `form` identifies the copy of the form: sent again, it is the same registration. A person of the same name
    and address who is registered already gets the letter again. Writes nothing when it raises NotFoundError
    (not published), NoPlaceError (its `reason` says why) or InvalidError (problems by form field).
    """
    form_digest = digest_of(json.dumps([form, workshop_id, asdict(applicant)]))
    with transaction():
        workshop = lock_workshop(workshop_id)
        if not workshop.is_published:
            raise NotFoundError("workshop")
        earlier = _with_form(form_digest)
        if earlier is not None:
            return _answer(earlier, secret_key)
        _require_open(workshop, at)
        tidied = check_applicant(workshop, applicant)
        seats = seats_of(workshop)
        state = newcomer(seats, workshop)
        rank = seats.waiting + 1 if state == RegistrationState.WAITING else None
        known = _registered_before(workshop.id, tidied)
        if known is not None:
            _write_again(known, at)
        if state is not None:
            registered = (
                _seat(workshop, tidied, form_digest, state, rank, at, secret_key)
                if known is None
                else Registered(known.number, secret_of(known.number, secret_key), state, rank, is_known=True)
            )
    if state is None:
        raise NoPlaceError(Refusal.FULL)
    return registered


def registration_behind(number: str, secret: str) -> Registration:
    """The registration with its workshop; raises NotFoundError unless number and secret belong together.

    One whose personal data are purged is found by nobody.
    """
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.number == tidy_number(number), Registration.purged_at.is_(None))
        .options(joinedload(Registration.workshop), joinedload(Registration.needs))
    )
    given = digest_of(secret.strip().lower())
    kept = registration.secret_digest if registration else "0" * 64
    if not hmac.compare_digest(given, kept) or registration is None:
        raise NotFoundError("registration")
    return registration


def change_registration(registration_id: int, applicant: Applicant, *, at: datetime) -> Registration:
    """Name, organisation, needs and answers are as filled in; the person gets a letter if anything changed.

    The address stays: it is where the link was sent. State and place in line stay, too. Raises InvalidError,
    or NoPlaceError when the registration is cancelled, or the workshop cancelled or begun.
    """
    with transaction():
        workshop, registration = lock_registration(registration_id)
        require_live(workshop, registration, at)
        tidied = tidy_applicant(workshop, applicant)
        problems = problems_of_words(workshop, tidied)
        if problems:
            raise InvalidError(problems)
        if _write_changes(registration, tidied):
            registration.changed_at = at
            write_about(registration.id, RegistrationLetter.CHANGED, at)
            record("registration changed", _subject(registration), person_id=None, at=at)
    return registration


def _seat(
    workshop: Workshop,
    applicant: Applicant,
    form_digest: str,
    state: RegistrationState,
    rank: int | None,
    at: datetime,
    secret_key: str,
) -> Registered:
    number = new_number()
    secret = secret_of(number, secret_key)
    if state == RegistrationState.WAITING:
        workshop.line_length += 1
    registration = Registration(
        workshop_id=workshop.id,
        number=number,
        secret_digest=digest_of(secret),
        form_digest=form_digest,
        state=state,
        name=applicant.name,
        email=applicant.email,
        organisation=applicant.organisation,
        answers=dict(applicant.answers),
        language=applicant.language,
        consented_at=at,
        privacy_notice_version=workshop.consultation.privacy_notice_version,
        place_in_line=workshop.line_length if state == RegistrationState.WAITING else None,
        needs=_needs(applicant),
        registered_at=at,
        changed_at=at,
    )
    db.session.add(registration)
    db.session.flush()
    write_about(registration.id, LETTER_OF_STATE[state], at)
    tell(workshop, "registered", [registration.id], [], by=None, at=at)
    return Registered(number, secret, state, rank)


def _write_changes(registration: Registration, tidied: Applicant) -> bool:
    """Whether anything is another than before."""
    needs = registration.needs
    before = (needs.accessibility, needs.diet) if needs else ("", "")
    wanted = {"name": tidied.name, "organisation": tidied.organisation, "answers": dict(tidied.answers)}
    changed = {name for name, value in wanted.items() if getattr(registration, name) != value}
    if "name" in changed and registration.state in HOLDING:
        registration.sequence += 1
    for name in changed:
        setattr(registration, name, wanted[name])
    has_other_needs = (tidied.accessibility, tidied.diet) != before
    if has_other_needs and needs and tidied.has_needs:
        needs.accessibility, needs.diet = tidied.accessibility, tidied.diet
    elif has_other_needs:
        registration.needs = _needs(tidied)
    return bool(changed) or has_other_needs


def _needs(applicant: Applicant) -> Needs | None:
    if not applicant.has_needs:
        return None
    return Needs(accessibility=applicant.accessibility, diet=applicant.diet)


def _require_open(workshop: Workshop, at: datetime) -> None:
    if workshop.is_cancelled:
        raise NoPlaceError(Refusal.CANCELLED)
    if not workshop.takes_registrations(at):
        raise NoPlaceError(Refusal.TOO_LATE)


def _with_form(form_digest: str) -> Registration | None:
    return db.session.scalar(select(Registration).where(Registration.form_digest == form_digest))


def _answer(registration: Registration, secret_key: str) -> Registered:
    """What was answered when its form came first, as it stands now."""
    number = registration.number
    state = RegistrationState(registration.state)
    return Registered(number, secret_of(number, secret_key), state, rank_in_line(registration))


def _registered_before(workshop_id: int, applicant: Applicant) -> Registration | None:
    same_address = db.session.scalars(
        select(Registration)
        .where(
            Registration.workshop_id == workshop_id,
            Registration.state.in_(LIVE),
            func.lower(Registration.email) == applicant.email.lower(),
        )
        .order_by(Registration.id)
    )
    called = applicant.name.casefold()
    return next((each for each in same_address if each.name.casefold() == called), None)


def _write_again(registration: Registration, at: datetime) -> None:
    write_about(registration.id, LETTER_OF_STATE[RegistrationState(registration.state)], at)
    record("registration letter sent again", _subject(registration), person_id=None, at=at)


def _subject(registration: Registration) -> str:
    return f"registration:{registration.id}"
