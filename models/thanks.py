"""Thanks: one acknowledgement, whom it is for, who seconds it, and the card it is shown on."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import BigId, Owned, UtcDateTime

SOURCES = ("command", "form", "shortcut", "forum", "import")
STATUSES = ("counted", "withdrawn", "not_counted")
CHANNEL_KINDS = ("public", "private", "direct", "")
CHOICES = ("", "show", "private")


class Thanks(Owned, table=True):
    """One line of the recognition log. `value` is a slug of the workspace's list, "" for none.

    `giver` is a Slack user id, None once its person was erased. `cost` is what it takes of the giver's daily cap.
    `updated_at` moves with every change, so that a reader can fetch what is new since a moment.
    """

    __tablename__ = "thanks"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key", name="uq_thanks_key"),
        Index("ix_thanks_created", "workspace_id", "created_at", "id"),
        Index("ix_thanks_updated", "workspace_id", "updated_at", "id"),
        Index("ix_thanks_giver", "workspace_id", "giver", "created_at"),
        Index("ix_thanks_community", "workspace_id", "community_id", "created_at", "id"),
        # The log's filters: what is rare is found at once in a log of any length.
        Index("ix_thanks_value", "workspace_id", "value", "created_at", "id"),
        Index("ix_thanks_source", "workspace_id", "source", "created_at", "id"),
        Index("ix_thanks_status", "workspace_id", "status", "created_at", "id"),
        Index(
            "ix_thanks_hidden",
            "workspace_id",
            "created_at",
            "id",
            sqlite_where=text("hidden = 1"),
            postgresql_where=text("hidden"),
        ),
        # Which acknowledgement a reaction on a message seconds.
        Index("ix_thanks_message", "workspace_id", "channel_id", "message_ts"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64)
    giver: str | None = Field(default=None, max_length=32)
    reason: str = Field(default="", max_length=1000)
    value: str = Field(default="", max_length=50)
    community_id: int | None = Field(default=None, foreign_key="community.id", ondelete="SET NULL")
    # One of SOURCES, STATUSES, CHANNEL_KINDS.
    source: str = Field(default="command", max_length=16)
    status: str = Field(default="counted", max_length=16)
    # Hidden by a lead or an admin: still counted, no longer shown to a community.
    hidden: bool = False
    # Where it was given, and the message that it thanks for ("" for none).
    channel_id: str = Field(default="", max_length=32)
    channel_kind: str = Field(default="", max_length=16)
    message_ts: str = Field(default="", max_length=32)
    # The address of the forum post that it thanks for ("" for none).
    forum_url: str = Field(default="", max_length=500)
    cost: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ThanksRecipient(Owned, table=True):
    """One person thanked: a member by Slack user id, or an account of the forum that nobody here has linked.

    Both are None once the person was erased. `choice` is what this person pressed for this thanks, one of CHOICES;
    `shown_at` is since when their community sees it, `shown_in` in which channel, and `card_id` on which card.
    `created_at` is that of the thanks, which never changes: what one person was thanked for is read in its order.
    """

    __tablename__ = "thanks_recipient"
    __table_args__ = (
        UniqueConstraint("thanks_id", "slack_id", name="uq_thanks_recipient_slack"),
        UniqueConstraint("thanks_id", "forum_username", name="uq_thanks_recipient_forum"),
        Index("ix_thanks_recipient_person", "workspace_id", "slack_id", "created_at", "thanks_id", "id"),
        Index("ix_thanks_recipient_forum", "workspace_id", "forum_username"),
        Index("ix_thanks_recipient_shown", "workspace_id", "shown_in", "shown_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    thanks_id: int = Field(sa_type=BigId, foreign_key="thanks.id", index=True, ondelete="CASCADE")
    slack_id: str | None = Field(default=None, max_length=32)
    forum_username: str | None = Field(default=None, max_length=100)
    # The user group this person was named by, "" for their own name.
    by_group: str = Field(default="", max_length=32)
    choice: str = Field(default="", max_length=16)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown_in: str = Field(default="", max_length=32)
    card_id: int | None = Field(
        default=None, sa_type=BigId, foreign_key="thanks_card.id", index=True, ondelete="SET NULL"
    )
    # The message with which this person was told, "" until they are.
    told_channel: str = Field(default="", max_length=32)
    told_ts: str = Field(default="", max_length=32)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ThanksSecond(Owned, table=True):
    """One person's reaction that seconds a thanks, by message and emoji; `standing` is False once taken back.

    `event_ts` orders Slack's events, which come in any order: an older one never overrules a newer.
    """

    __tablename__ = "thanks_second"
    __table_args__ = (
        UniqueConstraint("thanks_id", "slack_id", "channel_id", "message_ts", "emoji", name="uq_thanks_second"),
        Index("ix_thanks_second_person", "workspace_id", "slack_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    thanks_id: int = Field(sa_type=BigId, foreign_key="thanks.id", index=True, ondelete="CASCADE")
    slack_id: str | None = Field(default=None, max_length=32)
    channel_id: str = Field(max_length=32)
    message_ts: str = Field(max_length=32)
    emoji: str = Field(max_length=100)
    standing: bool = True
    event_ts: str = Field(default="", max_length=32)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ThanksCard(Owned, table=True):
    """One message in a community's channel: the card of a day, or the digest of a week.

    `day` is an ISO date in the workspace's zone (for a digest the Monday of the week it tells of). `version` rises
    with each change; `drawn` is the version that the message shows. `leased_until` keeps a second drawer away.
    `removals` counts how often the message was taken away since nothing was left to show: it may come again.
    `ts` is the message, "" until there is one, "-" when somebody deleted it: then it stays away.
    """

    __tablename__ = "thanks_card"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel_id", "kind", "day", name="uq_thanks_card"),
        Index("ix_thanks_card_message", "workspace_id", "channel_id", "ts"),
        Index("ix_thanks_card_community", "workspace_id", "community_id", "day"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    community_id: int = Field(foreign_key="community.id", ondelete="CASCADE")
    channel_id: str = Field(max_length=32)
    # day, week
    kind: str = Field(default="day", max_length=8)
    day: str = Field(max_length=10)
    ts: str = Field(default="", max_length=32)
    version: int = 0
    drawn: int = 0
    removals: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
