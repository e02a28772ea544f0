"""Route: one answer of /whereshare, and what the person then did with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime

ACTS = ("accepted", "rejected", "asked", "none_fits", "reuse", "extend", "different")


class Route(Owned, table=True):
    """One answer: the text, the ranked communities with parts, scores and reasons, and the prior work shown."""

    __tablename__ = "route"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64, unique=True)
    slack_id: str = Field(max_length=32, index=True)
    channel_id: str = Field(default="", max_length=32)
    # command, modal, shortcut (one's own message), cross_post (a lead, another's), guidance (another's, for reading)
    source: str = Field(default="command", max_length=16)
    text: str = Field(max_length=40_000)
    language: str = Field(default="", max_length=8)
    method: str = Field(default="", max_length=64)
    # sure, unsure, none; "" while it is still being worked out
    verdict: str = Field(default="", max_length=8)
    confidence: float = 0.0
    ranked: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    prior: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    # For a cross-post the message it carries over: {"channel", "thread_ts", "author", "permalink"}; else {}
    origin: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class RouteAct(Owned, table=True):
    """What a person did with an answer; `subject` is a community slug or a topic's forum id, or ""."""

    __tablename__ = "route_act"
    __table_args__ = (UniqueConstraint("route_id", "slack_id", "act", "subject", name="uq_route_act"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    route_id: int = Field(foreign_key="route.id", index=True, ondelete="CASCADE")
    slack_id: str = Field(max_length=32)
    act: str = Field(max_length=16)
    subject: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Proposal(Owned, table=True):
    """The start of a new community: somebody found that none fits."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("route_id", "slack_id", name="uq_proposal"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    route_id: int = Field(foreign_key="route.id", ondelete="CASCADE")
    slack_id: str = Field(max_length=32)
    text: str = Field(max_length=40_000)
    state: str = Field(default="open", max_length=16)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Share(Owned, table=True):
    """One "Post it there": a person's own words on their way to a channel, a forum category, or both."""

    __tablename__ = "share"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=128, unique=True)
    route_id: int = Field(foreign_key="route.id", index=True, ondelete="CASCADE")
    slack_id: str = Field(max_length=32)
    community: str = Field(max_length=64)
    title: str = Field(default="", max_length=255)
    text: str = Field(max_length=40_000)
    tags: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    channel_id: str = Field(default="", max_length=32)
    category_id: int | None = None
    # draft, waiting, posted, failed, on the forum also held, for each place; "" where it does not go
    channel_state: str = Field(default="", max_length=16)
    channel_link: str = Field(default="", max_length=500)
    forum_state: str = Field(default="", max_length=16)
    forum_link: str = Field(default="", max_length=500)
    problem: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime)
