"""Words quoted from a paragraph: found however they were typed, and found again or said to be gone."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.models.comment import State
from app.services.comments.checking import Quotation, Words
from app.services.comments.grounding import ground
from app.services.comments.marking import mark_words
from app.services.comments.quoting import CONTEXT, Span, find_words, gone_since, quotation_in, quoted_in
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import seal_version
from app.services.errors import InvalidError
from app.services.public.hearing import comments_on
from app.services.public.reading import read_draft
from tests.builders import a_comment, a_consultation, a_draft, paragraphs_of
from tests.drafts import publish, put, translate

TEXT = "Public bodies may try new ways. They say what they tried, and what they tried is published."


def test_the_exact_words_are_kept_with_what_stands_around_them() -> None:
    quoted = quotation_in(TEXT, "say what they tried")
    assert quoted == Quotation(
        "say what they tried",
        "Public bodies may try new ways. They "[-CONTEXT:],
        ", and what they tried is published."[:CONTEXT],
    )
    assert quoted is not None
    assert len(quoted.prefix) <= CONTEXT
    assert len(quoted.suffix) <= CONTEXT


@pytest.mark.parametrize(
    "typed",
    ["try new ways", "  TRY   new\nways ", "“try new ways”", "try new ways.", "try, new ways"],
)
def test_words_are_found_whatever_their_case_spaces_and_marks(typed: str) -> None:
    quoted = quotation_in(TEXT, typed)
    assert quoted is not None
    assert quoted.exact.rstrip(".") == "try new ways"


@pytest.mark.parametrize("typed", ["try old ways", "", "  ", "…", "ways new try", "x" * 100_000])
def test_words_that_are_not_there_are_not_found(typed: str) -> None:
    assert quotation_in(TEXT, typed) is None


def test_of_several_places_the_one_after_the_prefix_is_meant() -> None:
    first, second = TEXT.index("what they tried"), TEXT.rindex("what they tried")
    assert find_words(TEXT, "what they tried") == Span(first, first + 15)
    assert find_words(TEXT, "what they tried", prefix="They say ") == Span(first, first + 15)
    assert find_words(TEXT, "what they tried", prefix="tried, and ") == Span(second, second + 15)
    assert find_words(TEXT, "what they tried", suffix=" is published") == Span(second, second + 15)


def test_whole_words_come_before_parts_of_others() -> None:
    assert find_words("Innovation: to inn or not to inn", "inn") == Span(15, 18)


def test_letters_that_fold_to_two_keep_their_places() -> None:
    assert find_words("Die Straße ist frei.", "strasse IST") == Span(4, 14)
    assert find_words("创新需要勇气。", "需要") == Span(2, 4)


def test_quotations_that_overlap_are_marked_once() -> None:
    quoted = [{"exact": "try new"}, {"exact": "new ways"}, {"exact": "published"}, {"exact": "elsewhere"}]
    spans = quoted_in(TEXT, quoted)
    assert [TEXT[start:end] for start, end in spans] == ["try new ways", "published"]


def test_marks_stay_within_emphasis_and_links() -> None:
    html = 'Say <em>who pays &amp; when</em>, or <a href="https://example.org">ask</a>.'
    plain = "Say who pays & when, or ask."
    span = find_words(plain, "pays & when, or ask")
    assert span is not None
    assert mark_words(html, plain, [span], "<mark>") == (
        "Say <em>who <mark>pays &amp; when</mark></em><mark>, or </mark>"
        '<a href="https://example.org"><mark>ask</mark></a>.'
    )


def test_words_that_are_not_those_of_the_html_mark_nothing() -> None:
    assert mark_words("<em>Other</em> words", "These words", [Span(0, 5)], "<mark>") == "<em>Other</em> words"


def test_a_quotation_is_kept_as_it_stands_in_the_text_that_was_read(app: Flask) -> None:
    version = a_draft(a_consultation(), languages=("en", "lv"))
    first = paragraphs_of(version)[0]
    words = Words(body="Who?", language="lv", quotation=Quotation("EVERYBODY may"))
    quoted = ground(words, version.id, first.id).quotation
    assert quoted is not None
    assert (quoted.exact, quoted.suffix) == ("Everybody may", " try new ways.")


def test_a_quotation_that_is_not_in_the_paragraph_is_refused(app: Flask) -> None:
    version = a_draft(a_consultation())
    first, second = paragraphs_of(version)
    words = Words(body="Who?", language="en", quotation=Quotation("What was learned"))
    with pytest.raises(InvalidError) as refused:
        ground(words, version.id, first.id)
    assert refused.value.problems == {"quotation": "gone"}
    assert ground(words, version.id, second.id).quotation is not None


def test_quoted_words_are_found_again_or_gone_since_a_version(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    version = publish(consultation, "Everybody may try new ways.", "It is published.", at=at)
    first, second = (text.paragraph for text in version.translations[0].texts)
    kept = a_comment(version, first, state=State.PUBLISHED, quotation={"exact": "try new ways"})
    lost = a_comment(version, first, state=State.PUBLISHED, quotation={"exact": "Everybody"})
    removed = a_comment(version, second, state=State.PUBLISHED, quotation={"exact": "published"})
    publish(consultation, "Everybody should try new ways.", "It is published.", at=at)
    publish(consultation, "Anybody should try new ways.", at=at)
    draft = read_draft(consultation, "en")
    heard = [*comments_on(draft, first.id), *comments_on(draft, second.id)]
    assert {each.id for each in heard} == {kept.id, lost.id, removed.id}
    assert gone_since(consultation.id, heard) == {lost.id: 3, removed.id: 3}


def test_a_translation_that_is_missing_says_nothing_of_a_quotation(app: Flask, at: datetime) -> None:
    consultation = a_consultation()
    version = put(consultation, "Everybody may try new ways.", at=at)
    translate(version, "lv", "Ikviens drīkst mēģināt jauno.", at=at)
    confirm_fates(version, by=None, at=at)
    seal_version(version.draft, by=None, at=at)
    paragraph = version.translations[0].texts[0].paragraph
    a_comment(version, paragraph, state=State.PUBLISHED, language="lv", quotation={"exact": "Ikviens drīkst"})
    publish(consultation, "Anybody may try new ways.", at=at)
    draft = read_draft(consultation, "lv")
    assert gone_since(consultation.id, comments_on(draft, paragraph.id)) == {}
