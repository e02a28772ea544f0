"""Workspace: one tenant, a Slack workspace or an organisation-wide install, with its settings."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from models.base import BigId, Json, UtcDateTime


class Workspace(SQLModel, table=True):
    """One tenant. `team_id` is Slack's (`T…`, or `E…` for an organisation-wide install)."""

    __tablename__ = "workspace"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    team_id: str = Field(max_length=32, unique=True)
    name: str = Field(max_length=200)
    locale: str = Field(default="en", max_length=20)
    zone: str = Field(default="UTC", max_length=64)
    # Slack user ids or one channel id asked when a community has no lead.
    knowledge_team: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    settings: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
