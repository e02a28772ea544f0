"""Polls about times: options that are instants, with a note, and whose matter the outcome is."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("poll", schema=None) as batch_op:
        # Rows that are there get the default; the application always says what it means.
        batch_op.add_column(sa.Column("after", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("poll_option", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts_at", models.base.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False, server_default="")
        )


def downgrade() -> None:
    with op.batch_alter_table("poll_option", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("starts_at")
    with op.batch_alter_table("poll", schema=None) as batch_op:
        batch_op.drop_column("after")
