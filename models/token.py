"""ApiToken: a key with which a program reads the API. The key itself is shown once and never stored."""

from datetime import datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime


class ApiToken(Owned, table=True):
    """One bearer token: `hash` is the SHA-256 (hexadecimal) of its text, `start` the few letters that name it."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("workspace_id", "name", name="uq_api_token_name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(max_length=100)
    hash: str = Field(max_length=64, unique=True)
    start: str = Field(max_length=16)
    scopes: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    created_by: str = Field(default="", max_length=100)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
