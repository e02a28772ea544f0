"""How dear is durability? Requests taken in and jobs enqueued a second, against plain inserts in the same run.

    .venv/bin/python -m bench.jobs [DATABASE_URL …] [--seconds 3] [--callers 16]

The floor is a single-row INSERT with its own commit by each caller on the raw driver's pool, as a hand-written
program would do it. Without a URL a fresh SQLite file is used. Jobs do not run here (role `web`): with workers in
the same process the rates compete for the processor.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlmodel import SQLModel

import models  # noqa: F401 - fills the metadata
from app.clock import SystemClock
from app.db import Database
from app.jobs.engine import JobEngine
from app.jobs.intake import Intake
from app.jobs.tasks import TaskContext

ARGS = {"text": "x" * 600, "user": "U0AMINA001", "channel": "C0MALARIA1"}


async def nothing(ctx: TaskContext, args: dict[str, object]) -> None:
    """A task with nothing to do."""


async def rate(
    callers: int, seconds: float, act: Callable[[int], Awaitable[object]]
) -> tuple[float, float, float, float]:
    """Calls a second by so many callers at once; median and 99th percentile of a call, and processor time a call,
    in milliseconds. The last tells most on a machine that others use too."""
    took: list[float] = []
    number = 0
    until = time.perf_counter() + seconds

    async def caller() -> None:
        nonlocal number
        while (began := time.perf_counter()) < until:
            number += 1
            await act(number)
            took.append(time.perf_counter() - began)

    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    passed, spent = time.perf_counter() - began, time.process_time() - spent
    took.sort()
    return (
        len(took) / passed,
        took[len(took) // 2] * 1000,
        took[int(len(took) * 0.99)] * 1000,
        spent / len(took) * 1000,
    )


async def measure(url: str, callers: int, seconds: float) -> None:
    """Print one line for each way in."""
    db = Database(url)
    async with db.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
        await connection.execute(text("create table if not exists floor (k varchar(255) primary key, v text)"))
    engine = JobEngine(url, db, SystemClock(), {"note": nothing}, "web")
    await engine.start()
    intake = Intake(engine)
    await intake.start()
    run = f"{time.time():.0f}"
    plain = text("insert into floor (k, v) values (:k, :v)")

    async def floor(number: int) -> None:
        async with db.engine.begin() as connection:
            await connection.execute(plain, {"k": f"f:{run}:{number}", "v": ARGS["text"]})

    async def accept(number: int) -> None:
        await intake.accept(f"a:{run}:{number}", "T1", None, {}, ARGS)

    async def accept_work(number: int) -> None:
        await intake.accept(f"w:{run}:{number}", "T1", "note", ARGS, None)

    async def enqueue(number: int) -> None:
        async with db.transaction() as session:
            await engine.enqueue(session, "note", f"e:{run}:{number}", ARGS)

    print(f"{db.url.get_backend_name()}, {callers} callers, {seconds:g} s each")
    base = 0.0
    for name, act in (
        ("plain insert (floor)", floor),
        ("intake, receipt only", accept),
        ("job in a transaction", enqueue),
        # Last, since its jobs go on being started in the background.
        ("intake, with its job", accept_work),
    ):
        speed, median, slow, own = await rate(callers, seconds, act)
        base = base or speed
        print(
            f"  {name:22} {speed:7.0f}/s  x{speed / base:5.2f}  p50 {median:5.1f}  p99 {slow:5.1f}  cpu {own:5.2f} ms"
        )
    await intake.stop()
    await engine.stop()
    await db.close()


def main() -> None:
    """Measure each database named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--callers", type=int, default=16)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in said.urls or [f"sqlite:///{folder}/bench.db"]:
            asyncio.run(measure(url, said.callers, said.seconds))


if __name__ == "__main__":
    main()
