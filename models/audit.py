"""Audit: who did what to whose record, and why. Rows are only added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime


class Audit(Owned, table=True):
    """One act of a lead, an admin, a program or the command line.

    `actor` is a Slack user id, `token:<name>` or `cli`; `act` a dotted verb such as `thanks.hide`; `subject` what it
    was done to, such as `thanks:<key>` or `member:<Slack id>`.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_created", "workspace_id", "created_at", "id"),
        Index("ix_audit_subject", "workspace_id", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    actor: str = Field(max_length=100)
    act: str = Field(max_length=50)
    subject: str = Field(default="", max_length=150)
    reason: str = Field(default="", max_length=1000)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
