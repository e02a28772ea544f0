"""Note an act, in the transaction that does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from models import Audit


async def note(
    session: AsyncSession,
    workspace_id: int,
    actor: str,
    act: str,
    subject: str,
    now: datetime,
    *,
    reason: str = "",
    **details: Any,
) -> None:
    """Add one line. `actor` is a Slack id, `token:<name>` or `cli`; `details` are JSON-able and hold no secrets."""
    session.add(
        Audit(
            workspace_id=workspace_id,
            actor=actor[:100],
            act=act,
            subject=subject[:150],
            reason=reason[:1000],
            details=details,
            created_at=now,
        )
    )
    await session.flush()
