"""Timers: rows that are set, moved and cancelled in the caller's transaction and start a job when they are due.

A timer fires by turning its row from waiting to fired and enqueuing its job in one transaction, so however many
workers look, exactly one of them fires it, and a timer moved or cancelled a moment before does not fire at all.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.jobs import metrics
from app.jobs.after_commit import after_commit
from app.jobs.away import DATABASE_AWAY
from app.jobs.cron import CRON_PREFIX, next_occurrence
from app.jobs.loops import wait_at_most
from models.job import Timer

if TYPE_CHECKING:
    from app.jobs.engine import JobEngine

log = logging.getLogger(__name__)

AT_ONCE = 50


@dataclass(frozen=True)
class Tempo:
    """How fast a Baobab goes about it. The defaults suit Slack; tests may be in more of a hurry.

    `apart`: how long changes of one message gather until it is redrawn; Slack takes about one redraw a second.
    `look`: seconds between looks for timers that other processes set or moved.
    """

    apart: timedelta = timedelta(seconds=1)
    look: float = 1.0


TEMPO = Tempo()


class Timers:
    """The timers of one engine; setting needs no running worker, firing does.

    `apart` is for those who set timers to draw a message: how long its changes gather.
    """

    def __init__(self, engine: JobEngine, tempo: Tempo = TEMPO) -> None:
        self.apart = tempo.apart
        self._look = tempo.look
        self._engine = engine
        self._changed = asyncio.Event()

    async def set_timer(
        self, session: AsyncSession, key: str, job: str, args: dict[str, Any], due_at: datetime
    ) -> None:
        """Start `job` at `due_at`; a timer of the same key, waiting, fired or cancelled, is replaced."""
        insert = sqlite.insert if self._engine.db.on_sqlite else postgresql.insert
        fresh = {"job": job, "args": args, "due_at": due_at, "state": "waiting"}
        row = insert(Timer).values(key=key, version=1, **fresh)
        await session.exec(
            row.on_conflict_do_update(index_elements=["key"], set_={**fresh, "version": col(Timer.version) + 1})
        )
        after_commit(session, self._changed.set)

    async def move(self, session: AsyncSession, key: str, due_at: datetime) -> bool:
        """Let a timer fire at another time, again if it has fired already; False when there is none."""
        found = await session.exec(
            update(Timer)
            .where(col(Timer.key) == key, col(Timer.state) != "cancelled")
            .values(due_at=due_at, state="waiting", version=col(Timer.version) + 1)
        )
        after_commit(session, self._changed.set)
        return _rows(found) > 0

    async def cancel(self, session: AsyncSession, key: str) -> bool:
        """Let a timer never fire; False when it was not waiting (it may have started its job)."""
        found = await session.exec(
            update(Timer)
            .where(col(Timer.key) == key, col(Timer.state) == "waiting")
            .values(state="cancelled", version=col(Timer.version) + 1)
        )
        return _rows(found) > 0

    async def fire_due(self) -> int:
        """Fire what is due, at most fifty; how many this process fired."""
        now = self._engine.clock.now()
        due = select(Timer).where(col(Timer.state) == "waiting", col(Timer.due_at) <= now)
        async with self._engine.db.read_only() as session:
            timers = (await session.exec(due.order_by(col(Timer.due_at)).limit(AT_ONCE))).all()
            session.expunge_all()
        fired = 0
        for timer in timers:
            fired += await self._fire(timer, now)
        return fired

    async def _fire(self, timer: Timer, now: datetime) -> bool:
        again = next_occurrence(timer.args, now) if timer.key.startswith(CRON_PREFIX) else None
        changes: dict[str, Any] = {"state": "fired"} if again is None else {"due_at": again}
        async with self._engine.db.transaction() as session:
            claimed = await session.exec(
                update(Timer)
                .where(
                    col(Timer.id) == timer.id,
                    col(Timer.state) == "waiting",
                    col(Timer.version) == timer.version,
                    col(Timer.due_at) == timer.due_at,
                )
                .values(**changes)
            )
            if _rows(claimed) == 0:
                return False
            # A task that this version no longer has is dropped with a word, so that it does not block the others.
            if not self._engine.knows(timer.job):
                log.error("a timer is for a task that is not there", extra={"key": timer.key, "job": timer.job})
                return False
            late = max(timedelta(0), now - timer.due_at).total_seconds()
            occurrence = timer.due_at.isoformat(timespec="seconds") if again else str(timer.version)
            await self._engine.enqueue(
                session, timer.job, f"timer:{timer.key}:{occurrence}", timer.args, due_at=timer.due_at, late=late
            )
        metrics.TIMERS.inc()
        metrics.TIMER_LATENESS.observe(late)
        return True

    async def keep_firing(self) -> None:
        """Fire timers as they come due, for ever."""
        while True:
            try:
                more = await self.fire_due() >= AT_ONCE
                wait = 0.0 if more else await self._until_next()
            except DATABASE_AWAY:
                log.warning("timers wait: the database does not answer", exc_info=True)
                wait = self._look
            await wait_at_most(self._changed, max(0.01, wait))
            self._changed.clear()

    async def _until_next(self) -> float:
        first = select(Timer.due_at).where(col(Timer.state) == "waiting").order_by(col(Timer.due_at)).limit(1)
        async with self._engine.db.read_only() as session:
            due: datetime | None = (await session.exec(first)).first()
        if due is None:
            return self._look
        return min(self._look, (due - self._engine.clock.now()).total_seconds())


def _rows(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
