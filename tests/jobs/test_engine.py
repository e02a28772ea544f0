"""Jobs: rows of the caller's transaction that run once, wait durably and tell why they failed."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import Database, sync_url
from app.errors import Refused, Unavailable
from app.jobs import metrics
from app.jobs.tasks import TaskContext
from models.job import Beat, Sent
from tests.jobs.conftest import Running, until


class Diary:
    """A task that writes down its runs."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, dict[str, Any]]] = []

    async def __call__(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        self.runs.append((ctx.key, args))


async def test_a_job_starts_at_once_after_the_commit(running: Running, db: Database) -> None:
    diary = Diary()
    async with running({"greet": diary}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "greet", "warm-up", {})
        await until(lambda: diary.runs)
        began = time.monotonic()
        async with db.transaction() as session:
            await engine.enqueue(session, "greet", "g:1", {"who": "Amina"})
        await until(lambda: len(diary.runs) == 2)
        assert time.monotonic() - began < 0.4
    assert diary.runs[1] == ("g:1", {"who": "Amina"})


async def test_a_job_of_a_rolled_back_transaction_never_was(running: Running, db: Database) -> None:
    diary = Diary()
    async with running({"greet": diary}) as engine:
        with pytest.raises(Refused):
            async with db.transaction() as session:
                await engine.enqueue(session, "greet", "g:1", {})
                raise Refused("no")
        async with db.transaction() as session:
            await engine.enqueue(session, "greet", "g:2", {})
        await until(lambda: diary.runs)
        assert (await engine.health()).waiting == 0
    assert [key for key, _ in diary.runs] == ["g:2"]


async def test_the_same_key_again_changes_nothing(running: Running, db: Database) -> None:
    diary = Diary()
    async with running({"greet": diary}) as engine:
        for text in ("first", "second"):
            async with db.transaction() as session:
                await engine.enqueue(session, "greet", "g:1", {"text": text})
            await until(lambda: diary.runs)
        async with db.transaction() as session:
            await engine.enqueue(session, "greet", "g:2", {})
        await until(lambda: len(diary.runs) == 2)
    assert [key for key, _ in diary.runs] == ["g:1", "g:2"]
    assert diary.runs[0][1] == {"text": "first"}


async def test_a_delayed_job_waits(running: Running, db: Database) -> None:
    diary = Diary()
    async with running({"greet": diary}) as engine:
        began = time.monotonic()
        async with db.transaction() as session:
            await engine.enqueue(session, "greet", "g:1", {}, delay=timedelta(seconds=1))
        assert (await engine.health()).delayed == 1
        await until(lambda: diary.runs)
    assert time.monotonic() - began > 0.9


async def test_the_web_role_enqueues_and_runs_nothing(running: Running, db: Database) -> None:
    diary = Diary()
    async with running({"greet": diary}, "web") as web:
        async with db.transaction() as session:
            await web.enqueue(session, "greet", "g:1", {})
        assert (await web.health()).waiting == 1
    assert diary.runs == []
    async with running({"greet": diary}, "worker"):
        await until(lambda: diary.runs)


async def test_a_step_is_tried_again_while_the_neighbour_is_away(running: Running, db: Database) -> None:
    calls: list[float] = []

    async def moody() -> str:
        calls.append(time.monotonic())
        if len(calls) < 3:
            raise Unavailable("Slack asks to wait", retry_after=0.3) if len(calls) == 1 else ConnectionError("reset")
        return "sent"

    results: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        results.append(await ctx.step("send", moody))

    async with running({"send": task}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "send", "s:1", {})
        await until(lambda: results)
    assert results == ["sent"]
    assert calls[1] - calls[0] >= 0.3


async def test_what_is_refused_fails_with_its_reason(running: Running, db: Database) -> None:
    calls: list[int] = []

    async def refused() -> None:
        calls.append(1)
        raise Refused("the channel is archived; unarchive it, token xoxb-123-abc")

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        await ctx.step("post", refused)

    before = metrics.REGISTRY.get_sample_value("baobab_jobs_total", {"job": "post", "outcome": "failed"}) or 0
    async with running({"post": task}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "post", "p:1", {})

        async def failed() -> bool:
            return (await engine.health()).failed == 1

        await until(failed)
    assert calls == [1]
    assert metrics.REGISTRY.get_sample_value("baobab_jobs_total", {"job": "post", "outcome": "failed"}) == before + 1


async def test_finished_steps_are_not_repeated_after_a_restart(running: Running, db: Database) -> None:
    first: list[str] = []
    second: list[str] = []
    hold = True

    async def one() -> str:
        first.append("done")
        return "one"

    async def two() -> str:
        if hold:
            raise ConnectionError("still away")
        second.append("done")
        return "two"

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        await ctx.step("one", one)
        await ctx.step("two", two)

    async with running({"both": task}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "both", "b:1", {})
        await until(lambda: first)
    hold = False
    async with running({"both": task}, grace=1.0):
        await until(lambda: second)
    assert (first, second) == (["done"], ["done"])


async def test_housekeeping_forgets_what_is_old(running: Running, db: Database) -> None:
    from datetime import UTC, datetime

    from app.jobs.housekeeping import sweep

    diary = Diary()
    async with running({"greet": diary}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "greet", "g:1", {})
            session.add(Sent(key="old", channel="C1", created_at=datetime(2020, 1, 1, tzinfo=UTC)))

        async def over() -> bool:
            # In this order: before it ran, the job was not running either.
            if not diary.runs:
                return False
            health = await engine.health()
            return not health.running and not health.waiting

        await until(over)
        gone = await sweep(db, engine.client, datetime.now(UTC) + timedelta(days=31))
        assert gone["jobs"] == 1
        assert gone["sent"] == 1
        again = await sweep(db, engine.client, datetime.now(UTC))
        assert set(again.values()) == {0} or again["beats"] == 0


async def test_a_locked_database_does_not_keep_an_engine_from_stopping(running: Running, url: str) -> None:
    held = sa.create_engine(sync_url(url), poolclass=sa.NullPool).connect()
    async with running({}) as engine:
        if url.startswith("sqlite"):
            held.exec_driver_sql("begin immediate")
        else:
            held.exec_driver_sql("lock table beat in access exclusive mode")
    with held:
        # It stopped, and left its sign of life: by its silence others see that it has ended.
        assert held.execute(sa.select(Beat.executor)).scalars().all() == [engine.executor]
