"""What one process holds in memory of a workspace's topics, and how it keeps up with the rows."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.routing.prior.codes import CODE_BYTES, Codes, Newest, unpack
from app.routing.prior.encoding import DIMENSIONS, E5, USE, Vectors
from app.routing.prior.rows import run
from models import Topic

# How many topics have a vector of the slower encoder: the newest of a workspace.
E5_TOPICS = 20_000
REFRESH_EVERY = timedelta(seconds=3)
BACKGROUND = 256
_PAGE = 10_000
_E5_PAGE = 1_000

# Answered from the index alone, which holds the codes.
_CODES = text(
    """SELECT version, id, category_id, code FROM topic
    WHERE workspace_id = :workspace AND code IS NOT NULL AND (version, id) > (:version, :id)
    ORDER BY version, id LIMIT :page"""
)
_E5 = text(
    """SELECT version, id, forum_id, category_id, e5_vector FROM topic
    WHERE workspace_id = :workspace AND e5_vector IS NOT NULL AND (version, id) > (:version, :id)
    ORDER BY version, id LIMIT :page"""
)
_START = (-1, 0)


class Memory:
    """Codes of all topics, full e5 vectors of the newest, and a sample of both to judge similarity against."""

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.codes = Codes()
        self.newest = Newest(DIMENSIONS[E5], E5_TOPICS)
        self.background: Mapping[str, Vectors] = {}
        self._codes_seen = self._e5_seen = _START
        self._sampled = 0, 0
        self._checked_at: datetime | None = None
        self._busy = asyncio.Lock()

    async def load(self, session: AsyncSession) -> None:
        """Read all that is new, however much, a page at a time."""
        async with self._busy:
            while await self._read_codes(session, _PAGE):
                pass
            while await self._read_e5(session, _E5_PAGE):
                pass
            await self._sample(session)

    async def refresh(self, session: AsyncSession, now: datetime) -> None:
        """Read one page of what is new, at most every three seconds, unless another reader is at it."""
        if self._busy.locked():
            return
        if self._checked_at is not None and timedelta(0) <= now - self._checked_at < REFRESH_EVERY:
            return
        async with self._busy:
            more = await self._read_codes(session, _PAGE // 2)
            more = await self._read_e5(session, _E5_PAGE) or more
            await self._sample(session)
            self._checked_at = None if more else now

    def nearest(
        self, vectors: Mapping[str, Vectors], count: int, categories: Collection[int] | None
    ) -> frozenset[int]:
        """Ids of candidates near a draft's vectors, `count` by the quick encoder, half as many by the other."""
        found: set[int] = set()
        if USE in vectors:
            found.update(self.codes.nearest(vectors[USE], count, categories).tolist())
        if E5 in vectors:
            found.update(self.newest.nearest(vectors[E5], count // 2, categories).tolist())
        return frozenset(found)

    async def _read_codes(self, session: AsyncSession, page: int) -> bool:
        version, last = self._codes_seen
        values = {"workspace": self.workspace_id, "version": version, "id": last, "page": page}
        rows = (await run(session, _CODES, values)).all()
        if not rows:
            return False
        self._codes_seen = rows[-1][0], rows[-1][1]
        whole = [row for row in rows if len(row[3]) == CODE_BYTES]
        if whole:
            ids = np.array([row[1] for row in whole], dtype=np.int64)
            joined = b"".join(row[3] for row in whole)
            codes = np.frombuffer(joined, dtype=np.uint8).reshape(-1, CODE_BYTES)
            await asyncio.to_thread(self.codes.put, ids, _categories([row[2] for row in whole]), codes)
        return len(rows) == page

    async def _read_e5(self, session: AsyncSession, page: int) -> bool:
        version, last = self._e5_seen
        values = {"workspace": self.workspace_id, "version": version, "id": last, "page": page}
        rows = (await run(session, _E5, values)).all()
        if not rows:
            return False
        self._e5_seen = rows[-1][0], rows[-1][1]
        vectors = unpack([row[4] for row in rows], DIMENSIONS[E5])
        whole = np.isfinite(vectors).all(axis=1)
        ids, ages = (np.array([row[column] for row in rows], dtype=np.int64) for column in (1, 2))
        categories = _categories([row[3] for row in rows])
        self.newest.put(ids[whole], ages[whole], categories[whole], vectors[whole])
        return len(rows) == page

    async def _sample(self, session: AsyncSession) -> None:
        """Take a new sample when what is held has doubled since the last one."""
        sizes = len(self.codes), len(self.newest)
        if not any(size >= max(1, 2 * before) for size, before in zip(sizes, self._sampled, strict=True)):
            return
        background: dict[str, Vectors] = {}
        for model, column, ids in (
            (USE, Topic.vector, self.codes.sample(BACKGROUND)),
            (E5, Topic.e5_vector, self.newest.sample(BACKGROUND)),
        ):
            rows = await run(session, select(col(column)).where(col(Topic.id).in_(ids.tolist())))
            vectors = unpack([row[0] for row in rows], DIMENSIONS[model])
            background[model] = vectors[np.isfinite(vectors).all(axis=1)]
        self.background, self._sampled = background, sizes


def _categories(values: list[int | None]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)
