"""Subscriptions by e-mail, newsletters, and what became of each letter of one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base


class Topic(StrEnum):
    """What a subscription is to."""

    NEWSLETTER = "newsletter"
    CONSULTATION = "consultation"
    CONTACT_POINT = "contact_point"
    SEARCH = "search"


class Subscriber(Base):
    """An address that letters are wanted at, lower-cased; its page opens with number and derived secret.

    `refusals` counts the letters that its server refused for good, one after the other.
    """

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    language: Mapped[str] = mapped_column(String(12))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    refusals: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    subscriptions: Mapped[list[Subscription]] = relationship(
        back_populates="subscriber", order_by="Subscription.id", cascade="all, delete-orphan"
    )


class Subscription(Base):
    """A wish to get newsletters or alerts in one language; nothing is sent before it is confirmed.

    `subject` says to what: empty for the newsletter, a consultation's slug, a country, or the words of a
    search. `told_until` is the newest thing that an alert on a search has told of. One that ended holds
    no address any more once its subscriber has none left.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "topic", "subject", "language"),
        Index("ix_subscription_to", "topic", "subject", "confirmed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    topic: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    told_until: Mapped[datetime | None]
    subscriber: Mapped[Subscriber] = relationship(back_populates="subscriptions")


class Newsletter(Base):
    """A letter to all subscribers of the newsletter, written in Markdown by language.

    Its letters go out from `started_at` on, at most `rate` a minute, while `paused_at` is empty; `htmls` are
    made from the sources as they stood then. `finished_at` says that none is left.
    """

    __tablename__ = "newsletter"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    titles: Mapped[dict[str, str]]
    sources: Mapped[dict[str, str]]
    htmls: Mapped[dict[str, str]] = mapped_column(default=dict)
    rate: Mapped[int] = mapped_column(default=600)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class DeliveryState(StrEnum):
    """What became of one letter. Uncertain: the sender ended between handing it over and noting so."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


class Delivery(Base):
    """One newsletter to one subscriber, once.

    It is sending from before the letter is handed to the mail server until the server took it or refused it,
    each in a transaction of its own; whoever finds it sending after the sender ended cannot know, so it
    becomes uncertain and is not sent again by itself.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("newsletter_id", "subscriber_id"),
        Index("ix_delivery_due", "newsletter_id", "state", "run_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    newsletter_id: Mapped[int] = mapped_column(ForeignKey("newsletter.id"))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(String(200), default="")
    newsletter: Mapped[Newsletter] = relationship()
    subscriber: Mapped[Subscriber | None] = relationship()
