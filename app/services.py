"""What listeners, jobs and pages are given: everything built once in bootstrap, nothing global."""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import Clock
from app.db import Database
from app.discourse.gateway import ForumGateway
from app.jobs.engine import JobEngine
from app.jobs.intake import Intake
from app.metrics import Metrics
from app.polls.ballots import Ballots
from app.routing.service import Desk
from app.settings import Settings
from app.slack.gateway import SlackGateway
from app.slack.people import People
from app.slack.whispers import Whispers


@dataclass(frozen=True)
class Services:
    """The whole of a running Baobab. `forum` is None where none is connected."""

    settings: Settings
    clock: Clock
    db: Database
    metrics: Metrics
    slack: SlackGateway
    people: People
    desk: Desk
    jobs: JobEngine
    intake: Intake
    ballots: Ballots
    whispers: Whispers
    forum: ForumGateway | None
