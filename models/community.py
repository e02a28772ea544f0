"""Community: a community of practice, its leads, channels and forum categories."""

from datetime import datetime

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime

STATUSES = ("proposed", "active", "dormant", "merged", "archived")


class Community(Owned, table=True):
    """One community. `keywords`, `languages` (ISO 639-1) and `examples` (titles of posts) are lists of text."""

    __tablename__ = "community"
    __table_args__ = (UniqueConstraint("workspace_id", "slug", name="uq_community_slug"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slug: str = Field(max_length=64)
    name: str = Field(max_length=150)
    purpose: str = Field(default="", max_length=2000)
    status: str = Field(default="active", max_length=16)
    keywords: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    languages: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    examples: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    merged_into: str | None = Field(default=None, max_length=64)
    last_active_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class CommunityLead(Owned, table=True):
    """One lead of one community, by Slack user id; `position` 0 is asked first."""

    __tablename__ = "community_lead"
    __table_args__ = (UniqueConstraint("community_id", "slack_id", name="uq_lead"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    community_id: int = Field(foreign_key="community.id", index=True, ondelete="CASCADE")
    slack_id: str = Field(max_length=32)
    position: int = 0


class CommunityChannel(Owned, table=True):
    """One Slack channel of a community. `private` is kept up to date; private names are shown to members only."""

    __tablename__ = "community_channel"
    __table_args__ = (UniqueConstraint("community_id", "slack_id", name="uq_channel"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    community_id: int = Field(foreign_key="community.id", index=True, ondelete="CASCADE")
    slack_id: str = Field(max_length=32)
    name: str = Field(default="", max_length=100)
    private: bool = False
    position: int = 0


class CommunityCategory(Owned, table=True):
    """One forum category of a community, by Discourse's numeric id (names and slugs change)."""

    __tablename__ = "community_category"
    __table_args__ = (UniqueConstraint("community_id", "category_id", name="uq_category"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    community_id: int = Field(foreign_key="community.id", index=True, ondelete="CASCADE")
    category_id: int
    name: str = Field(default="", max_length=200)
    position: int = 0


class CommunityPerson(Owned, table=True):
    """One person in one channel of a community, as Slack last said."""

    __tablename__ = "community_person"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel_id", "slack_id", name="uq_community_person"),
        Index("ix_community_person", "workspace_id", "slack_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    channel_id: str = Field(max_length=32)
    slack_id: str = Field(max_length=32)
