"""The forms for signing in, registering and passwords, and what is said about words that cannot be taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField

from app.i18n import name_of_language, page_languages
from app.services.people.passwords import LONGEST, SHORTEST
from app.web.forms import PageForm, Required, TextField
from app.web.locales import page_locale

PROBLEMS: dict[tuple[str, str], Any] = {
    ("name", "required"): _l("Write your name."),
    ("name", "too_long"): _l("This name is too long: it can have at most 200 characters."),
    ("name", "address"): _l("Write your name without the address of a page."),
    ("email", "invalid"): _l("This is not an e-mail address. It should look like name@example.org."),
    ("password", "too_short"): _l("This password is too short: take at least %(n)s characters.", n=SHORTEST),
    ("password", "too_long"): _l("This password is too long: take at most %(n)s characters.", n=LONGEST),
    ("password", "too_common"): _l(
        "This password is easy to guess. Take a few words that belong to you alone."
    ),
    ("password", "like_details"): _l("This password is like your name or address. Take a few other words."),
}
MINUTE = 60


class AddressForm(PageForm):
    """An e-mail address."""

    email = TextField(_l("Your e-mail address"), [Required(_l("Write your e-mail address."))])

    @property
    def address(self) -> str:
        """The address as it was typed."""
        return self.email.data or ""


class SignInForm(AddressForm):
    """Address and password."""

    password = PasswordField(_l("Your password"), [Required(_l("Write your password."))])


class RegisterForm(AddressForm):
    """What is asked of somebody who wants an account."""

    name = TextField(_l("Your name"), [Required(_l("Write your name."))])
    password = PasswordField(_l("A password"), [Required(_l("Choose a password."))])
    language = SelectField(_l("Language of our letters to you"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.language.choices = [(code, name_of_language(code)) for code in page_languages()]
        self.language.data = self.language.data or page_locale()


class ConsentForm(PageForm):
    """One button."""


class NewPasswordForm(PageForm):
    """A password for somebody who came by a link."""

    password = PasswordField(_l("Your new password"), [Required(_l("Choose a password."))])


class ChangePasswordForm(NewPasswordForm):
    """A password for somebody who knows the present one."""

    present = PasswordField(_l("Your present password"), [Required(_l("Write your present password."))])


def add_problems(form: PageForm, problems: dict[str, str]) -> None:
    """The problems that a service found stand at their fields, in words."""
    for name, problem in problems.items():
        add_error(form, name, PROBLEMS[name, problem])


def add_error(form: PageForm, name: str, words: Any) -> None:
    """The words stand at that field and in the summary."""
    form[name].errors = [*form[name].errors, words]


def words_for_wait(seconds: int) -> str:
    """How long to wait, never less than it is."""
    rounded = seconds if seconds <= MINUTE else -(-seconds // MINUTE) * MINUTE
    when = format_timedelta(timedelta(seconds=rounded), add_direction=True, threshold=1)
    return str(_("That was tried too often. You can try again %(when)s.", when=when))
