"""Sending a file to one person, once a key. Slack takes files in three steps and gives no idempotency key.

Before the file is shared, its id is kept in `Sent`. If the answer is lost or the process dies, the next attempt waits
until the first has landed or never will, and looks for that file in the conversation. Only what is not there is sent
again; where the conversation cannot be read too: a file twice is better than none.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import aiohttp
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from app.clock import Clock
from app.db import Database
from app.slack.calls import Caller
from app.slack.posting import HISTORY_PAGES, SKEW
from app.slack.refusals import OutcomeUnknown, RateLimited, SlackDown, SlackSaidNo, unreached
from models.job import Sent

log = logging.getLogger(__name__)

# A large export over a slow line.
WHOLE_TIMEOUT = 600.0
# Before the id of a file that is being shared; without it, the file is known to be there.
SHARING = "sharing:"


class Uploader:
    """Uploads files and shares them in direct messages. `timeout` is how long sharing may take, in seconds."""

    def __init__(self, caller: Caller, db: Database, clock: Clock, *, timeout: float) -> None:
        self._caller = caller
        self._db = db
        self._clock = clock
        self._timeout = timeout

    async def send(self, team: str, person: str, file: Path, *, filename: str, comment: str, key: str) -> str:
        """Send a file to a person by direct message; Slack's id of it. A repeat of the key sends nothing."""
        before = await self._claimed(key, person)
        if before.outcome and not before.outcome.startswith(SHARING):
            return before.outcome
        answer = await self._caller.call(team, "conversations.open", users=person)
        room = str(answer["channel"]["id"])
        if before.outcome:
            earlier = before.outcome.removeprefix(SHARING)
            if await self._is_there(team, room, earlier, before.attempted_at):
                await self._keep(key, earlier)
                return earlier
        return await self._send(team, room, file, filename=filename, comment=comment, key=key)

    async def _send(self, team: str, room: str, file: Path, *, filename: str, comment: str, key: str) -> str:
        size = file.stat().st_size
        given = await self._caller.call(team, "files.getUploadURLExternal", filename=filename, length=size)
        file_id = str(given["file_id"])
        await self._put(str(given["upload_url"]), file)
        await self._keep(key, SHARING + file_id)
        try:
            await self._caller.call(
                team,
                "files.completeUploadExternal",
                files=[{"id": file_id, "title": filename}],
                channel_id=room,
                initial_comment=comment,
            )
        except (RateLimited, SlackSaidNo, SlackDown):
            # It is known that nothing was shared.
            await self._keep(key, "")
            raise
        await self._keep(key, file_id)
        return file_id

    async def _put(self, url: str, file: Path) -> None:
        timeout = aiohttp.ClientTimeout(total=WHOLE_TIMEOUT)
        try:
            # From the disk, so that a large file is never in memory as a whole.
            with file.open("rb") as content:
                async with aiohttp.ClientSession(timeout=timeout) as http, http.post(url, data=content) as answer:
                    if answer.status != 200:
                        raise OutcomeUnknown(f"Slack did not take the file ({answer.status}). Please try again.")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreached(error, "the upload") from error

    async def _is_there(self, team: str, room: str, file_id: str, since: float) -> bool:
        """Whether the conversation has the file, once it has landed or never will."""
        await asyncio.sleep(max(0.0, since + self._timeout - self._clock.now().timestamp()))
        oldest = f"{max(0.0, since - SKEW):.6f}"
        try:
            number = 0
            pages = self._caller.pages(
                team, "conversations.history", "messages", channel=room, oldest=oldest, limit=200
            )
            async for page in pages:
                if any(one.get("id") == file_id for message in page for one in message.get("files") or ()):
                    return True
                number += 1
                if number >= HISTORY_PAGES:
                    break
        except SlackSaidNo as error:
            log.warning("a conversation cannot be read, so a file may come twice", extra={"why": str(error)})
        return False

    async def _claimed(self, key: str, person: str) -> Sent:
        """What an earlier attempt with this key left, or a fresh row."""
        insert = sqlite.insert if self._db.on_sqlite else postgresql.insert
        row = insert(Sent).values(key=key, channel=person, attempted_at=0.0, outcome="", created_at=self._clock.now())
        async with self._db.transaction() as session:
            await session.exec(row.on_conflict_do_nothing(index_elements=["key"]))
            found = (await session.exec(select(Sent).where(col(Sent.key) == key))).one()
            session.expunge(found)
            return found

    async def _keep(self, key: str, outcome: str) -> None:
        now = self._clock.now().timestamp()
        changed = update(Sent).where(col(Sent.key) == key).values(outcome=outcome, attempted_at=now)
        async with self._db.transaction() as session:
            await session.exec(changed)
