"""Work outlives its worker: what a silent executor held is taken over; operators see, retry and cancel jobs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from app.db import Database
from app.errors import NotFound, Refused
from app.jobs.inspect import cancel_job, list_jobs, looking_into, retry_job
from app.jobs.tasks import TaskContext
from models.job import Beat
from tests.jobs.conftest import Running, until

DIES = """
import asyncio, os, sys
from app.clock import SystemClock
from app.db import Database
from app.jobs.engine import JobEngine

async def task(ctx, args):
    async def say(): pass
    await ctx.step("say", say)
    print("started", flush=True)
    await ctx.sleep(600)

async def main():
    db = Database(sys.argv[1])
    engine = JobEngine(sys.argv[1], db, SystemClock(), {"long": task})
    await engine.start()
    async with db.transaction() as session:
        await engine.enqueue(session, "long", "l:1", {})
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_the_work_of_a_killed_process_is_taken_over(url: str, running: Running, db: Database) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, url, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await asyncio.wait_for(process.stdout.readline(), 20)) == b"started\n"
    process.kill()
    await process.wait()
    said: list[str] = []
    finished: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        async def say() -> None:
            said.append(ctx.key)

        await ctx.step("say", say)
        finished.append(ctx.key)

    async with running({"long": task}, grace=1.0):
        await until(lambda: finished)
    # The step was done and remembered; only what was left is done here.
    assert (said, finished) == ([], ["l:1"])


async def test_a_living_executor_keeps_its_work(running: Running, db: Database) -> None:
    runs: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        runs.append(ctx.key)
        await asyncio.sleep(2.5)

    async with running({"slow": task}, grace=1.0) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "slow", "s:1", {})
        await asyncio.sleep(2.2)
    assert runs == ["s:1"]


async def test_operators_see_why_a_job_failed_and_can_try_it_again(url: str, running: Running, db: Database) -> None:
    steps: list[str] = []
    archived = True

    async def first() -> str:
        steps.append("first")
        return "done"

    async def second() -> str:
        if archived:
            raise Refused("The channel is archived; xoxb-1-secret was used.")
        steps.append("second")
        return "done"

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        await ctx.step("first", first)
        await ctx.step("second", second)

    async with running({"post": task}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "post", "p:1", {})
        await until(lambda: list_jobs(engine.client, "failed"))
        with looking_into(url) as client:
            (job,) = await list_jobs(client, "failed")
            assert (job.key, job.name, job.state, job.attempts) == ("p:1", "post", "failed", 1)
            assert job.last_error == "The channel is archived; [token] was used."
            archived = False
            await retry_job(client, "p:1")
        await until(lambda: steps == ["first", "second"])
        await until(lambda: list_jobs(engine.client, "done"))
        with pytest.raises(Refused):
            await retry_job(engine.client, "p:1")
        with pytest.raises(NotFound):
            await cancel_job(engine.client, "p:9")


async def test_a_waiting_job_can_be_cancelled(running: Running, db: Database) -> None:
    runs: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        runs.append(ctx.key)

    async with running({"post": task}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "post", "p:1", {}, delay=timedelta(seconds=1))
        (job,) = await list_jobs(engine.client, "waiting")
        assert job.until is not None
        await cancel_job(engine.client, "p:1")
        await asyncio.sleep(1.5)
        assert [job.key for job in await list_jobs(engine.client, "cancelled")] == ["p:1"]
    assert runs == []


async def test_a_job_under_way_shows_its_attempts(running: Running, db: Database) -> None:
    async def away() -> None:
        raise ConnectionError("no route to host")

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        await ctx.step("post", away)

    async with running({"post": task}) as engine:
        async with db.transaction() as session:
            await engine.enqueue(session, "post", "p:1", {})

        async def tried_twice() -> bool:
            jobs = await list_jobs(engine.client, "running")
            return bool(jobs) and jobs[0].attempts >= 2 and "no route to host" in jobs[0].last_error

        await until(tried_twice)
        await cancel_job(engine.client, "p:1")


async def test_a_beat_that_stops_is_noticed(running: Running, db: Database) -> None:
    """An executor whose row is gone, or old, holds nothing any more."""
    done: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        done.append(ctx.key)

    async with running({"x": task}, "web") as web:
        async with db.transaction() as session:
            await web.enqueue(session, "x", "x:1", {})
            await session.exec(delete(Beat))
            schema = "" if db.on_sqlite else "dbos."
            connection = await session.connection()
            await connection.exec_driver_sql(
                f"update {schema}workflow_status set status = 'PENDING', executor_id = 'ghost', owner_xid = 'z'"
            )
            session.add(Beat(executor="ghost", at=0))
        async with db.transaction() as session:
            await session.exec(update(Beat).where(col(Beat.executor) == "ghost").values(at=1.0))
    async with running({"x": task}, grace=1.0):
        await until(lambda: done)
    assert done == ["x:1"]


async def test_a_job_that_ends_every_process_is_cancelled_in_the_end(running: Running, db: Database) -> None:
    done: list[str] = []

    async def task(ctx: TaskContext, args: dict[str, Any]) -> None:
        done.append(ctx.key)

    async with running({"x": task}, "web") as web:
        async with db.transaction() as session:
            await web.enqueue(session, "x", "x:1", {})
            schema = "" if db.on_sqlite else "dbos."
            connection = await session.connection()
            await connection.exec_driver_sql(
                f"update {schema}workflow_status set status = 'PENDING', executor_id = 'ghost', owner_xid = 'z'"
            )
        await web.client.update_workflow_attributes_async("x:1", {"takeovers": 25})
    async with running({"x": task}, grace=1.0) as engine:
        await until(lambda: list_jobs(engine.client, "cancelled"))
        (job,) = await list_jobs(engine.client, "cancelled")
    assert done == []
    assert "25 processes" in job.last_error
