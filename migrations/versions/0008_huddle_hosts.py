"""Each occurrence keeps who hosted it, and where its notes are."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("huddle_slot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("host", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("notes_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("notes_topic", sa.Integer(), nullable=True))
        batch_op.create_index("ix_huddle_slot_host", ["workspace_id", "host"], unique=False)
    with op.batch_alter_table("huddle_slot", schema=None) as batch_op:
        batch_op.alter_column("notes_ts", server_default=None)
    # Until now only the huddle knew its host.
    op.execute("UPDATE huddle_slot SET host = (SELECT host FROM huddle WHERE huddle.id = huddle_slot.huddle_id)")


def downgrade() -> None:
    with op.batch_alter_table("huddle_slot", schema=None) as batch_op:
        batch_op.drop_index("ix_huddle_slot_host")
        batch_op.drop_column("notes_topic")
        batch_op.drop_column("notes_ts")
        batch_op.drop_column("host")
