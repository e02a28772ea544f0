"""What is thrown away at night: finished jobs, old receipts and sent rows, dead executors, spent timers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dbos import DBOSClient
from sqlalchemy import and_, delete
from sqlmodel import col, select

from app.db import Database
from models.job import Beat, Lane, Sent, Timer
from models.receipt import Receipt

# Failed jobs stay longer: somebody may still want to look at them or try them again.
FINISHED_JOBS = timedelta(days=30)
FAILED_JOBS = timedelta(days=90)
# Slack retries within minutes and people within a day; a key seen after that is a new request.
RECEIPTS = timedelta(days=14)
# A post is looked for by its key as long as its job may still be tried again.
SENT = timedelta(days=90)
TIMERS = timedelta(days=30)
BATCH = 500


async def sweep(db: Database, client: DBOSClient, now: datetime) -> dict[str, int]:
    """Delete what is past its time; how many of each. Safe to repeat and to interrupt."""
    gone = {
        "jobs": await _jobs(client, ["SUCCESS", "CANCELLED"], now - FINISHED_JOBS),
        "failed": await _jobs(client, ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"], now - FAILED_JOBS),
    }
    day = (now - timedelta(days=1)).timestamp()
    old_receipt = and_(col(Receipt.created_at) < now - RECEIPTS, col(Receipt.waiting).is_(False))
    spent_timer = and_(col(Timer.state) != "waiting", col(Timer.due_at) < now - TIMERS)
    gone["receipts"] = await _rows(db, col(Receipt.key), old_receipt)
    gone["sent"] = await _rows(db, col(Sent.key), col(Sent.created_at) < now - SENT)
    gone["timers"] = await _rows(db, col(Timer.id), spent_timer)
    gone["beats"] = await _rows(db, col(Beat.executor), col(Beat.at) < day)
    gone["lanes"] = await _rows(db, col(Lane.key), col(Lane.next_at) < day)
    return gone


async def _rows(db: Database, key: Any, old: Any) -> int:
    """Delete in small transactions, so that nobody waits long and no statement runs out of its time."""
    total = 0
    while True:
        some = select(key).where(old).limit(BATCH)
        async with db.transaction() as session:
            found = await session.exec(delete(key.class_).where(key.in_(some)))
        total += found.rowcount
        if found.rowcount < BATCH:
            return total


async def _jobs(client: DBOSClient, states: list[str], before: datetime) -> int:
    total = 0
    while True:
        old = await client.list_workflows_async(
            status=states, completed_before=before.isoformat(), limit=BATCH, load_input=False, load_output=False
        )
        if old:
            await client.delete_workflows_async([job.workflow_id for job in old])
        total += len(old)
        if len(old) < BATCH:
            return total
