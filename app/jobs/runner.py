"""One job's run: the task's context on DBOS, whose attempts are recorded steps with durable waits between them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar, cast

from dbos import DBOS
from dbos._error import DBOSException

from app.clock import Clock
from app.jobs import metrics
from app.jobs.tasks import ATTEMPTS, JobFailed, Task, verdict, wait_before, without_secrets

Value = TypeVar("Value")
log = logging.getLogger(__name__)


class Runner:
    """Holds the table of tasks and what runs in this process now. DBOS allows one of them a process."""

    def __init__(self, tasks: Mapping[str, Task], clock: Clock) -> None:
        self.tasks = dict(tasks)
        self.clock = clock
        self.running: dict[str, set[asyncio.Task[Any]]] = {}
        # Keys of running jobs that only wait for a later attempt.
        self.asleep: set[str] = set()

    async def run(self, name: str, envelope: dict[str, Any]) -> None:
        """Run one job to its end; JobFailed carries a reason free of secrets."""
        key = cast(str, DBOS.workflow_id)
        me = asyncio.current_task()
        assert me is not None
        self.running.setdefault(key, set()).add(me)
        try:
            await self._run(name, key, envelope)
        finally:
            self.running[key].discard(me)
            if not self.running[key]:
                del self.running[key]

    async def _run(self, name: str, key: str, envelope: dict[str, Any]) -> None:
        task = self.tasks.get(name)
        if task is None:
            raise JobFailed(f"no task is called {name} in this version")
        due = envelope.get("due_at")
        context = DurableContext(
            key,
            name,
            self.clock,
            datetime.fromisoformat(due) if due else None,
            float(envelope.get("late", 0.0)),
            self.asleep,
        )
        try:
            await task(context, dict(envelope["args"]))
        except JobFailed as failure:
            _count(name, "failed")
            log.warning("job failed", extra={"job": name, "key": key, "reason": str(failure)})
            raise
        except DBOSException:
            raise
        except Exception as error:
            _count(name, "failed")
            log.exception("job broke", extra={"job": name, "key": key})
            # What is stored is shown to operators; the error itself may hold tokens.
            raise JobFailed(without_secrets(error)) from None
        _count(name, "done")

    async def give_up(self) -> None:
        """Stop what still runs here; its rows stay as they are and another executor takes them over."""
        left = [task for tasks in self.running.values() for task in tasks]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class DurableContext:
    """The TaskContext of a real run."""

    def __init__(
        self, key: str, name: str, clock: Clock, due_at: datetime | None, late: float, asleep: set[str]
    ) -> None:
        self.key = key
        self.name = name
        self.clock = clock
        self.due_at = due_at.astimezone(UTC) if due_at else None
        self.late = timedelta(seconds=late)
        self._asleep = asleep

    async def step(self, name: str, effect: Callable[[], Awaitable[Value]]) -> Value:
        for attempt in count(1):
            outcome = await DBOS.run_step_async({"name": name}, _attempt, effect)
            if "value" in outcome:
                return cast(Value, outcome["value"])
            metrics.STEP_FAILURES.labels(job=self.name, step=name).inc()
            if not outcome["again"]:
                raise JobFailed(outcome["error"])
            if attempt >= ATTEMPTS:
                raise JobFailed(f"given up after {attempt} attempts: {outcome['error']}")
            log.info(
                "job step will be tried again",
                extra={"job": self.name, "key": self.key, "step": name, "attempt": attempt, "why": outcome["error"]},
            )
            await self.sleep(wait_before(attempt, outcome["wait"]))
        raise AssertionError("unreachable")

    async def sleep(self, seconds: float) -> None:
        self._asleep.add(self.key)
        try:
            await DBOS.sleep_async(seconds)
        finally:
            self._asleep.discard(self.key)


async def _attempt(effect: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
    """One try as data, so that it is recorded however it ends: {"value"} or {"again", "error", "wait"}."""
    try:
        return {"value": await effect()}
    except JobFailed as failure:
        return {"again": False, "error": str(failure), "wait": None}
    except Exception as error:
        found = verdict(error)
        if not found.again:
            log.info("a step cannot succeed", extra={"why": found.reason}, exc_info=error)
        return {"again": found.again, "error": found.reason, "wait": found.wait}


_current: Runner | None = None
_known: set[str] = set()


def install(runner: Runner | None) -> None:
    """Make this the process's runner and let DBOS know its tasks by name; None takes it away."""
    global _current
    _current = runner
    if runner is not None:
        for name in runner.tasks:
            if name not in _known:
                DBOS.workflow(name=name)(_workflow(name))
                _known.add(name)


def _workflow(name: str) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def job(envelope: dict[str, Any]) -> None:
        if _current is None:
            raise JobFailed("the job engine is not running here")
        await _current.run(name, envelope)

    return job


def _count(name: str, outcome: str) -> None:
    metrics.JOBS.labels(job=name, outcome=outcome).inc()
