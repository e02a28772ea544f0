"""What DBOS 3.4 offers only from inside: claiming at once, and stopping without its whole-second ticks.

Its queue thread only polls, and its `destroy` looks once a second whether running jobs have ended. Tests hold what is
used here; where it is gone, jobs still start at the queue's next poll and stopping takes a second or two.
"""

from __future__ import annotations

from typing import Any

from app.jobs.store import QUEUE


def claim_now() -> int:
    """Claim and start what waits, as the queue's thread will at its next poll; how many. Blocking.

    Call it in a thread of its own pool, never on the event loop: starting a job waits for the loop.
    """
    from dbos._core import execute_dequeued_workflow
    from dbos._utils import GlobalParams, generate_uuid

    dbos = _dbos()
    queue = dbos._sys_db.get_queue(QUEUE)
    if queue is None:
        return 0
    owner = generate_uuid()
    running = dbos._active_workflows_set.count_for_queue(QUEUE)
    claimed, _ = dbos._sys_db.start_queued_workflows(
        queue, GlobalParams.executor_id, GlobalParams.app_version, None, running, owner_xid=owner
    )
    for status in dbos._sys_db.get_workflow_statuses(claimed) if claimed else ():
        execute_dequeued_workflow(dbos, status, owner)
    return len(claimed)


def stop_claiming() -> None:
    """Let DBOS's queue threads start nothing more; what runs goes on."""
    for event in _dbos().background_thread_stop_events:
        event.set()


def active_jobs() -> set[str]:
    """Keys of the jobs that this process has begun and whose end is not yet written down."""
    return set(_dbos()._active_workflows_set.activeList())


def _dbos() -> Any:
    from dbos._dbos import _get_dbos_instance

    return _get_dbos_instance()
