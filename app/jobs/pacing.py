"""Lanes of pacing, shared by all processes through the database: so many calls at once, then one an interval."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.job import Lane


@dataclass(frozen=True)
class Pace:
    """`burst` calls may come together; after that one every `interval` seconds."""

    interval: float
    burst: int = 1


async def reserve(session: AsyncSession, lane: str, pace: Pace, now: float) -> float:
    """Take the next place in a lane; how many seconds until it may be used. Given back if the caller rolls back."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # A lane at rest has saved up its burst.
    floor = now - (pace.burst - 1) * pace.interval
    latest = case((col(Lane.next_at) > floor, col(Lane.next_at)), else_=floor)
    row = insert(Lane).values(key=lane, next_at=floor + pace.interval)
    taken = row.on_conflict_do_update(index_elements=["key"], set_={"next_at": latest + pace.interval})
    after: float = (await session.exec(taken.returning(col(Lane.next_at)))).scalar_one()
    return max(0.0, after - pace.interval - now)


async def hold_back(session: AsyncSession, lane: str, until: float) -> None:
    """Let nobody use a lane before `until` (epoch seconds), because the other side said so."""
    await session.exec(update(Lane).where(col(Lane.key) == lane, col(Lane.next_at) < until).values(next_at=until))
