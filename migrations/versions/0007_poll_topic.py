"""The topic on the forum that shows a poll's result."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll_topic",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("link", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("sent_title", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("sent", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("leased_until", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("poll_id"),
    )
    with op.batch_alter_table("poll_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_topic_workspace_id"), ["workspace_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("poll_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_poll_topic_workspace_id"))

    op.drop_table("poll_topic")
