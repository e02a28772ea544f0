"""Three worker processes on one database: each reminder of a huddle is sent once, whoever fires it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.clock import SystemClock
from app.db import Database
from app.huddles.rows import ensure_slots
from app.huddles.rules import local_text
from app.huddles.scheduling import set_timers
from app.jobs.engine import JobEngine
from models import Beat, Huddle, HuddleRsvp, Member, Workspace
from tests.jobs.conftest import until
from tests.jobs.recorder import Recorder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
WORKERS, HUDDLES = 3, 4
PEOPLE = tuple(f"U{number:09}" for number in range(1, 6))


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    async with Recorder() as one:
        yield one


async def test_three_processes_send_each_reminder_once(database_url: str, db: Database, recorder: Recorder) -> None:
    clock = SystemClock()
    async with db.transaction() as session:
        workspace = Workspace(team_id="T0TEST0001", name="Test", created_at=clock.now())
        session.add(workspace)
        await session.flush()
        workspace_id = int(workspace.id or 0)
        # It is about noon where they live, whenever this runs: nobody's quiet hours.
        ahead = 12 - clock.now().hour
        zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
        for person in (*PEOPLE, "U0HOST0001"):
            session.add(Member(workspace_id=workspace_id, slack_id=person, zone=zone, seen_at=clock.now()))
    settings = {
        "database_url": database_url,
        "slack_api_url": recorder.url,
        "slack_bot_token": "xoxb-test",
        "slack_signing_secret": "secret",
        "secret_key": "secret",
    }
    async with _workers(settings):
        await until(lambda: _beating(db), seconds=90)
        engine = JobEngine(database_url, db, clock, {"huddle.remind": _never, "huddle.turn": _never}, "web")
        await engine.start()
        try:
            await _plan(db, engine, clock, workspace_id)
            await until(lambda: len(recorder.messages) >= HUDDLES * 4, seconds=60)
            # Time for whoever would send a second one.
            await asyncio.sleep(2.5)
        finally:
            await engine.stop(patience=0)
    keys = recorder.keys()
    sent = Counter((key.split(":")[1], key.split(":")[-1]) for key in keys)
    assert set(sent.values()) == {1}
    # Four said yes or maybe, the fifth declined.
    assert len(sent) == HUDDLES * 4
    assert {person for _, person in sent} == set(PEOPLE[:4])


async def _plan(db: Database, engine: JobEngine, clock: SystemClock, workspace_id: int) -> None:
    """Huddles that begin in a quarter of an hour and a moment, so that their reminders are due at once."""
    now = clock.now()
    # Wall times are kept to the minute: the next full one, a quarter of an hour on.
    starts = (now + timedelta(minutes=16)).replace(second=0, microsecond=0)
    if starts - timedelta(minutes=15) - now < timedelta(seconds=1):
        starts += timedelta(minutes=1)
    async with db.transaction() as session:
        for number in range(HUDDLES):
            huddle = Huddle(
                workspace_id=workspace_id,
                key=f"huddle{number}",
                title="Clinic",
                host="U0HOST0001",
                channel_id="C000000001",
                starts_local=local_text(starts.replace(tzinfo=None)),
                state="planned",
                created_at=now,
                updated_at=now,
            )
            session.add(huddle)
            await session.flush()
            (slot,) = await ensure_slots(session, huddle, now)
            for person, said in zip(PEOPLE, ("yes", "maybe", "yes", "yes", "no"), strict=True):
                session.add(
                    HuddleRsvp(
                        workspace_id=workspace_id, slot_id=slot.id or 0, slack_id=person, answer=said, updated_at=now
                    )
                )
            # Due in a moment, not in up to a minute.
            await set_timers(engine.timers, session, "T0TEST0001", [slot], now)
            await engine.timers.move(session, f"huddle:{slot.key}:soon", now + timedelta(seconds=1))


@asynccontextmanager
async def _workers(settings: dict[str, Any]) -> AsyncIterator[None]:
    """Worker processes while this lasts, forked from one, so that the imports are paid for once."""
    forks = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("whole_app.py")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert forks.stdin is not None
    assert forks.stdout is not None
    pids = []
    try:
        for port in _free_ports(WORKERS):
            line = json.dumps({"role": "worker", "settings": {**settings, "port": port}})
            forks.stdin.write(line.encode() + b"\n")
            pids.append(int(await forks.stdout.readline()))
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        await until(lambda: not any(_lives(pid) for pid in pids))
        forks.stdin.close()
        await forks.wait()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _beating(db: Database) -> bool:
    async with db.read_only() as session:
        return len((await session.exec(select(Beat))).all()) >= WORKERS


async def _never(*_: object) -> None:
    raise AssertionError("only the workers work")


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports
