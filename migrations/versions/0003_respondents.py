"""respondents

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FALSE = sa.false()
# SQLite adds a reference to a table in place only if it comes with its column.
REFERENCES = {("comment", "parent_id"): "comment", ("submission", "entered_by_id"): "person"}
INDEXES = {
    "ix_comment_parent_id": ["parent_id"],
    "ix_comment_suggestion": ["paragraph_id", "suggestion_digest"],
    "ix_comment_words": ["consultation_id", "words_digest"],
}
RECEIVED = """
SELECT comment.id, comment.consultation_id, comment.received_at, version.number, paragraph.key,
    comment.language, comment.kind, comment.importance, comment.source, comment.plain, comment.state
FROM comment JOIN version ON version.id = comment.version_id
LEFT JOIN paragraph ON paragraph.id = comment.paragraph_id ORDER BY comment.id
"""


def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    for (table, reference), other in REFERENCES.items():
        name = f"fk_{table}_{reference}_{other}"
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {reference} INTEGER CONSTRAINT {name} REFERENCES {other} (id)"
        )
    _give_leaves()
    for name, indexed in INDEXES.items():
        op.create_index(name, "comment", indexed)
    op.create_index("ix_comment_leaf", "comment", ["consultation_id", "leaf"], unique=True)
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("old_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("old_closes_at < new_closes_at", name=op.f("ck_extension_later")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_extension_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_extension_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "tree_root",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_tree_root_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_root")),
        sa.UniqueConstraint(
            "consultation_id",
            "size",
            "published_at",
            name=op.f("uq_tree_root_consultation_id_size_published_at"),
        ),
    )
    op.create_table(
        "intake_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_intake_file_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_file")),
    )
    with op.batch_alter_table("intake_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_file_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_sitting_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_sitting_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_sitting_code_digest")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_consultation_id"), ["consultation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sitting_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "sitting_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("reference_digest", sa.String(length=64), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("contributor", sa.String(length=200), nullable=False),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sitting_key_person_id_person")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_key_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_key")),
    )
    with op.batch_alter_table("sitting_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_key_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sitting_key_reference_digest"), ["reference_digest"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sitting_key_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "comment_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=False),
        sa.Column("quotation", sa.JSON(), nullable=True),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("leaf_digest", sa.String(length=64), nullable=False),
        sa.Column("leaf_salt", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_revision_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_comment_revision_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_comment_revision_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_revision")),
        sa.UniqueConstraint("comment_id", "number", name=op.f("uq_comment_revision_comment_id_number")),
        sa.UniqueConstraint("consultation_id", "leaf", name=op.f("uq_comment_revision_consultation_id_leaf")),
    )
    op.create_table(
        "disposition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("plain", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("changed_keys", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_disposition_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_disposition_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    with op.batch_alter_table("disposition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disposition_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("figure", sa.Integer(), nullable=False),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_flag_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("comment_id", "kind", name=op.f("uq_flag_comment_id_kind")),
    )
    op.create_table(
        "support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("supporter_digest", sa.String(length=64), nullable=False),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_support_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint(
            "comment_id", "supporter_digest", name=op.f("uq_support_comment_id_supporter_digest")
        ),
    )
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_supporter_digest"), ["supporter_digest"], unique=False)

    op.create_table(
        "unsent_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("paragraph_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("importance", sa.String(length=2), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=False),
        sa.Column("quotation", sa.JSON(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("form_digest", sa.String(length=64), nullable=False),
        sa.Column("is_added", sa.Boolean(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"], ["sitting_key.id"], name=op.f("fk_unsent_comment_key_id_sitting_key")
        ),
        sa.ForeignKeyConstraint(
            ["paragraph_id"], ["paragraph.id"], name=op.f("fk_unsent_comment_paragraph_id_paragraph")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comment.id"], name=op.f("fk_unsent_comment_parent_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["unsent_comment.id"],
            name=op.f("fk_unsent_comment_replaces_id_unsent_comment"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_unsent_comment_sitting_id_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_unsent_comment_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_comment")),
    )
    with op.batch_alter_table("unsent_comment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unsent_comment_at", ["sitting_id", "paragraph_id", "parent_id"], unique=False
        )

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_appeal_comment_id_comment")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_comment_id"), ["comment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_comment_id"))

    op.drop_table("appeal")
    with op.batch_alter_table("unsent_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_unsent_comment_at")

    op.drop_table("unsent_comment")
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_supporter_digest"))

    op.drop_table("support")
    op.drop_table("flag")
    with op.batch_alter_table("disposition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disposition_comment_id"))

    op.drop_table("disposition")
    op.drop_table("comment_revision")
    with op.batch_alter_table("sitting_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_key_sitting_id"))
        batch_op.drop_index(batch_op.f("ix_sitting_key_reference_digest"))
        batch_op.drop_index(batch_op.f("ix_sitting_key_person_id"))

    op.drop_table("sitting_key")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_expires_at"))
        batch_op.drop_index(batch_op.f("ix_sitting_consultation_id"))

    op.drop_table("sitting")
    with op.batch_alter_table("intake_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_file_submission_id"))

    op.drop_table("intake_file")
    op.drop_table("tree_root")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_consultation_id"))

    op.drop_table("extension")
    for name in ("ix_comment_leaf", *INDEXES):
        op.drop_index(name, "comment")
    for table, column in REFERENCES:
        op.drop_column(table, column)
    for table, columns in _columns().items():
        for added in columns:
            op.drop_column(table, added.name)


def _columns() -> dict[str, list[sa.Column[Any]]]:
    """What is added to the tables that there were."""
    return {
        "comment": [
            sa.Column("has_words", sa.Boolean(), nullable=False, server_default=sa.true()),
            sa.Column("suggestion", sa.String(), nullable=False, server_default=""),
            sa.Column("suggestion_digest", sa.String(length=64), nullable=True),
            sa.Column("quotation", sa.JSON(), nullable=True),
            sa.Column("contributor", sa.String(length=200), nullable=False, server_default=""),
            sa.Column("links", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("words_digest", sa.String(length=64), nullable=True),
            sa.Column("network_digest", sa.String(length=32), nullable=True),
            sa.Column("leaf", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("leaf_digest", sa.String(length=64), nullable=False, server_default=""),
            sa.Column("leaf_salt", sa.String(length=32), nullable=False, server_default=""),
            sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("is_marked", sa.Boolean(), nullable=False, server_default=FALSE),
        ],
        "consultation": [
            sa.Column("leaves", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("late_notices", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("takes_replies", sa.Boolean(), nullable=False, server_default=sa.true()),
            sa.Column("asks_register_number", sa.Boolean(), nullable=False, server_default=FALSE),
            sa.Column("asks_proof_of_work", sa.Boolean(), nullable=False, server_default=FALSE),
        ],
        "submission": [
            sa.Column("organisation_kind", sa.String(length=20), nullable=False, server_default=""),
            sa.Column("register_number", sa.String(length=60), nullable=False, server_default=""),
            sa.Column("has_authority", sa.Boolean(), nullable=False, server_default=FALSE),
            sa.Column("meeting", sa.String(length=20), nullable=False, server_default=""),
            sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("letters_off", sa.JSON(), nullable=False, server_default="[]"),
            sa.Column("channel", sa.String(length=20), nullable=False, server_default="web"),
            sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("is_late", sa.Boolean(), nullable=False, server_default=FALSE),
            sa.Column("person_erased_at", sa.DateTime(timezone=True), nullable=True),
        ],
    }


def _give_leaves() -> None:
    """Every comment received so far becomes a leaf, in the order of arrival."""
    connection = op.get_bind()
    numbers: Counter[int] = Counter()
    for row in connection.execute(sa.text(RECEIVED)).all():
        salt = "" if row.state == "erased" else secrets.token_hex(16)
        connection.execute(
            sa.text(
                "UPDATE comment SET leaf = :leaf, leaf_salt = :salt, leaf_digest = :digest WHERE id = :id"
            ),
            {
                "leaf": numbers[row.consultation_id],
                "salt": salt,
                "digest": _leaf_digest(salt or secrets.token_hex(16), row),
                "id": row.id,
            },
        )
        numbers[row.consultation_id] += 1
    for consultation_id, leaves in numbers.items():
        connection.execute(
            sa.text("UPDATE consultation SET leaves = :leaves WHERE id = :id"),
            {"leaves": leaves, "id": consultation_id},
        )


def _leaf_digest(salt: str, row: sa.Row[Any]) -> str:
    """As app.services.leaves made it when this step was written."""
    facts = [
        "innspill-comment-1", salt, _instant(row.received_at), row.number, row.key, None,
        row.language, row.kind, row.importance, row.source, "", "",
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _instant(kept: datetime | str) -> str:
    at = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")
