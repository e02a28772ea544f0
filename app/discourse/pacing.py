"""Our share of the forum's 60 requests a minute, counted for everything this process asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.clock import Clock

# Of the 60 a minute that all keys of a forum share; the rest is left to people and other programs.
BUDGET = 45
WINDOW = timedelta(seconds=60)


class Pace:
    """Counts calls in a sliding minute; background work waits its turn, people's requests do not."""

    def __init__(
        self, clock: Clock, budget: int | None = BUDGET, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._budget = budget
        self._sleep = sleep
        self._calls: deque[float] = deque()

    def note(self) -> None:
        """Count one call that is made now."""
        self._calls.append(self._clock.now().timestamp())

    async def rest(self, seconds: float) -> None:
        """Do nothing for so long."""
        await self._sleep(seconds)

    async def turn(self) -> None:
        """Wait until one more call fits into the budget; without a budget at once."""
        while self._budget is not None:
            now = self._clock.now().timestamp()
            while self._calls and self._calls[0] <= now - WINDOW.total_seconds():
                self._calls.popleft()
            if len(self._calls) < self._budget:
                return
            await self._sleep(self._calls[0] + WINDOW.total_seconds() - now + 0.01)
