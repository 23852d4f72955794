"""What stands on a receipt that is taken away, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _

from app.models.comment import State, Submission
from app.services.exports.printing import Block, Part, PrintedReceipt
from app.services.exports.recounting import Event, History, histories_of
from app.web.dates import seconds_words
from app.web.locales import page_locale
from app.web.presenting import words_in
from app.web.receipts.receipt_views import (
    CommentLine,
    arrival_facts,
    instant_words,
    lines_of,
    sender_facts,
)
from app.web.receipts.receipt_words import event_words
from app.wording import in_quotes


def printed_receipt(submission: Submission, link: str, at: datetime) -> PrintedReceipt:
    """The receipt as it is printed at that instant."""
    return PrintedReceipt(
        language=page_locale(),
        title=str(_("Receipt %(number)s", number=submission.number)),
        number=submission.number,
        link=link,
        link_words=str(_("Secret link to this receipt, also in the code")),
        elsewhere=str(
            _("Signs that are left out here, […], are all in the text file and on the page of the receipt.")
        ),
        blocks=tuple(_blocks(submission, at)),
        made_at=submission.received_at,
    )


def _blocks(submission: Submission, at: datetime) -> Iterator[Block]:
    consultation = submission.consultation
    yield Block(Part.FACT, words_in(consultation.titles).text, str(_("Consultation")))
    received = seconds_words(submission.received_at, consultation.zone)
    yield Block(Part.FACT, received, str(_("Received, by our clock")))
    yield Block(Part.FACT, instant_words(at, consultation.zone), str(_("As it stood on")))
    for name, words in arrival_facts(submission):
        yield Block(Part.FACT, words, name)
    for line, history in zip(lines_of(submission, at), histories_of(submission), strict=True):
        yield from _of_comment(line, history, consultation.zone)
    yield Block(Part.HEADING, str(_("About you")))
    for name, words in sender_facts(submission):
        yield Block(Part.FACT, words, name)
    yield Block(Part.HEADING, str(_("Keep this link")))
    yield Block(Part.NOTE, str(_("Whoever has it sees what you sent, and can correct or withdraw it.")))


def _of_comment(line: CommentLine, history: History, zone: str) -> Iterator[Block]:
    comment = line.comment
    yield Block(Part.HEADING, f"{line.place}. {line.heading}")
    version = _("Version %(number)s", number=comment.version.number)
    yield Block(Part.NOTE, " · ".join([str(version), line.state_words, *line.particulars]))
    if comment.state == State.ERASED:
        yield Block(Part.NOTE, str(_("The words of this comment are erased.")))
    if line.quotation:
        yield Block(Part.FACT, in_quotes(line.quotation), str(_("On the words")))
    if comment.source:
        yield Block(Part.WORDS, comment.source)
    if comment.suggestion:
        yield Block(Part.FACT, comment.suggestion, str(_("Your wording")))
    for event in history.events:
        yield Block(Part.FACT, _event(event), instant_words(event.at, zone))
    digest = _("Digest, leaf %(number)s of the record", number=comment.leaf)
    yield Block(Part.FACT, comment.leaf_digest, str(digest))


def _event(event: Event) -> str:
    answer = event.answer.plain if event.answer else ""
    return "\n".join(words for words in (event_words(event), event.words, answer) if words)
