"""Receipt: proof that a request was handled, and the answer it got, so that a repeat is answered alike."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from models.base import Json, UtcDateTime


class Receipt(SQLModel, table=True):
    """One command, click, submission, event or webhook, by its idempotency key.

    `work` holds {"name", "args"} of a job still to be started from here (the batched way in); once the job
    engine has it, `work` is null.
    """

    __tablename__ = "receipt"
    # Partial: it holds only the few rows that still wait, so it costs the others nothing.
    __table_args__ = (
        Index("ix_receipt_waiting", "created_at", sqlite_where=text("waiting"), postgresql_where=text("waiting")),
    )

    key: str = Field(max_length=255, primary_key=True)
    team_id: str = Field(default="", max_length=32)
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    work: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    waiting: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
