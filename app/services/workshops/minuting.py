"""Minuting: what a workshop found is noted, entered as its group’s submission, and its materials linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models.base import db, transaction
from app.models.comment import Capacity, Channel, Meeting, Submission
from app.models.people import Person
from app.models.workshop import Workshop
from app.services.activity import record, touch_public_pages
from app.services.comments.checking import LARGEST_GROUP, Words
from app.services.comments.receipts import Receipt
from app.services.consultations.planning import LONGEST_LINE, filled
from app.services.errors import InvalidError
from app.services.paper.desks import Desk, open_desk
from app.services.paper.filing import ScannedFile
from app.services.paper.intake import enter_submission
from app.services.paper.locating import SealedVersion, sealed_versions, version_about
from app.services.paper.papers import Consent, Paper, PaperComment, Problem, UnfitPaperError
from app.services.paper.vetting import check_paper
from app.services.workshops.arranging import LONGEST_LINK, is_web_address, lines
from app.services.workshops.convening import subject_of
from app.services.workshops.hosting import lock_to_run
from app.services.workshops.overtaking import refuse_if_overtaken, state_of_materials, state_of_notes

LONGEST_NOTES = 20_000
MOST_MATERIALS = 20


@dataclass(frozen=True)
class Material:
    """Something to read beside the workshop: what it is, by language, and where."""

    titles: Mapping[str, str]
    address: str


@dataclass(frozen=True)
class Finding:
    """What the workshop said on one paragraph (its label or key), or on the whole draft."""

    place: str
    body: str
    suggestion: str = ""
    kind: str = ""
    importance: int | None = None


@dataclass(frozen=True)
class Results:
    """What a group at the workshop found: who they are, how many took part, and what they say."""

    group: str
    group_size: int | None
    language: str
    findings: Sequence[Finding]
    name: str = ""
    country: str = ""


def has_begun(workshop: Workshop, at: datetime) -> bool:
    """Whether there can be results: it began, and it was not cancelled."""
    return workshop.is_published and not workshop.is_cancelled and at >= workshop.starts_at


def write_notes(
    workshop: Workshop, notes: Mapping[str, str], *, seen: str | None = None, by: Person, at: datetime
) -> None:
    """The workshop’s page shows the notes.

    Raises InvalidError, before the start as well, and ChangedMeanwhileError when they are not those `seen`.
    """
    with transaction():
        lock_to_run(workshop, by)
        refuse_if_overtaken(seen, state_of_notes(workshop))
        if any(len(text) > LONGEST_NOTES for text in notes.values()):
            raise InvalidError({"notes": "too_long"})
        if not has_begun(workshop, at):
            raise InvalidError({"notes": "not_yet"})
        workshop.notes = filled(notes)
        _tell("workshop notes written", workshop, by, at)


def change_materials(
    workshop: Workshop, materials: Sequence[Material], *, seen: str | None = None, by: Person, at: datetime
) -> None:
    """The workshop’s page links those materials.

    Raises InvalidError; its fields are `materials`, or like `2 address` for the third one. Raises
    ChangedMeanwhileError when the materials are not those `seen`.
    """
    with transaction():
        lock_to_run(workshop, by)
        refuse_if_overtaken(seen, state_of_materials(workshop))
        problems = _problems_of_materials(materials)
        if problems:
            raise InvalidError(problems)
        workshop.materials = [
            {"titles": lines(one.titles), "address": one.address.strip()} for one in materials
        ]
        _tell("workshop materials changed", workshop, by, at)


def enter_results(
    workshop: Workshop,
    results: Results,
    file: ScannedFile | None = None,
    *,
    form: str,
    by: Person,
    at: datetime,
    secret_key: str,
) -> Receipt:
    """What the group found is in the record as one submission; sent twice, the same receipt.

    It was received when the workshop ended, or began while it still goes on. Raises what `enter_submission`
    raises, and InvalidError for `results` before the start.
    """
    if not has_begun(workshop, at):
        raise InvalidError({"results": "not_yet"})
    try:
        if _problems_of_group(results):
            raise UnfitPaperError([])
        return enter_submission(
            desk_of(workshop, by=by), paper_of(workshop, results, at), file, form=form, by=by, at=at,
            secret_key=secret_key,
        )  # fmt: skip
    except UnfitPaperError as refused:
        found = problems_of_results(workshop, results, has_file=file is not None, by=by, at=at)
        raise UnfitPaperError(found or refused.found) from refused


def problems_of_results(
    workshop: Workshop, results: Results, *, has_file: bool, by: Person, at: datetime
) -> list[Problem]:
    """All that is wrong with the results, and the missing file; raises what `enter_results` raises."""
    problems = _problems_of_group(results)
    told = {one.field for one in problems}
    try:
        check_paper(desk_of(workshop, by=by), paper_of(workshop, results, at), at)
    except UnfitPaperError as refused:
        problems += [one for one in refused.found if one.field not in told]
    if not has_file and at >= workshop.consultation.closes_at:
        problems.append(Problem(None, "file", "required"))
    return problems


def version_of_results(workshop: Workshop, at: datetime) -> SealedVersion | None:
    """The version whose labels the results name; None before one is sealed."""
    versions, zone = sealed_versions(workshop.consultation), workshop.consultation.zone
    return version_about(versions, None, _came(workshop, at), zone) if versions else None


def desk_of(workshop: Workshop, *, by: Person) -> Desk:
    """The person’s desk in the workshop’s consultation; raises ForbiddenError."""
    return open_desk(workshop.consultation.slug, by=by)


def paper_of(workshop: Workshop, results: Results, at: datetime) -> Paper:
    """The results as a paper that came from the workshop when it ended, or began while it still goes on."""
    return Paper(
        channel=Channel.WORKSHOP,
        received=_came(workshop, at).astimezone(ZoneInfo(workshop.consultation.zone)).isoformat(),
        consent=Consent.MINUTES,
        comments=tuple(_comment(workshop, results, one) for one in results.findings),
        with_letter=False,
        workshop_id=workshop.id,
    )


def submissions_of(workshop: Workshop) -> list[Submission]:
    """What was entered as the workshop’s results, in the order it came."""
    chosen = select(Submission).where(Submission.workshop_id == workshop.id).order_by(Submission.id)
    return list(db.session.scalars(chosen))


def _came(workshop: Workshop, at: datetime) -> datetime:
    return workshop.ends_at if at >= workshop.ends_at else workshop.starts_at


def _comment(workshop: Workshop, results: Results, finding: Finding) -> PaperComment:
    words = Words(
        body=finding.body,
        language=results.language,
        name=results.name,
        country=workshop.country or results.country,
        capacity=Capacity.GROUP,
        organisation=results.group,
        group_size=results.group_size,
        kind=finding.kind,
        importance=finding.importance,
        consent=True,
        suggestion=finding.suggestion,
        has_authority=True,
        meeting=Meeting.WORKSHOP,
    )
    return PaperComment(words, finding.place)


def _problems_of_group(results: Results) -> list[Problem]:
    """A workshop speaks as a group, whatever the consultation asks of respondents."""
    problems = []
    if not results.group.strip():
        problems.append(Problem(None, "organisation", "required"))
    if results.group_size is None or not 1 < results.group_size <= LARGEST_GROUP:
        problems.append(Problem(None, "group_size", "required"))
    return problems


def _problems_of_materials(materials: Sequence[Material]) -> dict[str, str]:
    problems = {"materials": "too_many"} if len(materials) > MOST_MATERIALS else {}
    for place, one in enumerate(materials):
        titles, address = lines(one.titles), one.address.strip()
        if not titles:
            problems[f"{place} titles"] = "required"
        elif any(len(title) > LONGEST_LINE for title in titles.values()):
            problems[f"{place} titles"] = "too_long"
        if not address:
            problems[f"{place} address"] = "required"
        elif not is_web_address(address) or len(address) > LONGEST_LINK:
            problems[f"{place} address"] = "invalid"
    return problems


def _tell(verb: str, workshop: Workshop, by: Person, at: datetime) -> None:
    workshop.changed_at = at
    db.session.flush()
    touch_public_pages(workshop.consultation_id)
    record(verb, subject_of(workshop), person_id=by.id, at=at)
