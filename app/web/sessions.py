"""Who is signed in: a random token in the session cookie, known to the database by its digest."""

from __future__ import annotations

from flask import Flask, Request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager

from app.models.people import Person
from app.services.people.accounts import person_signed_in
from app.web.access import current_person
from app.web.clock import now
from app.web.forms import SESSION_TOKEN


class SeldomSessions(SecureCookieSessionInterface):
    """Flask's own; visitors, who have no cookie, do not wait for it to make ready what reads one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds, if there is one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def install(app: Flask) -> None:
    """flask-login's current_user is whoever the session's token stands for."""
    app.session_interface = SeldomSessions()
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.context_processor(lambda: {"person": current_person()})


def begin(token: str) -> None:
    """The browser is signed in with that token; whatever was in its session before is gone."""
    session.clear()
    session[SESSION_TOKEN] = token


def end() -> str | None:
    """The browser is signed out; answers the token that it had."""
    token: str | None = session.get(SESSION_TOKEN)
    session.clear()
    return token


def _load(_request: object) -> Person | None:
    token = session.get(SESSION_TOKEN)
    return person_signed_in(token, at=now()) if token else None
