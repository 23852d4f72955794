"""Whether unsent comments can go into the record as they are, and what each would be there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.models.consultation import Consultation
from app.models.sitting import UnsentComment
from app.services.comments.admitting import Spot, look, place_at
from app.services.comments.checking import Quotation, Words, render_said, require_valid
from app.services.comments.grounding import ground
from app.services.comments.receiving import Remark
from app.services.errors import ChangedMeanwhileError, DomainError, InvalidError, NotFoundError
from app.services.sittings.sittings import MOST_TOGETHER
from app.services.text import digest_of

# What is wrong with these concerns one comment; all other problems are those of the particulars.
OF_A_COMMENT = frozenset({"body", "kind", "importance", "suggestion", "quotation", "parent", "place"})


class UnreadyError(DomainError):
    """Some of what was to be sent cannot be taken: problems of the particulars, and by comment."""

    def __init__(self, particulars: dict[str, str], comments: dict[int, dict[str, str]]) -> None:
        super().__init__(f"{sorted(particulars)} and {len(comments)} comments")
        self.particulars = particulars
        self.comments = comments


def seen_in(comments: Sequence[UnsentComment]) -> str:
    """Stands for the comments as they are: another one as soon as one of them changes."""
    return digest_of(json.dumps([[comment.id, comment.changes] for comment in comments]))[:20]


def first_written(comments: Sequence[UnsentComment]) -> datetime | None:
    """When the comment was last changed that has rested longest; None without a comment."""
    return min((comment.changed_at for comment in comments), default=None)


def in_time(
    consultation: Consultation, comments: Sequence[UnsentComment], at: datetime
) -> list[UnsentComment]:
    """The comments that can be sent at that instant: after the closing, those with no word written since."""
    closes_at = consultation.closes_at
    return [comment for comment in comments if at < closes_at or comment.changed_at < closes_at]


def remarks_to_send(
    consultation: Consultation, comments: list[UnsentComment], particulars: Words
) -> list[Remark]:
    """What the record would get if the comments were sent now; raises UnreadyError as sending them would.

    Nobody need agree to publication to see what it would be.
    """
    found = look(consultation, "", [spot_of(comment) for comment in comments]).found
    return remarks_of(consultation, comments, found, particulars._replace(consent=True))


def remarks_of(
    consultation: Consultation, comments: list[UnsentComment], found: list[Any], particulars: Words
) -> list[Remark]:
    """Every comment ready to be received, beside what was found at its spot.

    Raises UnreadyError with all problems of all of them.
    """
    # Two sittings that became one when somebody signed in may hold more together.
    if len(comments) > MOST_TOGETHER:
        raise UnreadyError({"comments": "too_many"}, {})
    wrong: dict[str, str] = {}
    unfit: dict[int, dict[str, str]] = {}
    remarks = []
    for comment, row in zip(comments, found, strict=True):
        try:
            remarks.append(_remark(consultation, comment, row, particulars))
        except InvalidError as error:
            of_comment = {name: why for name, why in error.problems.items() if name in OF_A_COMMENT}
            wrong |= {name: why for name, why in error.problems.items() if name not in OF_A_COMMENT}
            if of_comment:
                unfit[comment.id] = of_comment
    if wrong or unfit:
        raise UnreadyError(wrong, unfit)
    return remarks


def _remark(consultation: Consultation, comment: UnsentComment, row: Any, particulars: Words) -> Remark:
    words = words_of(comment, particulars)
    problems: dict[str, str] = {}
    try:
        place = place_at(consultation, spot_of(comment), row)
        words = ground(words, place.version_id, comment.paragraph_id)
    except ChangedMeanwhileError:
        is_gone = comment.paragraph_id is not None and row.text_id is None
        problems["place"] = "gone" if is_gone else "changed"
    except NotFoundError:
        problems["place"] = "gone"
    except InvalidError as error:
        problems |= error.problems
    try:
        tidied, said = require_valid(
            consultation, words, render_said(words.body), is_reply=comment.parent_id is not None
        )
    except InvalidError as error:
        problems |= error.problems
    if problems:
        raise InvalidError(problems)
    return Remark(
        paragraph_id=comment.paragraph_id,
        paragraph=place.paragraph,
        version_id=place.version_id,
        version=place.version,
        words=tidied,
        said=said,
        parent_id=comment.parent_id,
        parent_leaf=place.parent_leaf,
        contributor=comment.key.contributor if comment.key else "",
    )


def words_of(comment: UnsentComment, particulars: Words) -> Words:
    """What an unsent comment says, with the particulars of whoever sends it."""
    quoted = comment.quotation or {}
    return particulars._replace(
        body=comment.body,
        language=comment.language,
        kind=comment.kind,
        importance=int(comment.importance) if comment.importance else None,
        suggestion=comment.suggestion,
        quotation=Quotation(quoted["exact"], quoted.get("prefix", "")) if quoted else None,
    )


def spot_of(comment: UnsentComment) -> Spot:
    """Where the comment is to go."""
    return Spot(comment.paragraph_id, comment.version_id, comment.parent_id)
