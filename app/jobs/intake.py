"""The batched way in: many concurrent requests share one commit.

While one commit is under way the next batch gathers, so the rate follows the load and a lone request waits for
nobody. What is committed is a Receipt with its work; a pump turns waiting receipts into jobs of the same key.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

from dbos._error import DBOSException
from sqlalchemy import null, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.jobs import metrics
from app.jobs.away import DATABASE_AWAY
from app.jobs.engine import JobEngine
from app.jobs.loops import end, for_ever, wait_at_most
from models.receipt import Receipt

log = logging.getLogger(__name__)

BATCH = 200
KEY_LENGTH = 255
# Receipts the pump starts in one transaction; on SQLite, where requests wait for it, no more after so many seconds,
# since a busy machine takes ten times as long for each.
PUMP_BATCH = 25
PUMP_SECONDS = 0.02
# Seconds between looks for receipts that another process left.
LOOK = 1.0


@dataclass(frozen=True)
class Accepted:
    """What became of a request: `first` is False for a repeat, and `answer` is what the first one was told."""

    first: bool
    answer: dict[str, Any] | None


@dataclass
class _Waiting:
    row: dict[str, Any]
    told: asyncio.Future[Accepted]


class Intake:
    """Takes requests in by key; `start` after the engine, `stop` before it."""

    def __init__(self, engine: JobEngine) -> None:
        self._engine = engine
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._to_pump = asyncio.Event()
        self._emptied = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._busy_until = 0.0
        insert = sqlite.insert if engine.db.on_sqlite else postgresql.insert
        # One text for batches of every size, so that it is compiled once.
        self._insert = insert(Receipt).on_conflict_do_nothing(index_elements=["key"]).returning(col(Receipt.key))

    async def start(self) -> None:
        """Begin to take in and, in every role, to start jobs of waiting receipts."""
        self._loops = [
            asyncio.create_task(for_ever("intake", self._commit_batches), name="intake"),
            asyncio.create_task(for_ever("intake-pump", self._pump), name="intake-pump"),
        ]

    async def stop(self) -> None:
        """Commit what has arrived, then end; later calls of `accept` fail."""
        if self._waiting:
            self._emptied.clear()
            await self._emptied.wait()
        await end(self._loops)
        self._loops = []

    async def accept(
        self, key: str, team_id: str, job: str | None, args: dict[str, Any], answer: dict[str, Any] | None
    ) -> Accepted:
        """Record a request durably together with the job it asks for (None: no job) and the answer it gets.

        Returns once committed. A repeat of the key starts nothing and gets the stored answer. Raises ValueError
        for a key that no database could hold, LookupError for an unknown job, and the database's own error when
        it does not answer.
        """
        if not self._loops:
            raise RuntimeError("the intake is not started")
        if not key or len(key) > KEY_LENGTH or "\0" in key or "\0" in team_id:
            raise ValueError("a key has 1 to 255 characters, none of them NUL")
        if job is not None:
            self._engine.must_know(job)
        work = None if job is None else {"name": job, "args": args}
        told: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        row = {
            "key": key,
            "team_id": team_id,
            "answer": answer,
            "work": work,
            "waiting": work is not None,
            "created_at": self._engine.clock.now(),
        }
        self._waiting.append(_Waiting(row, told))
        self._arrived.set()
        return await told

    async def _commit_batches(self) -> None:
        while True:
            await self._arrived.wait()
            # Let the callers of this turn of the loop join.
            await asyncio.sleep(0)
            batch = self._waiting[:BATCH]
            try:
                await self._commit(batch)
            except DATABASE_AWAY as error:
                for one in batch:
                    _tell(one, error)
            except Exception:  # noqa: BLE001 - whatever it is, each caller is told its own
                await self._one_by_one(batch)
            del self._waiting[: len(batch)]
            if not self._waiting:
                self._arrived.clear()
                self._emptied.set()

    async def _one_by_one(self, batch: list[_Waiting]) -> None:
        """One unfit row must not spoil the others' commit."""
        for one in batch:
            try:
                await self._commit([one])
            except Exception as error:  # noqa: BLE001 - it is raised where the request waits
                _tell(one, error)

    async def _commit(self, batch: list[_Waiting]) -> None:
        # The first of equal keys counts.
        rows = {one.row["key"]: one.row for one in reversed(batch)}
        async with self._engine.db.transaction() as session:
            connection = await session.connection()
            inserted = set((await connection.execute(self._insert, list(rows.values()))).scalars())
            known = await _answers(session, rows.keys() - inserted)
        metrics.BATCH.observe(len(batch))
        for one in batch:
            key = one.row["key"]
            first = key in inserted
            inserted.discard(key)
            answer = one.row["answer"] if first else known.get(key, rows[key]["answer"])
            metrics.ACCEPTED.labels(first="yes" if first else "no").inc()
            _tell(one, Accepted(first, answer))
        if len(batch) > 4:
            self._busy_until = time.monotonic() + 0.25
        if any(row["waiting"] for row in rows.values()):
            self._to_pump.set()

    async def _pump(self) -> None:
        while True:
            await wait_at_most(self._to_pump, LOOK)
            self._to_pump.clear()
            try:
                while True:
                    began = time.monotonic()
                    if not await self.start_waiting():
                        break
                    # Under load those who wait for an acknowledgement go first, the jobs after them.
                    now = time.monotonic()
                    await asyncio.sleep(min(0.5, 8 * (now - began)) if now < self._busy_until else 0)
            except DATABASE_AWAY:
                log.warning("the pump waits: the database does not answer", exc_info=True)
                await asyncio.sleep(LOOK)

    async def start_waiting(self) -> int:
        """Turn the oldest waiting receipts into jobs, a few in one transaction; how many. 0: none waits."""
        engine = self._engine
        oldest = (
            select(Receipt.key, Receipt.work)
            .where(col(Receipt.waiting).is_(True))
            .order_by(col(Receipt.created_at))
            .limit(PUMP_BATCH)
        )
        if engine.db.on_sqlite:
            async with engine.db.read_only() as session:
                if (await session.exec(oldest)).first() is None:
                    return 0
        async with engine.db.transaction() as session:
            found = (await session.exec(oldest.with_for_update(skip_locked=True))).all()
            if not found:
                return 0
            handled: list[str] = []
            started: list[str] = []
            began = time.monotonic()
            for key, work in found:
                if handled and engine.db.on_sqlite and time.monotonic() - began > PUMP_SECONDS:
                    break
                handled.append(key)
                try:
                    if work is not None:
                        await engine.enqueue(session, work["name"], key, work["args"])
                    started.append(key)
                except (LookupError, DBOSException):
                    # Left with its work, for somebody to look at; the others go on.
                    log.exception("a receipt asks for what cannot be started", extra={"key": key})
            mine = col(Receipt.key).in_(handled)
            await session.exec(update(Receipt).where(mine).values(waiting=False))
            await session.exec(update(Receipt).where(col(Receipt.key).in_(started)).values(work=null()))
        return len(handled)


async def _answers(session: AsyncSession, keys: set[str]) -> dict[str, dict[str, Any] | None]:
    if not keys:
        return {}
    rows = await session.exec(select(Receipt.key, Receipt.answer).where(col(Receipt.key).in_(keys)))
    return {key: dict(answer) if answer is not None else None for key, answer in rows}


def _tell(one: _Waiting, outcome: Accepted | Exception) -> None:
    if one.told.done():
        return
    if isinstance(outcome, Exception):
        one.told.set_exception(outcome)
    else:
        one.told.set_result(outcome)
