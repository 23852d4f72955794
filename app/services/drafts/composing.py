"""Writing the texts of a working version: from a file, or from the version before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, literal, select

from app.models.base import db
from app.models.draft import (
    DraftEdit,
    Fate,
    FoundText,
    Paragraph,
    ParagraphLink,
    ParagraphText,
    Translation,
    Version,
)
from app.services.drafts.sealing import digest_of_text
from app.services.files.importing import FoundDraft
from app.services.files.labelling import LabelledBlock
from app.services.text import one_line, render_paragraph

COPIED = (
    "paragraph_id", "position", "kind", "level", "label", "source", "html", "plain", "digest", "notes",
    "original_digest",
)  # fmt: skip
LONGEST_MARKER = 60


@dataclass(frozen=True)
class Placed:
    """A block as the text of a paragraph, where it stands, and which piece of the file it was."""

    paragraph: Paragraph
    labelled: LabelledBlock
    position: int
    found_position: int | None
    original_digest: str = ""


def copy_version(earlier: Version, version: Version) -> None:
    """The version has the earlier one's translations, paragraph by paragraph, all linked as the same."""
    for translation in earlier.translations:
        copied = Translation(
            version=version,
            language=translation.language,
            is_original=translation.is_original,
            is_official=translation.is_official,
            title=translation.title,
        )
        db.session.add(copied)
        db.session.flush()
        _copy_texts(translation, copied)
        if translation.is_original:
            _link_as_same(translation, version)
    db.session.expire(version, ["translations"])


def write_translation(
    version: Version, language: str, found: FoundDraft, placed: Sequence[Placed], *, is_original: bool
) -> Translation:
    """The version has a new text in that language, and keeps the file's pieces as they were found."""
    translation = Translation(
        version=version, language=language, is_original=is_original, title=one_line(found.title)
    )
    translation.texts = [_text(one) for one in placed]
    db.session.add(translation)
    db.session.flush()
    _keep_found(translation, found)
    return translation


def remove_texts(version: Version, *languages: str) -> None:
    """The version has no text in these languages; what was edited before cannot be undone any more."""
    gone = [found for found in version.translations if found.language in languages]
    _settle_edits(version, {*languages, *("" for found in gone if found.is_original)})
    for translation in gone:
        db.session.execute(delete(FoundText).where(FoundText.translation_id == translation.id))
        db.session.delete(translation)
    db.session.flush()
    db.session.expire(version, ["translations"])


def remove_unused_paragraphs(draft_id: int) -> None:
    """A paragraph that was only in a working text that is gone is gone too; its key is not given again."""
    db.session.flush()
    used = select(ParagraphText.paragraph_id)
    db.session.execute(
        delete(Paragraph).where(Paragraph.draft_id == draft_id, Paragraph.id.not_in(used)),
        execution_options={"synchronize_session": "fetch"},
    )


def rewrite_texts(translation: Translation, rows: Sequence[Mapping[str, Any]]) -> None:
    """The translation's texts are these rows; a paragraph may have another's place or record."""
    db.session.flush()
    db.session.execute(delete(ParagraphText).where(ParagraphText.translation_id == translation.id))
    if rows:
        db.session.execute(insert(ParagraphText), [dict(row) for row in rows])
    db.session.expire(translation, ["texts"])


def rows_of(translation: Translation) -> list[dict[str, Any]]:
    """The translation's texts in order, as they stand in the database."""
    columns = ParagraphText.__table__.c
    chosen = select(*(column for column in columns if column.name != "id"))
    rows = db.session.execute(
        chosen.where(columns.translation_id == translation.id).order_by(columns.position)
    )
    return [dict(row) for row in rows.mappings()]


def _settle_edits(version: Version, languages: set[str]) -> None:
    """Nothing is known any more of acts on these languages; of others only that they were done."""
    edits = db.session.scalars(select(DraftEdit).where(DraftEdit.version_id == version.id))
    for edit in edits.all():
        if edit.undone_at is not None or edit.language in languages:
            db.session.delete(edit)
        else:
            edit.before = {}
    db.session.flush()


def _text(placed: Placed) -> ParagraphText:
    block, said = placed.labelled.block, render_paragraph(placed.labelled.block.source)
    text = ParagraphText(
        paragraph=placed.paragraph,
        position=placed.position,
        kind=block.kind,
        level=block.level,
        label=placed.labelled.label,
        source=said.source,
        html=said.html,
        plain=said.plain,
        notes=list(block.notes),
        original_digest=placed.original_digest,
        found_position=placed.found_position,
        doubts=list(block.doubts),
    )
    text.digest = digest_of_text(text, placed.paragraph.key)
    return text


def _keep_found(translation: Translation, found: FoundDraft) -> None:
    # What is doubtful about the whole file is told at its beginning.
    rows = [
        {
            "translation_id": translation.id,
            "position": position,
            "kind": block.kind,
            "level": block.level,
            "marker": block.marker[:LONGEST_MARKER],
            "html": render_paragraph(block.source).html,
            "doubts": [*(found.doubts if position == 0 else ()), *block.doubts],
        }
        for position, block in enumerate(found.blocks)
    ]
    db.session.execute(insert(FoundText), rows)


def _copy_texts(translation: Translation, copied: Translation) -> None:
    columns = ParagraphText.__table__.c
    rows = select(
        literal(copied.id), *(columns[name] for name in COPIED), literal([], columns.doubts.type)
    ).where(columns.translation_id == translation.id)
    db.session.execute(insert(ParagraphText).from_select(["translation_id", *COPIED, "doubts"], rows))


def _link_as_same(original: Translation, version: Version) -> None:
    columns = ["version_id", "before_id", "after_id", "fate", "score"]
    rows = select(
        literal(version.id),
        ParagraphText.paragraph_id,
        ParagraphText.paragraph_id,
        literal(Fate.SAME.value),
        literal(1.0),
    ).where(ParagraphText.translation_id == original.id)
    db.session.execute(insert(ParagraphLink).from_select(columns, rows))
