"""Seating: who registers for a workshop has a place, or waits in line for one.

Places are given under the workshop's lock, so there are never more taken than there are.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import joinedload

from app.models.base import db, rows, transaction, write_row
from app.models.consultation import Consultation
from app.models.workshop import Needs, Registration, RegistrationState, Workshop
from app.services.activity import record
from app.services.comments.receipts import new_number, secret_of, tidy_number
from app.services.errors import InvalidError, NotFoundError
from app.services.text import digest_of
from app.services.workshops.applying import Applicant, check_applicant, problems_of_words, tidy_applicant
from app.services.workshops.offering import RegistrationLetter, tell, write_about
from app.services.workshops.offering import accept_offer as accept_offer
from app.services.workshops.offering import cancel_registration as cancel_registration
from app.services.workshops.offering import decline_offer as decline_offer
from app.services.workshops.offering import expire_offers as expire_offers
from app.services.workshops.offering import places_changed as places_changed
from app.services.workshops.seats import (
    HOLDING,
    NoPlaceError,
    Refusal,
    Seats,
    count_seats,
    lock_registration,
    newcomer,
    rank_in_line,
    require_live,
)
from app.services.workshops.seats import places_left as places_left
from app.services.workshops.seats import refusal_of as refusal_of
from app.services.workshops.seats import seats_of as seats_of

LETTER_OF_STATE = {
    RegistrationState.CONFIRMED: RegistrationLetter.CONFIRMED,
    RegistrationState.WAITING: RegistrationLetter.WAITING,
    RegistrationState.OFFERED: RegistrationLetter.OFFERED,
}
MOST_WITH_ONE_ADDRESS = 3
NO_NEEDS = {"accessibility": "", "diet": ""}
# Ready statements: many register in the first minutes, each under the workshop's lock.
LOCK = (
    select(
        Workshop.id, Workshop.consultation_id, Workshop.published_at, Workshop.cancelled_at,
        Workshop.register_by, Workshop.starts_at, Workshop.places, Workshop.has_waiting_list,
        Workshop.questions, Consultation.privacy_notice_version,
    )
    .join(Workshop.consultation)
    .where(Workshop.id == bindparam("wanted"))
    .with_for_update(of=Workshop, key_share=True)
)  # fmt: skip
SENT_BEFORE = select(Registration.id).where(Registration.form_digest == bindparam("form"))
COUNT = (
    select(Registration.state, func.count().label("number"))
    .where(Registration.workshop_id == bindparam("wanted"))
    .group_by(Registration.state)
)
SAME_ADDRESS = (
    select(Registration.id, Registration.number, Registration.state, Registration.name)
    .where(
        Registration.workshop_id == bindparam("wanted"),
        Registration.state != RegistrationState.CANCELLED,
        func.lower(Registration.email) == bindparam("address"),
    )
    .order_by(Registration.id)
)
LENGTHEN_LINE = (
    update(Workshop)
    .where(Workshop.id == bindparam("wanted"))
    .values(line_length=Workshop.line_length + 1)
    .returning(Workshop.line_length)
)


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
    and address who is registered already gets the letter again. Raises NotFoundError (not published),
    NoPlaceError (its `reason` says why) or InvalidError (problems by form field; `too_many` people with one
    address, also to those who are among them): nobody new is registered then.
    """
    form_digest = digest_of(json.dumps([form, workshop_id, asdict(applicant)]))
    with transaction():
        workshop = _lock(workshop_id)
        if rows(SENT_BEFORE, form=form_digest):
            return _answer_again(form_digest, secret_key)
        _require_open(workshop, at)
        tidied = check_applicant(workshop.questions, applicant)
        seats = _seats(workshop)
        state = newcomer(seats, has_waiting_list=workshop.has_waiting_list)
        rank = seats.waiting + 1 if state == RegistrationState.WAITING else None
        same_address = rows(SAME_ADDRESS, wanted=workshop_id, address=tidied.email.lower())
        has_too_many = len(same_address) >= MOST_WITH_ONE_ADDRESS
        known = _of_same_name(same_address, tidied.name)
        if known is not None:
            _write_again(known, at)
        elif state is not None and not has_too_many:
            number = _write(workshop, tidied, form_digest, state, at, secret_key)
    if state is None:
        raise NoPlaceError(Refusal.FULL)
    if has_too_many:
        raise InvalidError({"email": "too_many"})
    number = number if known is None else known.number
    return Registered(number, secret_of(number, secret_key), state, rank, is_known=known is not None)


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
        tidied = tidy_applicant(workshop.questions, applicant)
        problems = problems_of_words(workshop.questions, tidied)
        if problems:
            raise InvalidError(problems)
        if _write_changes(registration, tidied):
            registration.changed_at = at
            write_about(registration.id, RegistrationLetter.CHANGED, at)
            record("registration changed", _subject(registration.id), person_id=None, at=at)
    return registration


