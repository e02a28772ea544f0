"""A whole Baobab for tests: real Bolt, real clients, a local Slack and forum, a fresh database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.bootstrap import Baobab
from app.clock import Clock, SystemClock
from app.communities.files import read_file
from app.communities.service import import_communities
from app.jobs.timers import TEMPO, Tempo
from app.main import create_app
from app.members.service import note_members
from app.playground import cast
from app.playground.slack.fake import TEST_CONFIG, FakeSlack
from app.routing.ranking.encoders import NoEncoders
from app.routing.ranking.shapes import Encoders
from app.settings import Settings
from app.slack.manifest import manifest
from app.slack.people import profile_of
from models import Receipt, Timer

SEED = Path(__file__).parents[1] / "app" / "playground" / "data"


# The workspace gives what our manifest asks for, and no more.
INSTALLED = TEST_CONFIG.with_manifest(manifest("https://baobab.example.org"))


# What waits for others to be drawn with waits for a moment only: that it does is tested, not how long.
HASTE = Tempo(apart=timedelta(milliseconds=40), look=0.1)
# A busy machine may take longer than the three seconds that Slack waits; tests of those are marked `lifelike`.
PATIENT = {"answer_within": 10.0, "trigger_life": 10.0}


def is_lifelike(request: pytest.FixtureRequest) -> bool:
    """Whether the test is marked as one that is about seconds."""
    return request.node.get_closest_marker("lifelike") is not None


class MovedClock(SystemClock):
    """The machine's clock, from a moment that a test chooses, and moved on when it wants."""

    def __init__(self, at: datetime | None = None) -> None:
        self._ahead = at - super().now() if at else timedelta(0)

    def now(self) -> datetime:
        return super().now() + self._ahead

    def move(self, by: timedelta) -> None:
        """Let time pass at once; it runs on from there."""
        self._ahead += by


@dataclass
class House:
    """A running Baobab, and the Slack it serves."""

    slack: FakeSlack
    baobab: Baobab
    workspace_id: int

    async def rows(self, table: type[Any], *where: Any) -> list[Any]:
        """All rows of a table that fit."""
        async with self.baobab.db.read_only() as session:
            return list((await session.exec(select(table).where(*where).order_by(table.id))).all())

    async def at_rest(self, seconds: float = 30.0) -> None:
        """Wait until what is due has happened: no receipt waits, no timer is overdue, no job waits or runs."""
        calm = 0
        async with asyncio.timeout(seconds):
            # Twice, since a job may set a timer between two questions, and end.
            while calm < 2:
                calm = 0 if await self._busy() else calm + 1
                await asyncio.sleep(0.01)

    async def _busy(self) -> bool:
        now = self.baobab.services.clock.now()
        async with self.baobab.db.read_only() as session:
            receipts = await session.exec(select(Receipt.key).where(col(Receipt.waiting).is_(True)).limit(1))
            overdue = select(Timer.id).where(col(Timer.state) == "waiting", col(Timer.due_at) <= now).limit(1)
            if receipts.first() is not None or (await session.exec(overdue)).first() is not None:
                return True
        health = await self.baobab.jobs.health()
        return bool(health.waiting or health.running)

    async def add(self, *rows: Any) -> None:
        """Put rows into the database."""
        async with self.baobab.db.transaction() as session:
            session.add_all(rows)


@asynccontextmanager
async def a_house(
    database_url: str,
    *,
    encoders: Encoders | None = None,
    forum: Any = None,
    clock: Clock | None = None,
    lifelike: bool = False,
    **settings: Any,
) -> AsyncIterator[House]:
    """Start a Slack and a Baobab that know each other, with the seed's directory and people.

    `lifelike`: for tests about how many changes become one picture, or how long Slack waits.
    """
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(INSTALLED, clock=clock, **({} if lifelike else PATIENT)))
        made = Settings(
            _env_file=None,
            database_url=database_url,
            slack_api_url=slack.api_url,
            slack_bot_token=slack.token,
            slack_signing_secret=slack.signing_secret,
            discourse_url=forum.url if forum else "",
            discourse_api_key=forum.forum.config.api_key if forum else "",
            **{"secret_key": "a long random text for tests, and for nothing else", **settings},
        )
        baobab = Baobab(
            made, clock=clock or SystemClock(), encoders=encoders or NoEncoders(), tempo=TEMPO if lifelike else HASTE
        )
        app = create_app(baobab)
        await stack.enter_async_context(app.router.lifespan_context(app))
        slack.deliver_to(app)
        if clock is not None:
            # Requests are signed at the hour that the app lives in.
            slack.courier.post.now = lambda: clock.now().timestamp()
        workspace_id = (await baobab.authorizer.installation()).workspace_id
        await _fill(baobab, slack, workspace_id)
        await baobab.warm_up()
        yield House(slack, baobab, workspace_id)


async def _fill(baobab: Baobab, slack: FakeSlack, workspace_id: int) -> None:
    now = baobab.services.clock.now()
    users = [user async for page in baobab.slack.users_list(cast.TEAM_ID) for user in page]
    # Stories are told in English here, whoever acts; the catalogues have tests of their own.
    profiles = [replace(profile_of(user, cast.TEAM_ID), locale="en-GB") for user in users]
    async with baobab.db.transaction() as session:
        await import_communities(session, workspace_id, read_file(SEED / "communities.yaml"), now)
        await note_members(session, workspace_id, profiles, now)
