"""Signing in and out, registering, one-time links and the page about one's own account."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.services.errors import InvalidError
from app.services.people.accounts import (
    UnconfirmedError,
    WrongPasswordError,
    change_password,
    end_sign_in,
    person_signed_in,
    roles_of,
    sign_in_with_password,
    submissions_of,
)
from app.services.people.links import Purpose, VoidLinkError
from app.services.people.registering import (
    ask_for_link,
    person_behind,
    register,
    use_password_link,
    use_sign_in_link,
)
from app.web import sessions
from app.web.access import current_person, public, signed_in, signed_in_person
from app.web.addresses import own_path
from app.web.clock import now
from app.web.forms import PageForm
from app.web.limits import count, forget, network_of, private_key, wait_before, wait_for
from app.web.navigation import first_page_for
from app.web.people.account_forms import (
    AddressForm,
    ChangePasswordForm,
    ConsentForm,
    NewPasswordForm,
    RegisterForm,
    SignInForm,
    add_error,
    add_problems,
    words_for_wait,
)
from app.web.people.account_words import role_words, sent_lines
from app.web.ports import settings

pages = Blueprint("accounts", __name__)

GET_AND_POST = ("GET", "POST")


@pages.after_request
def keep_link_secret(response: Response) -> Response:
    """The address of a one-time link goes into no index and to no other page."""
    if request.endpoint in {"accounts.link", "accounts.use_link"}:
        # With no-referrer, browsers would not say either where the form comes from.
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.route("/<lang>/sign-in", methods=GET_AND_POST)
@public
def sign_in() -> ResponseReturnValue:
    """The way in with a password."""
    onward = own_path(request.args.get("next"))
    person = current_person()
    if person:
        return redirect(onward or first_page_for(person), 303)
    form = SignInForm(request.form)
    if request.method == "GET":
        return _sign_in_page(form, 200)
    if not form.validate():
        return _sign_in_page(form, 422)
    return _try_password(form, onward)


@pages.route("/<lang>/sign-out", methods=["POST"])
@public
def sign_out() -> ResponseReturnValue:
    """The way out, of this browser."""
    if not ConsentForm(request.form).validate():
        return redirect(url_for("accounts.account"), 303)
    token = sessions.end()
    if token:
        end_sign_in(token, now())
    return redirect(url_for("consultations.index"), 303)


@pages.route("/<lang>/register", methods=GET_AND_POST)
@public
def register_person() -> ResponseReturnValue:
    """The form for an account; known and unknown addresses get the same answer."""
    form = RegisterForm(request.form)
    if request.method == "GET":
        return render_template("accounts/register.html", form=form)
    if not form.validate():
        return render_template("accounts/register.html", form=form), 422
    wait = _wait_for_letter(form.address)
    if wait:
        return _wait_page("accounts/register.html", form, wait)
    try:
        register(form.name.data or "", form.address, form.password.data or "", form.language.data, now())
    except InvalidError as refused:
        add_problems(form, refused.problems)
        return render_template("accounts/register.html", form=form), 422
    return redirect(url_for("accounts.sent", letter=Purpose.CONFIRM), 303)


@pages.route("/<lang>/sign-in/link", methods=GET_AND_POST)
@public
def sign_in_link() -> ResponseReturnValue:
    """The way in without a password: a link by e-mail."""
    return _ask_for(Purpose.SIGN_IN)


@pages.route("/<lang>/reset-password", methods=GET_AND_POST)
@public
def reset_password() -> ResponseReturnValue:
    """The way to a new password: a link by e-mail."""
    return _ask_for(Purpose.RESET)


@pages.route("/<lang>/sign-in/sent")
@public
def sent() -> ResponseReturnValue:
    """That a letter is on its way, if the address is right."""
    return render_template("accounts/sent.html", letter=request.args.get("letter", ""))


@pages.route("/<lang>/links/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """What a link is for, and a button: programs that only look at links do not use them up."""
    try:
        person, purpose = person_behind(token, settings().secret_key, now())
    except VoidLinkError:
        return render_template("accounts/void.html"), 410
    return _link_page(_form_for(purpose), person.name, purpose, 200)


@pages.route("/<lang>/links/<token>", methods=["POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    """The link does what it is for, once."""
    try:
        person, purpose = person_behind(token, settings().secret_key, now())
        form = _form_for(purpose)
        if not form.validate():
            return _link_page(form, person.name, purpose, 422)
        return _use(token, purpose, form)
    except VoidLinkError:
        return render_template("accounts/void.html"), 410
    except InvalidError as refused:
        add_problems(form, refused.problems)
        return _link_page(form, person.name, purpose, 422)


@pages.route("/<lang>/account")
@signed_in
def account() -> ResponseReturnValue:
    """What is kept about whoever is signed in, what they may do and what they sent."""
    person = signed_in_person()
    return render_template(
        "accounts/account.html",
        form=ConsentForm(),
        roles=[role_words(*given) for given in roles_of(person)],
        sent=sent_lines(submissions_of(person)),
    )


@pages.route("/<lang>/account/password", methods=GET_AND_POST)
@signed_in
def password() -> ResponseReturnValue:
    """A new password, which ends all other sign-ins."""
    form = ChangePasswordForm(request.form)
    if signed_in_person().password_hash is None:
        del form.present
    if request.method == "GET":
        return render_template("accounts/password.html", form=form)
    if not form.validate():
        return render_template("accounts/password.html", form=form), 422
    return _try_change(form)


def _try_password(form: SignInForm, onward: str | None) -> ResponseReturnValue:
    network, address = network_of(request), _address_key(form.address)
    wait = wait_for("password_from_network", network) or wait_before("password", network, address)
    if wait:
        return _wait_page("accounts/sign_in.html", form, wait, field="password")
    try:
        token = sign_in_with_password(form.address, form.password.data or "", now())
    except WrongPasswordError:
        count("password_from_network", network)
        add_error(form, "password", _("The e-mail address or the password is not right."))
        return _sign_in_page(form, 422)
    except UnconfirmedError:
        if not _wait_for_letter(form.address):
            ask_for_link(form.address, Purpose.CONFIRM, now())
        return redirect(url_for("accounts.sent", letter=Purpose.CONFIRM), 303)
    forget("password", network, address)
    first_page = _begin(token)
    return redirect(onward or first_page, 303)


def _try_change(form: ChangePasswordForm) -> ResponseReturnValue:
    person = signed_in_person()
    key = f"person:{person.id}"
    wait = wait_before("password", network_of(request), key)
    if wait:
        return _wait_page("accounts/password.html", form, wait, field="password")
    try:
        present = form.present.data or "" if "present" in form else ""
        sessions.begin(change_password(person, present, form.password.data or "", now()))
    except WrongPasswordError:
        add_error(form, "present", _("This is not your present password."))
        return render_template("accounts/password.html", form=form), 422
    except InvalidError as refused:
        add_problems(form, refused.problems)
        return render_template("accounts/password.html", form=form), 422
    forget("password", network_of(request), key)
    flash(_("Your password is changed. You are signed out everywhere else."))
    return redirect(url_for("accounts.account"), 303)


def _ask_for(purpose: Purpose) -> ResponseReturnValue:
    form = AddressForm(request.form)
    template = "accounts/ask.html"
    if request.method == "GET":
        return render_template(template, form=form, purpose=purpose)
    if not form.validate():
        return render_template(template, form=form, purpose=purpose), 422
    wait = _wait_for_letter(form.address)
    if wait:
        return _wait_page(template, form, wait, purpose=purpose)
    ask_for_link(form.address, purpose, now())
    return redirect(url_for("accounts.sent", letter=purpose), 303)


def _form_for(purpose: Purpose) -> PageForm:
    return ConsentForm(request.form) if purpose == Purpose.SIGN_IN else NewPasswordForm(request.form)


def _use(token: str, purpose: Purpose, form: PageForm) -> ResponseReturnValue:
    secret_key = settings().secret_key
    if purpose == Purpose.SIGN_IN:
        return redirect(_begin(use_sign_in_link(token, secret_key, now())), 303)
    sessions.begin(use_password_link(token, form["password"].data or "", secret_key, now()))
    if purpose == Purpose.CONFIRM:
        flash(_("Your address is confirmed. You are signed in."))
    return redirect(url_for("accounts.account"), 303)


def _begin(token: str) -> str:
    """The browser is signed in; answers where its person goes on."""
    sessions.begin(token)
    person = person_signed_in(token, at=now())
    return first_page_for(person) if person else url_for("accounts.account")


def _wait_for_letter(email: str) -> int:
    network = network_of(request)
    return wait_before("letter_from_network", network) or wait_before("letter", network, _address_key(email))


def _address_key(email: str) -> str:
    return private_key(email.casefold())


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form, is_unsaved="unsaved" in request.args), status


def _link_page(form: PageForm, name: str, purpose: Purpose, status: int) -> ResponseReturnValue:
    return render_template("accounts/link.html", form=form, name=name, purpose=purpose), status


def _wait_page(
    template: str, form: PageForm, wait: int, *, field: str = "email", **more: object
) -> ResponseReturnValue:
    add_error(form, field, words_for_wait(wait))
    return render_template(template, form=form, **more), 429, {"Retry-After": str(wait)}
