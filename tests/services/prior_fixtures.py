"""A deterministic encoder, and databases on SQLite and PostgreSQL with text search over the topics."""

from __future__ import annotations

import atexit
import contextlib
import os
import zlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg
from sqlalchemy import make_url, text
from sqlmodel import SQLModel

from app.db import Database
from app.errors import Unavailable
from app.routing.prior import encode_waiting, schema
from models import Topic, Workspace

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
DIMENSIONS = {"use": 512, "e5": 384}


class TrigramEncoders:
    """Texts that share letters are alike: a random vector for every three letters, summed. Counts what it encodes."""

    def __init__(self, *available: str) -> None:
        self.available = frozenset(available or ("use", "e5"))
        self.encoded = 0
        self.broken = False

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> np.ndarray:
        if self.broken or model not in self.available:
            raise Unavailable("the encoder does not answer")
        self.encoded += len(texts)
        return np.stack([self._one(model, one.lower()) for one in texts]).astype(np.float32)

    def _one(self, model: str, one: str) -> np.ndarray:
        total = np.full(DIMENSIONS[model], 1e-3)
        for start in range(len(one)):
            seed = zlib.crc32(f"{model}{one[start : start + 3]}".encode("utf-8", "replace"))
            total += np.random.default_rng(seed).standard_normal(DIMENSIONS[model])
        total /= np.linalg.norm(total)
        if model == "e5":
            # As with the real one, all texts have most of their direction in common.
            common = np.random.default_rng(5).standard_normal(DIMENSIONS[model])
            total = 2 * common / np.linalg.norm(common) + total
        return total / np.linalg.norm(total)


def postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@asynccontextmanager
async def fresh_database(kind: str, folder: Path, name: str) -> AsyncIterator[Database]:
    """An empty database with all tables and text search, two workspaces (ids 1 and 2) in it."""
    url = f"sqlite:///{folder / name}.db"
    made = False
    if kind == "postgresql":
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        made = _made_before(name)
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            if made:
                await connection.execute(text("TRUNCATE workspace RESTART IDENTITY CASCADE"))
            else:
                await connection.run_sync(SQLModel.metadata.create_all)
                for statement in schema.upgrade("sqlite" if database.on_sqlite else "postgresql"):
                    await connection.execute(text(statement))
        async with database.transaction() as session:
            session.add(Workspace(id=1, team_id="T1", name="One", created_at=NOW))
            session.add(Workspace(id=2, team_id="T2", name="Two", created_at=NOW))
        yield database
    finally:
        await database.close()


_made: set[str] = set()


def _made_before(name: str) -> bool:
    """Whether this run made that PostgreSQL database already; if not, makes it and sees that it goes in the end."""
    if name in _made:
        return True
    _drop(name)
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    _made.add(name)
    atexit.register(_drop_at_the_end, name)
    return False


def _drop_at_the_end(name: str) -> None:
    # A server that was started for this run is gone by now, and the database with it.
    with contextlib.suppress(psycopg.OperationalError):
        _drop(name)


def _drop(name: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def topic(forum_id: int, title: str, **fields: object) -> Topic:
    values: dict[str, object] = {
        "workspace_id": 1,
        "forum_id": forum_id,
        "title": title,
        "slug": f"topic-{forum_id}",
        "author": "amina",
        "posted_at": NOW - timedelta(days=1000 - forum_id % 1000),
        "last_posted_at": NOW - timedelta(days=1),
    }
    return Topic(**{**values, **fields})


async def add(database: Database, topics: Iterable[Topic]) -> None:
    async with database.transaction() as session:
        session.add_all(topics)


async def encode_all(database: Database, encoders: TrigramEncoders, workspace_id: int = 1) -> int:
    """Encode until nothing waits; how many vectors were written."""
    total = 0
    while True:
        async with database.transaction() as session:
            done = await encode_waiting(session, workspace_id, encoders, 100)
        total += done
        if not done:
            return total
