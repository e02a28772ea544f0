"""Databases and engines for the tests of jobs: each test has a database of its own, SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlmodel import SQLModel

import models  # noqa: F401 - fills the metadata
from app.clock import SystemClock
from app.db import Database
from app.jobs.engine import JobEngine

ADMIN = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/jobs.db"
        return
    name = f"jobs_{uuid4().hex[:12]}"
    try:
        with psycopg.connect(ADMIN, autocommit=True, connect_timeout=3) as admin:
            admin.execute(f'create database "{name}"')
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL to test with; set TEST_POSTGRES_URL")
    yield ADMIN.rsplit("/", 1)[0] + "/" + name
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """The database with all tables."""
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield database
    await database.close()


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


async def until(met: Callable[[], Any] | Callable[[], Awaitable[Any]], seconds: float = 10.0) -> None:
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
