"""Gathering a submission with colleagues: the address that its owner shares, and the way in."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.models.consultation import Consultation
from app.models.sitting import SittingKey
from app.services.errors import ForbiddenError, InvalidError
from app.services.sittings.claiming import claim_sittings
from app.services.sittings.gathering import (
    begin_shared_sitting,
    code_of,
    join_sitting,
    share_sitting,
    sitting_shared_as,
    stop_sharing,
)
from app.services.sittings.keeping import keep_particulars
from app.services.sittings.sittings import key_of
from app.web.access import public
from app.web.baskets.basket_form import JoinForm, together_form
from app.web.baskets.gatherings import may_gather, whose
from app.web.baskets.sitting_cookie import bearer, remember, writing_bearer
from app.web.clock import now
from app.web.forms import NUL, PageForm
from app.web.limits import network_of, wait_before
from app.web.locales import page_locale
from app.web.openings import closing_view
from app.web.ports import settings
from app.web.presenting import words_in
from app.web.public.consultations import consultation_to_read

pages = Blueprint("together", __name__)
PROBLEMS = {
    ("capacity", "required"): _l("Say for whom you speak."),
    ("organisation", "required"): _l("Write the name of the organisation or group."),
    ("contributor", "required"): _l("Write your name, so that your colleagues know who wrote what."),
    ("contributor", "too_long"): _l("This is too long: at most 200 characters."),
}


@pages.after_request
def keep_code_secret(response: Response) -> Response:
    """The address that is shared goes into no index and to no other page."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.route("/<lang>/consultations/<slug>/submission/together")
@public
def together(slug: str) -> ResponseReturnValue:
    """The address that colleagues add comments by, or the form that makes one."""
    consultation = consultation_to_read(slug)
    key = _own_key(consultation)
    if not _may_share(consultation, key):
        return redirect(url_for("basket.basket", slug=slug), 303)
    known = {name: value for name, value in key.sitting.particulars.items() if value} if key else {}
    return _share_page(consultation, key, together_form(MultiDict(known)))


@pages.route("/<lang>/consultations/<slug>/submission/together", methods=["POST"])
@public
def share(slug: str) -> ResponseReturnValue:
    """A new address is there to be shared, or none any more."""
    consultation = consultation_to_read(slug)
    key, form = _own_key(consultation), together_form(request.form)
    if not _may_share(consultation, key):
        return redirect(url_for("basket.basket", slug=slug), 303)
    if not form.validate():
        return _share_page(consultation, key, form), 422
    try:
        if key is None:
            _begin(consultation)
        elif request.form.get("act") == "stop":
            stop_sharing(consultation, bearer=bearer(), at=now())
        else:
            keep_particulars(consultation, _typed(), bearer=bearer(), at=now())
            share_sitting(consultation, bearer=bearer(), at=now(), secret_key=settings().secret_key)
    except InvalidError as error:
        _add_problems(form, error)
        return _share_page(consultation, key, form), 422
    return redirect(url_for("together.together", slug=slug), 303)


@pages.route("/<lang>/consultations/<slug>/together/<code>")
@public
def invitation(slug: str, code: str) -> ResponseReturnValue:
    """Whose submission somebody may add comments to, and the question for their name."""
    consultation = consultation_to_read(slug)
    return _invitation_page(consultation, code, JoinForm())


@pages.route("/<lang>/consultations/<slug>/together/<code>", methods=["POST"])
@public
def join(slug: str, code: str) -> ResponseReturnValue:
    """Comments that this browser keeps from now on are part of the colleague's submission."""
    consultation = consultation_to_read(slug)
    form = JoinForm(request.form)
    if not form.validate():
        return _invitation_page(consultation, code, form), 422
    if wait_before("receipt", network_of(request)):
        raise ForbiddenError("too many codes")
    who = writing_bearer()
    try:
        join_sitting(consultation, code, form.contributor.data or "", bearer=who, at=now())
    except InvalidError as error:
        _add_problems(form, error)
        return _invitation_page(consultation, code, form), 422
    remember(who)
    return redirect(url_for("basket.basket", slug=slug), 303)


def _own_key(consultation: Consultation) -> SittingKey | None:
    who, at = bearer(), now()
    claim_sittings(who, at)
    return key_of(consultation, who, at)


def _may_share(consultation: Consultation, key: SittingKey | None) -> bool:
    """Whether the sitting is theirs to share; without one, whether they may begin one to share."""
    return key.is_owner if key else may_gather(consultation)


def _begin(consultation: Consultation) -> None:
    if wait_before("unsent", network_of(request)):
        raise ForbiddenError("too many sittings")
    who = writing_bearer()
    begin_shared_sitting(
        consultation,
        _typed(),
        bearer=who,
        language=page_locale(),
        at=now(),
        secret_key=settings().secret_key,
    )
    remember(who)


def _typed() -> dict[str, str]:
    names = ("capacity", "organisation")
    return {name: request.form[name].replace(NUL, "") for name in names if name in request.form}


def _add_problems(form: PageForm, error: InvalidError) -> None:
    for name, problem in error.problems.items():
        form[name].errors = [*form[name].errors, str(PROBLEMS[name, problem])]


def _share_page(consultation: Consultation, key: SittingKey | None, form: PageForm) -> str:
    code = code_of(key.sitting, settings().secret_key) if key else None
    path = url_for("together.invitation", slug=consultation.slug, code=code) if code else ""
    return render_template(
        "basket/together.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        form=form,
        address=f"{settings().base_url}{path}" if code else "",
        colleagues=_colleagues(key) if key else [],
    )


def _colleagues(key: SittingKey) -> list[str]:
    return [each.contributor for each in key.sitting.keys if not each.is_owner and each.opens]


def _invitation_page(consultation: Consultation, code: str, form: JoinForm) -> str:
    sitting = sitting_shared_as(consultation, code, now())
    form.contributor.flags.required = True
    return render_template(
        "basket/invitation.html",
        consultation=consultation,
        title=words_in(consultation.titles),
        closing=closing_view(consultation, now()),
        whose=whose(sitting),
        form=form,
        address=url_for("together.invitation", slug=consultation.slug, code=code),
    )
