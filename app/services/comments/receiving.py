"""Receiving what was sent: the submission, its comments, their leaves, and all that follows from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.models.base import turn_of_thread, write_row
from app.models.comment import Channel, Comment, Kind, State, Submission
from app.models.people import Person
from app.services.activity import enqueue, record, take_leaves, touch_public_pages
from app.services.comments.checking import Words
from app.services.comments.receipts import Receipt
from app.services.proof.leaves import Leaf, digest_of_leaf, new_salt
from app.services.text import SafeText, digest_of

LINK = "<a "
ADDRESS = re.compile(r"https?://(?:www\.)?|\bwww\.", re.IGNORECASE)


class Remark(NamedTuple):
    """One comment ready to be received: where it belongs, and what it says, checked and made safe."""

    paragraph_id: int | None
    paragraph: str | None
    version_id: int
    version: int
    words: Words
    said: SafeText
    parent_id: int | None = None
    parent_leaf: int | None = None
    contributor: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything to read, or only an importance."""
        return bool(self.said.plain or self.words.suggestion)


class Arrival(NamedTuple):
    """How a submission comes in.

    `is_moderated` where a moderator reads before the public; `needs_confirmation` where the respondent's
    e-mail must be confirmed first. What came on paper has `entered_by_id`, `entered_at`, perhaps `is_late`;
    what a workshop said has its `workshop_id`.
    """

    consultation_id: int
    privacy_notice_version: int
    form_digest: str
    at: datetime
    by: Person | None = None
    is_moderated: bool = True
    needs_confirmation: bool = False
    network_digest: str | None = None
    with_letter: bool = True
    channel: Channel = Channel.WEB
    entered_by_id: int | None = None
    entered_at: datetime | None = None
    is_late: bool = False
    workshop_id: int | None = None


@dataclass(frozen=True)
class Received:
    """The submission that is now in the record."""

    receipt: Receipt
    submission_id: int
    comment_ids: list[int]


def turn_to_receive() -> AbstractContextManager[object]:
    """What is made ready inside is received sooner: nobody else in this process does the same meanwhile."""
    return turn_of_thread()


def receive(arrival: Arrival, words: Words, remarks: Sequence[Remark], receipt: Receipt) -> Received:
    """The submission and its comments are in the record, inside the transaction that runs.

    `words` hold the respondent's particulars, tidied. Whether they may be taken has been checked before.
    `receipt` is a new one.
    """
    first_leaf = take_leaves(arrival.consultation_id, len(remarks))
    is_confirmed = _is_confirmed(arrival, words)
    submission_id = _write_submission(arrival, words, receipt, is_confirmed=is_confirmed)
    states = [_state(arrival, remark, is_confirmed=is_confirmed) for remark in remarks]
    comment_ids = [
        _write_comment(arrival, remark, submission_id, first_leaf + place, state)
        for place, (remark, state) in enumerate(zip(remarks, states, strict=True))
    ]
    actor = arrival.entered_by_id or (arrival.by.id if arrival.by else None)
    record(
        "submission received",
        f"submission:{submission_id}",
        person_id=actor,
        at=arrival.entered_at or arrival.at,
    )
    if arrival.with_letter and _email(arrival, words):
        enqueue("letter", {"letter": "receipt", "submission_id": submission_id}, at=arrival.at)
    if State.PUBLISHED in states:
        touch_public_pages(arrival.consultation_id)
    for comment_id, state in zip(comment_ids, states, strict=True):
        if state == State.PUBLISHED:
            enqueue("index_comment", {"comment_id": comment_id}, at=arrival.at)
    return Received(receipt, submission_id, comment_ids)


def _state(arrival: Arrival, remark: Remark, *, is_confirmed: bool) -> State:
    if arrival.needs_confirmation and not is_confirmed:
        return State.WAITING
    # An importance without words gives a moderator nothing to read.
    return State.WAITING if arrival.is_moderated and remark.has_words else State.PUBLISHED


def _is_confirmed(arrival: Arrival, words: Words) -> bool:
    person, email = arrival.by, _email(arrival, words)
    return person is not None and person.confirmed_at is not None and person.email == email.casefold()


def _write_submission(arrival: Arrival, words: Words, receipt: Receipt, *, is_confirmed: bool) -> int:
    return write_row(
        Submission,
        consultation_id=arrival.consultation_id,
        person_id=arrival.by.id if arrival.by else None,
        number=receipt.number,
        secret_digest=digest_of(receipt.secret),
        form_digest=arrival.form_digest,
        capacity=words.capacity,
        name=words.name,
        email=_email(arrival, words),
        country=words.country,
        organisation=words.organisation,
        organisation_kind=words.organisation_kind,
        register_number=words.register_number,
        has_authority=words.has_authority,
        group_size=words.group_size,
        meeting=words.meeting,
        language=words.language,
        privacy_notice_version=arrival.privacy_notice_version,
        email_confirmed_at=arrival.at if is_confirmed else None,
        channel=_channel(arrival),
        workshop_id=arrival.workshop_id,
        entered_by_id=arrival.entered_by_id,
        entered_at=arrival.entered_at,
        is_late=arrival.is_late,
        received_at=arrival.at,
    )


def _write_comment(arrival: Arrival, remark: Remark, submission_id: int, leaf: int, state: State) -> int:
    words, said, salt = remark.words, remark.said, new_salt()
    kind = words.kind or Kind.OTHER
    return write_row(
        Comment,
        consultation_id=arrival.consultation_id,
        submission_id=submission_id,
        paragraph_id=remark.paragraph_id,
        parent_id=remark.parent_id,
        version_id=remark.version_id,
        language=words.language,
        country=words.country,
        kind=kind,
        importance=words.importance,
        source=said.source,
        html=said.html,
        plain=said.plain,
        has_words=remark.has_words,
        suggestion=words.suggestion,
        suggestion_digest=suggestion_digest(words.suggestion),
        quotation=words.quotation.as_selector() if words.quotation else None,
        contributor=remark.contributor,
        links=number_of_links(said.source, said.html),
        words_digest=digest_of(said.plain.casefold()) if said.plain else None,
        network_digest=arrival.network_digest,
        leaf=leaf,
        leaf_salt=salt,
        leaf_digest=digest_of_leaf(_leaf(arrival, remark, kind), salt),
        state=state,
        received_at=arrival.at,
        published_at=(arrival.entered_at or arrival.at) if state == State.PUBLISHED else None,
    )


def number_of_links(source: str, html: str) -> int:
    """How many links a text has, and plain web addresses, which are as easily followed."""
    return max(html.count(LINK), len(ADDRESS.findall(source)))


def suggestion_digest(suggestion: str) -> str | None:
    """The same for wordings that differ in white space only; None for no suggestion."""
    return digest_of(" ".join(suggestion.split())) if suggestion else None


def _leaf(arrival: Arrival, remark: Remark, kind: str) -> Leaf:
    return Leaf(
        received_at=arrival.at,
        version=remark.version,
        paragraph=remark.paragraph,
        reply_to=remark.parent_leaf,
        language=remark.words.language,
        kind=kind,
        importance=remark.words.importance,
        source=remark.said.source,
        suggestion=remark.words.suggestion,
        quotation=remark.words.quotation.exact if remark.words.quotation else "",
    )


def _email(arrival: Arrival, words: Words) -> str:
    return words.email or (arrival.by.email if arrival.by else "")


def _channel(arrival: Arrival) -> Channel:
    return Channel.SIGNED_IN if arrival.channel == Channel.WEB and arrival.by else arrival.channel
