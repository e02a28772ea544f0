"""How fast is an acknowledgement? Commands and clicks a second at 16 connections, against a bare Bolt that echoes.

    python -m bench.ack [--seconds 2] [--rounds 3] [--callers 16] [--rate 200]

Floor and candidates take turns; each round's ratio is to the floor of the same round, and the middle one is shown.
`command` is `/whereshare` with words, acknowledged once it is durably recorded with its job; `click` is "Not this",
whose effects, receipt and job are one transaction. Both go through the real door: signature, idempotency, Bolt.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import select

from app.clock import SystemClock
from app.db import Database
from app.playground import cast
from app.playground.slack.fake import FakeSlack
from bench.load import Outcome, closed, signed, steady
from bench.serving import databases, served
from models import Community, Receipt, Route

PEOPLE = [one.id for one in cast.PEOPLE if one.kind == "full"]
ROUTES = 60
WORDS = "I have a job aid on postpartum haemorrhage for midwives, in French"

_numbers = itertools.count(1)


@dataclass
class Row:
    """One way to load one server, over all rounds."""

    server: str
    what: str
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, outcome: Outcome, floor: float | None) -> None:
        """One round's outcome; `floor` is that round's rate of the echo."""
        self.rates.append(outcome.rate)
        if floor:
            self.ratios.append(outcome.rate / floor)
        self.medians.append(outcome.at(0.5))
        self.slowest.append(outcome.at(0.99))
        self.refused += outcome.refused

    def line(self) -> str:
        """For the table."""
        middle = statistics.median
        ratio = f"x{middle(self.ratios):5.2f}" if self.ratios else " " * 6
        return (
            f"{self.server:11} {self.what:24} {middle(self.rates):7.0f}/s  {ratio}  "
            f"p50 {middle(self.medians):6.1f}  p99 {middle(self.slowest):6.1f} ms"
            + (f"  {self.refused} REFUSED" if self.refused else "")
        )


def commands(secret: str, number: int) -> Iterator[bytes]:
    """Requests of `/whereshare`, each its own."""
    made = []
    for n in itertools.islice(_numbers, number):
        made.append(
            signed(
                secret,
                {
                    "token": "x",
                    "team_id": cast.TEAM_ID,
                    "team_domain": "bench",
                    "channel_id": "C0GENERAL1",
                    "channel_name": "general",
                    "user_id": PEOPLE[n % len(PEOPLE)],
                    "user_name": "somebody",
                    "command": "/whereshare",
                    "text": f"{WORDS} {n}",
                    "api_app_id": cast.APP_ID,
                    "is_enterprise_install": "false",
                    "response_url": f"https://hooks.slack.com/commands/T/{n}/x",
                    "trigger_id": f"{n}.1.bench",
                },
            )
        )
    return iter(made)


def clicks(secret: str, number: int, slugs: list[str]) -> Iterator[bytes]:
    """Requests of "Not this", over the prepared answers and all communities."""
    made = []
    for n in itertools.islice(_numbers, number):
        at = n % ROUTES
        person = PEOPLE[at % len(PEOPLE)]
        value = f"1|bench-{at}|{slugs[n // ROUTES % len(slugs)]}"
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": person, "username": "somebody", "team_id": cast.TEAM_ID},
            "team": {"id": cast.TEAM_ID, "domain": "bench"},
            "enterprise": None,
            "is_enterprise_install": False,
            "api_app_id": cast.APP_ID,
            "token": "x",
            "trigger_id": f"{n}.1.bench",
            "response_url": f"https://hooks.slack.com/actions/T/{n}/x",
            "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0GENERAL1", "is_ephemeral": True},
            "channel": {"id": "C0GENERAL1", "name": "general"},
            "actions": [
                {
                    "type": "button",
                    "action_id": "whereshare_not_this",
                    "block_id": "b",
                    "value": value,
                    "text": {"type": "plain_text", "text": "Not this"},
                    "action_ts": "1.2",
                }
            ],
        }
        made.append(signed(secret, {"payload": json.dumps(payload)}))
    return iter(made)


async def answers_to_click_on(url: str) -> list[str]:
    """Store the answers that `clicks` are about; the communities' slugs."""
    db = Database(url)
    async with db.transaction() as session:
        communities = list(await session.exec(select(Community)))
        workspace_id = communities[0].workspace_id
        now = SystemClock().now()
        for at in range(ROUTES):
            person = PEOPLE[at % len(PEOPLE)]
            session.add(
                Route(workspace_id=workspace_id, key=f"bench-{at}", slack_id=person, text=WORDS, created_at=now)
            )
    await db.close()
    return [one.slug for one in communities]


async def receipts(url: str, *, forget: bool) -> int:
    """How many requests are durably recorded; forget them for the next round."""
    db = Database(url)
    async with db.transaction() as session:
        number = (await session.exec(select(func.count()).select_from(Receipt))).one()
        if forget:
            await session.exec(delete(Receipt))
    await db.close()
    return number


async def measure(urls: dict[str, str], said: argparse.Namespace) -> list[Row]:
    """All rounds; floor and candidates take turns."""
    rows = {
        (server, what): Row(server, what)
        for server, what in [
            ("bare Bolt", "command"),
            *((name, what) for name in urls for what in ("command", "click", f"{said.rate:.0f} commands a second")),
        ]
    }
    slugs: list[str] = []
    for url in urls.values():
        slugs = await answers_to_click_on(url)
    async with FakeSlack() as slack:
        secret = slack.signing_secret
        told = {
            "slack_api_url": slack.api_url,
            "slack_bot_token": slack.token,
            "slack_signing_secret": secret,
            "answer_within": 0,
            "encoders": "off",
        }
        enough = int(9000 * said.seconds)
        how = {"callers": said.callers, "seconds": said.seconds}
        for _ in range(said.rounds):
            async with served("echo", slack_signing_secret=secret) as server:
                await closed(server.port, commands(secret, enough), callers=said.callers, seconds=0.5)
                floor = await closed(server.port, commands(secret, enough), **how)
            rows["bare Bolt", "command"].add(floor, None)
            for name, url in urls.items():
                await receipts(url, forget=True)
                async with served("web", database_url=url, **told) as server:
                    first = await closed(server.port, commands(secret, enough), callers=4, seconds=0.3)
                    await asyncio.sleep(1.0)
                    calm = await steady(
                        server.port, commands(secret, enough), rate=said.rate, seconds=said.seconds * 2
                    )
                    clicked = await closed(server.port, clicks(secret, enough, slugs), **how)
                    hurry = await closed(server.port, commands(secret, enough), **how)
                done = (first, clicked, calm, hurry)
                kept = await receipts(url, forget=False)
                if kept < (accepted := sum(len(one.times) - one.refused for one in done)):
                    raise SystemExit(f"{name}: {accepted} acknowledged, {kept} recorded")
                rows[name, "click"].add(clicked, floor.rate)
                rows[name, f"{said.rate:.0f} commands a second"].add(calm, None)
                rows[name, "command"].add(hurry, floor.rate)
    return list(rows.values())


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--rate", type=float, default=200.0)
    said = parser.parse_args(argv)
    before = os.getloadavg()[0]
    with databases() as urls:
        rows = asyncio.run(measure(urls, said))
    print(f"{said.callers} connections, {said.rounds} rounds of {said.seconds:g} s; load average before {before:.1f}")
    for row in rows:
        print(row.line())


if __name__ == "__main__":
    main()
