"""Sending a file to one person, once a key. Slack takes files in three steps and gives no idempotency key.

The key is claimed in `Sent` before the file is shared. When the process dies in between, the next attempt cannot
know whether the person has it, and sends it again: a file twice is better than none.
"""

from __future__ import annotations

from pathlib import Path

import aiohttp
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from app.clock import Clock
from app.db import Database
from app.slack.calls import Caller
from app.slack.refusals import OutcomeUnknown, unreached
from models.job import Sent

# A large export over a slow line.
WHOLE_TIMEOUT = 600.0


class Uploader:
    """Uploads files and shares them in direct messages."""

    def __init__(self, caller: Caller, db: Database, clock: Clock) -> None:
        self._caller = caller
        self._db = db
        self._clock = clock

    async def send(self, team: str, person: str, file: Path, *, filename: str, comment: str, key: str) -> str:
        """Send a file to a person by direct message; Slack's id of it. A repeat of the key sends nothing."""
        if before := await self._claimed(key, person):
            return before
        room = await self._caller.call(team, "conversations.open", users=person)
        size = file.stat().st_size
        given = await self._caller.call(team, "files.getUploadURLExternal", filename=filename, length=size)
        await self._put(str(given["upload_url"]), file)
        await self._caller.call(
            team,
            "files.completeUploadExternal",
            files=[{"id": given["file_id"], "title": filename}],
            channel_id=str(room["channel"]["id"]),
            initial_comment=comment,
        )
        done = update(Sent).where(col(Sent.key) == key).values(outcome=str(given["file_id"]))
        async with self._db.transaction() as session:
            await session.exec(done)
        return str(given["file_id"])

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

    async def _claimed(self, key: str, person: str) -> str:
        """What an earlier attempt with this key sent, "" for nothing yet."""
        insert = sqlite.insert if self._db.on_sqlite else postgresql.insert
        row = insert(Sent).values(key=key, channel=person, attempted_at=0.0, outcome="", created_at=self._clock.now())
        async with self._db.transaction() as session:
            await session.exec(row.on_conflict_do_nothing(index_elements=["key"]))
            return (await session.exec(select(Sent.outcome).where(col(Sent.key) == key))).one()
