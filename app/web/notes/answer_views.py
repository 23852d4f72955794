"""An answer to a comment, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from babel.lists import format_list
from flask_babel import ngettext
from markupsafe import Markup

from app.i18n import direction_of
from app.models.moderation import Disposition
from app.web.dates import date_words
from app.web.locales import page_locale
from app.wording import ANSWERS


class AnswerView(NamedTuple):
    """What the drafters did with a comment, why, and what changed because of it."""

    words: str
    html: Markup
    language: str
    direction: str
    is_other: bool
    changed: str
    date: str
    instant: str


def answer_view(answer: Disposition, labels: Mapping[str, str], zone: str) -> AnswerView:
    """The answer in words; `labels` are those of the newest version's paragraphs, by key."""
    return AnswerView(
        words=str(ANSWERS[answer.answer]),
        html=Markup(answer.html),  # noqa: S704 - sanitised on writing by services/text.py
        language=answer.language,
        direction=direction_of(answer.language),
        is_other=answer.language != page_locale(),
        changed=_changed_words(labels_of(answer.changed_keys, labels)),
        date=date_words(answer.published_at, zone),
        instant=answer.published_at.isoformat(timespec="seconds"),
    )


def labels_of(keys: Iterable[str], labels: Mapping[str, str]) -> list[str]:
    """The labels of those paragraphs, in the order of the text; what is gone from it is left out."""
    wanted = set(keys)
    return [label for key, label in labels.items() if key in wanted and label]


def _changed_words(labels: list[str]) -> str:
    if not labels:
        return ""
    named = format_list(labels, locale=page_locale())
    return str(
        ngettext("Paragraph %(labels)s changed.", "Paragraphs %(labels)s changed.", len(labels), labels=named)
    )
