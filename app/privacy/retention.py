"""Reasons older than the workspace keeps them lose their words; the thanks stay and count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.thanks.showing import ground
from models import Thanks

# Rows of one transaction, so that nobody waits long for the only writer of SQLite.
BATCH = 500


def kept_since(now: datetime, months: int) -> datetime:
    """The moment so many calendar months ago; in a shorter month its last day counts."""
    number = now.year * 12 + now.month - 1 - months
    year, month = divmod(number, 12)
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=year, month=month + 1, day=min(now.day, 28))


async def blank_old(session: AsyncSession, workspace_id: int, now: datetime) -> int:
    """Blank some of the reasons that are past their time; how many. 0: none is left, or all are kept for ever."""
    months = (await ground(session, workspace_id)).policy.keep_months
    if not months:
        return 0
    old = (
        select(col(Thanks.id))
        .where(
            Thanks.workspace_id == workspace_id,
            col(Thanks.created_at) < kept_since(now, months),
            Thanks.reason != "",
        )
        .order_by(col(Thanks.created_at))
        .limit(BATCH)
    )
    ids = (await session.exec(old)).all()
    if ids:
        await session.exec(update(Thanks).where(col(Thanks.id).in_(ids)).values(reason="", updated_at=now))
    return len(ids)
