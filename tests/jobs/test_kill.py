"""kill -9 at random moments while commands arrive: what was acknowledged is posted, and nothing is posted twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Self

import aiohttp
import pytest

from app.db import Database
from tests.jobs.conftest import until
from tests.jobs.recorder import Recorder

KILLS = 20
ROOT = Path(__file__).parents[2]


class Killed:
    """The app as a process that is started and killed, and the commands that were sent to it."""

    def __init__(self, url: str, slack_url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.arguments = (url, slack_url, str(self.port))
        self.acknowledged: list[str] = []
        self.sent = 0
        self.pid = 0

    async def __aenter__(self) -> Self:
        script = str(Path(__file__).with_name("kill_app.py"))
        self.forks = await asyncio.create_subprocess_exec(
            sys.executable,
            script,
            *self.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self.forks.stdin is not None
        self.forks.stdin.close()
        await self.forks.wait()

    async def start(self) -> None:
        assert self.forks.stdin is not None
        assert self.forks.stdout is not None
        self.forks.stdin.write(b"another\n")
        self.pid = int(await self.forks.stdout.readline())

    async def ready(self, http: aiohttp.ClientSession) -> None:
        async def answers() -> bool:
            try:
                async with http.get(f"http://127.0.0.1:{self.port}/healthz"):
                    return True
            except aiohttp.ClientError:
                return False

        await until(answers, 30)

    async def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

        def gone() -> bool:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return True
            return False

        await until(gone)

    async def keep_commanding(self, http: aiohttp.ClientSession, chance: random.Random) -> None:
        """Send commands one after the other, to many channels of many workspaces so that pacing is not the limit."""
        while True:
            self.sent += 1
            key = f"cmd:{self.sent}"
            door = chance.choice(("command", "batched"))
            where = {"team": f"T{self.sent % 40}", "channel": f"C{self.sent % 120}"}
            try:
                async with http.post(f"http://127.0.0.1:{self.port}/{door}/{key}", params=where) as answer:
                    if answer.status == 200:
                        self.acknowledged.append(key)
            except (aiohttp.ClientError, ConnectionError):
                await asyncio.sleep(0.02)
            await asyncio.sleep(chance.uniform(0.02, 0.08))


@pytest.mark.slow
@pytest.mark.timeout(150)
async def test_acknowledged_commands_are_posted_exactly_once(url: str, db: Database) -> None:
    chance = random.Random(20)
    async with Recorder() as slack, aiohttp.ClientSession() as http, Killed(url, slack.url) as app:
        slack.pause = 0.02
        for number in range(KILLS):
            await app.start()
            if number % 10 == 9:
                # Now and then before it is up.
                await asyncio.sleep(chance.uniform(0.0, 0.4))
                await app.kill()
                continue
            await app.ready(http)
            people = [asyncio.create_task(app.keep_commanding(http, chance)) for _ in range(2)]
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            await app.kill()
            for person in people:
                person.cancel()
            await asyncio.gather(*people, return_exceptions=True)
        await app.start()
        await app.ready(http)
        wanted = {f"{key}:{part}" for key in app.acknowledged for part in ("first", "second")}
        try:
            await until(lambda: wanted <= set(slack.keys()), 40)
            await asyncio.sleep(1.0)
        finally:
            await app.kill()
        posted = Counter(slack.keys())
        print(f"{app.sent} sent, {len(app.acknowledged)} acknowledged, {sum(posted.values())} posted")
        assert len(app.acknowledged) > 50
        assert wanted - posted.keys() == set()
        assert [key for key, times in posted.items() if times > 1] == []
