"""The worker's door of exports: an admin's file is made on disk and sent to them alone."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from app.audit import service as audit
from app.errors import Refused
from app.exports.recognition import write_recognition
from app.exports.shapes import Order
from app.i18n import Reader
from app.jobs.tasks import JobFailed, Task, TaskContext
from app.services import Services
from app.slack.gateway import SlackGateway
from app.slack.views import exports as views

EXPORT_TASK = "recognition.export"


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    room = Exports(services)
    return {EXPORT_TASK: room.export}


async def addresses(slack: SlackGateway, team_id: str) -> dict[str, str]:
    """Everybody's e-mail address by Slack id, as Slack has them now. Kept nowhere."""
    found: dict[str, str] = {}
    async for page in slack.users_list(team_id):
        for user in page:
            if address := str((user.get("profile") or {}).get("email") or ""):
                found[str(user["id"])] = address
    return found


class Exports:
    """Tasks of exports. `args`: team_id, workspace_id, slack_id, order (`Order.said()`)."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def export(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Make the file and send it; where that fails for good, say so."""
        try:
            await ctx.step("send", lambda: self._send(f"{ctx.key}:file", args))
        except JobFailed:
            await ctx.step("sorry", lambda: self._sorry(f"{ctx.key}:sorry", args))
            raise

    async def _send(self, key: str, args: dict[str, Any]) -> None:
        order, reader = Order.of(args["order"]), await self._admin(args)
        workspace_id = int(args["workspace_id"])
        emails = await addresses(self._s.slack, args["team_id"]) if order.emails else {}
        words = Reader(order.language).words() if order.language else None
        with tempfile.TemporaryDirectory(prefix="baobab-") as folder:
            file = Path(folder) / order.filename
            # In a thread: it reads and writes for as long as the log is.
            url = self._s.settings.database_url
            count = await asyncio.to_thread(_write, url, workspace_id, order, file, emails, words)
            async with self._s.db.transaction() as session:
                who, now = args["slack_id"], self._s.clock.now()
                said = order.said()
                await audit.note(
                    session, workspace_id, who, "recognition.export", "recognition", now, rows=count, order=said
                )
            if not file.stat().st_size:
                # Slack takes no empty file.
                body = views.nothing(reader)
                await self._s.slack.post_message(args["team_id"], who, body["text"], body["blocks"], key=key)
                return
            await self._s.slack.send_file(
                args["team_id"],
                who,
                file,
                filename=order.filename,
                comment=views.comment(order, count, reader),
                key=key,
            )

    async def _sorry(self, key: str, args: dict[str, Any]) -> None:
        reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
        body = views.failed(reader)
        await self._s.slack.post_message(args["team_id"], args["slack_id"], body["text"], body["blocks"], key=key)

    async def _admin(self, args: dict[str, Any]) -> Reader:
        """The admin's language; `Refused` when they are none any more by the time the file is made."""
        asker = await self._s.people.asker(args["team_id"], args["slack_id"])
        if not asker.is_admin:
            raise Refused(views.ONLY_ADMINS)
        return asker.reader


def _write(url: str, workspace_id: int, order: Order, file: Path, emails: dict[str, str], words: Any) -> int:
    with file.open("wb") as sink:
        return write_recognition(url, workspace_id, order, sink, emails=emails, words=words)
