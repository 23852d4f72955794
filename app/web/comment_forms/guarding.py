"""What every form that sends comments is guarded with: robots, haste, and too many from one network.

Nothing is lost by any of it: the form comes back with every word, and says what can be done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, StringField

from app.models.consultation import Consultation
from app.services.comments.admitting import takes_until
from app.services.comments.receiving import turn_to_receive
from app.web.comment_forms.proofs import is_proved
from app.web.forms import PageForm
from app.web.limits import count, network_of, wait_before, wait_for

P = ParamSpec("P")
R = TypeVar("R")
SHORTEST_TIME = timedelta(seconds=2)
SECONDS_A_MINUTE = 60
INVALID, TOO_MANY = 422, 429


class GuardedForm(PageForm):
    """A form by which comments are sent.

    `website` is for robots, who fill in everything; `proof` is what the browser worked out, where asked to.
    """

    website = StringField(_l("Leave this empty"))
    proof = HiddenField()

    @property
    def opened_at(self) -> datetime | None:
        """When the form was opened; None for one whose token cannot be read."""
        return self.token.made_at if self.token else None

    @property
    def nonce(self) -> str:
        """Which copy of the form it is; empty for one whose token cannot be read."""
        return self.token.nonce if self.token else ""

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message); what concerns the whole form comes first."""
        return [("csrf_token", str(message)) for message in self.form_errors] + super().error_list

    def go_on_from(self, checked: GuardedForm) -> None:
        """What was found out of the same form, as it was sent, is known here too."""
        self.token = checked.token
        self.form_errors.extend(checked.form_errors)
        for field in checked:
            self[field.name].errors = field.errors

    def is_from_a_robot(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.website.data)

    def is_too_fast(self, at: datetime) -> bool:
        """Whether the form came back sooner than anybody writes."""
        return self.token is not None and at - self.token.made_at < SHORTEST_TIME


def in_turn(view: Callable[P, R]) -> Callable[P, R]:
    """The view works on its form when its turn has come, and on all of it: nobody waits for a slow sender."""

    @wraps(view)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        request.form.keys()  # reads all of it
        with turn_to_receive():
            return view(*args, **kwargs)

    return waiting


def status_of_refusal(form: GuardedForm, consultation: Consultation, at: datetime) -> int | None:
    """The status with which the form comes back, saying why; None when it can be taken.

    Asked once for each form that is sent: one that can be taken is counted.
    """
    if not form.validate():
        return INVALID
    if form.is_from_a_robot():
        form.website.errors = [_("Leave this field empty: it is there to catch robots.")]
        return INVALID
    if form.is_too_fast(at):
        form.form_errors.append(_("That was very fast. Read your comment once more, then send it."))
        return TOO_MANY
    return _refuse_too_many(form, consultation)


def is_taken(form: GuardedForm, consultation: Consultation, at: datetime) -> bool:
    """Whether the form is in time, the minutes of grace included; ask after `status_of_refusal`."""
    return consultation.opens_at <= at < takes_until(consultation, form.opened_at)


def hold_in_grace(form: GuardedForm, consultation: Consultation, at: datetime) -> bool:
    """Whether the closing has passed and the form can still be sent; it then stays the same copy.

    A fresh copy would have been opened after the closing, and could not be sent again once it is mended.
    """
    if at < consultation.closes_at or not is_taken(form, consultation, at):
        return False
    form.keep_token()
    return True


def are_too_many_previews(form: GuardedForm) -> bool:
    """Whether the network asked for so many previews that the next one has to wait; the form says so."""
    wait = wait_before("preview", network_of(request))
    if wait:
        form.form_errors.append(_too_many(wait))
    return wait > 0


def _refuse_too_many(form: GuardedForm, consultation: Consultation) -> int | None:
    network = network_of(request)
    wait = wait_for("comment", network)
    if wait:
        form.form_errors.append(_too_many(wait))
        return TOO_MANY
    if consultation.asks_proof_of_work and not is_proved(form.proof.data or "", consultation):
        wait = wait_before("comment_without_proof", network)
        if wait:
            form.form_errors.append(_too_many_without_proof(wait))
            return TOO_MANY
    count("comment", network)
    return None


def _too_many(seconds: int) -> str:
    return str(
        ngettext(
            "Many comments came from your network. Wait %(num)s minute, then send yours. Nothing is lost.",
            "Many comments came from your network. Wait %(num)s minutes, then send yours. Nothing is lost.",
            _minutes(seconds),
        )
    )


def _too_many_without_proof(seconds: int) -> str:
    return str(
        ngettext(
            "Many comments came from your network without the proof that a browser with script works out. "
            "Wait %(num)s minute, then send yours; or copy it, switch script on, and open this page again.",
            "Many comments came from your network without the proof that a browser with script works out. "
            "Wait %(num)s minutes, then send yours; or copy it, switch script on, and open this page again.",
            _minutes(seconds),
        )
    )


def _minutes(seconds: int) -> int:
    return -(-seconds // SECONDS_A_MINUTE)
