"""A small whole app for the kill test: two doors (a transaction with its job, and the batched intake), one task
that posts twice. Its commands are acknowledged once they are committed.

Started as a script it imports everything once and then, for each line on its input, forks an app and prints its
process id: an app that is killed twenty times should not spend the test importing."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.clock import SystemClock
from app.db import Database
from app.jobs.engine import JobEngine
from app.jobs.intake import Intake
from app.jobs.tasks import TaskContext
from app.slack.gateway import WebSlack
from models.receipt import Receipt


def build(url: str, slack_url: str) -> FastAPI:
    """The app on this database and this Slack."""
    clock = SystemClock()
    db = Database(url)

    async def token_for(team: str) -> str:
        return "xoxb-kill"

    slack = WebSlack(slack_url, token_for, db=db, clock=clock, timeout=0.5)

    async def announce(ctx: TaskContext, args: dict[str, Any]) -> None:
        for part in ("first", "second"):

            async def send(part: str = part) -> str:
                posted = await slack.post_message(args["team"], args["channel"], part, key=f"{ctx.key}:{part}")
                return posted.ts

            await ctx.step(part, send)

    engine = JobEngine(url, db, clock, {"announce": announce}, grace=1.0)
    intake = Intake(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await engine.start()
        await intake.start()
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/command/{key}")
    async def command(key: str, team: str, channel: str) -> dict[str, str]:
        """Record the command and its job in one transaction, then acknowledge."""
        async with db.transaction() as session:
            session.add(Receipt(key=key, team_id=team, created_at=clock.now()))
            await session.flush()
            await engine.enqueue(session, "announce", key, {"team": team, "channel": channel})
        return {"ok": key}

    @app.post("/batched/{key}")
    async def batched(key: str, team: str, channel: str) -> dict[str, str]:
        """The same through the batched way in."""
        await intake.accept(key, team, "announce", {"team": team, "channel": channel}, None)
        return {"ok": key}

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return app


def main() -> None:
    """Fork an app for each line read; end, and take the latest along, when the input ends."""
    url, slack_url, port = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    child = 0
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.close(0)
            uvicorn.run(build(url, slack_url), host="127.0.0.1", port=int(port), log_level="error")
            os._exit(0)
        print(child, flush=True)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
