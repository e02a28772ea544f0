"""Huddles, their occurrences, answers, questions, ledger, feeds and reminders."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "huddle_crowd",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("counted_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "channel_id", name="uq_huddle_crowd"),
    )
    with op.batch_alter_table("huddle_crowd", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_huddle_crowd_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle_feed",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "kind", "subject", name="uq_huddle_feed"),
    )
    with op.batch_alter_table("huddle_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_huddle_feed_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle_wish",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("remind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "slack_id", name="uq_huddle_wish"),
    )
    with op.batch_alter_table("huddle_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_huddle_wish_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=150), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("host", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("co_hosts", sa.JSON(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("starts_local", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("sessions", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("follows", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("link", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("dial_in", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("audio_first", sa.Boolean(), nullable=False),
        sa.Column("notes_after", sa.Boolean(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("card_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("drawn_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("leased_until", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_huddle_key"),
    )
    with op.batch_alter_table("huddle", schema=None) as batch_op:
        batch_op.create_index("ix_huddle_channel", ["workspace_id", "channel_id", "state"], unique=False)
        batch_op.create_index("ix_huddle_community", ["workspace_id", "community_id", "state"], unique=False)
        batch_op.create_index("ix_huddle_host", ["workspace_id", "host", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_sessions"), ["sessions"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle_slot",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("huddle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("original", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("starts_local", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("moved_from", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("notes_state", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("decisions", sqlmodel.sql.sqltypes.AutoString(length=3000), nullable=False),
        sa.Column("recording", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("notes_link", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["huddle_id"], ["huddle.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("huddle_id", "original", name="uq_huddle_slot_original"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_huddle_slot_key"),
    )
    with op.batch_alter_table("huddle_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_huddle_slot_huddle_id"), ["huddle_id"], unique=False)
        batch_op.create_index("ix_huddle_slot_starts", ["workspace_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_slot_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle_burden",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("happened_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["huddle_slot.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slot_id", "region", name="uq_huddle_burden"),
    )
    with op.batch_alter_table("huddle_burden", schema=None) as batch_op:
        batch_op.create_index("ix_huddle_burden_channel", ["workspace_id", "channel_id", "happened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_burden_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle_question",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["huddle_slot.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_huddle_question_key"),
    )
    with op.batch_alter_table("huddle_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_huddle_question_slot_id"), ["slot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_question_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "huddle_rsvp",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("hinted", sa.Boolean(), nullable=False),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["huddle_slot.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slot_id", "slack_id", name="uq_huddle_rsvp"),
    )
    with op.batch_alter_table("huddle_rsvp", schema=None) as batch_op:
        batch_op.create_index("ix_huddle_rsvp_person", ["workspace_id", "slack_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_rsvp_slot_id"), ["slot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_huddle_rsvp_workspace_id"), ["workspace_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("huddle_rsvp", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_rsvp_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_huddle_rsvp_slot_id"))
        batch_op.drop_index("ix_huddle_rsvp_person")

    op.drop_table("huddle_rsvp")
    with op.batch_alter_table("huddle_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_question_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_huddle_question_slot_id"))

    op.drop_table("huddle_question")
    with op.batch_alter_table("huddle_burden", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_burden_workspace_id"))
        batch_op.drop_index("ix_huddle_burden_channel")

    op.drop_table("huddle_burden")
    with op.batch_alter_table("huddle_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_slot_workspace_id"))
        batch_op.drop_index("ix_huddle_slot_starts")
        batch_op.drop_index(batch_op.f("ix_huddle_slot_huddle_id"))

    op.drop_table("huddle_slot")
    with op.batch_alter_table("huddle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_huddle_sessions"))
        batch_op.drop_index("ix_huddle_host")
        batch_op.drop_index("ix_huddle_community")
        batch_op.drop_index("ix_huddle_channel")

    op.drop_table("huddle")
    with op.batch_alter_table("huddle_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_wish_workspace_id"))

    op.drop_table("huddle_wish")
    with op.batch_alter_table("huddle_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_feed_workspace_id"))

    op.drop_table("huddle_feed")
    with op.batch_alter_table("huddle_crowd", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_huddle_crowd_workspace_id"))

    op.drop_table("huddle_crowd")
