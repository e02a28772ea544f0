"""Taking turns between processes that share a SQLite file.

SQLite's own waiting looks again after ever longer pauses, so of two busy processes one may wait for long while the
other writes batch after batch. The lock of a file wakes whoever waits as soon as the other is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows, where SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]


class Turn:
    """Turns at one database file, by a file beside it. None, or a system without such locks: every turn is free."""

    def __init__(self, database: str | None) -> None:
        self._path = Path(database + ".turn") if database and database != ":memory:" and fcntl is not None else None
        self._threads: ThreadPoolExecutor | None = None

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for the turn, without holding up the loop, and give it back at the end."""
        if self._path is None:
            yield
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, thread_name_prefix="turn")
        loop = asyncio.get_running_loop()
        with self._path.open("a") as handle:
            # Closing the file gives the lock back, also when the process dies.
            await loop.run_in_executor(self._threads, fcntl.flock, handle.fileno(), fcntl.LOCK_EX)
            yield

    def close(self) -> None:
        """Give the thread back."""
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None
