"""The change feed: pages wait on it and redraw what changed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable

from app.playground.slack.state import Change

KEPT = 2000
WAITING = 500


class Feed:
    """Numbers every change, keeps the latest, and hands them to those who watch."""

    def __init__(self) -> None:
        self.version = 0
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._watchers: set[asyncio.Queue[Change]] = set()

    def publish(self, kind: str, *, channel: str = "", person: str = "", ts: str = "", view_id: str = "") -> Change:
        """Number one change and tell everyone who watches; a watcher too far behind is told to start over."""
        self.version += 1
        change = Change(self.version, kind, channel, person, ts, view_id)
        self._kept.append(change)
        for queue in self._watchers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Change(self.version, "reset"))
            else:
                queue.put_nowait(change)
        return change

    @property
    def watchers(self) -> int:
        """How many are watching now."""
        return len(self._watchers)

    def since(self, version: int) -> list[Change]:
        """Changes after `version`; one `reset` when they are no longer kept."""
        if version >= self.version:
            return []
        if self._kept and self._kept[0].version > version + 1:
            return [Change(self.version, "reset")]
        return [one for one in self._kept if one.version > version]

    async def watch(self, sees: Callable[[Change], bool], since: int | None = None) -> AsyncGenerator[Change, None]:
        """Changes that `sees` lets through, for ever; from `since` on when given, else from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue(maxsize=WAITING)
        self._watchers.add(queue)
        try:
            # Taken in one go with the registration above: what comes later is in the queue, nothing twice.
            missed = [] if since is None else self.since(since)
            for change in missed:
                if change.kind == "reset" or sees(change):
                    yield change
            while True:
                change = await queue.get()
                if change.kind == "reset" or sees(change):
                    yield change
        finally:
            self._watchers.discard(queue)
