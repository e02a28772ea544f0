"""Reads of the audit."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Audit


async def of_subject(session: AsyncSession, workspace_id: int, subject: str) -> tuple[Audit, ...]:
    """Everything that was done to one subject, the latest first."""
    found = await session.exec(
        select(Audit)
        .where(Audit.workspace_id == workspace_id, Audit.subject == subject)
        .order_by(col(Audit.created_at).desc(), col(Audit.id).desc())
    )
    return tuple(found.all())
