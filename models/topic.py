"""Topic: the index of public forum topics that "We've done this before" searches."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime


class Topic(Owned, table=True):
    """One forum topic: title, start of its first post, dates, reply state. Never a private message."""

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("workspace_id", "forum_id", name="uq_topic_forum"),
        # Holds the codes themselves: a process reads a million of them without touching the rows.
        Index(
            "ix_topic_version",
            "workspace_id",
            "version",
            "id",
            "category_id",
            "code",
            sqlite_where=text("code IS NOT NULL"),
            postgresql_where=text("code IS NOT NULL"),
        ),
        Index(
            "ix_topic_e5",
            "workspace_id",
            "version",
            "id",
            sqlite_where=text("e5_vector IS NOT NULL"),
            postgresql_where=text("e5_vector IS NOT NULL"),
        ),
        # When a community was last active, and which topics stand in categories that closed.
        Index("ix_topic_place", "workspace_id", "category_id", "last_posted_at"),
        # What a member started on the forum.
        Index("ix_topic_author", "workspace_id", "author", "posted_at"),
        Index(
            "ix_topic_textless",
            "workspace_id",
            "forum_id",
            sqlite_where=text("excerpt = ''"),
            postgresql_where=text("excerpt = ''"),
        ),
        Index(
            "ix_topic_waiting",
            "workspace_id",
            "forum_id",
            sqlite_where=text("code IS NULL"),
            postgresql_where=text("code IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    forum_id: int
    category_id: int | None = None
    title: str = Field(max_length=300)
    excerpt: str = Field(default="", max_length=600)
    slug: str = Field(default="", max_length=300)
    tags: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    author: str = Field(default="", max_length=100)
    replies: int = 0
    answered: bool = False
    closed: bool = False
    posted_at: datetime = Field(sa_type=UtcDateTime)
    last_posted_at: datetime = Field(sa_type=UtcDateTime)
    # 64-byte binary code and float16 vector of title + excerpt; empty until encoded.
    code: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    vector: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    # A second vector (float16) by the other encoder, only for the newest topics: it costs twenty times the first.
    e5_vector: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    # Rises within a workspace with each change that processes holding the codes in memory must see.
    version: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
