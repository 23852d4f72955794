"""Taking a version of a draft away as a file."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.services.files.writing import file_name, sealed_translation, writer_for, written_draft
from app.web.access import public
from app.web.caching import keep
from app.web.locales import page_locale
from app.web.ports import ports
from app.web.public.consultations import consultation_to_read

pages = Blueprint("downloads", __name__)


@pages.route("/<lang>/consultations/<slug>/versions/<int:number>/draft.<suffix>")
@public
def draft(slug: str, number: int, suffix: str) -> ResponseReturnValue:
    """A sealed version in the language asked for, else in the page's or the original's, as a file."""
    consultation = consultation_to_read(slug)
    stamp = consultation.public_stamp
    writer = writer_for(ports().writers, f".{suffix}")
    asked = request.args.get("text") or page_locale()
    written = written_draft(sealed_translation(consultation, number, asked))
    content = writer.write(written)
    response = Response(content, content_type=writer.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file_name(written, writer.suffix))
    response.headers.set("Content-Language", written.language)
    response.set_etag(sha256(content).hexdigest()[:20])
    kept = keep(response, consultation_id=consultation.id, stamp=stamp)
    return kept.make_conditional(request)
