"""What a receipt says of a comment's proof, and the file with which it is checked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, url_for
from flask.json import dumps
from flask.typing import ResponseReturnValue
from flask_babel import format_number

from app.models.comment import Comment, Submission
from app.models.consultation import Consultation
from app.models.witness import TreeRoot
from app.services.proof.proving import evidence_of
from app.services.proof.witnessing import Proof, newest_root, next_root_by
from app.web.access import public
from app.web.clock import now
from app.web.public.closing import instant_words
from app.web.secret_links import behind_secret

pages = Blueprint("proving", __name__)


@dataclass(frozen=True)
class ProofView:
    """A comment's place in the record, in words; `root` is empty until it is under a published one."""

    root: str
    size: str
    published: str
    is_final: bool
    next_by: str
    is_broken: bool
    record: str


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """Templates can put a comment's proof into words."""
    return {"proof_view": proof_view}


def proof_view(comment: Comment, proof: Proof | None) -> ProofView:
    """The proof in the words of the page's language, or by when there will be one."""
    consultation = comment.consultation
    root = proof.root if proof else None
    last = root or newest_root(consultation.id)
    is_broken = proof is None and last is not None and comment.leaf < last.size
    return ProofView(
        root=root.digest if root else "",
        size=str(format_number(root.size)) if root else "",
        published=instant_words(root.published_at, consultation.zone) if root else "",
        is_final=bool(root and root.is_final),
        next_by="" if root or is_broken else _next_by(consultation, last),
        is_broken=is_broken,
        record=url_for("records.record", slug=consultation.slug),
    )


@pages.route("/<lang>/receipts/<number>/proof.json")
@public
@behind_secret
def proof(submission: Submission) -> ResponseReturnValue:
    """Every text of the submission with its digest and its way to the newest root, as a file."""
    evidence = evidence_of(submission.comments)
    told = {
        "receipt": submission.number,
        "consultation": submission.consultation.slug,
        "texts": [text for texts in evidence.values() for text in texts],
    }
    response = Response(dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{submission.number}-proof.json")
    return response


def _next_by(consultation: Consultation, last: TreeRoot | None) -> str:
    by = next_root_by(consultation, last, now())
    return instant_words(by, consultation.zone)
