"""kill -9 of the whole application while people use it: nothing acknowledged is lost, nothing is done twice.

The workspace lives in the test's process and so outlives the app; the app is the real one, over HTTP both ways.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from sqlmodel import col, select

from app.clock import SystemClock
from app.db import Database
from app.jobs.store import queue_health
from app.playground import cast
from app.playground.seed import seed_database
from app.playground.slack.fake import FakeSlack
from models import Receipt, Route, RouteAct, Share
from models.job import Sent
from tests.house import INSTALLED
from tests.jobs.conftest import until
from tests.jobs.crowd import PEOPLE, Crowd, Deed

KILLS = 20
ROOT = Path(__file__).parents[2]


class Mortal:
    """The application as a process that is started and killed."""

    def __init__(self, database_url: str, slack: FakeSlack) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        slack.deliver_to(f"http://127.0.0.1:{self.port}/slack/events")
        self._settings: dict[str, Any] = {
            "database_url": database_url,
            "port": self.port,
            "slack_api_url": slack.api_url,
            "slack_bot_token": slack.token,
            "slack_signing_secret": slack.signing_secret,
        }
        self.pid = 0

    async def __aenter__(self) -> Self:
        self._forks = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("whole_app.py")),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._forks.stdin is not None
        self._forks.stdin.close()
        await self._forks.wait()
        await self._http.close()

    async def start(self, **settings: Any) -> None:
        """Start another; it is not up yet."""
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        line = json.dumps({"role": "all", "settings": {**self._settings, **settings}})
        self._forks.stdin.write(line.encode() + b"\n")
        self.pid = int(await self._forks.stdout.readline())

    async def ready(self) -> None:
        """Wait until it answers."""

        async def answers() -> bool:
            try:
                async with self._http.get(f"http://127.0.0.1:{self.port}/healthz"):
                    return True
            except aiohttp.ClientError:
                return False

        await until(answers, 30)

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)

        def gone() -> bool:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return True
            return False

        await until(gone)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_what_was_acknowledged_happens_exactly_once_however_often_the_app_dies(database_url: str) -> None:
    chance = random.Random(20)
    db = Database(database_url)
    await seed_database(db, SystemClock())
    async with FakeSlack(INSTALLED) as slack, Mortal(database_url, slack) as app:
        crowd = Crowd(slack, chance)
        # So that many a death falls between a message's going out and its answer.
        slack.fault("delay", "chat.postMessage", times=100_000, seconds=0.1)
        for number in range(KILLS):
            # The answer is in the acknowledgement, or now and then in a message that follows it.
            await app.start(answer_within=0.0 if number % 4 == 1 else 2.0)
            if number % 10 == 9:
                # Now and then before it is up.
                await asyncio.sleep(chance.uniform(0.0, 0.6))
                await app.kill()
                continue
            await app.ready()
            crowd.busy = True
            people = [asyncio.create_task(crowd.live(person)) for person in PEOPLE]
            if number % 2:
                # On a slow machine a life can be too short for an answer, and then nobody would do anything with one.
                enough = crowd.used_answers + 3
                await until(lambda enough=enough: crowd.used_answers >= enough, 20)
            await asyncio.sleep(chance.uniform(0.1, 1.2))
            crowd.busy = False
            await app.kill()
            await asyncio.gather(*people)

        await app.start(answer_within=0.0)
        await app.ready()
        deeds = await _press_again(crowd, chance)
        try:
            await _all_done(db)
        finally:
            await app.kill()
        await _each_once(db, slack, deeds)
    await db.close()


async def _press_again(crowd: Crowd, chance: random.Random) -> list[Deed]:
    """Repeat some requests, those without an acknowledgement too; a repeat is answered as the first was."""
    deeds = []
    for deed in crowd.deeds:
        if deed.acknowledged and chance.random() < 0.2:
            again = await crowd.send_again(deed)
            assert (again.acknowledged, again.delivery.json) == (True, deed.delivery.json), again.delivery
        elif not deed.acknowledged and chance.random() < 0.5:
            deed = await crowd.send_again(deed)
            assert deed.acknowledged, deed.delivery
            assert (await crowd.send_again(deed)).delivery.json == deed.delivery.json
        deeds.append(deed)
    return deeds


async def _all_done(db: Database, patience: float = 30.0) -> None:
    """Wait until nothing is left to do; fail when nothing gets done for `patience` seconds.

    How long the whole takes is the machine's affair: a channel and a person get a message a second, and the slower
    the machine, the more the lives before have left to do.
    """
    fewest = await _left_to_do(db)
    deadline = time.monotonic() + patience
    while fewest:
        await asyncio.sleep(0.1)
        left = await _left_to_do(db)
        if left < fewest:
            fewest, deadline = left, time.monotonic() + patience
        assert time.monotonic() < deadline, f"{left} things are left to do, and nothing gets done"


async def _left_to_do(db: Database) -> int:
    async with db.read_only() as session:
        queue = await queue_health(session, SystemClock().now())
        waiting = (await session.exec(select(Receipt.key).where(col(Receipt.waiting).is_(True)))).all()
    return len(waiting) + queue.waiting + queue.running + queue.delayed


async def _each_once(db: Database, slack: FakeSlack, deeds: list[Deed]) -> None:
    said = [
        one
        for channel in slack.workspace.channels.values()
        for one in channel.messages
        if one.user == cast.BOT_USER_ID and not one.deleted
    ]
    keys = Counter(str((one.metadata or {}).get("event_payload", {}).get("key")) for one in said)
    async with db.read_only() as session:
        routes = list(await session.exec(select(Route)))
        acts = list(await session.exec(select(RouteAct)))
        shares = list(await session.exec(select(Share)))
        sent = list(await session.exec(select(Sent)))
        queue = await queue_health(session, SystemClock().now())
    done = Counter((deed.kind, deed.acknowledged) for deed in deeds)
    print(dict(done), len(said), "posts")

    assert queue.failed == 0
    assert [key for key, times in keys.items() if times > 1] == []
    assert {one.key for one in sent} == set(keys)
    assert min(done["command", True], done["confirm", True], done["ask", True]) > 5

    for deed in deeds:
        own = [one for one in routes if deed.words in one.text]
        if deed.kind == "command":
            told = [one for one in slack.dm(deed.person) if _is_answer(one) and deed.words in slack.shown(one)]
            assert len(own) == 1 if deed.acknowledged else len(own) <= 1, deed
            if deed.acknowledged and "blocks" not in deed.delivery.json:
                assert len(told) == 1, deed
            elif not deed.acknowledged:
                assert len(told) == sum(one.key.startswith("late-") for one in own), deed
        elif deed.kind == "confirm":
            (share,) = [one for one in shares if deed.words == one.text]
            posts = [one for one in said if one.channel == share.channel_id and deed.words in slack.shown(one)]
            assert not deed.acknowledged or share.channel_state == "posted", deed
            assert (share.channel_state, len(posts)) in {("posted", 1), ("draft", 0)}, deed
        else:
            (route,) = own
            asked = [one.subject for one in acts if one.route_id == route.id and one.act == "asked"]
            assert asked or not deed.acknowledged, deed
            for person in asked:
                assert sum(key.startswith(f"ask:{route.key}:{person}:") for key in keys) == 1, deed
            assert sum(key.startswith(f"ask:{route.key}:") for key in keys) == len(asked), deed


def _is_answer(message: Any) -> bool:
    return str((message.metadata or {}).get("event_payload", {}).get("key")).startswith("trigger:")
