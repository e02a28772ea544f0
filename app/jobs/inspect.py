"""Looking after jobs: list what waits, runs or failed, try one again, cancel one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dbos import DBOSClient

from app.errors import NotFound, Refused
from app.jobs.heart import ENOUGH, TAKEOVERS
from app.jobs.store import QUEUE, open_client
from app.jobs.tasks import without_secrets

STATES = {
    "waiting": ["ENQUEUED", "DELAYED"],
    "running": ["PENDING"],
    "failed": ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
    "cancelled": ["CANCELLED"],
    "done": ["SUCCESS"],
}
_STATE_OF = {status: state for state, statuses in STATES.items() for status in statuses}


@dataclass(frozen=True)
class JobLine:
    """One job for an operator's list. `attempts` counts failed tries of the step it is at; `last_error` is "" or
    the latest reason, free of secrets; `until` is when a delayed job may start."""

    key: str
    name: str
    state: str
    since: datetime
    attempts: int
    last_error: str
    until: datetime | None = None


@contextmanager
def looking_into(database_url: str) -> Iterator[DBOSClient]:
    """A client for the functions below, for command lines; a running engine has one as `engine.client`."""
    client = open_client(database_url)
    try:
        yield client
    finally:
        client.destroy()


async def list_jobs(client: DBOSClient, state: str = "failed", *, limit: int = 50, offset: int = 0) -> list[JobLine]:
    """Jobs in a state (`waiting`, `running`, `failed`, `cancelled`, `done`), the latest first."""
    found = await client.list_workflows_async(
        status=STATES[state],
        limit=limit,
        offset=offset,
        sort_desc=True,
        load_input=False,
        load_output=state == "failed",
    )
    return [await _line(client, job) for job in found]


async def retry_job(client: DBOSClient, key: str) -> None:
    """Run a failed or cancelled job again from the step it ended at; NotFound, or Refused while it is under way."""
    state = await _state(client, key)
    if state not in ("failed", "cancelled"):
        raise Refused(f"Job {key} is {state}: only a failed or cancelled job can be tried again.")
    steps = await client.list_workflow_steps_async(key)
    done = [step["function_id"] for step in steps if isinstance(step["output"], dict) and "value" in step["output"]]
    await client.rewind_workflow_async(key, start_step=max(done, default=0) + 1, queue_name=QUEUE)


async def cancel_job(client: DBOSClient, key: str) -> None:
    """Stop a job that waits or runs before its next step; NotFound, or Refused when it is over."""
    state = await _state(client, key)
    if state not in ("waiting", "running"):
        raise Refused(f"Job {key} is {state}: only a waiting or running job can be cancelled.")
    await client.cancel_workflow_async(key)


async def _state(client: DBOSClient, key: str) -> str:
    found = await client.list_workflows_async(workflow_ids=[key], load_input=False, load_output=False)
    if not found:
        raise NotFound(f"There is no job with the key {key}; finished jobs are forgotten after 30 days.")
    return _STATE_OF.get(found[0].status, found[0].status)


async def _line(client: DBOSClient, job: Any) -> JobLine:
    state = _STATE_OF.get(job.status, job.status)
    attempts, error = 0, ""
    if state in ("running", "failed", "waiting") and job.status != "DELAYED":
        attempts, error = _failures(await client.list_workflow_steps_async(job.workflow_id))
    if job.error is not None:
        error = without_secrets(getattr(job.error, "message", None) or str(job.error))
    elif state == "cancelled" and (job.attributes or {}).get(TAKEOVERS, 0) > ENOUGH:
        error = f"Cancelled: {ENOUGH} processes ended while they ran it."
    elif job.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
        error = "Every process that ran it ended before it did."
    return JobLine(
        key=job.workflow_id,
        name=job.name,
        state=state,
        since=_moment(job.created_at) or datetime.fromtimestamp(0, UTC),
        attempts=attempts,
        last_error=error,
        until=_moment(job.delay_until_epoch_ms) if job.status == "DELAYED" else None,
    )


def _failures(steps: list[Any]) -> tuple[int, str]:
    """Failed tries since the last step that succeeded, and the latest reason."""
    attempts, error = 0, ""
    for step in steps:
        output = step["output"]
        if isinstance(output, dict) and "value" in output:
            attempts, error = 0, ""
        elif isinstance(output, dict) and "error" in output:
            attempts, error = attempts + 1, str(output["error"])
    return attempts, error


def _moment(epoch_ms: int | None) -> datetime | None:
    return None if epoch_ms is None else datetime.fromtimestamp(epoch_ms / 1000, UTC)


def list_jobs_now(database_url: str, state: str = "failed", *, limit: int = 50) -> list[JobLine]:
    """`list_jobs` for blocking callers."""
    with looking_into(database_url) as client:
        return asyncio.run(list_jobs(client, state, limit=limit))
