"""Taking comments away as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_number
from flask_babel import gettext as _

from app.models.consultation import Consultation
from app.models.roles import Permission
from app.services.errors import NotFoundError
from app.services.exports.exporting import (
    HEADER,
    consultation_to_export,
    consultations_to_export,
    count_rows,
    export_rows,
)
from app.services.proof.witnessing import newest_root
from app.web.access import requires, signed_in_person
from app.web.ports import ports
from app.web.presenting import Words, country_name, words_in

pages = Blueprint("exports", __name__)


@dataclass(frozen=True)
class FileView:
    """What can be taken away of one consultation."""

    slug: str
    title: Words
    countries: str
    number: str
    command: str
    since: int


@pages.route("/<lang>/manage/exports")
@requires(Permission.EXPORT_COMMENTS)
def index() -> ResponseReturnValue:
    """The files that the person may take away."""
    files = [_file_view(*found) for found in consultations_to_export(signed_in_person())]
    return render_template("exports/index.html", files=files, formats=sorted(ports().exporters))


@pages.route("/<lang>/manage/exports/<slug>.<format>")
@requires(Permission.EXPORT_COMMENTS)
def download(slug: str, format: str) -> ResponseReturnValue:
    """The consultation's comments as a file, sent while it is being written."""
    exporter = ports().exporters.get(format)
    if exporter is None:
        raise NotFoundError(format)
    consultation, countries = consultation_to_export(slug, by=signed_in_person())
    name = "-".join([slug, *sorted(countries or ())]) + exporter.suffix
    pieces = exporter.write(HEADER, export_rows(consultation, countries=countries))
    response = Response(pieces, content_type=exporter.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _file_view(consultation: Consultation, countries: frozenset[str] | None) -> FileView:
    slug, root = consultation.slug, newest_root(consultation.id)
    table = "-".join([slug, *sorted(countries or ())]) + ".csv"
    return FileView(
        slug=slug,
        title=words_in(consultation.titles),
        countries=_country_words(countries),
        number=str(format_number(count_rows(consultation, countries=countries))),
        command=f"python3 verify.py {table} {slug}-leaves.json {root.digest}" if root else "",
        since=consultation.leaves - (root.size if root else 0),
    )


def _country_words(countries: Iterable[str] | None) -> str:
    return str(_("all")) if countries is None else ", ".join(sorted(country_name(code) for code in countries))
