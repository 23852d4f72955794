"""The receipt: what was sent, and what became of it, for whoever has the secret."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.i18n import direction_of
from app.models.comment import Comment, Kind, Submission
from app.models.moderation import Decision
from app.services.errors import NotFoundError
from app.services.moderating import decisions_on
from app.services.reading import Text
from app.services.receipts import submission_behind
from app.services.tracing import Trace, traces_beside
from app.web.access import public
from app.web.dates import date_words, seconds_words
from app.web.forms import PageForm, Required, TextField
from app.web.limits import network_of, wait_before
from app.web.notes import TraceView, trace_view
from app.web.ports import settings
from app.web.presenting import capacity_words, country_name, words_in
from app.wording import KINDS, REASONS, STATES

pages = Blueprint("receipts", __name__)


class SecretForm(PageForm):
    """For somebody who has the number and the secret on paper."""

    secret = TextField(_l("Secret"), [Required(_l("Write the secret that came with the receipt."))])


@dataclass(frozen=True)
class CommentLine:
    """One comment of the submission, and where it stands."""

    text: Text | None
    version: int
    trace: TraceView | None
    address: str
    html: Markup
    language: str
    direction: str
    state: str
    state_words: str
    particulars: list[str]
    reason: str
    note: str
    decided: str


@pages.route("/<lang>/receipts/<number>")
@public
def receipt(number: str) -> ResponseReturnValue:
    """The receipt, or without the secret the form that asks for it."""
    secret = request.args.get("secret", "")
    if not secret:
        return _ask(number, SecretForm())
    if wait_before("receipt", network_of(request)):
        return _ask(
            number, SecretForm(), _("Many receipts were asked for from your network. Wait a little.")
        ), 429
    try:
        submission = submission_behind(number, secret)
    except NotFoundError:
        return _ask(number, SecretForm(), _("This number and this secret do not belong together.")), 404
    decisions = decisions_on(submission.comments)
    traces = traces_beside(submission.comments, g.lang)
    page = render_template(
        "receipts/receipt.html",
        submission=submission,
        consultation=submission.consultation,
        title=words_in(submission.consultation.titles),
        received=seconds_words(submission.received_at, submission.consultation.zone),
        sender=_sender(submission),
        lines=[
            _line(comment, traces.get(comment.id), decisions.get(comment.id, []))
            for comment in submission.comments
        ],
        secret_link=settings().base_url
        + url_for("receipts.receipt", number=submission.number, secret=secret),
    )
    return _private(page)


@pages.route("/<lang>/receipts/<number>", methods=["POST"])
@public
def open_receipt(number: str) -> ResponseReturnValue:
    """The secret that was typed leads to the receipt."""
    form = SecretForm(request.form)
    if not form.validate():
        return _ask(number, form), 422
    return redirect(url_for("receipts.receipt", number=number, secret=form.secret.data), 303)


def _ask(number: str, form: SecretForm, problem: str = "") -> Response:
    if problem:
        form.secret.errors = [problem]
    return _private(render_template("receipts/ask.html", number=number, form=form))


def _private(page: str) -> Response:
    # The address holds the secret: it goes into no cache, and other pages learn the origin at most.
    response = make_response(page)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _line(comment: Comment, trace: Trace | None, decisions: list[Decision]) -> CommentLine:
    text = trace.text if trace else None
    last = decisions[-1] if decisions else None
    return CommentLine(
        text=text,
        version=comment.version.number,
        trace=trace_view(trace, comment.consultation.slug) if trace else None,
        address=_address(comment, text),
        html=Markup(comment.html),  # noqa: S704 - sanitised on writing
        language=comment.language,
        direction=direction_of(comment.language),
        state=comment.state,
        state_words=str(STATES[comment.state]),
        particulars=_particulars(comment),
        reason=str(REASONS[last.reason]) if last and last.reason else "",
        note=last.note if last else "",
        decided=date_words(last.decided_at, comment.consultation.zone) if last else "",
    )


def _particulars(comment: Comment) -> list[str]:
    kind = "" if comment.kind == Kind.OTHER else str(KINDS[comment.kind])
    importance = _("importance %(number)s of 5", number=comment.importance) if comment.importance else ""
    return [words for words in (kind, importance) if words]


def _sender(submission: Submission) -> list[tuple[str, str]]:
    """What the respondent said of themselves, as (name of the fact, words)."""
    facts = [
        (_("Name"), submission.name),
        (_("Organisation or group"), submission.organisation),
        (_("Capacity"), capacity_words(submission.capacity, submission.group_size)),
        (_("Country"), country_name(submission.country) if submission.country else ""),
        (_("E-mail, never published"), submission.email),
    ]
    return [(name, words) for name, words in facts if words]


def _address(comment: Comment, text: Text | None) -> str:
    slug = comment.consultation.slug
    if text is None:
        return url_for("comments.whole_draft", slug=slug)
    return url_for("comments.paragraph", slug=slug, key=text.key)
