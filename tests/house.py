"""A whole Baobab for tests: real Bolt, real clients, a local Slack and forum, a fresh database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.bootstrap import Baobab
from app.clock import Clock, SystemClock
from app.communities.files import read_file
from app.communities.service import import_communities
from app.main import create_app
from app.members.service import note_members
from app.playground import cast
from app.playground.slack.fake import TEST_CONFIG, FakeSlack
from app.routing.ranking.encoders import NoEncoders
from app.routing.ranking.shapes import Encoders
from app.settings import Settings
from app.slack.manifest import manifest
from app.slack.people import profile_of

SEED = Path(__file__).parents[1] / "app" / "playground" / "data"


# The workspace gives what our manifest asks for, and no more.
INSTALLED = TEST_CONFIG.with_manifest(manifest("https://baobab.example.org"))


# What waits for others waits for a moment only here; tests of the gathering itself ask for the usual second.
USUAL: dict[str, Any] = {"secret_key": "a long random text for tests, and for nothing else", "redraw_seconds": 0.05}


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
    **settings: Any,
) -> AsyncIterator[House]:
    """Start a Slack and a Baobab that know each other, with the seed's directory and people."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(INSTALLED, clock=clock))
        made = Settings(
            _env_file=None,
            database_url=database_url,
            slack_api_url=slack.api_url,
            slack_bot_token=slack.token,
            slack_signing_secret=slack.signing_secret,
            discourse_url=forum.url if forum else "",
            discourse_api_key=forum.forum.config.api_key if forum else "",
            **USUAL | settings,
        )
        baobab = Baobab(made, clock=clock or SystemClock(), encoders=encoders or NoEncoders())
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
