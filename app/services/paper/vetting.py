"""Vetting: whether a paper can be entered, and all that is wrong with it."""

from __future__ import annotations

from datetime import datetime

from app.services.comments.checking import Words, render_said, require_valid, tidy
from app.services.comments.receiving import Remark
from app.services.errors import InvalidError, NotFoundError
from app.services.paper.desks import Desk
from app.services.paper.documenting import Documented, documented
from app.services.paper.locating import Labelled, SealedVersion, paragraph_called, version_about
from app.services.paper.papers import (
    CHANNELS,
    MOST_COMMENTS,
    CheckedPaper,
    Consent,
    Paper,
    PaperComment,
    Problem,
    UnfitPaperError,
)
from app.services.paper.vocabulary import problems_of_codes
from app.services.text import SafeText, one_line

# A letter cannot be asked again: of what a form would demand only this must be known.
NEEDED = frozenset({"name", "country", "organisation", "group_size", "body"})


def check_paper(desk: Desk, paper: Paper, at: datetime) -> CheckedPaper:
    """The paper, ready to be entered.

    Raises UnfitPaperError with all that is wrong, NotYetOpenError, or NotFoundError without a sealed version.
    """
    if not desk.versions:
        raise NotFoundError("version")
    problems = [Problem(None, name, code) for name, code in _problems_of_paper(desk, paper).items()]
    came: Documented | None = None
    try:
        came = documented(desk.consultation, paper.received, at)
    except InvalidError as error:
        problems += _told(None, error)
    day = came.received_at if came else at
    remarks = [_remark(desk, one, day, number, problems) for number, one in enumerate(paper.comments)]
    ready = [remark for remark in remarks if remark is not None]
    if problems or came is None or len(ready) < len(remarks):
        raise UnfitPaperError(list(dict.fromkeys(problems)))
    words = _of_workshop(paper, ready[0].words) if paper.workshop_id is not None else ready[0].words
    return CheckedPaper(paper, came, words, ready)


def _problems_of_paper(desk: Desk, paper: Paper) -> dict[str, str]:
    problems = {}
    if paper.channel not in CHANNELS:
        problems["channel"] = "unknown" if paper.channel else "required"
    if paper.consent not in set(Consent):
        problems["consent"] = "unknown" if paper.consent else "required"
    if not paper.comments:
        problems["comments"] = "required"
    elif len(paper.comments) > MOST_COMMENTS:
        problems["comments"] = "too_many"
    country = paper.comments[0].words.country if paper.comments else ""
    if desk.countries is not None and country not in desk.countries:
        problems["country"] = "not_yours" if country else "required"
    return problems


def _of_workshop(paper: Paper, tidied: Words) -> Words:
    """What a workshop said counts as a group's, also where respondents are not asked for whom they speak."""
    given = paper.comments[0].words
    return tidied._replace(
        capacity=given.capacity,
        organisation=one_line(given.organisation),
        group_size=given.group_size,
        meeting=given.meeting,
    )


def _remark(
    desk: Desk, one: PaperComment, day: datetime, number: int, problems: list[Problem]
) -> Remark | None:
    """The comment ready to be received, or None with what is wrong added to the problems."""
    said, words, place = None, None, None
    try:
        words, said = _checked_words(desk, one.words)
    except InvalidError as error:
        problems += _told(number, error)
    try:
        place = _place(desk, one, day)
    except InvalidError as error:
        problems += _told(number, error)
    if words is None or said is None or place is None:
        return None
    version, paragraph = place
    return Remark(
        paragraph_id=paragraph.paragraph_id if paragraph else None,
        paragraph=paragraph.key if paragraph else None,
        version_id=version.id,
        version=version.number,
        words=words,
        said=said,
    )


def _checked_words(desk: Desk, words: Words) -> tuple[Words, SafeText]:
    said = render_said(words.body)
    unknown = problems_of_codes(words)
    if unknown:
        raise InvalidError(unknown)
    try:
        require_valid(desk.consultation, words, said)
    except InvalidError as error:
        needed = {name: code for name, code in error.problems.items() if code != "required" or name in NEEDED}
        if needed or said is None:
            raise InvalidError(needed) from error
    if said is None:
        raise InvalidError({"body": "too_long"})
    tidied = tidy(desk.consultation, words)
    # The country says whose contact point may see it, also where respondents are not asked.
    return (tidied._replace(country=words.country) if desk.countries is not None else tidied), said


def _place(desk: Desk, one: PaperComment, day: datetime) -> tuple[SealedVersion, Labelled | None]:
    version = version_about(desk.versions, one.version, day, desk.consultation.zone)
    paragraph = paragraph_called(version, one.place)
    if paragraph is None and one.words.suggestion.strip():
        raise InvalidError({"place": "needed"})
    return version, paragraph


def _told(number: int | None, error: InvalidError) -> list[Problem]:
    of_paper = {"name", "email", "country", "capacity", "organisation", "organisation_kind", "group_size",
                "meeting", "register_number", "consent", "received_at"}  # fmt: skip
    return [
        Problem(None if name in of_paper else number, name, code) for name, code in error.problems.items()
    ]
