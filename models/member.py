"""Member: a person known by Slack user id and, once linked, by Discourse user id; and what they prefer."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, text
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
    # The person asked to be forgotten: Slack's word on them is not taken in again until they come back themselves.
    erased: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    seen_at: datetime = Field(sa_type=UtcDateTime)


class Preference(Owned, table=True):
    """What one member wants of us. Times are "HH:MM" in the member's zone; None leaves it to the workspace.

    `visibility` is of thanks they receive: ask, show, private. `tell`: at_once, or never (App Home only).
    """

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_id", name="uq_preference"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    slack_id: str = Field(max_length=32)
    visibility: str = Field(default="ask", max_length=16)
    tell: str = Field(default="at_once", max_length=16)
    quiet_from: str | None = Field(default=None, max_length=5)
    quiet_to: str | None = Field(default=None, max_length=5)
    updated_at: datetime = Field(sa_type=UtcDateTime)
