"""Subscribing by e-mail, and ending it: nothing is begun or ended by whoever only looks at a link."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import name_of_language, page_languages
from app.models.subscription import Subscriber
from app.services.comments.receipts import secret_of
from app.services.errors import InvalidError, NotFoundError
from app.services.people.links import VoidLinkError
from app.services.subscriptions.subscribing import (
    ask_for_subscription,
    change_language,
    confirm_subscription,
    end_subscription,
    subscriber_behind,
    subscription_to_confirm,
)
from app.services.subscriptions.wishing import Wish, tidy_subject
from app.web.access import public
from app.web.clock import now
from app.web.forms import small_number
from app.web.limits import network_of, private_key, wait_before
from app.web.locales import page_locale
from app.web.newsletters.subscription_forms import (
    HEARD,
    ButtonForm,
    SubscribeForm,
    changed_languages,
    subscription_view,
    words_for_topic,
)
from app.web.people.account_forms import add_error, add_problems, words_for_wait
from app.web.ports import settings
from app.web.secret_links import private, secret_asked

pages = Blueprint("subscriptions", __name__)
# Addresses hold secrets and tokens: they go into no cache, no index and to no other site.
pages.after_request(private)

CONFIRMING = "/<lang>/subscriptions/confirm/<token>"
OWN = "/<lang>/subscriptions/<number>"
ENDING = f"{OWN}/unsubscribe"
SAVED = {
    "confirmed": _l("Your subscription is confirmed."),
    "languages": _l("Saved. The letters come in the languages below."),
    "ended": _l("The subscription has ended."),
}
ONE_CLICK = "List-Unsubscribe"
END_ALL, END, LANGUAGES = "end", "end-", "languages"


@pages.route("/<lang>/subscriptions/new")
@public
def new() -> ResponseReturnValue:
    """The form for what the address names."""
    topic, subject = request.args.get("topic", ""), request.args.get("subject", "")
    tidy = tidy_subject(topic, subject)
    return _new_page(SubscribeForm(data={"topic": topic, "subject": tidy}))


@pages.route("/<lang>/subscriptions/new", methods=["POST"])
@public
def ask() -> ResponseReturnValue:
    """A letter is on its way, whether the address is known or not."""
    form = SubscribeForm(request.form)
    topic = form.topic.data or ""
    subject = tidy_subject(topic, form.subject.data or "")
    if not form.validate() or form.is_from_a_robot():
        return _new_page(form, 422)
    network, key = network_of(request), private_key(form.address.casefold())
    what = private_key(f"{topic}:{subject}")
    wait = wait_before("letter_from_network", network) or _wait_before_letter(what, network, key)
    if wait:
        add_error(form, "email", words_for_wait(wait))
        return _new_page(form, 429)
    try:
        # An address that many networks ask for gets few letters too, and nobody learns which.
        if _wait_before_letter(what, key) == 0:
            wish = Wish(topic, subject, form.language.data)
            ask_for_subscription(form.address, wish, secret_key=settings().secret_key, at=now())
    except InvalidError as refused:
        add_problems(form, refused.problems)
        return _new_page(form, 422)
    return redirect(url_for("subscriptions.sent"), 303)


@pages.route("/<lang>/subscriptions/new/sent")
@public
def sent() -> ResponseReturnValue:
    """That a letter is on its way, the same for every address."""
    return render_template("subscriptions/sent.html")


@pages.route(CONFIRMING)
@public
def confirm(token: str) -> ResponseReturnValue:
    """What the link confirms, and a button: programs that only look at links confirm nothing."""
    return _confirm_page(token, ButtonForm())


@pages.route(CONFIRMING, methods=["POST"])
@public
def confirmed(token: str) -> ResponseReturnValue:
    """The letters come from now on."""
    form = ButtonForm(request.form)
    if not form.validate():
        return _confirm_page(token, form, 422)
    try:
        subscription = confirm_subscription(token, secret_key=settings().secret_key, at=now())
    except VoidLinkError:
        return _void_page()
    return redirect(_address_for(subscription.subscriber, "confirmed"), 303)


@pages.route(OWN)
@public
def own(number: str) -> ResponseReturnValue:
    """All that the subscriber subscribes to."""
    return _own_page(_subscriber(number), ButtonForm())


@pages.route(OWN, methods=["POST"])
@public
def change(number: str) -> ResponseReturnValue:
    """The button says what: languages are saved, or a subscription or all of them end."""
    subscriber, form, secret = _subscriber(number), ButtonForm(request.form), secret_asked()
    if not form.validate():
        return _own_page(subscriber, form, 422)
    act, key, at = request.form.get("act", ""), settings().secret_key, now()
    ended = small_number(act.removeprefix(END)) if act.startswith(END) else None
    if ended is None and act not in {END_ALL, LANGUAGES}:
        raise InvalidError({"act": "unknown"})
    if act == LANGUAGES and subscriber:
        for subscription_id, language in changed_languages(subscriber, request.form).items():
            change_language(number, secret, subscription_id, language, secret_key=key, at=at)
    elif act != LANGUAGES:
        try:
            end_subscription(number, secret, ended, secret_key=key, at=at)
        except NotFoundError:
            words = _("What you wanted to change was changed meanwhile. Nothing was overwritten: look again.")
            form.form_errors.append(words)
            return _own_page(_subscriber(number), form, 422)
    saved = ("languages" if act == LANGUAGES else "ended") if subscriber else None
    return redirect(_own_address(number, secret, saved), 303)


@pages.route(ENDING)
@public
def unsubscribe(number: str) -> ResponseReturnValue:
    """What the link ends, and a button: programs that only look at links end nothing."""
    return _ending_page(number)


@pages.route(ENDING, methods=["POST"])
@public
def end(number: str) -> ResponseReturnValue:
    """The subscription has ended: by the page's button, or by a mail program's one click (RFC 8058).

    The secret in the address is the right to it, so there is neither session nor form token; and a mail
    program is not led on to another page.
    """
    _subscriber(number)
    subscription_id, secret = small_number(request.args.get("subscription")), secret_asked()
    if subscription_id is None:
        return _void_page(_own_address(number, secret), 404)
    is_one_click = request.form.get(ONE_CLICK) == "One-Click"
    if not is_one_click and request.form.get("act") != "end":
        return _ending_page(number, 422)
    try:
        end_subscription(number, secret, subscription_id, secret_key=settings().secret_key, at=now())
    except NotFoundError:
        return _void_page(_own_address(number, secret), 404)
    if is_one_click:
        return _ended_page(number)
    return redirect(_own_address(number, secret, "ended"), 303)


def _wait_before_letter(what: str, *whose: str) -> int:
    return wait_before("subscription", *whose, what) or wait_before("subscriptions", *whose)


def _subscriber(number: str) -> Subscriber | None:
    """The subscriber, or None once all has ended; wrong secrets are counted, right ones never wait."""
    try:
        return subscriber_behind(number, secret_asked(), secret_key=settings().secret_key)
    except NotFoundError:
        if wait_before("receipt", network_of(request)):
            abort(429)
        raise


def _own_address(number: str, secret: str, saved: str | None = None) -> str:
    return url_for("subscriptions.own", number=number, secret=secret, saved=saved)


def _address_for(subscriber: Subscriber, saved: str | None = None) -> str:
    return _own_address(subscriber.number, secret_of(subscriber.number, settings().secret_key), saved)


def _new_page(form: SubscribeForm, status: int = 200) -> ResponseReturnValue:
    topic = form.topic.data or ""
    page = render_template(
        "subscriptions/new.html",
        form=form,
        what=words_for_topic(topic, tidy_subject(topic, form.subject.data or "")),
        heard=HEARD[topic],
    )
    return page, status


def _confirm_page(token: str, form: ButtonForm, status: int = 200) -> ResponseReturnValue:
    try:
        found = subscription_to_confirm(token, secret_key=settings().secret_key, at=now())
    except VoidLinkError:
        return _void_page()
    page = render_template(
        "subscriptions/confirm.html",
        form=form,
        what=words_for_topic(found.topic, found.subject),
        heard=HEARD[found.topic],
        language=name_of_language(found.language, page_locale()),
        is_confirmed=found.confirmed_at is not None,
        own=_address_for(found.subscriber),
    )
    return page, status


def _void_page(own: str = "", status: int = 410) -> ResponseReturnValue:
    return render_template("subscriptions/void.html", own=own), status


def _own_page(subscriber: Subscriber | None, form: ButtonForm, status: int = 200) -> ResponseReturnValue:
    subscriptions = subscriber.subscriptions if subscriber else []
    page = render_template(
        "subscriptions/own.html",
        form=form,
        email=subscriber.email if subscriber else "",
        subscriptions=[subscription_view(one) for one in subscriptions],
        choices=[(code, name_of_language(code)) for code in page_languages()],
        saved=SAVED.get(request.args.get("saved", ""), "") if status == 200 else "",
    )
    return page, status


def _ending_page(number: str, status: int = 200) -> ResponseReturnValue:
    subscriber, asked = _subscriber(number), small_number(request.args.get("subscription"))
    own = _own_address(number, secret_asked())
    if asked is None:
        return _void_page(own, 404)
    if subscriber is None:
        return _ended_page(number)
    chosen = [subscription_view(one) for one in subscriber.subscriptions if one.id == asked]
    if not chosen:
        return _void_page(own, 404)
    return render_template("subscriptions/unsubscribe.html", subscription=chosen[0], own=own), status


def _ended_page(number: str) -> ResponseReturnValue:
    own = _own_address(number, secret_asked()) if _subscriber(number) else ""
    return render_template("subscriptions/unsubscribe.html", subscription=None, own=own)
