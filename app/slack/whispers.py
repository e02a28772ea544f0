"""Words to one person right after their click, by response URL: sent beside the acknowledgement, never before it.

They are a courtesy, not a record: what was done is stored already. Under a storm of clicks some are left out, and
nothing of them is written down, since they may say what somebody chose in a secret poll.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from app.errors import DomainError
from app.slack.gateway import SlackGateway

AT_ONCE = 16
WAITING_MOST = 500

log = structlog.get_logger(__name__)


class Whispers:
    """Sends in the background, some at once."""

    def __init__(self, slack: SlackGateway) -> None:
        self._slack = slack
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    def say(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Send a message body to a response URL soon, or leave it where too many wait."""
        if not response_url or len(self._under_way) >= WAITING_MOST:
            return
        task = asyncio.create_task(self._send(response_url, body))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Let what is under way end, for a moment."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=2.0)
        for task in self._under_way:
            task.cancel()

    async def _send(self, response_url: str, body: Mapping[str, Any]) -> None:
        async with self._turn:
            try:
                await self._slack.respond(response_url, body)
            except DomainError as problem:
                log.info("a person could not be told", reason=type(problem).__name__)
