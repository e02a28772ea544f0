"""Stopping: what is awake may end, what sleeps until a later attempt is left to whoever runs next, at once."""

from __future__ import annotations

import asyncio
import time

import pytest

from app.clock import SystemClock
from app.db import Database
from app.jobs import engine as engines
from app.jobs.engine import JobEngine
from app.jobs.store import queue_health
from app.jobs.tasks import TaskContext
from tests.jobs.conftest import Running, until


class Slow:
    """A task whose one step takes so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.began = self.ended = False

    async def __call__(self, ctx: TaskContext, args: dict[str, object]) -> None:
        async def work() -> None:
            self.began = True
            await asyncio.sleep(self.seconds)
            self.ended = True

        await ctx.step("work", work)


async def begin(engine: JobEngine, db: Database, name: str) -> None:
    async with db.transaction() as session:
        await engine.enqueue(session, name, f"{name}:1", {})


async def stopped(engine: JobEngine, patience: float = 20.0) -> float:
    """Stop; how many seconds that took."""
    began = time.monotonic()
    await engine.stop(patience=patience)
    return time.monotonic() - began


async def left(db: Database) -> int:
    """How many jobs are begun and not over."""
    async with db.read_only() as session:
        return (await queue_health(session, SystemClock().now())).running


async def test_a_running_job_may_end_and_is_written_down(running: Running, db: Database) -> None:
    task = Slow(0.5)
    async with running({"slow": task}) as engine:
        await begin(engine, db, "slow")
        await until(lambda: task.began)
        assert await stopped(engine) < 10
    assert task.ended
    assert await left(db) == 0


async def test_a_job_that_sleeps_until_a_later_attempt_holds_nobody_up(running: Running, db: Database) -> None:
    asleep = asyncio.Event()

    async def sleepy(ctx: TaskContext, args: dict[str, object]) -> None:
        asleep.set()
        await ctx.sleep(60)

    async with running({"sleepy": sleepy}) as engine:
        await begin(engine, db, "sleepy")
        await asyncio.wait_for(asleep.wait(), 30)
        assert await stopped(engine) < 10
    assert await left(db) == 1


async def test_patience_ends_and_the_job_is_left_to_others(running: Running, db: Database) -> None:
    task = Slow(60)
    async with running({"slow": task}) as engine:
        await begin(engine, db, "slow")
        await until(lambda: task.began)
        assert await stopped(engine, patience=0.2) < 10
    assert not task.ended
    assert await left(db) == 1


async def test_when_dbos_has_changed_inside_it_waits_by_itself(
    running: Running, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise AttributeError("background_thread_stop_events")

    monkeypatch.setattr(engines, "stop_claiming", gone)
    task = Slow(0.5)
    async with running({"slow": task}) as engine:
        await begin(engine, db, "slow")
        await until(lambda: task.began)
        assert await stopped(engine) < 10
    assert task.ended
    assert await left(db) == 0
