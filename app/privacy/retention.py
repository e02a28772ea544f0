"""Reasons older than the workspace keeps them lose their words; the thanks stay and count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import literal, tuple_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Thanks

# Rows of one transaction, so that nobody waits long for the only writer of SQLite; rows looked at in one query.
BATCH = 500
LOOKED_AT = 5000

# Where a look stands: the moment and the id of the last thanks that it has passed.
Place = tuple[datetime, int]
BEGINNING: Place | None = (datetime(1970, 1, 1, tzinfo=UTC), 0)


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


async def old_reasons(
    session: AsyncSession, workspace_id: int, before: datetime, after: Place
) -> tuple[list[int], Place | None]:
    """The next thanks from before a moment that still have a reason; and where to go on, None at the end.

    Walks along the index, since most of what is old was blanked in earlier nights.
    """
    moment: Any = col(Thanks.created_at)
    here = tuple_(moment, col(Thanks.id)) > tuple_(literal(after[0], moment.type), literal(after[1]))
    found = await session.exec(
        select(col(Thanks.id), moment, col(Thanks.reason) != "")
        .where(Thanks.workspace_id == workspace_id, moment < before, here)
        .order_by(moment, col(Thanks.id))
        .limit(LOOKED_AT)
    )
    rows = found.all()
    onward = (rows[-1][1], rows[-1][0] or 0) if len(rows) == LOOKED_AT else None
    return [thanks_id or 0 for thanks_id, _, said in rows if said], onward


async def blank(session: AsyncSession, thanks_ids: Sequence[int], now: datetime) -> int:
    """Blank these reasons; readers of changes hear of it. Gives how many."""
    still = (col(Thanks.id).in_(thanks_ids), col(Thanks.reason) != "")
    found = await session.exec(update(Thanks).where(*still).values(reason="", updated_at=now))
    return int(found.rowcount)


def batches(thanks_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Parts small enough for a transaction each."""
    return (thanks_ids[start : start + BATCH] for start in range(0, len(thanks_ids), BATCH))
