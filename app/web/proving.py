"""What a receipt says of a comment's proof, and the file with which it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request, url_for
from flask.json import dumps
from flask.typing import ResponseReturnValue
from flask_babel import format_number

from app.models.comment import Comment, Submission
from app.services.proving import evidence_of
from app.services.receipts import submission_behind
from app.services.witnessing import Proof, newest_root, next_root_by, proofs_of
from app.web.access import public
from app.web.closing import instant_words
from app.web.errors import error_page
from app.web.limits import network_of, wait_before

pages = Blueprint("proving", __name__)


@dataclass(frozen=True)
class ProofView:
    """A comment's place in the record, in words; `root` is empty until it is under a published one."""

    leaf: str
    digest: str
    root: str
    size: str
    published: str
    is_final: bool
    next_by: str
    record: str
    file: str


def proof_views(submission: Submission, secret: str, at: datetime) -> dict[int, ProofView]:
    """The proof of each comment of a submission, by the comment's number, for whoever has the secret."""
    comments = submission.comments
    proofs = proofs_of(comments)
    file = url_for("proving.proof", number=submission.number, secret=secret)
    next_by = _next_by(submission, proofs, comments, at)
    return {comment.id: _view(comment, proofs.get(comment.id), next_by, file) for comment in comments}


@pages.route("/<lang>/receipts/<number>/proof.json")
@public
def proof(number: str) -> ResponseReturnValue:
    """Every text of the submission with its digest and its way to the newest root, as a file."""
    if wait_before("receipt", network_of(request)):
        return error_page(429)
    submission = submission_behind(number, request.args.get("secret", ""))
    evidence = evidence_of(submission.comments)
    told = {
        "receipt": submission.number,
        "consultation": submission.consultation.slug,
        "texts": [text for texts in evidence.values() for text in texts],
    }
    response = Response(dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{submission.number}-proof.json")
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _next_by(
    submission: Submission, proofs: dict[int, Proof], comments: Sequence[Comment], at: datetime
) -> str:
    if len(proofs) == len(comments):
        return ""
    consultation = submission.consultation
    by = next_root_by(consultation, newest_root(consultation.id), at)
    return instant_words(by, consultation.zone)


def _view(comment: Comment, proof: Proof | None, next_by: str, file: str) -> ProofView:
    consultation = comment.consultation
    return ProofView(
        leaf=str(comment.leaf),
        digest=comment.leaf_digest,
        root=proof.root.digest if proof else "",
        size=str(format_number(proof.root.size)) if proof else "",
        published=instant_words(proof.root.published_at, consultation.zone) if proof else "",
        is_final=bool(proof and proof.root.is_final),
        next_by=next_by,
        record=url_for("records.record", slug=consultation.slug),
        file=file,
    )
