"""The composition root: the only place where engine, gateways, encoders and Slack's app are built."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

import handlers
from app.clock import Clock, SystemClock
from app.db import Database
from app.discourse.gateway import DiscourseForum
from app.discourse.pacing import Pace
from app.exports import jobs as export_jobs
from app.home import jobs as home_jobs
from app.huddles import jobs as huddle_jobs
from app.jobs.cron import Cron, Every, daily
from app.jobs.engine import JobEngine, Role
from app.jobs.intake import Intake
from app.jobs.timers import TEMPO, Tempo
from app.metrics import Metrics
from app.polls import jobs as polls_jobs
from app.polls import timing
from app.polls.ballots import Ballots
from app.privacy import jobs as privacy_jobs
from app.routing import jobs as routing_jobs
from app.routing.prior import PriorWork
from app.routing.ranking.encoders import ChildEncoders, NoEncoders
from app.routing.ranking.ranker import Ranker
from app.routing.ranking.shapes import Encoders
from app.routing.service import Desk
from app.services import Services
from app.settings import Settings
from app.slack.authorize import Authorizer
from app.slack.gateway import SlackGateway, WebSlack
from app.slack.people import People
from app.slack.whispers import Whispers
from app.thanks import jobs as thanks_jobs
from app.upkeep.jobs import Upkeep
from app.upkeep.jobs import tasks as upkeep_tasks

log = structlog.get_logger(__name__)

# A quarterly look finds what is new; only a whole read finds what was deleted.
CRON = (
    Cron("forum-sync", "forum.sync", Every(15)),
    Cron("forum-sync-whole", "forum.sync", daily(1, 40), {"full": True}),
    # Looked at every hour, since each workspace has its own Monday morning.
    Cron("thanks-digests", "thanks.digests", Every(60, 5)),
    Cron("thanks-retention", "thanks.retention", daily(2, 50)),
    Cron("members-sync", "members.sync", daily(2, 20)),
)


class Baobab:
    """Everything that runs, and how to start and stop it. Tests build one with their own clock and encoders."""

    def __init__(
        self,
        settings: Settings,
        *,
        role: Role = "all",
        clock: Clock | None = None,
        encoders: Encoders | None = None,
        slack: SlackGateway | None = None,
        tempo: Tempo = TEMPO,
    ) -> None:
        self.settings = settings
        clock = clock or SystemClock()
        self.db = db = Database(settings.database_url)
        self.encoders: Encoders = encoders or (ChildEncoders() if settings.encoders == "on" else NoEncoders())
        token = settings.slack_bot_token.get_secret_value()
        self.slack = slack or WebSlack(settings.slack_api_url, _one_token(token), db=db, clock=clock)
        self.forum = _forum(settings, clock)
        self.jobs = JobEngine(settings.database_url, db, clock, {}, role, cron=CRON, tempo=tempo)
        self.prior = PriorWork(self.encoders)
        self.services = Services(
            settings=settings,
            clock=clock,
            db=db,
            metrics=Metrics(),
            slack=self.slack,
            people=People(db, clock, self.slack),
            desk=Desk(Ranker(self.encoders, cache_dir=_cache(settings)), self.prior),
            jobs=self.jobs,
            intake=Intake(self.jobs),
            ballots=Ballots(
                db, clock, settings.secret_key.get_secret_value(), partial(timing.redraw, self.jobs.timers)
            ),
            whispers=Whispers(self.slack),
            forum=self.forum,
        )
        self.jobs.add(routing_jobs.tasks(self.services))
        self.jobs.add(huddle_jobs.tasks(self.services))
        self.jobs.add(home_jobs.tasks(self.services))
        self.jobs.add(polls_jobs.tasks(self.services))
        self.jobs.add(thanks_jobs.tasks(self.services))
        self.jobs.add(export_jobs.tasks(self.services))
        self.jobs.add(privacy_jobs.tasks(self.services))
        self.upkeep = Upkeep(self.services, self.encoders)
        self.jobs.add(upkeep_tasks(self.upkeep))
        self.authorizer = Authorizer(db, clock, self.slack, token)
        self.bolt = build_bolt(settings, self.authorizer)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Services]:
        """Start what runs in the background; stop it again, giving running jobs a moment to end."""
        await self.encoders.start()
        await self.jobs.start()
        await self.services.intake.start()
        await self.services.ballots.start()
        warming = asyncio.create_task(self.warm_up(), name="warm-up")
        warming.add_done_callback(_tell_failure)
        try:
            yield self.services
        finally:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)
            await self.services.ballots.stop()
            await self.services.intake.stop()
            await self.jobs.stop()
            await self.close()

    async def warm_up(self) -> None:
        """Make ready what the first /whereshare of each workspace would wait for."""
        for workspace_id in await self.upkeep.workspaces():
            async with self.services.desk.late_seats, self.db.read_only() as session:
                await self.services.desk.prepare(session, workspace_id)

    async def close(self) -> None:
        """Give back connections, threads and the encoders' process."""
        await self.services.whispers.close()
        await self.services.desk.close()
        await self.encoders.close()
        await self.slack.close()
        if self.forum is not None:
            self.forum.close()
        await self.db.close()


def build_bolt(settings: Settings, authorizer: Authorizer) -> AsyncApp:
    """Slack's app: answers after the listener, so after the commit; signatures are checked at the HTTP door."""

    # Bolt reads the names of a plain function's arguments; a method's `self` confuses it.
    async def authorize(enterprise_id: str | None) -> AuthorizeResult:
        return await authorizer.authorize(enterprise_id)

    bolt = AsyncApp(
        process_before_response=True,
        authorize=authorize,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        ignoring_self_events_enabled=True,
    )

    handlers.register(bolt, prefix=settings.command_prefix)
    return bolt


def _tell_failure(task: asyncio.Task[None]) -> None:
    """Without this a failed warm-up would be heard of only at the end, if at all."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the warm-up failed; the first answers will be slow", exc_info=error)


def _one_token(token: str) -> Any:
    async def token_for(team_id: str) -> str:
        return token

    return token_for


def _forum(settings: Settings, clock: Clock) -> DiscourseForum | None:
    if not settings.forum_connected:
        return None
    return DiscourseForum(
        settings.discourse_url,
        api_key=settings.discourse_api_key.get_secret_value(),
        api_username=settings.discourse_api_username,
        # The playground's own forum has no minute to share.
        pace=Pace(clock, budget=None) if settings.playground else Pace(clock),
    )


def _cache(settings: Settings) -> Path | None:
    """Vectors of the directory are kept beside a SQLite database; elsewhere they are made anew at start."""
    url = settings.database_url
    return (
        Path(url.removeprefix("sqlite:///")).parent / "vectors"
        if settings.on_sqlite and ":memory:" not in url
        else None
    )
