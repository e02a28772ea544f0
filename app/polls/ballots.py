"""The ballot box: many clicks, one commit. While one batch is being written the next gathers.

Every click is checked against the clock and the rules within the transaction that counts it, under a lock on its
poll, so that nothing is counted after the close and nobody counts twice. A receipt is written with it: the same
request again changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import Clock
from app.db import Database
from app.errors import AlreadyAnswered, DomainError
from app.jobs.away import DATABASE_AWAY
from app.jobs.loops import end, for_ever
from app.polls.box import Box, KeptSheets
from app.polls.shapes import Act, Mine, Sheet
from app.polls.turn import Turn
from models import Poll, Receipt

log = logging.getLogger(__name__)

BATCH = 200
Changed = Callable[[AsyncSession, Poll, datetime], Awaitable[None]]


@dataclass(frozen=True)
class Ballot:
    """One click or submitted form. `receipt` is the request's key, which names no person."""

    receipt: str
    team_id: str
    workspace_id: int
    poll: str
    slack_id: str
    act: Act


@dataclass(frozen=True)
class Cast:
    """What came of it: the person's vote as it stands now, and what its confirmation needs."""

    key: str
    mode: str
    mine: Mine
    sheets: dict[int, Sheet]
    changed: bool


@dataclass
class _Waiting:
    ballot: Ballot
    told: asyncio.Future[Cast]


class Ballots:
    """Takes ballots; `start` before, `stop` after. `changed` is called for each poll whose votes changed."""

    def __init__(self, db: Database, clock: Clock, secret: str, changed: Changed) -> None:
        self._db = db
        self._clock = clock
        self._secret = secret
        self._changed = changed
        self._kept: KeptSheets = {}
        self._turn = Turn(db.url.database if db.on_sqlite else None)
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._loop: list[asyncio.Task[None]] = []
        insert = sqlite.insert if db.on_sqlite else postgresql.insert
        self._receipts = insert(Receipt).on_conflict_do_nothing(index_elements=["key"]).returning(col(Receipt.key))

    async def start(self) -> None:
        """Begin to count."""
        self._loop = [asyncio.create_task(for_ever("ballots", self._count_batches), name="ballots")]

    async def stop(self) -> None:
        """Count what has arrived, then end."""
        if self._loop and self._waiting:
            await asyncio.gather(*(one.told for one in self._waiting), return_exceptions=True)
        await end(self._loop)
        self._loop = []
        self._turn.close()

    async def cast(self, ballot: Ballot) -> Cast:
        """Count a ballot; returns once it is committed.

        Raises `AlreadyAnswered` for a request that came before, `Refused` or `NotFound` when it does not count.
        """
        if not self._loop:
            raise RuntimeError("the ballot box is not open")
        told: asyncio.Future[Cast] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(ballot, told))
        self._arrived.set()
        return await told

    async def _count_batches(self) -> None:
        while True:
            await self._arrived.wait()
            # Let the callers of this turn of the loop join.
            await asyncio.sleep(0)
            batch = self._waiting[:BATCH]
            try:
                outcomes = await self.count([one.ballot for one in batch])
            except DATABASE_AWAY as error:
                outcomes = [error] * len(batch)
            except Exception:
                # Whatever it is, one unfit ballot must not spoil the others.
                log.exception("a batch of ballots is counted one by one")
                outcomes = [await self._alone(one.ballot) for one in batch]
            for one, outcome in zip(batch, outcomes, strict=True):
                _tell(one, outcome)
            del self._waiting[: len(batch)]
            if not self._waiting:
                self._arrived.clear()

    async def _alone(self, ballot: Ballot) -> Cast | Exception:
        try:
            return (await self.count([ballot]))[0]
        except Exception as error:  # noqa: BLE001 - it is raised where the request waits
            return error

    async def count(self, batch: list[Ballot]) -> list[Cast | Exception]:
        """Count ballots in one transaction; what became of each, in their order."""
        async with self._turn.taken(), self._db.transaction() as session:
            # In one order always, so that two processes cannot wait for each other.
            fresh = await self._take(
                session, sorted({one.receipt: one for one in batch}.values(), key=lambda b: b.receipt)
            )
            now = self._clock.now()
            box = Box(session, self._secret, now, self._kept)
            await box.fill([one for one in batch if one.receipt in fresh])
            outcomes: list[Cast | Exception] = []
            for one in batch:
                if one.receipt not in fresh:
                    outcomes.append(AlreadyAnswered(None))
                    continue
                fresh.discard(one.receipt)
                try:
                    outcomes.append(_cast(box, one))
                except DomainError as refused:
                    outcomes.append(refused)
            await box.write()
            for poll in box.changed():
                poll.touched = True
                await self._changed(session, poll, now)
        return outcomes

    async def _take(self, session: AsyncSession, ballots: list[Ballot]) -> set[str]:
        """Write receipts; the keys that are new. A receipt holds neither person nor choice."""
        now = self._clock.now()
        rows = [
            {
                "key": one.receipt,
                "team_id": one.team_id,
                "answer": None,
                "work": None,
                "waiting": False,
                "created_at": now,
            }
            for one in ballots
        ]
        connection = await session.connection()
        return set((await connection.execute(self._receipts, rows)).scalars())


def _cast(box: Box, ballot: Ballot) -> Cast:
    poll, sheets, mine, changed = box.apply(ballot.workspace_id, ballot.poll, ballot.slack_id, ballot.act)
    return Cast(poll.key, poll.mode, mine, sheets, changed)


def _tell(one: _Waiting, outcome: Cast | Exception) -> None:
    if one.told.done():
        return
    if isinstance(outcome, Exception):
        one.told.set_exception(outcome)
    else:
        one.told.set_result(outcome)
