"""Background loops that outlive a bad round."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

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
