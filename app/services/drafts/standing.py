"""Where the comments on a paragraph are read now, after all that became of it."""

from __future__ import annotations

from sqlalchemy import select

from app.models.base import db
from app.models.draft import Paragraph, ParagraphLink, ParagraphText, Standing, Translation, Version


def settle_standing(version: Version) -> None:
    """Every paragraph of the draft stands where this version has it, has taken it up, or nowhere.

    Called inside the transaction that seals the version.
    """
    here = set(
        db.session.scalars(
            select(ParagraphText.paragraph_id)
            .join(ParagraphText.translation)
            .where(Translation.version_id == version.id)
        )
    )
    standings = {
        standing.paragraph_id: standing
        for standing in db.session.scalars(
            select(Standing)
            .join(Paragraph, Paragraph.id == Standing.paragraph_id)
            .where(Paragraph.draft_id == version.draft_id)
        )
    }
    went = _successors(version)
    for paragraph_id, standing in standings.items():
        place = paragraph_id if paragraph_id in here else standing.place_id
        standing.place_id = place if place in here or place is None else went.get(place)
    new = here - standings.keys()
    db.session.add_all(Standing(paragraph_id=paragraph_id, place_id=paragraph_id) for paragraph_id in new)


def _successors(version: Version) -> dict[int | None, int | None]:
    """What each paragraph of the version before went into: of several the most alike."""
    links = db.session.execute(
        select(ParagraphLink.before_id, ParagraphLink.after_id)
        .where(ParagraphLink.version_id == version.id, ParagraphLink.before_id.is_not(None))
        .order_by(ParagraphLink.score, ParagraphLink.id.desc())
    )
    return dict(iter(links))
