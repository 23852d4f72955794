"""The mark that every view carries: who may come here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.models.people import Person
from app.models.roles import Permission
from app.services.errors import ForbiddenError
from app.services.permissions import is_allowed_somewhere
from app.web.addresses import own_path

P = ParamSpec("P")
R = TypeVar("R")
MARK = "access_mark"
PUBLIC = "public"
SIGNED_IN = "signed_in"
MARKED_BY_OTHERS = frozenset({"static"})


class UnmarkedRouteError(Exception):
    """A route says nothing of who may come; the application refuses to start."""


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Marks a view that anybody may see."""
    setattr(view, MARK, PUBLIC)
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Marks a view for signed-in persons; visitors are asked to sign in and come back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        return _to_sign_in() if current_person() is None else view(*args, **kwargs)

    setattr(guarded, MARK, SIGNED_IN)
    return guarded


def requires(
    permission: Permission,
) -> Callable[[Callable[P, R]], Callable[P, R | ResponseReturnValue]]:
    """Marks a view for persons who have the permission somewhere; the service asks again for where."""

    def mark(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
            person = current_person()
            if person is None:
                return _to_sign_in()
            if not is_allowed_somewhere(person, permission):
                raise ForbiddenError(permission)
            return view(*args, **kwargs)

        setattr(guarded, MARK, permission)
        return guarded

    return mark


def current_person() -> Person | None:
    """Who is signed in, or None for a visitor."""
    if not session:
        return None
    # Each use of what stands for the user looks for it anew.
    user = current_user._get_current_object()
    return cast("Person", user) if user.is_authenticated else None


def signed_in_person() -> Person:
    """Who is signed in, in views that only signed-in persons reach; raises ForbiddenError otherwise."""
    person = current_person()
    if person is None:
        raise ForbiddenError(SIGNED_IN)
    return person


def mark_of(app: Flask, endpoint: str) -> str | None:
    """Who may come to an endpoint: `public`, `signed_in`, a permission, or None when unmarked."""
    if endpoint in MARKED_BY_OTHERS:
        return PUBLIC
    return getattr(app.view_functions[endpoint], MARK, None)


def refuse_unmarked_routes(app: Flask) -> None:
    """Raises UnmarkedRouteError unless every route says who may come."""
    unmarked = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if mark_of(app, rule.endpoint) is None}
    )
    if unmarked:
        raise UnmarkedRouteError(", ".join(unmarked))


def _to_sign_in() -> ResponseReturnValue:
    if request.method == "POST":
        return redirect(url_for("accounts.sign_in", lang=g.lang, next=_page_of_form(), unsaved=1), 303)
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", lang=g.lang, next=back), 303)


def _page_of_form() -> str | None:
    """Where the form that was sent stands: at its own address, else where the browser says."""
    addresses = current_app.create_url_adapter(request)
    if addresses and addresses.test(method="GET"):
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return own_path(came_from._replace(scheme="", netloc="", fragment="").geturl())
