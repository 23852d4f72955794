"""What all forms share: the signed form token, fields that never lose words, and the error summary."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any, ClassVar, cast

from flask import current_app, g, request, session
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, Form, FormField, HiddenField, StringField
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import DataRequired, ValidationError

from app.web.ports import settings

TOKEN_LIFETIME = timedelta(hours=24)
TOKEN_SALT = "form"  # noqa: S105 - a name, not a secret
SESSION_TOKEN = "token"  # noqa: S105 - a name, not a secret
FORMS = "forms"  # where a request keeps those that it made
NUL = "\0"
MOST_DIGITS = 9  # what every database holds
TRUSTED_SITES = frozenset({"same-origin", "none"})


class TokenField(CSRFTokenField):
    """Makes its token when a page asks for it: a form that is taken shows none."""

    @cached_property
    def current_token(self) -> str:  # type: ignore[override]  # nobody writes it
        return str(self.csrf_impl.generate_csrf_token(self))

    def process(self, *given: Any, **further: Any) -> None:
        HiddenField.process(self, *given, **further)


# What these hold is the form's own.
MADE_FOR_EACH_FORM = frozenset({TokenField, FieldList, FormField})


class FormToken(CSRF):
    """A signed token that says when the form was made, for which session, and which copy it is.

    Visitors have no session and get no cookie: for them the token is bound to nobody, and the browser's own
    word on where the form was sent from (Sec-Fetch-Site, Origin) keeps other sites out.
    """

    def setup_form(self, form: Any) -> list[tuple[str, Any]]:
        self.form = form
        return [(form.meta.csrf_field_name, TokenField(label="", csrf_impl=self))]

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return new_token()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        if not is_from_this_site():
            raise ValidationError(_l("This form came from another site. Check your words and send again."))
        try:
            form.token = read_token(field.data or "")
        except BadData as error:
            raise ValidationError(
                _l("This form had been open for too long. Nothing is lost: check your words and send again.")
            ) from error


@dataclass(frozen=True)
class Token:
    """What a form token says."""

    nonce: str
    made_at: datetime


def new_token() -> str:
    """A fresh form token for whoever is asking."""
    return _write_token(_serializer(current_app.secret_key), _binding())


def visitor_tokens(secret_key: str) -> Callable[[], str]:
    """Makes form tokens for visitors, outside of a request too."""
    serializer = _serializer(secret_key)
    return lambda: _write_token(serializer, "")


def read_token(written: str) -> Token:
    """What a token says; raises itsdangerous.BadData when it is forged, expired, or somebody else's."""
    loaded, made_at = _serializer(current_app.secret_key).loads(
        written, max_age=int(TOKEN_LIFETIME.total_seconds()), return_timestamp=True
    )
    nonce, binding = loaded
    if binding != _binding():
        raise BadData("another session")
    return Token(nonce, made_at.astimezone(UTC))


def copy_of_form(written: str) -> str | None:
    """Which copy of a form of ours the token names, however old and whoever’s it is; or None."""
    try:
        nonce, _binding_then = _serializer(current_app.secret_key).loads(written)
    except BadData:
        return None
    return str(nonce) if is_from_this_site() else None


def is_from_this_site() -> bool:
    """Whether the browser says that the form was sent from our own pages; old browsers may say nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in TRUSTED_SITES
    origin = request.headers.get("Origin")
    return origin in {None, request.host_url.rstrip("/"), settings().base_url}


class PageForm(Form):
    """A form on a page: the token, and messages in the page's language."""

    token: Token | None = None

    class Meta:
        csrf = True
        csrf_class = FormToken
        csrf_field_name = "csrf_token"
        locales: ClassVar[Sequence[str]] = ("en",)

        def bind_field(self, form: Form, unbound_field: Any, options: dict[str, Any]) -> Field:
            if unbound_field.field_class in MADE_FOR_EACH_FORM:
                return cast("Field", unbound_field.bind(form=form, **options))
            return _like(_made(unbound_field, type(form), options["name"], options["prefix"]), form)

    def __init__(self, formdata: MultiDict[str, Any] | None = None, **given: Any) -> None:
        self.formdata = _without_nul(formdata)
        super().__init__(self.formdata, **given)
        g.setdefault(FORMS, []).append(self)

    @property
    def written_token(self) -> str:
        """The token that stands in the page that shows this form."""
        field: Any = self["csrf_token"]
        return str(field.current_token)

    def keep_token(self) -> None:
        """The page that shows this form again shows the same copy of it, as it was sent."""
        field: Any = self["csrf_token"]
        field.current_token = field.data

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of every problem, in the order of the fields."""
        fields: Iterable[Field] = self
        return [(field.id, str(message)) for field in fields for message in _messages(field)]


@cache
def _made(unbound_field: Any, of: type[Form], name: str, prefix: str) -> Field:
    """The field that all forms of that kind begin with: making one costs more than reading what was sent."""
    return cast("Field", unbound_field.bind(form=None, name=name, prefix=prefix, _meta=of.Meta()))


def _like(made: Field, form: Form) -> Field:
    """A field for this form; what forms change of theirs is its own."""
    field = object.__new__(type(made))
    own = {"label": _twin(made.label), "flags": _twin(made.flags)}
    field.__dict__.update(made.__dict__, _form=form, meta=form.meta, **own)
    return field


def _twin(made: Any) -> Any:
    """The same once more, as `copy` makes it of plain objects, at a fraction of the cost."""
    twin = object.__new__(type(made))
    twin.__dict__.update(made.__dict__)
    return twin


class Required(DataRequired):
    """Demands a value that is not only white space; says how to mend it in the words given."""

    def __init__(self, message: Any) -> None:
        super().__init__(message=message)


class TextField(StringField):
    """A line of text, trimmed when read and shown again as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.typed = self.data or ""
        self.data = self.typed.strip()

    def _value(self) -> str:
        return getattr(self, "typed", None) or self.data or ""


def has_errors() -> bool:
    """Whether a form that was made for the page of this request has something to mend."""
    return any(form.error_list for form in g.get(FORMS, ()))


def small_number(written: str | None) -> int | None:
    """The number that these few digits are; None for anything else, which no page of ours sends."""
    return int(written) if written and len(written) <= MOST_DIGITS and written.isdecimal() else None


def _without_nul(sent: MultiDict[str, Any] | None) -> MultiDict[str, Any] | None:
    # No keyboard types it, and PostgreSQL cannot keep it.
    if sent is None or not any(
        NUL in value for _name, value in sent.items(multi=True) if isinstance(value, str)
    ):
        return sent
    return MultiDict(
        (name, value.replace(NUL, "") if isinstance(value, str) else value)
        for name, value in sent.items(multi=True)
    )


def _messages(field: Field) -> list[Any]:
    return list(field.errors)


def _binding() -> str:
    bound_to = session.get(SESSION_TOKEN, "")
    return hashlib.sha256(bound_to.encode()).hexdigest()[:16] if bound_to else ""


def _write_token(serializer: URLSafeTimedSerializer, binding: str) -> str:
    return str(serializer.dumps([secrets.token_urlsafe(16), binding]))


@cache
def _serializer(secret_key: str | bytes | None) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key or "", salt=TOKEN_SALT)
