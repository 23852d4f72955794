"""What moderators fill in: which comments they want to see, and what they decide on each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField, StringField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.models.comment import Comment, Kind, State
from app.models.moderation import Reason
from app.services.moderation.moderating import LONGEST_NOTE
from app.services.moderation.queueing import UNCONFIRMED, BriefParagraph, Sieve
from app.services.public.hearing import GONE
from app.web.countries import countries
from app.web.forms import PageForm
from app.web.locales import page_locale
from app.web.moderation.choosing import all_choice, chosen, paragraph_choices, whole_draft_choice
from app.web.presenting import country_name
from app.wording import KINDS, REASONS, STATES

STATES_TO_SEE = (State.WAITING, State.PUBLISHED, State.REJECTED, State.SPAM)

PROBLEMS: dict[tuple[str, str], Any] = {
    ("to_state", "not_from_here"): _l("Choose one of the buttons: this cannot be done with the comment."),
    ("to_state", "unconfirmed"): _l(
        "This comment cannot be published before its author has confirmed the e-mail address."
    ),
    ("to_state", "appealed"): _l("The author asks for a second look"),
    ("reason", "required"): _l("Choose the reason why you reject the comment."),
    ("reason", "unknown"): _l("Choose a reason from the list."),
    ("reason", "not_rejecting"): _l("You chose a reason for rejecting. Take it away, or reject."),
    ("note", "too_long"): _l("The note is too long: at most %(most)s characters.", most=LONGEST_NOTE),
}


class SieveForm(Form):
    """The filters of a queue; they are part of the address, so a chosen view can be kept and sent."""

    state = SelectField(_l("State"), validate_choice=False)
    paragraph = SelectField(_l("Paragraph"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    kind = SelectField(_l("Kind"), validate_choice=False)

    def sieve(self) -> Sieve:
        """What was chosen; what is not on offer counts as not chosen."""
        return Sieve(**{name: chosen(field) for name, field in self._fields.items()})

    def number_chosen(self) -> int:
        """How many filters are other than in the queue of all that wait."""
        plain, sieve = asdict(Sieve()), asdict(self.sieve())
        return sum(sieve[name] != plain[name] for name in plain)

    def other_state(self) -> str:
        """The words of the state that was chosen; nothing when it is that of what waits."""
        state = chosen(self.state)
        words = {value: label for value, label, _is_chosen, _more in self.state.iter_choices()}
        return "" if state == State.WAITING else str(words[state])


class DecisionForm(PageForm):
    """One decision on one comment; many stand on a page, so the names in it carry the comment's number."""

    to_state = StringField()
    reason = SelectField(_l("Reason for rejecting"), validate_choice=False)
    note = TextAreaField(_l("Note to the author"))

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what the service could not take."""
        for name, problem in problems.items():
            self[name].errors = [*self[name].errors, PROBLEMS[name, problem]]


def sieve_form(
    sent: MultiDict[str, str],
    paragraphs: list[BriefParagraph],
    bounded_to: frozenset[str] | None,
    *,
    asks_to_confirm: bool = False,
) -> SieveForm:
    """The filters as they were chosen; a moderator of few countries chooses among those."""
    form = SieveForm(sent)
    form.state.choices = [(str(state), str(STATES[state])) for state in STATES_TO_SEE]
    if asks_to_confirm:
        form.state.choices.insert(1, (UNCONFIRMED, _("Waiting for its author to confirm an address")))
    form.paragraph.choices = [
        all_choice(),
        whole_draft_choice(),
        (GONE, _("No longer in the text")),
        *paragraph_choices(paragraphs),
    ]
    form.language.choices = [
        all_choice(),
        *((code, name_of_language(code, page_locale())) for code in page_languages()),
    ]
    form.kind.choices = [all_choice(), *((str(kind), str(KINDS[kind])) for kind in Kind)]
    offered = countries() if bounded_to is None else [(c, country_name(c)) for c in sorted(bounded_to)]
    form.country.choices = [all_choice(), *offered]
    return form


def decision_form(comment: Comment, sent: MultiDict[str, str] | None = None) -> DecisionForm:
    """The form to decide on this comment, filled with what was sent."""
    form = DecisionForm(sent)
    form.reason.choices = [
        ("", _("Choose a reason")),
        *((str(reason), str(REASONS[reason])) for reason in Reason),
    ]
    for field in form:
        field.id = f"{field.short_name}-{comment.id}"
        field.label.field_id = field.id
    return form