def _lock(workshop_id: int) -> Any:
    """What registering must know of the workshop, as `lock_workshop` and under the same lock, but quickly."""
    found = rows(LOCK, wanted=workshop_id)
    if not found or found[0].published_at is None:
        raise NotFoundError("workshop")
    return found[0]


def _seats(workshop: Any) -> Seats:
    return count_seats(workshop.places, {each.state: each.number for each in rows(COUNT, wanted=workshop.id)})


def _write(
    workshop: Any,
    applicant: Applicant,
    form_digest: str,
    state: RegistrationState,
    at: datetime,
    secret_key: str,
) -> str:
    """The registration is written, with all that follows from it; answers its number."""
    number = new_number()
    is_waiting = state == RegistrationState.WAITING
    registration_id = write_row(
        Registration,
        workshop_id=workshop.id,
        number=number,
        secret_digest=digest_of(secret_of(number, secret_key)),
        form_digest=form_digest,
        state=state,
        name=applicant.name,
        email=applicant.email,
        organisation=applicant.organisation,
        answers=dict(applicant.answers),
        language=applicant.language,
        consented_at=at,
        privacy_notice_version=workshop.privacy_notice_version,
        place_in_line=rows(LENGTHEN_LINE, wanted=workshop.id)[0].line_length if is_waiting else None,
        registered_at=at,
        changed_at=at,
    )
    if applicant.has_needs:
        db.session.execute(insert(Needs).values(registration_id=registration_id, **_needs(applicant)))
    write_about(registration_id, LETTER_OF_STATE[state], at)
    tell(workshop.consultation_id, "registered", [registration_id], at=at)
    return number


def _write_changes(registration: Registration, tidied: Applicant) -> bool:
    """Whether anything is another than before."""
    needs = registration.needs
    before = {"accessibility": needs.accessibility, "diet": needs.diet} if needs else NO_NEEDS
    wanted = {"name": tidied.name, "organisation": tidied.organisation, "answers": dict(tidied.answers)}
    changed = {name for name, value in wanted.items() if getattr(registration, name) != value}
    if "name" in changed and registration.state in HOLDING:
        registration.sequence += 1
    for name in changed:
        setattr(registration, name, wanted[name])
    has_other_needs = _needs(tidied) != before
    if has_other_needs and needs and tidied.has_needs:
        needs.accessibility, needs.diet = tidied.accessibility, tidied.diet
    elif has_other_needs:
        registration.needs = Needs(**_needs(tidied)) if tidied.has_needs else None
    return bool(changed) or has_other_needs


def _needs(applicant: Applicant) -> dict[str, str]:
    return {"accessibility": applicant.accessibility, "diet": applicant.diet}


def _require_open(workshop: Any, at: datetime) -> None:
    if workshop.cancelled_at is not None:
        raise NoPlaceError(Refusal.CANCELLED)
    if at >= min(workshop.register_by, workshop.starts_at):
        raise NoPlaceError(Refusal.TOO_LATE)


def _answer_again(form_digest: str, secret_key: str) -> Registered:
    """What was answered when the form came first, as it stands now."""
    registration = db.session.scalars(
        select(Registration).where(Registration.form_digest == form_digest)
    ).one()
    number, state = registration.number, RegistrationState(registration.state)
    return Registered(number, secret_of(number, secret_key), state, rank_in_line(registration))


def _of_same_name(registrations: Sequence[Any], name: str) -> Any:
    return next((each for each in registrations if each.name.casefold() == name.casefold()), None)


def _write_again(registration: Any, at: datetime) -> None:
    letter = LETTER_OF_STATE[RegistrationState(registration.state)]
    write_about(registration.id, letter, at, is_again=True)
    record("registration letter sent again", _subject(registration.id), person_id=None, at=at)


def _subject(registration_id: int) -> str:
    return f"registration:{registration_id}"
