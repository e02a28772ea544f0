"""Timers by a clock that the test holds: moved, cancelled, late, and fired once by two who look at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from app.clock import StillClock
from app.db import Database
from app.jobs.cron import Cron, Every, daily, ensure_cron, weekly
from app.jobs.engine import JobEngine
from app.jobs.tasks import TaskContext
from app.jobs.timers import Timers
from models.job import Timer
from tests.jobs.conftest import Running, until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Rings:
    """A task that notes what rang and how late."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, timedelta]] = []

    async def __call__(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        self.heard.append((args.get("what", ctx.key), ctx.late))


async def set_one(engine: JobEngine, db: Database, key: str = "huddle:1", due: datetime = NOON + HOUR) -> None:
    async with db.transaction() as session:
        await engine.timers.set_timer(session, key, "ring", {"what": key}, due)


async def test_a_timer_fires_when_it_is_due_and_once(running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, clock=clock) as engine:
        await set_one(engine, db)
        assert await engine.timers.fire_due() == 0
        clock.move(HOUR)
        await until(lambda: rings.heard)
        clock.move(HOUR)
        assert await engine.timers.fire_due() == 0
    assert rings.heard == [("huddle:1", timedelta(0))]


async def test_a_moved_timer_fires_at_its_new_time_only(running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, clock=clock) as engine:
        await set_one(engine, db)
        async with db.transaction() as session:
            assert await engine.timers.move(session, "huddle:1", NOON + 2 * HOUR)
            assert not await engine.timers.move(session, "huddle:9", NOON)
        clock.move(HOUR)
        assert await engine.timers.fire_due() == 0
        clock.move(HOUR)
        await until(lambda: rings.heard)
    assert len(rings.heard) == 1


async def test_a_cancelled_timer_never_fires(running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, clock=clock) as engine:
        await set_one(engine, db)
        await set_one(engine, db, "huddle:2")
        async with db.transaction() as session:
            assert await engine.timers.cancel(session, "huddle:1")
            assert not await engine.timers.cancel(session, "huddle:1")
        clock.move(HOUR)
        await until(lambda: rings.heard)
    assert [what for what, _ in rings.heard] == ["huddle:2"]


async def test_a_timer_that_was_set_in_a_failed_transaction_is_not_there(running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, clock=clock) as engine:
        try:
            async with db.transaction() as session:
                await engine.timers.set_timer(session, "huddle:1", "ring", {}, NOON)
                raise KeyError
        except KeyError:
            pass
        assert await engine.timers.fire_due() == 0


async def test_after_downtime_a_timer_fires_late_and_says_so(running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, "web", clock=clock) as web:
        await set_one(web, db)
    clock.move(3 * HOUR)
    async with running({"ring": rings}, clock=clock):
        await until(lambda: rings.heard)
    assert rings.heard == [("huddle:1", 2 * HOUR)]


async def test_a_timer_for_a_task_that_is_gone_does_not_stop_the_others(running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, clock=clock) as engine:
        await set_one(engine, db)
        async with db.transaction() as session:
            await engine.timers.set_timer(session, "old", "gone", {}, NOON)
        clock.move(HOUR)
        await until(lambda: rings.heard)
        assert await engine.timers.fire_due() == 0


async def test_two_who_look_at_once_fire_it_once(url: str, running: Running, db: Database) -> None:
    clock, rings = StillClock(NOON), Rings()
    async with running({"ring": rings}, clock=clock) as engine, running({"ring": rings}, "web", clock=clock) as other:
        for number in range(10):
            await set_one(engine, db, f"huddle:{number}")
        clock.move(HOUR)
        lookers = [engine.timers, other.timers, Timers(engine), Timers(other)]
        await asyncio.gather(*(looker.fire_due() for looker in lookers))
        await until(lambda: len(rings.heard) >= 10)
        await asyncio.sleep(0.2)
    assert sorted(what for what, _ in rings.heard) == sorted(f"huddle:{number}" for number in range(10))


async def test_a_job_by_the_calendar_runs_at_each_time_and_once_after_downtime(
    running: Running, db: Database
) -> None:
    clock, rings = StillClock(NOON), Rings()
    table = [Cron("bells", "ring", Every(60), {"what": "bells"})]
    async with running({"ring": rings}, clock=clock, cron=table):
        clock.move(HOUR)
        await until(lambda: len(rings.heard) == 1)
    clock.move(timedelta(days=1))
    async with running({"ring": rings}, clock=clock, cron=table):
        await until(lambda: len(rings.heard) == 2)
        clock.move(HOUR)
        await until(lambda: len(rings.heard) == 3)
    assert rings.heard[1][1] == timedelta(hours=23)


def test_rhythms() -> None:
    assert daily(3, 7).after(NOON) == datetime(2026, 3, 3, 3, 7, tzinfo=UTC)
    assert daily(12).after(NOON) == NOON + timedelta(days=1)
    assert weekly(0, 9).after(NOON) == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert weekly(2, 9, 30).after(NOON) == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


async def test_processes_that_start_at_once_for_the_first_time_set_each_timer_once(db: Database) -> None:
    table = (Cron("ring", "ring", daily(3, 7)), Cron("often", "ring", Every(15)))
    ready = asyncio.Barrier(5)

    async def start() -> None:
        async with db.transaction() as session:
            if not db.on_sqlite:
                # All have begun, and none has set anything; SQLite lets one in after the other.
                await session.exec(select(Timer.key))
                await ready.wait()
            await ensure_cron(session, table, NOON)

    await asyncio.gather(*(start() for _ in range(5)))
    async with db.read_only() as session:
        assert sorted(await session.exec(select(Timer.key))) == ["cron:often", "cron:ring"]
