"""Work by the calendar: a table of jobs whose timers set themselves anew when they fire.

After downtime a job is run once, late, not once for every time that was missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import insert
from models.job import Timer

CRON_PREFIX = "cron:"


@dataclass(frozen=True)
class Every:
    """A rhythm in UTC: every `minutes` since midnight on 1 January 1970, shifted by `offset` minutes."""

    minutes: int
    offset: int = 0

    def after(self, now: datetime) -> datetime:
        """The first moment of the rhythm later than `now`."""
        period = self.minutes * 60
        shift = self.offset * 60
        seconds = (int(now.timestamp()) - shift) // period * period + period + shift
        return datetime.fromtimestamp(seconds, now.tzinfo)


def daily(hour: int, minute: int = 0) -> Every:
    """Once a day at this time, UTC."""
    return Every(24 * 60, hour * 60 + minute)


def weekly(weekday: int, hour: int, minute: int = 0) -> Every:
    """Once a week at this time, UTC; 0 is Monday."""
    # 1 January 1970 was a Thursday.
    return Every(7 * 24 * 60, (weekday - 3) % 7 * 24 * 60 + hour * 60 + minute)


@dataclass(frozen=True)
class Cron:
    """One entry of the table: a name of its own, the task to start, its rhythm and its arguments."""

    name: str
    job: str
    rhythm: Every
    args: dict[str, Any] | None = None


def nightly() -> tuple[Cron, ...]:
    """What the job engine itself does every night."""
    return (Cron("housekeeping", "jobs.housekeeping", daily(3, 7)),)


async def ensure_cron(session: AsyncSession, table: Iterable[Cron], now: datetime) -> None:
    """Bring the stored timers in line with the table: missing ones set, changed ones moved, others removed."""
    entries = {CRON_PREFIX + entry.name: entry for entry in table}
    stored = {
        timer.key: timer for timer in await session.exec(select(Timer).where(col(Timer.key).startswith(CRON_PREFIX)))
    }
    # In one order everywhere, so that processes that start at once wait for one another and not in a circle.
    for key, entry in sorted(entries.items()):
        args = {**(entry.args or {}), "rhythm": asdict(entry.rhythm)}
        timer = stored.get(key)
        if timer is None:
            fresh = {
                "job": entry.job,
                "args": args,
                "due_at": entry.rhythm.after(now),
                "state": "waiting",
                "version": 1,
            }
            # Of several processes that start at once for the first time, all find it missing.
            await session.exec(
                insert(session, Timer).values(key=key, **fresh).on_conflict_do_nothing(index_elements=["key"])
            )
        elif timer.args != args or timer.job != entry.job:
            timer.job, timer.args, timer.due_at = entry.job, args, entry.rhythm.after(now)
            timer.version += 1
    gone = [key for key in stored if key not in entries]
    if gone:
        await session.exec(delete(Timer).where(col(Timer.key).in_(gone)))
    await session.flush()


def next_occurrence(args: dict[str, Any], now: datetime) -> datetime:
    """When a timer of the table is due after `now`."""
    return Every(**args["rhythm"]).after(now)
