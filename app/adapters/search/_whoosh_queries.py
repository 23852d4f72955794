"""A question in Whoosh's queries."""

from __future__ import annotations

from itertools import chain

from whoosh.query import And, Or, Phrase, Query, Term

from app.services.search.searching import Question
from app.services.search.words import Wanted, analysed_language, wanted_in

BOOST_OF_OTHER_LANGUAGES = 0.7


def wanted_of(question: Question, languages: list[str]) -> dict[str, Wanted]:
    """What is looked for, by the name of each language that is asked."""
    # A question does not say its language, and a stem is one of a language: each language's texts are asked
    # as that language would be, and any of them may answer.
    asked = [question.language] if question.language else languages
    wanted = {name: wanted_in(question.words, name) for name in map(analysed_language, asked)}
    return {name: each for name, each in wanted.items() if each.marked}


def query_of(question: Question, clauses: dict[str, Query]) -> Query:
    """Texts of the asked kind and place that one of the clauses, by language, finds."""
    readers = analysed_language(question.reader_language)
    for language, clause in clauses.items():
        # Others down, not the reader's up: with a boost above 1 Whoosh gives up hits too early.
        clause.boost = 1.0 if language == readers else BOOST_OF_OTHER_LANGUAGES
    filters = {
        "consultation": "" if question.consultation_id is None else str(question.consultation_id),
        "kind": question.kind,
        "language": question.language,
    }
    wishes = [Term(field, value) for field, value in filters.items() if value]
    # And, not Whoosh's Require or filter=: those drop or break the filter.
    return And([Or(list(clauses.values())), *wishes])


def all_of(language: str, wanted: Wanted) -> Query:
    """Texts of the language with all the words and phrases."""
    words = [_word(language, stems) for stems in wanted.words]
    return And([*words, *(_phrase(language, phrase) for phrase in wanted.phrases)])


def any_of(language: str, wanted: Wanted) -> Query:
    """Texts of the language with at least one of the words."""
    every = dict.fromkeys(chain(wanted.words, *wanted.phrases))
    return Or([_word(language, stems) for stems in every if not wanted.marked.isdisjoint(stems)])


def _word(language: str, stems: tuple[str, ...]) -> Query:
    return Or([Term("words", f"{language}:{stem}") for stem in stems])


def _phrase(language: str, words: tuple[tuple[str, ...], ...]) -> Query:
    # Whoosh's phrase takes one stem a word: all the first ones (with accents), or all the last (without).
    forms = {tuple(stems[place] for stems in words) for place in (0, -1)}
    return Or([Phrase("words", [f"{language}:{stem}" for stem in form]) for form in sorted(forms)])
