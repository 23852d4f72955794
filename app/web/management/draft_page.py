"""The page of a draft, with every form that stands on it."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.models.consultation import Consultation
from app.models.draft import Version
from app.services.drafts.drafting import versions_of
from app.services.files.importing import readable_suffixes
from app.web.clock import now
from app.web.forms import PageForm
from app.web.management.changes_form import ChangesForm, changes_form
from app.web.management.draft_form import DraftForm, ListingForm, SealForm, draft_form
from app.web.management.management_views import (
    consultation_view,
    original_language,
    version_lines,
    version_view,
)
from app.web.management.removal_form import RemovalForm, removal_form
from app.web.ports import ports


def draft_page(
    consultation: Consultation,
    form: DraftForm | None = None,
    *,
    seal_form: SealForm | None = None,
    changed: ChangesForm | None = None,
    small_form: PageForm | None = None,
    removal: RemovalForm | None = None,
    listing_form: ListingForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The draft as it stands; a form that was refused says why and keeps its words."""
    versions = versions_of(consultation)
    version = version_numbered(versions, request.args.get("version", type=int))
    is_working = version is not None and version.sealed_at is None
    texts = version.translations if version and is_working else []
    removals = {text.language: removal_form(text) for text in texts}
    if removal:
        removals[removal.language] = removal
    return render_template(
        "management/draft.html",
        view=consultation_view(consultation, now()),
        version=version_view(version, consultation.zone) if version else None,
        lines=version_lines(versions, consultation.zone),
        is_newest=not versions or version is versions[0],
        form=form or draft_form(original_language(consultation), taken=removals),
        seal_form=seal_form or SealForm(),
        changed=changed or changes_form(log=version.change_log if version else {}),
        small_form=small_form or PageForm(),
        removals=removals,
        listing_form=listing_form or ListingForm(),
        suffixes=readable_suffixes(ports().importers),
    ), status


def version_numbered(versions: list[Version], number: int | None) -> Version | None:
    """The version with that number, or the last for None."""
    return next((version for version in versions if number in {None, version.number}), None)
