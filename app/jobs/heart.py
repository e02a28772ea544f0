"""Signs of life, and taking over the work of those who give none."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOSClient
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from app.clock import Clock
from app.db import Database
from app.jobs import metrics
from app.jobs.away import DATABASE_AWAY
from app.jobs.runner import Runner
from app.jobs.store import QUEUE
from models.job import Beat

log = logging.getLogger(__name__)

# A claim whose answer was lost leaves a job that its own executor does not know of.
LOST_CLAIM = timedelta(seconds=30)

# A job taken over more often than this is cancelled; an operator may try it again.
ENOUGH = 25
TAKEOVERS = "takeovers"


class Heart:
    """Writes this executor's beat and puts back into the queue what a silent executor held."""

    def __init__(
        self, executor: str, db: Database, clock: Clock, client: DBOSClient, runner: Runner, *, grace: float
    ) -> None:
        self._executor = executor
        self._db = db
        self._clock = clock
        self._client = client
        self._runner = runner
        self._grace = grace

    async def beat(self) -> None:
        """Say that this executor lives."""
        now = self._clock.now().timestamp()
        insert = sqlite.insert if self._db.on_sqlite else postgresql.insert
        row = insert(Beat).values(executor=self._executor, at=now)
        async with self._db.transaction() as session:
            await session.exec(row.on_conflict_do_update(index_elements=["executor"], set_={"at": now}))

    async def keep_beating(self) -> None:
        """Beat and take over, for ever."""
        while True:
            try:
                await self.beat()
                await self.take_over()
            except DATABASE_AWAY:
                log.warning("no heartbeat: the database does not answer", exc_info=True)
            await asyncio.sleep(self._grace / 5)

    async def take_over(self) -> int:
        """Put back what dead executors held and what this one claimed without knowing; how many jobs."""
        now = self._clock.now()
        held = await self._client.list_workflows_async(
            status="PENDING", queue_name=QUEUE, load_input=False, load_output=False
        )
        if not held:
            return 0
        async with self._db.read_only() as session:
            since = now.timestamp() - self._grace
            alive = set(await session.exec(select(Beat.executor).where(col(Beat.at) > since)))
        lost = []
        for job in held:
            if self._is_lost(job, alive, now) and await self._may_go_on(job):
                lost.append(job.workflow_id)
        if lost:
            log.warning("taking over the jobs of a silent executor", extra={"jobs": len(lost)})
            await self._client.resume_workflows_async(lost, queue_name=QUEUE)
            metrics.TAKEN_OVER.inc(len(lost))
        return len(lost)

    async def _may_go_on(self, job: Any) -> bool:
        """Count takeovers: a job that ends every process that runs it must not end them for ever."""
        times = int((job.attributes or {}).get(TAKEOVERS, 0)) + 1
        await self._client.update_workflow_attributes_async(job.workflow_id, {TAKEOVERS: times})
        if times <= ENOUGH:
            return True
        log.error(
            "a job outlived too many processes and is cancelled", extra={"job": job.name, "key": job.workflow_id}
        )
        await self._client.cancel_workflow_async(job.workflow_id)
        return False

    def _is_lost(self, job: Any, alive: set[str], now: datetime) -> bool:
        if job.executor_id != self._executor:
            return job.executor_id not in alive
        claimed = datetime.fromtimestamp((job.dequeued_at or job.created_at or 0) / 1000, UTC)
        return job.workflow_id not in self._runner.running and claimed < now - LOST_CLAIM

    @staticmethod
    async def bury(db: Database, executor: str) -> None:
        """Withdraw an executor that stops in good order, so that its work is taken over at once."""
        async with db.transaction() as session:
            await session.exec(delete(Beat).where(col(Beat.executor) == executor))
