"""Member: a person known by Slack user id and, once linked, by Discourse user id."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import BigId, Owned, UtcDateTime


class Member(Owned, table=True):
    """One person of a workspace, as Slack last described them. Names are shown, never used as keys."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_id", name="uq_member_slack"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slack_id: str = Field(max_length=32)
    home_team_id: str = Field(default="", max_length=32)
    name: str = Field(default="", max_length=200)
    zone: str = Field(default="UTC", max_length=64)
    locale: str = Field(default="en", max_length=20)
    is_bot: bool = False
    is_admin: bool = False
    # Multi- or single-channel guests, and strangers met through Slack Connect, see only their own channels.
    is_guest: bool = False
    is_external: bool = False
    deactivated: bool = False
    forum_username: str | None = Field(default=None, max_length=100)
    forum_user_id: int | None = Field(default=None)
    seen_at: datetime = Field(sa_type=UtcDateTime)
