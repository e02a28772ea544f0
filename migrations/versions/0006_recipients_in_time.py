"""When a person was thanked stands with them too, so that theirs are found in order at once."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("thanks_recipient", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=True))
    op.execute(
        "update thanks_recipient set created_at = "
        "(select thanks.created_at from thanks where thanks.id = thanks_recipient.thanks_id)"
    )
    with op.batch_alter_table("thanks_recipient", schema=None) as batch_op:
        batch_op.alter_column("created_at", existing_type=models.base.UtcDateTime(timezone=True), nullable=False)
        batch_op.drop_index("ix_thanks_recipient_person")
        batch_op.create_index(
            "ix_thanks_recipient_person",
            ["workspace_id", "slack_id", "created_at", "thanks_id", "id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("thanks_recipient", schema=None) as batch_op:
        batch_op.drop_index("ix_thanks_recipient_person")
        batch_op.create_index("ix_thanks_recipient_person", ["workspace_id", "slack_id", "thanks_id"], unique=False)
        batch_op.drop_column("created_at")
