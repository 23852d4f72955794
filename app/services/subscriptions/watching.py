"""Watching: what is new among the hits of a search that somebody subscribed to, told once a day at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, or_, select, update
from sqlalchemy.orm import aliased

from app.models.base import db, transaction
from app.models.comment import Comment, State
from app.models.consultation import Consultation
from app.models.draft import Draft, ParagraphText, Translation, Version
from app.models.subscription import Subscription, Topic
from app.services.activity import enqueue
from app.services.search.finding import MOST_HITS, numbers_in
from app.services.search.searching import EntryKind, Question, SearchIndex, is_newest_sealed, key_of

A_DAY = timedelta(days=1)
# What was published by then stands in the index.
INDEX_FOLLOWS = timedelta(minutes=10)
MOST_SEARCHES = 200
MOST_TOLD = 10


def tell_of_hits(index: SearchIndex, *, at: datetime) -> int:
    """The searches that were not looked at for a day are, and whoever subscribed is told of new hits.

    Answers how many are told.
    """
    if not index.is_built():
        return 0
    due = (
        select(Subscription.id)
        .where(
            Subscription.topic == Topic.SEARCH,
            Subscription.confirmed_at.is_not(None),
            Subscription.told_until <= at - A_DAY - INDEX_FOLLOWS,
        )
        .order_by(Subscription.told_until, Subscription.id)
        .limit(MOST_SEARCHES)
    )
    return sum(_tell(index, subscription_id, at) for subscription_id in db.session.scalars(due).all())


def new_hits(index: SearchIndex, question: Question, since: datetime, until: datetime) -> list[str]:
    """Keys of the texts that have all the words and came before the public after the one, by the other."""
    found = index.find(question, limit=MOST_HITS)
    if not found.has_all_words:
        return []
    comments = _comments(numbers_in(found.keys, EntryKind.COMMENT), since, until)
    paragraphs = _paragraphs(numbers_in(found.keys, EntryKind.PARAGRAPH), since, until)
    new = {key_of(EntryKind.COMMENT, number) for number in db.session.scalars(comments)}
    new |= {key_of(EntryKind.PARAGRAPH, number) for number in db.session.scalars(paragraphs)}
    return [key for key in found.keys if key in new]


def question_of(subscription: Subscription) -> Question:
    """What the search asks, for a reader of the letters' language."""
    return Question(subscription.subject, reader_language=subscription.language)


def _tell(index: SearchIndex, subscription_id: int, at: datetime) -> bool:
    subscription = db.session.get(Subscription, subscription_id)
    if subscription is None or subscription.told_until is None:  # ended meanwhile
        return False
    since, until = subscription.told_until, at - INDEX_FOLLOWS
    keys = new_hits(index, question_of(subscription), since, until)
    looked = update(Subscription).where(Subscription.id == subscription_id, Subscription.told_until == since)
    told = {"letter": "alert_search", "subscription_id": subscription_id}
    with transaction():
        # Of two workers who look at once, one tells.
        is_first = db.session.scalars(looked.values(told_until=until).returning(Subscription.id)).all()
        if is_first and keys:
            enqueue("letter", {**told, "keys": keys[:MOST_TOLD], "number": len(keys)}, at=at)
    return bool(is_first and keys)


def _comments(numbers: list[int], since: datetime, until: datetime) -> Select[int]:
    return (
        select(Comment.id)
        .join(Comment.consultation)
        .where(
            Comment.id.in_(numbers),
            Comment.state == State.PUBLISHED,
            Comment.published_at > since,
            Comment.published_at <= until,
            Consultation.is_listed,
        )
    )


def _paragraphs(numbers: list[int], since: datetime, until: datetime) -> Select[Any]:
    """Texts sealed in that time, or put to the public in it, that did not stand there before."""
    published_at = case(
        (Version.sealed_at > Consultation.opens_at, Version.sealed_at), else_=Consultation.opens_at
    )
    earlier_text, earlier_translation, earlier = (
        aliased(ParagraphText),
        aliased(Translation),
        aliased(Version),
    )
    stood_before = exists().where(
        earlier_text.paragraph_id == ParagraphText.paragraph_id,
        earlier_text.digest == ParagraphText.digest,
        earlier_text.translation_id == earlier_translation.id,
        earlier_translation.language == Translation.language,
        earlier_translation.version_id == earlier.id,
        earlier.sealed_at <= since,
    )
    return (
        select(ParagraphText.id)
        .join(ParagraphText.translation)
        .join(Translation.version)
        .join(Version.draft)
        .join(Draft.consultation)
        .where(
            ParagraphText.id.in_(numbers),
            Consultation.is_listed,
            is_newest_sealed(),
            and_(published_at > since, published_at <= until),
            or_(Consultation.opens_at > since, ~stood_before),
        )
    )
