"""What is thrown away at night: finished jobs, old receipts and sent rows, dead executors, spent timers."""

from __future__ import annotations

from datetime import datetime, timedelta

from dbos import DBOSClient
from sqlalchemy import delete
from sqlmodel import col

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
    rows = {
        "receipts": delete(Receipt).where(col(Receipt.created_at) < now - RECEIPTS, col(Receipt.waiting).is_(False)),
        "sent": delete(Sent).where(col(Sent.created_at) < now - SENT),
        "timers": delete(Timer).where(col(Timer.state) != "waiting", col(Timer.due_at) < now - TIMERS),
        "beats": delete(Beat).where(col(Beat.at) < (now - timedelta(days=1)).timestamp()),
        "lanes": delete(Lane).where(col(Lane.next_at) < (now - timedelta(days=1)).timestamp()),
    }
    for name, statement in rows.items():
        async with db.transaction() as session:
            found = await session.exec(statement)
            gone[name] = int(found.rowcount)
    return gone


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
