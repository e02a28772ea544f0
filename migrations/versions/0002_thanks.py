"""Thanks with recipients, seconds and cards; who is in a community; what members prefer; the audit; keys of the API."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("start", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_api_token_name"),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=150), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_created", ["workspace_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_audit_subject", ["workspace_id", "subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "community_person",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "channel_id", "slack_id", name="uq_community_person"),
    )
    with op.batch_alter_table("community_person", schema=None) as batch_op:
        batch_op.create_index("ix_community_person", ["workspace_id", "slack_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_community_person_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "preference",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("visibility", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("tell", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("quiet_from", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=True),
        sa.Column("quiet_to", sqlmodel.sql.sqltypes.AutoString(length=5), nullable=True),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "slack_id", name="uq_preference"),
    )
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preference_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "thanks",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("giver", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=50), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("channel_kind", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("message_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("forum_url", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("edited_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("updated_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "key", name="uq_thanks_key"),
    )
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_thanks_community", ["workspace_id", "community_id", "created_at", "id"], unique=False
        )
        batch_op.create_index("ix_thanks_created", ["workspace_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_thanks_giver", ["workspace_id", "giver", "created_at"], unique=False)
        batch_op.create_index(
            "ix_thanks_hidden",
            ["workspace_id", "created_at", "id"],
            unique=False,
            sqlite_where=sa.text("hidden = 1"),
            postgresql_where=sa.text("hidden"),
        )
        batch_op.create_index("ix_thanks_message", ["workspace_id", "channel_id", "message_ts"], unique=False)
        batch_op.create_index("ix_thanks_source", ["workspace_id", "source", "created_at", "id"], unique=False)
        batch_op.create_index("ix_thanks_status", ["workspace_id", "status", "created_at", "id"], unique=False)
        batch_op.create_index("ix_thanks_updated", ["workspace_id", "updated_at", "id"], unique=False)
        batch_op.create_index("ix_thanks_value", ["workspace_id", "value", "created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "thanks_card",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("day", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("removals", sa.Integer(), nullable=False),
        sa.Column("leased_until", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("posted_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "channel_id", "kind", "day", name="uq_thanks_card"),
    )
    with op.batch_alter_table("thanks_card", schema=None) as batch_op:
        batch_op.create_index("ix_thanks_card_community", ["workspace_id", "community_id", "day"], unique=False)
        batch_op.create_index("ix_thanks_card_message", ["workspace_id", "channel_id", "ts"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_card_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "thanks_recipient",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thanks_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("forum_username", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("by_group", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("choice", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("shown_at", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shown_in", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told_channel", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("told_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["thanks_card.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["thanks_id"], ["thanks.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("thanks_id", "forum_username", name="uq_thanks_recipient_forum"),
        sa.UniqueConstraint("thanks_id", "slack_id", name="uq_thanks_recipient_slack"),
    )
    with op.batch_alter_table("thanks_recipient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thanks_recipient_card_id"), ["card_id"], unique=False)
        batch_op.create_index("ix_thanks_recipient_forum", ["workspace_id", "forum_username"], unique=False)
        batch_op.create_index("ix_thanks_recipient_shown", ["workspace_id", "shown_in", "shown_at"], unique=False)
        batch_op.create_index("ix_thanks_recipient_person", ["workspace_id", "slack_id", "thanks_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_recipient_thanks_id"), ["thanks_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_recipient_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "thanks_second",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thanks_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("message_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("emoji", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("event_ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["thanks_id"], ["thanks.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("thanks_id", "slack_id", "channel_id", "message_ts", "emoji", name="uq_thanks_second"),
    )
    with op.batch_alter_table("thanks_second", schema=None) as batch_op:
        batch_op.create_index("ix_thanks_second_person", ["workspace_id", "slack_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_second_thanks_id"), ["thanks_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_second_workspace_id"), ["workspace_id"], unique=False)

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))

    op.create_index("ix_topic_author", "topic", ["workspace_id", "author", "posted_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_topic_author", table_name="topic")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("erased")

    with op.batch_alter_table("thanks_second", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_second_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_thanks_second_thanks_id"))
        batch_op.drop_index("ix_thanks_second_person")

    op.drop_table("thanks_second")
    with op.batch_alter_table("thanks_recipient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_recipient_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_thanks_recipient_thanks_id"))
        batch_op.drop_index("ix_thanks_recipient_shown")
        batch_op.drop_index("ix_thanks_recipient_person")
        batch_op.drop_index("ix_thanks_recipient_forum")
        batch_op.drop_index(batch_op.f("ix_thanks_recipient_card_id"))

    op.drop_table("thanks_recipient")
    with op.batch_alter_table("thanks_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_card_workspace_id"))
        batch_op.drop_index("ix_thanks_card_message")
        batch_op.drop_index("ix_thanks_card_community")

    op.drop_table("thanks_card")
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_workspace_id"))
        batch_op.drop_index("ix_thanks_value")
        batch_op.drop_index("ix_thanks_updated")
        batch_op.drop_index("ix_thanks_status")
        batch_op.drop_index("ix_thanks_source")
        batch_op.drop_index("ix_thanks_message")
        batch_op.drop_index("ix_thanks_hidden")
        batch_op.drop_index("ix_thanks_giver")
        batch_op.drop_index("ix_thanks_created")
        batch_op.drop_index("ix_thanks_community")

    op.drop_table("thanks")
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preference_workspace_id"))

    op.drop_table("preference")
    with op.batch_alter_table("community_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_community_person_workspace_id"))
        batch_op.drop_index("ix_community_person")

    op.drop_table("community_person")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_workspace_id"))
        batch_op.drop_index("ix_audit_subject")
        batch_op.drop_index("ix_audit_created")

    op.drop_table("audit")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_workspace_id"))

    op.drop_table("api_token")
