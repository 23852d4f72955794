"""The form under what is not sent yet: the respondent's particulars, asked once for all comments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.models.comment import Capacity
from app.models.consultation import Consultation
from app.web.comment_forms.comment_problems import add_problems
from app.web.comment_forms.guarding import SHORTEST_TIME, GuardedForm
from app.web.comment_forms.particulars_form import ParticularsForm, ask_for_particulars
from app.web.forms import PageForm, TextField, small_number
from app.wording import CAPACITIES


class BasketForm(GuardedForm, ParticularsForm):
    """The particulars; `sitting` and `seen` say which comments stood above.

    `opens` leads to the receipt again, once they were sent.
    """

    consent = BooleanField(_l("I agree that my comments are published as said above."))
    sitting = HiddenField()
    seen = HiddenField()
    opens = HiddenField()
    began_at: datetime | None = None

    def is_too_fast(self, at: datetime) -> bool:
        """Whether it came back sooner than anybody writes; they began when the sitting did (`began_at`)."""
        return (self.began_at is None or at - self.began_at < SHORTEST_TIME) and super().is_too_fast(at)

    @property
    def sitting_id(self) -> int:
        """The sitting that is to be sent."""
        return small_number(self.sitting.data) or 0

    @property
    def page_secret(self) -> str:
        """What opens the receipt of what the page sent; nothing from a page whose token cannot be read."""
        return self.opens.data or "" if self.token else ""

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what the service could not take."""
        add_problems(self, problems)


class TogetherForm(PageForm):
    """For whom colleagues gather a submission."""

    capacity = RadioField(_l("We speak"), validate_choice=False)
    organisation = TextField(_l("Name of the organisation or group"))


class JoinForm(PageForm):
    """Who adds comments to a colleague's submission."""

    contributor = TextField(_l("Your name"))


def basket_form(
    consultation: Consultation, filled: MultiDict[str, Any] | None = None, email: str = ""
) -> BasketForm:
    """The form with the fields that the consultation asks for, filled with what was typed."""
    form = BasketForm(filled)
    ask_for_particulars(form, consultation, email)
    return form


def together_form(filled: MultiDict[str, Any] | None = None) -> TogetherForm:
    """The form that says for whom colleagues gather."""
    form = TogetherForm(filled)
    form.capacity.choices = [
        SelectChoice(str(each), str(CAPACITIES[each])) for each in (Capacity.ORGANISATION, Capacity.GROUP)
    ]
    for field in (form.capacity, form.organisation):
        field.flags.required = True
    return form
