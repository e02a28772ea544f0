"""The job engine's own tables, as far as we read them ourselves: how much waits, since when, and about whom.

DBOS has no counting calls and does not search arguments. These questions look inside the tables of DBOS 3.4; tests
hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import sync_url

APPLICATION = "baobab"
QUEUE = "jobs"
# Ours to pin: the default is a hash of the source, and a deploy would strand what the old version left.
VERSION = "1"


@dataclass(frozen=True)
class QueueHealth:
    """How the queue stands: counts of jobs, and the age in seconds of the oldest that could start."""

    waiting: int
    delayed: int
    running: int
    failed: int
    oldest_seconds: float


def prepare(database_url: str) -> None:
    """Create or migrate the job engine's tables in the app's database. Blocking; harmless when repeated."""
    DBOS.migrate(sync_url(database_url))


def open_client(database_url: str, *, pool_size: int = 1) -> DBOSClient:
    """A client that enqueues and inspects but runs nothing; `destroy()` it. Needs `prepare` to have run."""
    return DBOSClient(
        system_database_url=sync_url(database_url),
        application_name=APPLICATION,
        serializer=DBOSPortableJSONSerializer(),
        system_database_pool_size=pool_size,
    )


async def anything_waiting(session: AsyncSession) -> bool:
    """Whether a job could be started now."""
    found = await session.exec(_text(session, _WAITING), params={"queue": QUEUE})
    return found.first() is not None


async def queue_health(session: AsyncSession, now: datetime) -> QueueHealth:
    """Count the jobs by state and tell the age of the oldest waiting one."""
    rows = await session.exec(_text(session, _COUNTS), params={"queue": QUEUE})
    counts: dict[str, int] = {}
    oldest = 0.0
    for status, number, since in rows:
        counts[status] = number
        if status == "ENQUEUED" and since is not None:
            oldest = max(0.0, now.timestamp() - since / 1000)
    failed = counts.get("ERROR", 0) + counts.get("MAX_RECOVERY_ATTEMPTS_EXCEEDED", 0)
    return QueueHealth(
        waiting=counts.get("ENQUEUED", 0),
        delayed=counts.get("DELAYED", 0),
        running=counts.get("PENDING", 0),
        failed=failed,
        oldest_seconds=oldest,
    )


async def finished_jobs_about(
    session: AsyncSession, words: Sequence[str], since: datetime, until: datetime
) -> list[str]:
    """Keys of the jobs begun in a span of time and over by now, whose arguments or results hold one of the words."""
    like = {f"word{number}": f"%{word}%" for number, word in enumerate(words)}
    anywhere = {
        part: " or ".join(f"{column} like :{name}" for name in like)
        for part, column in (("told", "i.inputs"), ("done", "o.output"), ("step", "s.output"))
    }
    # Underscores match any letter: a row too many is no harm, jobs that are over are only a record.
    schema = "dbos." if session.get_bind().dialect.name == "postgresql" else ""
    span = {"since": int(since.timestamp() * 1000), "until": int(until.timestamp() * 1000)}
    query = text(_ABOUT.format(schema=schema, **anywhere))
    rows = await session.exec(query, params={**span, **like})  # type: ignore[call-overload]
    return [str(row[0]) for row in rows]


# The lists repeat the predicates of DBOS's partial indexes word for word, or SQLite would not use them.
_WAITING = """
    select 1 from {schema}workflow_status
    where queue_name = :queue and status = 'ENQUEUED' and status in ('ENQUEUED', 'PENDING') limit 1
"""
_COUNTS = """
    select status, count(*), min(created_at) from {schema}workflow_status
    where queue_name = :queue and status in ('ENQUEUED', 'PENDING') group by status
    union all
    select status, count(*), min(created_at) from {schema}workflow_status where status = 'DELAYED' group by status
    union all
    select status, count(*), min(created_at) from {schema}workflow_status
    where status in ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') group by status
"""

_ABOUT = """
    select w.workflow_uuid from {schema}workflow_status w
    where w.created_at >= :since and w.created_at < :until
    and w.status in ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
    and (
        exists (select 1 from {schema}workflow_input i where i.workflow_uuid = w.workflow_uuid and ({told}))
        or exists (select 1 from {schema}workflow_output o where o.workflow_uuid = w.workflow_uuid and ({done}))
        or exists (select 1 from {schema}operation_outputs s where s.workflow_uuid = w.workflow_uuid and ({step}))
    )
"""


def _text(session: AsyncSession, template: str) -> Any:
    schema = "dbos." if session.get_bind().dialect.name == "postgresql" else ""
    return text(template.format(schema=schema)).bindparams(bindparam("queue"))
