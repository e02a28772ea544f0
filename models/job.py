"""The machinery's own rows: the send log, lanes of pacing, heartbeats of executors, timers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from models.base import BigId, Json, UtcDateTime


class Sent(SQLModel, table=True):
    """One outgoing post by its key: claimed before it is sent, completed with what came back."""

    __tablename__ = "sent"

    key: str = Field(max_length=255, primary_key=True)
    channel: str = Field(max_length=64)
    # Epoch seconds of the last attempt; 0 once it is known that the attempt posted nothing.
    attempted_at: float = 0.0
    # The message's ts, or the forum's post id; "" until known.
    outcome: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Lane(SQLModel, table=True):
    """One pacing lane (a method, or a channel): no call before `next_at`, epoch seconds."""

    __tablename__ = "lane"

    key: str = Field(max_length=255, primary_key=True)
    next_at: float


class Beat(SQLModel, table=True):
    """The last sign of life of one executor, epoch seconds."""

    __tablename__ = "beat"

    executor: str = Field(max_length=255, primary_key=True)
    at: float


class Timer(SQLModel, table=True):
    """Something to do at a time; the row is re-read when the timer fires, so moving or cancelling is safe."""

    __tablename__ = "timer"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=255, unique=True)
    job: str = Field(max_length=100)
    args: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # waiting, fired, cancelled
    state: str = Field(default="waiting", max_length=16, index=True)
    version: int = 1
