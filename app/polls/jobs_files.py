"""A picture or a table of the results, to the person who asked for it, by direct message."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from app.errors import N_, Refused
from app.i18n import Reader
from app.jobs.tasks import Task, TaskContext
from app.members import queries as members
from app.polls import files, picture, queries
from app.polls.shapes import Card
from app.services import Services
from app.slack.views.polls import charts
from app.when import zone_of
from models import Poll

PICTURE, TABLE = "polls.picture", "polls.table"


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of pictures and tables by name."""
    desk = Files(services)
    return {PICTURE: desk.picture, TABLE: desk.table}


class Files:
    """`args` of each: team_id, workspace_id, poll_id, slack_id."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def picture(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Draw the results and send them, with the same in words for who cannot see them."""

        async def send() -> None:
            card, reader = await self._shown(args)
            parts = (card.name, charts.charts_of(card, reader), charts.foot_of(card, reader))
            content = await asyncio.to_thread(picture.draw, *parts)
            words = picture.described(*parts)
            await self._send(
                ctx, args, content, self._name(card, reader, "png"), charts.picture_comment(card, reader), words
            )

        await ctx.step("send", send)

    async def table(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Send the results for a spreadsheet, and as CSV for everything else.

        `args` may also hold the headers' `language` ("" is the stable English) and whether CSV begins with a `bom`.
        """

        async def send(format: str) -> None:
            card, reader = await self._shown(args, whole=True)
            # Ordered before there was a choice, a file has the mark.
            language, bom = str(args.get("language", "")), bool(args.get("bom", True))
            async with self._s.db.read_only() as session:
                names = await members.names(session, args["workspace_id"], files.voters(card))
            make = partial(files.as_file, card, format, names=names, language=language, bom=bom)
            content = await asyncio.to_thread(make)
            comment = charts.table_comment(card, reader) if format == "xlsx" else ""
            await self._send(ctx, args, content, self._name(card, reader, format), comment, "")

        await ctx.step("xlsx", lambda: send("xlsx"))
        await ctx.step("csv", lambda: send("csv"))

    async def _shown(self, args: dict[str, Any], *, whole: bool = False) -> tuple[Card, Reader]:
        """The poll with what may be seen now; `Refused` while its results are hidden."""
        asker = await self._s.people.asker(args["team_id"], args["slack_id"])
        async with self._s.db.read_only() as session:
            poll = await session.get_one(Poll, args["poll_id"])
            card = await queries.card(session, poll, self._s.clock.now())
            if card.hidden:
                raise Refused(N_("The results of this poll cannot be seen yet."))
            if whole:
                card = await queries.card(session, poll, self._s.clock.now(), whole=True)
        return card, asker.reader

    def _name(self, card: Card, reader: Reader, ending: str) -> str:
        """The file's name: of a closed poll with the day it closed, else with today."""
        at = card.life.closed_at or self._s.clock.now()
        return files.filename(card.name, at.astimezone(zone_of(reader.zone)).date(), ending)

    async def _send(
        self, ctx: TaskContext, args: dict[str, Any], content: bytes, name: str, comment: str, alt: str
    ) -> None:
        with tempfile.TemporaryDirectory(prefix="baobab-") as folder:
            ending = name.rpartition(".")[2]
            file = Path(folder) / f"poll.{ending}"
            await asyncio.to_thread(file.write_bytes, content)
            await self._s.slack.send_file(
                args["team_id"],
                args["slack_id"],
                file,
                filename=name,
                comment=comment,
                # Whatever it is called: its question may be mended between two attempts.
                key=f"{ctx.key}:{file.name}",
                alt=alt,
            )
