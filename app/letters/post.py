"""The post: newsletters go out a few letters at a time, between the worker's other work."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.letters.newsletters import newsletter_for
from app.models.base import db
from app.models.subscription import DeliveryState
from app.services.newsletters.delivering import (
    End,
    Taken,
    count_lost_as_uncertain,
    end_and_take,
    has_due_deliveries,
    newsletters_under_way,
    put_off,
)
from app.services.subscriptions.notifying import (
    LetterPutOffError,
    LetterRefusedError,
    LetterUncertainError,
    MailCarrier,
)

LETTERS_AT_ONCE = 20
REST = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger("innspill.post")


@dataclass
class Post:
    """One sender of newsletters; it rests for a minute when no letter at all can be handed over."""

    rests_until: datetime = LONG_AGO
    looked_for_lost_at: datetime = LONG_AGO

    def send_some(self, mail: MailCarrier, at: datetime) -> int:
        """The next letters of every newsletter under way; answers how many were taken up."""
        if at - self.looked_for_lost_at >= REST:
            count_lost_as_uncertain(at, is_start=self.looked_for_lost_at == LONG_AGO)
            self.looked_for_lost_at = at
        return sum(self._send_some_of(number, mail, at) for number in newsletters_under_way())

    def is_held_up(self, at: datetime) -> bool:
        """Whether letters only wait because so many went out just now."""
        return at >= self.rests_until and has_due_deliveries(at)

    def _send_some_of(self, newsletter_id: int, mail: MailCarrier, at: datetime) -> int:
        end: End | None = None
        for taken in range(LETTERS_AT_ONCE + 1):
            takes_more = taken < LETTERS_AT_ONCE and at >= self.rests_until
            delivery = end_and_take(newsletter_id, end, takes_more=takes_more, at=at)
            if delivery is None:
                return taken
            end = self._send(delivery, mail, at)
        return LETTERS_AT_ONCE

    def _send(self, delivery: Taken, mail: MailCarrier, at: datetime) -> End:
        try:
            letter = newsletter_for(delivery, at)
            if letter is None:
                return End(delivery, DeliveryState.DROPPED)
            db.session.rollback()  # nothing is held while the mail server thinks
            mail.send(letter)
        except LetterRefusedError as error:
            return End(delivery, DeliveryState.REFUSED, str(error))
        except LetterUncertainError as error:
            return End(delivery, DeliveryState.UNCERTAIN, str(error))
        except LetterPutOffError as error:
            return put_off(delivery, str(error))
        except Exception as error:  # whatever an outside system throws, the worker goes on
            db.session.rollback()
            log.warning("newsletters rest, a letter could not be handed over: %s", type(error).__name__)
            self.rests_until = at + REST
            return put_off(delivery, type(error).__name__)
        return End(delivery, DeliveryState.SENT)
