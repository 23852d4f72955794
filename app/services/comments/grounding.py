"""What somebody wrote about a paragraph, held against what it says."""

from __future__ import annotations

from app.services.comments.checking import Words
from app.services.comments.quoting import quotation_in
from app.services.comments.suggesting import TextIn, is_unchanged, texts_at
from app.services.errors import InvalidError


def ground(words: Words, version_id: int, paragraph_id: int | None) -> Words:
    """The words with the quotation as it stands in the paragraph, and without wording that changes nothing.

    Raises InvalidError when the quoted words are not there. About the whole draft nothing is quoted or
    replaced.
    """
    if paragraph_id is None:
        return words._replace(quotation=None, suggestion="")
    if words.quotation is None and not words.suggestion:
        return words
    texts = texts_at([(version_id, paragraph_id)]).get((version_id, paragraph_id), [])
    suggestion = "" if is_unchanged(texts, words.suggestion) else words.suggestion
    return _quoting(words._replace(suggestion=suggestion), texts)


def _quoting(words: Words, texts: list[TextIn]) -> Words:
    if words.quotation is None:
        return words
    own_first = sorted(texts, key=lambda text: text.language != words.language)
    found = (quotation_in(text.plain, words.quotation.exact, words.quotation.prefix) for text in own_first)
    quotation = next((each for each in found if each is not None), None)
    if quotation is None:
        raise InvalidError({"quotation": "gone"})
    return words._replace(quotation=quotation)
