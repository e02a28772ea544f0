"""Two thousand people vote on one poll at once, each twice, through two processes; some requests come twice.

    python -m bench.polls [--voters 2000] [--rate 200] [--kills 3] [--secret]

First without a mishap, for the times; then the same with a `kill -9` of one process or the other now and then, which
is started again. Requests go through the real door: signature, Bolt, ballot box. A person whose click was not
acknowledged clicks again, as people do. In the end votes, what the message shows, and Slack's limits are checked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from sqlmodel import col, delete, select

from app.clock import SystemClock
from app.db import Database
from app.members.rules import Profile
from app.members.service import note_members
from app.playground import cast
from app.playground.slack.config import SlackConfig
from app.playground.slack.fake import FakeSlack
from app.slack.manifest import manifest
from app.slack.signature import sign
from app.slack.views.polls import ids
from bench.load import HOST
from bench.serving import databases, free_port, start
from models import Poll, PollVote, Receipt, Workspace

SECRET = "bench"
WARM_UP = 100
INSTALLED = SlackConfig().with_manifest(manifest("https://baobab.example.org"))
OPTIONS = ("Very", "Somewhat", "Not")


@dataclass
class Crowd:
    """Who wants what, what was acknowledged, and how long that took (seconds)."""

    slack_secret: str
    sink: str
    poll: str = ""
    ports: list[int] = field(default_factory=list)
    wanted: dict[str, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    again: int = 0
    number: int = 0

    def request(self, person: str, option: int) -> tuple[bytes, dict[str, str]]:
        """One click as Slack sends it."""
        self.number += 1
        payload = {
            "type": "block_actions",
            "user": {"id": person, "username": "somebody", "team_id": cast.TEAM_ID},
            "team": {"id": cast.TEAM_ID, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
            "api_app_id": cast.APP_ID,
            "token": "x",
            "trigger_id": f"{self.number}.1.bench{random.randrange(1 << 40)}",
            "response_url": self.sink,
            "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0GENERAL1"},
            "channel": {"id": "C0GENERAL1", "name": "general"},
            "actions": [
                {
                    "type": "button",
                    "action_id": ids.VOTE,
                    "block_id": f"option-{option}",
                    "value": f"1|{self.poll}|0|{option}",
                    "text": {"type": "plain_text", "text": "Vote"},
                    "action_ts": "1.2",
                }
            ],
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        stamp = str(int(time.time()))
        return body, {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(self.slack_secret, stamp, body),
        }

    async def vote(self, http: aiohttp.ClientSession, person: str, option: int, due: float, *, twice: bool) -> None:
        """Click until it is acknowledged; sometimes the same request arrives a second time."""
        self.wanted[person] = option
        began = due
        while True:
            body, headers = self.request(person, option)
            if await self._sent(http, body, headers):
                break
            self.again += 1
            await asyncio.sleep(0.3)
            began = time.perf_counter()
        self.times.append(time.perf_counter() - began)
        if twice:
            await self._sent(http, body, headers)

    async def _sent(self, http: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> bool:
        port = random.choice(self.ports)
        try:
            async with http.post(f"http://{HOST}:{port}/slack/events", data=body, headers=headers) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False


async def people_of(url: str, number: int) -> list[str]:
    """Members for the crowd."""
    people = [f"UBENCH{one:05}" for one in range(number)]
    db = Database(url)
    async with db.transaction() as session:
        workspace = (await session.exec(select(Workspace))).one()
        profiles = [Profile(one, cast.TEAM_ID, one, "Africa/Nairobi") for one in people]
        await note_members(session, workspace.id or 0, profiles, SystemClock().now())
        await session.exec(delete(Poll))
        await session.exec(delete(Receipt).where(col(Receipt.waiting).is_(False)))
    await db.close()
    return people


async def one_run(url: str, said: argparse.Namespace, *, kills: int) -> str:
    """Everything once; a line for the table. SystemExit when a vote is lost, or counted twice, or shown wrongly."""
    people = await people_of(url, said.voters)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(INSTALLED, limits="real"))
        confirmations = await stack.enter_async_context(sink())
        crowd = Crowd(slack.signing_secret, confirmations)
        settings = {
            "database_url": url,
            "slack_api_url": slack.api_url,
            "slack_bot_token": slack.token,
            "slack_signing_secret": slack.signing_secret,
            "secret_key": SECRET,
            "encoders": "off",
        }
        crowd.ports = [free_port(), free_port()]
        processes = [await start("all", port, **settings) for port in crowd.ports]
        slack.deliver_to(f"http://{HOST}:{crowd.ports[0]}/slack/events")
        try:
            text = '"How useful was the webinar?" ' + " ".join(f'"{one}"' for one in OPTIONS)
            await slack.command(
                "claire", "/pulse-poll", text + (" --secret --results always" if said.secret else ""), "general"
            )
            db = Database(url)
            await slack.until(lambda: _board(slack) is not None, 30)
            crowd.poll = await _key(db)
            killer = asyncio.create_task(_kill(processes, crowd, settings, kills, said))
            began = time.perf_counter()
            await _everybody(crowd, people, said)
            took = time.perf_counter() - began
            await killer
            await _checked(db, slack, crowd, people, said)
            await db.close()
        finally:
            for process in processes:
                if process.returncode is None:
                    process.send_signal(signal.SIGKILL)
                    await process.wait()
    times = sorted(crowd.times)
    updates = len(slack.calls("chat.update"))
    return (
        f"{len(times)} votes in {took:.0f} s, p50 {times[len(times) // 2] * 1000:.0f} ms, "
        f"p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms; "
        f"{crowd.again} clicked again; {updates} updates of the message; all counted once"
    )


async def _everybody(crowd: Crowd, people: list[str], said: argparse.Namespace) -> None:
    chance = random.Random(11)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=128), timeout=aiohttp.ClientTimeout(total=10)
    ) as http:
        # A process that has just started reads much for the first time; these votes are not timed.
        for number in range(WARM_UP):
            await crowd.vote(http, people[number % len(people)], 1, time.perf_counter(), twice=False)
        crowd.times.clear()
        began = time.perf_counter()
        tasks = []
        # Everybody votes, then everybody moves; nobody moves before their first vote is acknowledged.
        first: dict[str, asyncio.Task[None]] = {}
        for number in range(2 * len(people)):
            person, due = people[number % len(people)], began + number / said.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if person in first and not first[person].done():
                await first[person]
            option, twice = chance.randint(1, len(OPTIONS)), chance.random() < 0.05
            first[person] = asyncio.create_task(crowd.vote(http, person, option, due, twice=twice))
            tasks.append(first[person])
        await asyncio.gather(*tasks)


async def _kill(
    processes: list[asyncio.subprocess.Process],
    crowd: Crowd,
    settings: dict[str, Any],
    kills: int,
    said: argparse.Namespace,
) -> None:
    whole = 2 * said.voters / said.rate
    for number in range(kills):
        await asyncio.sleep(whole / (kills + 1))
        at = number % len(processes)
        port = crowd.ports[at]
        processes[at].send_signal(signal.SIGKILL)
        await processes[at].wait()
        # The other one takes what comes until this one is back.
        crowd.ports = [one for one in crowd.ports if one != port]
        processes[at] = await start("all", port, **settings)
        crowd.ports.insert(at, port)


async def _checked(db: Database, slack: FakeSlack, crowd: Crowd, people: list[str], said: argparse.Namespace) -> None:
    async with db.read_only() as session:
        rows = [(one.voter, one.option) for one in await session.exec(select(PollVote))]
    tally, wanted = Counter(option for _, option in rows), Counter(crowd.wanted.values())
    wrong = len(rows) != len(people) or tally != wanted
    if not said.secret:
        wrong = wrong or dict(rows) != crowd.wanted
    if wrong:
        raise SystemExit(f"counted {dict(tally)} of {len(rows)}, wanted {dict(wanted)} of {len(people)}")
    lines = [f"{wanted[number]} · " for number in range(1, len(OPTIONS) + 1)]

    def shown() -> bool:
        text = _board(slack) or ""
        return all(line in text for line in lines) and f"{len(people)} people voted" in text

    try:
        await slack.until(shown, 60)
    except TimeoutError:
        raise SystemExit(f"the message shows {_board(slack)}, wanted {lines}") from None
    if refused := [one for one in slack.calls() if one.status == 429]:
        raise SystemExit(f"Slack refused {len(refused)} calls: too many")


def _board(slack: FakeSlack) -> str | None:
    found = [one for one in slack.messages("general") if one.user == cast.BOT_USER_ID]
    return slack.shown(found[-1]) if found else None


async def _key(db: Database) -> str:
    async with db.read_only() as session:
        return (await session.exec(select(Poll.key))).one()


@asynccontextmanager
async def sink() -> AsyncIterator[str]:
    """Where confirmations go: a server that says ok."""

    async def ok(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/", ok)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, HOST, port).start()
    try:
        yield f"http://{HOST}:{port}/"
    finally:
        await runner.cleanup()


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voters", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--secret", action="store_true")
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"])
    said = parser.parse_args(argv)
    print(f"{said.voters} voters, {said.rate:.0f} clicks a second; load average before {os.getloadavg()[0]:.1f}")
    with databases() as urls:
        for name, url in urls.items():
            if said.only in (None, name):
                for kills in dict.fromkeys((0, said.kills)):
                    line = asyncio.run(one_run(url, said, kills=kills))
                    print(f"{name:11} {kills} kills: {line}", flush=True)


if __name__ == "__main__":
    main()
