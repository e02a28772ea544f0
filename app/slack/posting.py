"""Posting exactly once. Slack has no idempotency key, so we claim, send with the key in the metadata, and look.

A post is claimed in `Sent` before it goes out. If the answer is lost or the process dies, the next attempt waits
until the first has landed or never will, looks for the key in the channel's history, and posts only if it is not
there. Where history cannot be read (no scope, not a member) it is posted again: a message twice is better than none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import Clock
from app.db import Database
from app.errors import Unavailable
from app.slack.calls import CHANNEL, WORKSPACE, Caller
from app.slack.limits import check_message
from app.slack.refusals import OutcomeUnknown, RateLimited, SlackDown, SlackSaidNo
from models.job import Sent

log = logging.getLogger(__name__)

EVENT_TYPE = "baobab"
# Slack's clock and ours may differ by this much when history is searched from the time of an attempt.
SKEW = 300.0
HISTORY_PAGES = 5


@dataclass(frozen=True)
class Posted:
    """A message that is in Slack: the conversation it is in (for a person, the direct message) and its ts."""

    channel: str
    ts: str


class Poster:
    """Posts messages, each key once. `timeout` is how long one attempt may be under way, in seconds."""

    def __init__(self, caller: Caller, db: Database, clock: Clock, *, timeout: float) -> None:
        self._caller = caller
        self._db = db
        self._clock = clock
        self._timeout = timeout

    async def post(
        self,
        team: str,
        channel: str,
        text: str,
        blocks: Sequence[Mapping[str, Any]] | None,
        *,
        key: str,
        thread_ts: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Posted:
        """Post once and say where; a repeat of the key says where the first went."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {**(payload or {}), "key": key}}
        check_message(text, blocks, metadata)
        if (before := await self._claim(key, channel)) is not None:
            if before.outcome:
                return Posted(before.channel, before.outcome)
            if before.attempted_at and (
                found := await self._look(team, channel, key, thread_ts, before.attempted_at)
            ):
                await self._complete(key, found)
                return found
            if before.attempted_at and not await self._mark(key, before.attempted_at, 0.0):
                raise Unavailable("Somebody else is posting this just now.", retry_after=self._timeout)
        lane = f"channel:{team}:{channel}"
        await self._caller.take_turn({lane: CHANNEL, f"chat.postMessage:{team}": WORKSPACE})
        started = self._clock.now().timestamp()
        if not await self._mark(key, 0.0, started):
            raise Unavailable("Somebody else is posting this just now.", retry_after=self._timeout)
        try:
            answer = await self._caller.call(
                team,
                "chat.postMessage",
                channel=channel,
                text=text,
                blocks=list(blocks) if blocks is not None else None,
                thread_ts=thread_ts,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        except (RateLimited, SlackSaidNo, SlackDown) as error:
            await self._mark(key, started, 0.0)
            if isinstance(error, RateLimited):
                await self._caller.hold_back(lane, error.retry_after)
            raise
        posted = Posted(str(answer.get("channel") or channel), str(answer["ts"]))
        await self._complete(key, posted)
        return posted

    async def _claim(self, key: str, channel: str) -> Sent | None:
        """Claim a key; None when it is ours now, else what an earlier attempt left."""
        insert = sqlite.insert if self._db.on_sqlite else postgresql.insert
        row = insert(Sent).values(
            key=key, channel=channel, attempted_at=0.0, outcome="", created_at=self._clock.now()
        )
        async with self._db.transaction() as session:
            mine = await session.exec(row.on_conflict_do_nothing(index_elements=["key"]).returning(col(Sent.key)))
            if mine.first() is not None:
                return None
            return await _row(session, key)

    async def _mark(self, key: str, was: float, now: float) -> bool:
        """Move the time of the attempt on, if nobody else has."""
        changed = (
            update(Sent)
            .where(col(Sent.key) == key, col(Sent.attempted_at) == was, col(Sent.outcome) == "")
            .values(attempted_at=now)
        )
        async with self._db.transaction() as session:
            return bool((await session.exec(changed)).rowcount)

    async def _complete(self, key: str, posted: Posted) -> None:
        done = update(Sent).where(col(Sent.key) == key).values(channel=posted.channel, outcome=posted.ts)
        async with self._db.transaction() as session:
            await session.exec(done)

    async def _look(self, team: str, channel: str, key: str, thread_ts: str | None, since: float) -> Posted | None:
        """Look for a post whose outcome is unknown, once it has landed or never will."""
        await asyncio.sleep(max(0.0, since + self._timeout - self._clock.now().timestamp()))
        try:
            where = channel
            if channel.startswith(("U", "W")):
                where = str((await self._caller.call(team, "conversations.open", users=channel))["channel"]["id"])
            ts = await self.find(team, where, key, thread_ts=thread_ts, oldest=since - SKEW)
        except SlackSaidNo as error:
            log.warning("history cannot be read, so a post may come twice", extra={"key": key, "why": str(error)})
            return None
        return Posted(where, ts) if ts else None

    async def find(
        self, team: str, channel: str, key: str, *, thread_ts: str | None = None, oldest: float = 0.0
    ) -> str | None:
        """The ts of the message that carries this key in its metadata, newest first, at most 1,000 back."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        pages = self._caller.pages(
            team,
            method,
            "messages",
            channel=channel,
            ts=thread_ts,
            oldest=f"{max(0.0, oldest):.6f}",
            limit=200,
            include_all_metadata=True,
        )
        number = 0
        async for page in pages:
            for message in page:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
                    return str(message["ts"])
            number += 1
            if number >= HISTORY_PAGES:
                break
        return None


async def _row(session: AsyncSession, key: str) -> Sent:
    found = (await session.exec(select(Sent).where(col(Sent.key) == key))).one()
    session.expunge(found)
    return found


__all__ = ["EVENT_TYPE", "OutcomeUnknown", "Posted", "Poster"]
