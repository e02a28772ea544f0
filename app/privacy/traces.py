"""What the machinery holds of a person for a while: answers given, the send log and its pace, spent timers, old jobs.

All of it goes by itself after its time (`app.jobs.housekeeping`); after an erasure it goes at once. A row is theirs
when it names them, or one of their thanks or questions. What still waits or runs is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from dbos import DBOSClient
from sqlalchemy import String, cast, delete, null, update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database
from app.jobs.housekeeping import FAILED_JOBS, RECEIPTS
from app.jobs.store import finished_jobs_about
from models import Lane, Receipt, Route, Sent, Thanks, ThanksRecipient, Timer

# Each of these is looked for in each text: more in one statement would take longer than a statement may.
NAMES_AT_ONCE = 20
ROWS_AT_ONCE = 500
# Of more they are not all looked for; the rest goes with time.
NAMES_AT_MOST = 1000
DAY = timedelta(days=1)
_MESSAGE = re.compile(r"\d+\.\d+")


async def names_of(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> list[str]:
    """By what rows of the machinery name a person: their id, and the keys of what they gave, got and asked lately.

    To be asked before they are erased.
    """
    since = now - FAILED_JOBS
    given = select(Thanks.key).where(
        Thanks.workspace_id == workspace_id, Thanks.giver == slack_id, col(Thanks.created_at) >= since
    )
    received = (
        select(Thanks.key)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(
            ThanksRecipient.workspace_id == workspace_id,
            ThanksRecipient.slack_id == slack_id,
            col(Thanks.created_at) >= since,
        )
    )
    asked = select(Route.key).where(
        Route.workspace_id == workspace_id, Route.slack_id == slack_id, col(Route.created_at) >= since
    )
    found = [slack_id]
    for query in (given, received, asked):
        found += (await session.exec(query.limit(NAMES_AT_MOST))).all()
    return found[:NAMES_AT_MOST]


async def forget_answers(db: Database, team_id: str, names: Sequence[str], now: datetime) -> int:
    """Blank the answers that hold a person's words. A repeat of such a request is taken, and told nothing new."""
    total = 0
    for part in _parts(names, NAMES_AT_ONCE):
        told = or_(*(cast(col(Receipt.answer), String).contains(one, autoescape=True) for one in part))
        asked = or_(*(cast(col(Receipt.work), String).contains(one, autoescape=True) for one in part))
        for since in _days(now, RECEIPTS):
            query = select(Receipt.key).where(
                Receipt.team_id == team_id,
                col(Receipt.waiting).is_(False),
                col(Receipt.created_at) >= since,
                col(Receipt.created_at) < since + DAY,
                or_(told, asked),
            )
            async with db.read_only() as session:
                keys = (await session.exec(query)).all()
            for some in _parts(keys, ROWS_AT_ONCE):
                mine = col(Receipt.key).in_(some)
                async with db.transaction() as session:
                    await session.exec(update(Receipt).where(mine).values(answer=null(), work=null()))
            total += len(keys)
    return total


async def messages_to(db: Database, places: Sequence[str]) -> list[tuple[str, str]]:
    """Our messages to a person that the send log knows, as key and ts. `places`: their conversation with us."""
    query = select(Sent.key, Sent.outcome).where(col(Sent.channel).in_(places), Sent.outcome != "")
    async with db.read_only() as session:
        found = (await session.exec(query)).all()
    return [(key, outcome) for key, outcome in found if _MESSAGE.fullmatch(outcome)]


async def forget_sent(db: Database, slack_id: str, places: Sequence[str]) -> int:
    """Drop from the send log what went to a person, or names them; what is under way stays."""
    theirs = or_(col(Sent.channel).in_(places), col(Sent.key).contains(slack_id, autoescape=True))
    return await _drop(db, col(Sent.key), theirs & (col(Sent.outcome) != ""))


async def forget_lanes(db: Database, slack_id: str, now: datetime) -> int:
    """Drop the pacing of messages to a person, where nothing is held back any more."""
    free = (col(Lane.next_at) < now.timestamp()) & col(Lane.key).contains(slack_id, autoescape=True)
    return await _drop(db, col(Lane.key), free)


async def forget_timers(db: Database, names: Sequence[str]) -> int:
    """Drop spent timers that name a person."""
    total = 0
    for part in _parts(names, NAMES_AT_ONCE):
        named = or_(*(cast(col(Timer.args), String).contains(one, autoescape=True) for one in part))
        total += await _drop(db, col(Timer.id), (col(Timer.state) != "waiting") & named)
    return total


async def forget_jobs(db: Database, client: DBOSClient, names: Sequence[str], now: datetime, spare: str) -> int:
    """Delete finished jobs whose arguments or results name a person; not the one that asks (`spare`)."""
    total = 0
    for part in _parts(names, NAMES_AT_ONCE):
        for since in _days(now, FAILED_JOBS):
            async with db.read_only() as session:
                found = await finished_jobs_about(session, part, since, since + DAY)
            keys = [key for key in found if key != spare]
            for some in _parts(keys, ROWS_AT_ONCE):
                await client.delete_workflows_async(list(some))
            total += len(keys)
    return total


async def _drop(db: Database, key: Any, condition: Any) -> int:
    async with db.read_only() as session:
        keys = (await session.exec(select(key).where(condition))).all()
    for some in _parts(keys, ROWS_AT_ONCE):
        async with db.transaction() as session:
            await session.exec(delete(key.class_).where(key.in_(some), condition))
    return len(keys)


def _days(now: datetime, span: timedelta) -> Iterator[datetime]:
    """The beginnings of the days that lie between `now` and `span` ago, and one on either side."""
    return (now - DAY * number for number in range(span.days + 2))


def _parts(listed: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (listed[start : start + size] for start in range(0, len(listed), size))
