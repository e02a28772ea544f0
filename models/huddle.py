"""Huddle: a meeting of a community, its occurrences, who comes, what they ask, and whom its hours cost what."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime

# draft: typed, not confirmed yet. ended: a series that another one continues.
HUDDLE_STATES = ("draft", "planned", "ended", "cancelled")
SLOT_STATES = ("planned", "cancelled")
ANSWERS = ("yes", "maybe", "no", "")


class Huddle(Owned, table=True):
    """One huddle, or a series of them, and the card that shows its next occurrence.

    `starts_local` is the wall time of the first occurrence in `zone` (ISO, minutes: "2026-11-26T15:00"; a date for
    one that is open all day). `rule` is an RFC 5545 recurrence rule, "" for none. `link` is a meeting address, "" for
    the channel's own huddle. `version` rises with each change, `drawn` is the version that the card shows,
    `leased_until` keeps a second drawer away. `host` is None once the person was erased.
    """

    __tablename__ = "huddle"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key", name="uq_huddle_key"),
        Index("ix_huddle_channel", "workspace_id", "channel_id", "state"),
        Index("ix_huddle_community", "workspace_id", "community_id", "state"),
        Index("ix_huddle_host", "workspace_id", "host", "state"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64)
    title: str = Field(max_length=150)
    about: str = Field(default="", max_length=2000)
    host: str | None = Field(default=None, max_length=32)
    co_hosts: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    community_id: int | None = Field(default=None, foreign_key="community.id", ondelete="SET NULL")
    channel_id: str = Field(default="", max_length=32)
    # What is said in a private channel stays there: it is private until we know that it is not.
    private: bool = True
    zone: str = Field(default="UTC", max_length=64)
    starts_local: str = Field(max_length=16)
    minutes: int = 45
    all_day: bool = False
    rule: str = Field(default="", max_length=255)
    # ISO 639-1, "" for no matter. Sessions of one huddle in several languages share `sessions`.
    language: str = Field(default="", max_length=8)
    sessions: str = Field(default="", max_length=64, index=True)
    # The key of the series that this one continues, "" for none.
    follows: str = Field(default="", max_length=64)
    link: str = Field(default="", max_length=500)
    dial_in: str = Field(default="", max_length=200)
    audio_first: bool = False
    notes_after: bool = False
    state: str = Field(default="draft", max_length=16)
    # RFC 5545 SEQUENCE of the whole: rises when its times or details change.
    sequence: int = 0
    card_ts: str = Field(default="", max_length=32)
    version: int = 0
    drawn: int = 0
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class HuddleSlot(Owned, table=True):
    """One occurrence. `original` is the wall time that the rule gave it (RFC 5545 RECURRENCE-ID).

    `starts_local` in `zone` is the truth; `starts_at` and `ends_at` are the instants computed from it. `moved_from`
    is the instant it was last announced for, shown struck through. `host` is who hosts this one: a huddle that is
    handed over keeps who hosted its past ones; None once the person was erased. `notes_state`: "", asked, written,
    posted; `notes_ts` is the message with the notes, `notes_topic` their topic on the forum.
    """

    __tablename__ = "huddle_slot"
    __table_args__ = (
        UniqueConstraint("huddle_id", "original", name="uq_huddle_slot_original"),
        UniqueConstraint("workspace_id", "key", name="uq_huddle_slot_key"),
        Index("ix_huddle_slot_host", "workspace_id", "host"),
        Index("ix_huddle_slot_starts", "workspace_id", "starts_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    huddle_id: int = Field(sa_type=BigId, foreign_key="huddle.id", index=True, ondelete="CASCADE")
    key: str = Field(max_length=64)
    host: str | None = Field(default=None, max_length=32)
    original: str = Field(max_length=16)
    starts_local: str = Field(max_length=16)
    zone: str = Field(max_length=64)
    minutes: int
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default="planned", max_length=16)
    reason: str = Field(default="", max_length=300)
    moved_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sequence: int = 0
    notes_state: str = Field(default="", max_length=16)
    decisions: str = Field(default="", max_length=3000)
    recording: str = Field(default="", max_length=500)
    notes_link: str = Field(default="", max_length=500)
    notes_ts: str = Field(default="", max_length=32)
    notes_topic: int | None = None
    updated_at: datetime = Field(sa_type=UtcDateTime)


class HuddleRsvp(Owned, table=True):
    """One person and one occurrence: what they answered (one of ANSWERS), and whether they came.

    `came` is what the person or the host said, `named` that the person said so and agreed to be named in the notes;
    `hinted` that Slack showed them in some huddle at that hour. `slack_id` is None once the person was erased.
    """

    __tablename__ = "huddle_rsvp"
    __table_args__ = (
        UniqueConstraint("slot_id", "slack_id", name="uq_huddle_rsvp"),
        Index("ix_huddle_rsvp_person", "workspace_id", "slack_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slot_id: int = Field(sa_type=BigId, foreign_key="huddle_slot.id", index=True, ondelete="CASCADE")
    slack_id: str | None = Field(default=None, max_length=32)
    answer: str = Field(default="", max_length=8)
    came: bool = False
    named: bool = False
    hinted: bool = False
    updated_at: datetime = Field(sa_type=UtcDateTime)


class HuddleQuestion(Owned, table=True):
    """One question for an occurrence, asked before it by somebody who may not be able to come."""

    __tablename__ = "huddle_question"
    __table_args__ = (UniqueConstraint("workspace_id", "key", name="uq_huddle_question_key"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slot_id: int = Field(sa_type=BigId, foreign_key="huddle_slot.id", index=True, ondelete="CASCADE")
    key: str = Field(max_length=64)
    slack_id: str | None = Field(default=None, max_length=32)
    text: str = Field(max_length=500)
    answered: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class HuddleBurden(Owned, table=True):
    """The ledger: what the hour of one occurrence cost the people of one region, in points a head."""

    __tablename__ = "huddle_burden"
    __table_args__ = (
        UniqueConstraint("slot_id", "region", name="uq_huddle_burden"),
        Index("ix_huddle_burden_channel", "workspace_id", "channel_id", "happened_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slot_id: int = Field(sa_type=BigId, foreign_key="huddle_slot.id", ondelete="CASCADE")
    channel_id: str = Field(max_length=32)
    region: str = Field(max_length=32)
    people: int
    points: float
    happened_at: datetime = Field(sa_type=UtcDateTime)


class HuddleCrowd(Owned, table=True):
    """How many people of a channel live in which zone ({"Africa/Nairobi": 12}), as last counted."""

    __tablename__ = "huddle_crowd"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", name="uq_huddle_crowd"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    channel_id: str = Field(max_length=32)
    zones: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    counted_at: datetime = Field(sa_type=UtcDateTime)


class HuddleFeed(Owned, table=True):
    """What is known of one calendar feed: a new `version` makes its earlier addresses void.

    `kind` is community or member; `subject` the community's slug or the person's Slack id. `public` is whether the
    page of a community is open to everybody, which a lead decides.
    """

    __tablename__ = "huddle_feed"
    __table_args__ = (UniqueConstraint("workspace_id", "kind", "subject", name="uq_huddle_feed"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    subject: str = Field(max_length=64)
    version: int = 1
    public: bool = False
    updated_at: datetime = Field(sa_type=UtcDateTime)


class HuddleWish(Owned, table=True):
    """What one member wants of reminders: both, day, soon or none."""

    __tablename__ = "huddle_wish"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_id", name="uq_huddle_wish"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slack_id: str = Field(max_length=32)
    remind: str = Field(default="both", max_length=8)
    updated_at: datetime = Field(sa_type=UtcDateTime)
