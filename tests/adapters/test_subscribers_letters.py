"""Letters to subscribers, as an SMTP server receives them: with a way out that mail programs understand."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.jobs import run_due_jobs
from app.models.base import db
from app.models.consultation import Consultation
from app.models.subscription import Subscriber, Topic
from app.services.consultations.extending import extend
from app.services.subscriptions.subscribing import ask_for_subscription
from app.services.subscriptions.wishing import Wish
from tests.builders import a_consultation
from tests.conftest import NOON, SECRET
from tests.gatherings import a_subscriber
from tests.postbox import Postbox

pytestmark = pytest.mark.usefixtures("carrier")

TITLES = {
    "en": "Declaration on “trying”",
    "lv": "Deklarācija par mēģināšanu – šķēršļi",
    "nb": "Erklæring om å prøve på nytt",
    "fr": "Déclaration sur l’essai à l’œuvre",
}
HOSTILE = {
    "a lone CR": "Trying\rBcc: victim@example.org",
    "a line": "Trying\nBcc: victim@example.org",
    "Unicode's own line": "Trying\u2028Bcc: victim@example.org",
    "very long": "Trying again " * 60,
    "from right to left": "\u202eإعلان بشأن المحاولة",
}


def told_of_extension(postbox: Postbox, consultation: Consultation) -> EmailMessage:
    """The one letter that arrives."""
    later = consultation.closes_at + timedelta(days=1)
    extend(consultation, later, {"en": "Many asked."}, original="en", by=None, at=NOON)
    while run_due_jobs(NOON):
        pass
    [message] = postbox.received
    return message


@pytest.mark.parametrize("language", TITLES)
def test_a_letter_has_a_list_and_a_one_click_way_out(
    app: Flask, client: FlaskClient, postbox: Postbox, language: str
) -> None:
    consultation = a_consultation(titles=TITLES)
    a_subscriber((Topic.CONSULTATION, consultation.slug), language=language)
    message = told_of_extension(postbox, consultation)
    assert TITLES[language] in str(message["Subject"])
    assert TITLES[language] in message.get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "consultations." in str(message["List-Id"])
    assert str(message["Auto-Submitted"]).startswith("auto-generated")
    # What a mail program does when its reader presses “Unsubscribe”.
    address = str(message["List-Unsubscribe"]).strip("<>")
    assert address.startswith(f"http://localhost/{language}/subscriptions/")
    answer = client.post(address.removeprefix("http://localhost"), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 0


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_a_title_stays_in_its_line(app: Flask, postbox: Postbox, title: str) -> None:
    consultation = a_consultation(titles={"en": title})
    a_subscriber((Topic.CONSULTATION, consultation.slug))
    message = told_of_extension(postbox, consultation)
    assert message["Bcc"] is None
    assert len(message.get_all("To", [])) == 1
    assert "Trying" in str(message["Subject"]) or "إعلان" in str(message["Subject"])
    assert not {"\r", "\n", "\u2028"} & set(str(message["Subject"]))


def test_the_letter_that_asks_for_confirmation_is_on_no_list(app: Flask, postbox: Postbox) -> None:
    wish = Wish(Topic.SEARCH, "Bcc: victim@example.org", "en")
    ask_for_subscription("ilze@example.org", wish, secret_key=SECRET, at=NOON)
    run_due_jobs(NOON)
    [message] = postbox.received
    assert (message["List-Unsubscribe"], message["List-Id"]) == (None, None)
    assert "victim" not in message.as_string()
