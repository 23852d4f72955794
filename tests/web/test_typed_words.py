"""A comment's words are read from what was sent as the fields of its form read them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.models.comment import Capacity, Kind
from app.models.consultation import USUAL_ASKING, Consultation, Particular
from app.services.errors import InvalidError
from app.web.comment_forms.typed_words import OF_A_CAPACITY, TypedWords
from app.web.comments.comment_form import comment_form, fields_asked
from tests.builders import a_consultation

TEXTS = st.sampled_from(["", " ", "Clear.", "  Clear.\r\n", "false", "y", "0"])
CODES = st.sampled_from(["", *Kind, *Capacity, "1", "5", "6", "LV", "lv", "ZZ", "business", "online", " LV"])
LINES = ("name", "email", "organisation", "register_number", "quotation")
WRITTEN = ("body", "suggestion")
CHOSEN = ("kind", "importance", "capacity", "country", "organisation_kind", "meeting")
TICKED = ("has_authority", "consent")
SENT = st.fixed_dictionaries(
    {}, optional=dict.fromkeys((*LINES, *WRITTEN, *TICKED), TEXTS) | dict.fromkeys(CHOSEN, CODES)
)


def a_consultation_asking_all(**rules: Any) -> Consultation:
    return a_consultation(asking=dict(USUAL_ASKING) | dict.fromkeys(Particular, "optional"), **rules)


def offered(field: Any) -> str:
    given = str(field.data or "")
    return given if given in [choice.value for choice in field.choices] else ""


def not_offered(form: Any) -> set[str]:
    """The fields whose choice is none of the form's; one that another capacity has does not matter."""
    return {
        name
        for name in CHOSEN
        if name in form
        and (form[name].data or "") != offered(form[name])
        and form.capacity.data == OF_A_CAPACITY.get(name, form.capacity.data)
    }


@given(sent=SENT, is_on_paragraph=st.booleans(), is_reply=st.booleans())
@settings(max_examples=60)
def test_every_field_is_read_as_the_form_reads_it(
    app: Flask, sent: dict[str, str], is_on_paragraph: bool, is_reply: bool
) -> None:
    consultation = a_consultation_asking_all(asks_register_number=True)
    place: dict[str, Any] = {"is_on_paragraph": is_on_paragraph, "is_reply": is_reply}
    with app.test_request_context("/en/", method="POST", data=sent):
        form = comment_form(consultation, MultiDict(sent), "ilze@example.org", **place)
        asked = fields_asked(consultation, **place)
        typed = TypedWords(MultiDict(sent), asked, {"email": "ilze@example.org"})
        if unknown := not_offered(form):
            with pytest.raises(InvalidError) as refused:
                typed.words("en")
            assert refused.value.problems == dict.fromkeys(unknown, "unknown")
            return
        said = typed.words("en")
        assert asked - {field.name for field in form} == set()
        assert form.said("en") == said
        for name in (*LINES, *WRITTEN):
            got = said.quotation.exact if name == "quotation" and said.quotation else getattr(said, name)
            assert (got or "") == (form[name].data or "" if name in form else "")
        for name in CHOSEN:
            assert str(getattr(said, name) or "") == (offered(form[name]) if name in form else "")
        for name in TICKED:
            assert getattr(said, name) is (form[name].data if name in form else False)


@pytest.mark.usefixtures("app")
def test_what_the_form_does_not_ask_is_not_read() -> None:
    consultation = a_consultation(asking=dict.fromkeys(Particular, "no"))
    sent = {"body": "Clear.", "name": "Ilze", "country": "LV", "importance": "5", "quotation": "words"}
    said = TypedWords(sent, fields_asked(consultation, is_on_paragraph=False), {}).words("en")
    assert (said.body, said.name, said.country, said.importance, said.quotation) == (
        "Clear.",
        "",
        "",
        None,
        None,
    )
