"""Background loops that outlive a bad round."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.jobs import metrics

log = logging.getLogger(__name__)


async def for_ever(name: str, endless: Callable[[], Awaitable[None]]) -> None:
    """Start a loop anew when it breaks: a bug in one round must not stop all timers, or look like a dead executor."""
    while True:
        try:
            await endless()
        except Exception:
            log.exception("a loop of the job engine broke and is started again", extra={"loop": name})
            metrics.BROKEN_LOOPS.labels(loop=name).inc()
            await asyncio.sleep(1.0)


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not for ever.

    Not by `asyncio.wait_for`, which up to Python 3.11 loses a cancellation that comes together with the event.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks and see them end; a cancellation that was lost in somebody's cleaning up is repeated."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=1.0)
