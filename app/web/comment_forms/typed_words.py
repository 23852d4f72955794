"""What was typed into a comment's form, read from what was sent: the fields are made only to be shown."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from app.models.comment import Capacity, Kind, Meeting, OrganisationKind
from app.services.comments.checking import Quotation, Words
from app.services.errors import InvalidError
from app.web.countries import country_codes
from app.web.forms import PageForm, small_number

MOST_IMPORTANT = 5
IMPORTANCES = tuple(str(number) for number in range(1, MOST_IMPORTANT + 1))
NOT_TICKED = frozenset({"", "false"})
# A form that says nothing of it is an individual's.
USUAL = {"capacity": Capacity.INDIVIDUAL}
OF_A_CAPACITY = {"organisation_kind": Capacity.ORGANISATION, "meeting": Capacity.GROUP}


@dataclass(frozen=True)
class TypedWords:
    """What was sent of the fields that were `asked`; where a field was not sent, what is `usual`."""

    sent: Mapping[str, str]
    asked: Container[str]
    usual: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> Words:
        """All that the respondent filled in; a quotation as it was typed, not yet found in the paragraph.

        Raises InvalidError for what was chosen and is not offered: without it they would say something else.
        """
        quoted, importance = self._line("quotation"), self._chosen("importance")
        return Words(
            body=self._text("body"),
            language=language,
            name=self._line("name"),
            email=self._line("email"),
            country=self._chosen("country"),
            capacity=self._chosen("capacity"),
            organisation=self._line("organisation"),
            organisation_kind=self._chosen("organisation_kind"),
            register_number=self._line("register_number"),
            group_size=small_number(self._line("group_size")),
            meeting=self._chosen("meeting"),
            has_authority=self._is_ticked("has_authority"),
            kind=self._chosen("kind"),
            importance=int(importance) if importance else None,
            consent=self._is_ticked("consent"),
            suggestion=self._text("suggestion"),
            quotation=Quotation(quoted, self._text("quotation_prefix")) if quoted else None,
        )

    def _text(self, name: str) -> str:
        if name not in self.asked:
            return ""
        given = self.sent.get(name)
        return self.usual.get(name, USUAL.get(name, "")) if given is None else given

    def _line(self, name: str) -> str:
        return self._text(name).strip()

    def require_offered(self) -> None:
        """Raises InvalidError with every field in which something was chosen that the form does not offer."""
        chosen = {name: self._text(name) for name in _offered()}
        unknown = {name for name, given in chosen.items() if given and given not in _offered()[name]}
        # What only another capacity has is not said at all.
        unknown -= {name for name, capacity in OF_A_CAPACITY.items() if chosen["capacity"] != capacity}
        if unknown:
            raise InvalidError(dict.fromkeys(sorted(unknown), "unknown"))

    def _chosen(self, name: str) -> str:
        given = self._text(name)
        if given and given not in _offered()[name]:
            self.require_offered()
            return ""
        return given

    def _is_ticked(self, name: str) -> bool:
        return self._text(name) not in NOT_TICKED


class TypedForm(PageForm):
    """A form for words or particulars; what is `usual` stands in a field until something is sent."""

    usual: Mapping[str, str] = MappingProxyType({})

    def said(self, language: str) -> Words:
        """All that was typed, of what the form asks."""
        asked = {field.name for field in self}
        return TypedWords(self.formdata or {}, asked, self.usual).words(language)


@cache
def _offered() -> dict[str, Collection[str]]:
    return {
        "kind": frozenset(Kind),
        "importance": IMPORTANCES,
        "capacity": frozenset(Capacity),
        "organisation_kind": frozenset(OrganisationKind),
        "meeting": frozenset(Meeting),
        "country": country_codes(),
    }
