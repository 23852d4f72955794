"""What is typed into a comment form and not sent: kept, shown in the form again, told of on every page."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from app.models.consultation import Consultation
from app.models.sitting import SittingKey, UnsentComment
from app.services.comments.admitting import Spot
from app.services.errors import InvalidError, NotFoundError
from app.services.public.reading import paragraph_called
from app.services.sittings.claiming import claim_sittings
from app.services.sittings.keeping import drop_sent, keep_particulars, keep_unsent
from app.services.sittings.sittings import Bearer, key_of
from app.services.sittings.typed import Copy, Kept, Typed
from app.services.sittings.unsent import added_at, changed_by, unsent_at, unsent_of
from app.web.baskets.gatherings import sent_views, whose
from app.web.baskets.sitting_cookie import bearer, forget_when_empty, remember, writing_bearer
from app.web.clock import now
from app.web.forms import NUL, copy_of_form, small_number
from app.web.limits import network_of, wait_before
from app.web.locales import page_locale

pages = Blueprint("unsent", __name__)
WORDS = ("body", "suggestion", "kind", "importance", "quotation", "quotation_prefix")
PARTICULARS = (
    "capacity", "organisation", "organisation_kind", "register_number", "group_size", "meeting",
    "has_authority", "name", "email", "country",
)  # fmt: skip


@dataclass(frozen=True)
class UnsentLink:
    """The way from every page to what is not sent yet."""

    words: str
    href: str


@dataclass(frozen=True)
class InForm:
    """The unsent comment that stands in a form; `was_kept` says that the page is the answer to keeping it.

    `is_ready`: it goes when its sitting is sent.

    With `problems` what was typed was not kept: a text is too long, the submission holds as many as it can,
    or what was added would be empty.
    """

    id: int | None = None
    changes: int = 0
    is_apart: bool = False
    is_ready: bool = True
    was_kept: bool = False
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether there is one."""
        return self.id is not None and not self.problems


@dataclass(frozen=True)
class Standing:
    """What a comment form is filled with: an unsent comment, and what is known of the respondent.

    `adds_to` and `is_edited` as in the form. `added` was added here before, with `key`; the numbers of what
    of it is being changed are `changed`.
    """

    unsent: InForm
    filled: MultiDict[str, str] | None
    adds_to: str = ""
    is_edited: bool = False
    key: SittingKey | None = None
    added: list[UnsentComment] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)

    @property
    def has_form(self) -> bool:
        """Whether there is something to write in the form, or somebody asks for another one."""
        return not self.added or self.unsent.is_kept or "another" in request.args


def keep_form(
    consultation: Consultation, spot: Spot, *, has_looked: bool = False, is_added: bool = False
) -> tuple[Bearer, Kept] | None:
    """What a comment form held is in the sitting of whoever typed it; None when it came from elsewhere.

    With `has_looked` it is beside the text that stands at the spot now, and not where it was begun; with
    `is_added` it is part of what is sent together.
    """
    form = copy_of_form(request.form.get("csrf_token", ""))
    if form is None:
        return None
    who = writing_bearer()
    kept = keep_unsent(
        consultation,
        spot,
        Typed(**{name: _sent(name) for name in WORDS}),
        Copy(form, small_number(_sent("unsent")), small_number(_sent("changes")) or 0),
        bearer=who,
        language=page_locale(),
        at=now(),
        particulars=typed_particulars(),
        has_looked=has_looked,
        is_added=is_added,
    )
    if kept.comment_id is not None:
        remember(who)
    return who, kept


def keep_typed_particulars(consultation: Consultation) -> bool:
    """Whether the particulars of a form that holds no comment are kept now.

    They are, when it is a form of ours, and whoever typed them has begun a sitting of their own.
    """
    if copy_of_form(_sent("csrf_token")) is None:
        return False
    return keep_particulars(consultation, typed_particulars(), bearer=bearer(), at=now())


def forget_form(consultation: Consultation) -> None:
    """What was sent at once with this form is not kept as unsent any more."""
    who = bearer()
    if not who.reference and who.person_id is None:
        return
    form = copy_of_form(_sent("csrf_token")) or ""
    copy = Copy(form, small_number(_sent("unsent")), small_number(_sent("changes")) or 0)
    drop_sent(consultation, copy, _sent("body"), bearer=who, at=now())
    forget_when_empty()


def typed_particulars() -> dict[str, str]:
    """The particulars as they were typed; none where the form has no such fields."""
    if not any(name in request.form for name in PARTICULARS):
        return {}
    return {name: _sent(name) for name in PARTICULARS if name in request.form or name == "has_authority"}


