"""Databases and engines for the tests of jobs: each test has a database of its own, SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.clock import SystemClock
from app.db import Database
from app.jobs.engine import JobEngine


@pytest.fixture
def url(database_url: str) -> str:
    """A fresh database, migrated; as an address, since an engine opens its own connections."""
    return database_url


Running = Callable[..., Any]


@pytest.fixture
def running(url: str, db: Database) -> Running:
    """`async with running({"name": task}) as engine` starts an engine and stops it."""

    @asynccontextmanager
    async def run(
        tasks: dict[str, Any], role: Any = "all", clock: Any = None, **more: Any
    ) -> AsyncIterator[JobEngine]:
        engine = JobEngine(url, db, clock or SystemClock(), tasks, role, **more)
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop(patience=0)

    return run


async def until(met: Callable[[], Any] | Callable[[], Awaitable[Any]], seconds: float = 30.0) -> None:
    """Wait until the condition holds, or fail."""
    deadline = time.monotonic() + seconds
    while True:
        found = met()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)
