"""smaller indexes: what few comments have costs the others nothing

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# name: (table, columns), the last of which most rows do not have
INDEXES = {
    "ix_submission_person_id": ("submission", ["person_id"]),
    "ix_submission_workshop_id": ("submission", ["workshop_id"]),
    "ix_comment_parent_id": ("comment", ["parent_id"]),
    "ix_comment_suggestion": ("comment", ["paragraph_id", "suggestion_digest"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        is_known = sa.text(f"{columns[-1]} IS NOT NULL")
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, sqlite_where=is_known, postgresql_where=is_known)


def downgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