def keep_in_form(
    consultation: Consultation,
    key: str | None,
    parent_id: int | None,
    *,
    has_looked: bool = False,
    is_added: bool = False,
) -> InForm | None:
    """What the form of that place held is kept, and stands in it again; None when it cannot be kept."""
    if wait_before("unsent", network_of(request)):
        return None
    try:
        read_version = small_number(_sent("version"))
        spot = spot_of(consultation, key, read_version=read_version, parent_id=parent_id)
        done = keep_form(consultation, spot, has_looked=has_looked, is_added=is_added)
    except NotFoundError:
        return None
    except InvalidError as error:
        standing, changes = small_number(_sent("unsent")), small_number(_sent("changes")) or 0
        return InForm(standing, changes, problems=error.problems)
    if done is None:
        return None
    _who, kept = done
    return InForm(kept.comment_id, kept.changes, kept.is_apart, kept.is_ready, was_kept=True)


def standing_in(consultation: Consultation, key: str | None, parent_id: int | None) -> Standing:
    """What the form at the place is filled with: the comment begun there, unless another is asked for."""
    who, at = bearer(), now()
    if not who.reference and who.person_id is None:
        return Standing(InForm(), None)
    claim_sittings(who, at)
    found = key_of(consultation, who, at)
    if found is None:
        return Standing(InForm(), None)
    spot, is_edited = spot_of(consultation, key, parent_id=parent_id), "unsent" in request.args
    comment = _comment_at(consultation, spot, who)
    particulars = found.sitting.particulars if found.is_owner else {}
    filled = _filled(comment, particulars)
    adds_to = "" if found.is_owner else whose(found.sitting)
    added = [] if is_edited and comment else added_at(found, spot)
    unsent = InForm()
    if comment is not None:
        was_kept = small_number(request.args.get("kept")) == comment.id
        unsent = InForm(comment.id, comment.changes, is_ready=comment.is_ready, was_kept=was_kept)
    return Standing(
        unsent,
        filled,
        adds_to,
        is_edited=is_edited and comment is not None,
        key=found,
        added=added,
        changed=changed_by(found) if added else set(),
    )


def _comment_at(consultation: Consultation, spot: Spot, who: Bearer) -> UnsentComment | None:
    """What stands in the form: what was added only when it is to be changed."""
    if "another" in request.args:
        return None
    for name in ("unsent", "kept"):
        asked = small_number(request.args.get(name))
        found = unsent_at(consultation, spot, bearer=who, at=now(), comment_id=asked) if asked else None
        if name in request.args and not (name == "kept" and (found is None or found.is_added)):
            return found
    return unsent_at(consultation, spot, bearer=who, at=now())


def at_form(address: str, name: str, number: int | None, anchor: str = "comment-form") -> str:
    """The address with a question of that name, at the form."""
    return f"{address}{'&' if '?' in address else '?'}{name}={number}#{anchor}"


def spot_of(consultation: Consultation, key: str | None, **more: int | None) -> Spot:
    """The spot of the paragraph with that key, or of the whole draft."""
    return Spot(None if key is None else paragraph_called(consultation, key), **more)


@pages.app_context_processor
def _tell() -> dict[str, object]:
    return {"unsent_link": unsent_link}


def unsent_link(who: Bearer | None = None) -> UnsentLink | None:
    """“3 comments not yet sent”, in this consultation or else where somebody wrote last; or None."""
    here = str((request.view_args or {}).get("slug", "")).replace(NUL, "")  # an odd address has a header too
    found = unsent_of(who or bearer(), now())
    if not found and here and sent_views(here):
        return UnsentLink(str(_("Sent by your colleague")), url_for("basket.basket", slug=here))
    if not found:
        return None
    unsent = next((each for each in found if each.slug == here), found[0])
    return UnsentLink(number_words(unsent.number), url_for("basket.basket", slug=unsent.slug))


def number_words(number: int) -> str:
    """“3 comments not yet sent”."""
    return str(ngettext("%(num)s comment not yet sent", "%(num)s comments not yet sent", number))


def _filled(comment: UnsentComment | None, particulars: dict[str, str]) -> MultiDict[str, str]:
    known = {name: value for name, value in particulars.items() if value}
    return MultiDict(known | (_fields_of(comment) if comment else {}))


def _fields_of(comment: UnsentComment) -> dict[str, str]:
    quoted = comment.quotation or {}
    return {
        "body": comment.body,
        "suggestion": comment.suggestion,
        "kind": comment.kind,
        "importance": comment.importance,
        "quotation": quoted.get("exact", ""),
        "quotation_prefix": quoted.get("prefix", ""),
        "version": str(comment.version_id),
    }


def _sent(name: str) -> str:
    return request.form.get(name, "").replace(NUL, "")
