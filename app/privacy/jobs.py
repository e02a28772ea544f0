"""The worker's door of privacy: a person's data as a file, their erasure, and what is past its time."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.jobs.tasks import Task, TaskContext
from app.privacy.erasing import erase_person
from app.privacy.exporting import export_person
from app.privacy.retention import BATCH, blank_old
from app.services import Services
from app.slack.views import privacy as views
from app.thanks.jobs_follow import Team, follow
from models import Workspace

EXPORT_TASK, ERASE_TASK, RETENTION_TASK = "privacy.export", "privacy.erase", "thanks.retention"


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    room = PrivacyJobs(services)
    return {EXPORT_TASK: room.export, ERASE_TASK: room.erase, RETENTION_TASK: room.retention}


class PrivacyJobs:
    """Tasks about one person, and the nightly one; `args` of the former: team_id, workspace_id, slack_id."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def export(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Send a person everything we hold of them, privately."""

        async def send() -> None:
            asker = await self._s.people.asker(args["team_id"], args["slack_id"])
            async with self._s.db.read_only() as session:
                found = await export_person(session, int(args["workspace_id"]), args["slack_id"], self._s.clock.now())
            with tempfile.TemporaryDirectory(prefix="baobab-") as folder:
                file = Path(folder) / "my-data.json"
                file.write_text(as_text(found), encoding="utf-8")
                comment = views.export_comment(asker.reader)
                await self._s.slack.send_file(
                    args["team_id"],
                    args["slack_id"],
                    file,
                    filename="my-data.json",
                    comment=comment,
                    key=f"{ctx.key}:file",
                )

        await ctx.step("send", send)

    async def erase(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Forget a person, and tell them that it is done."""
        language = await ctx.step("reader", lambda: self._locale(args))

        async def erase() -> None:
            team = Team(args["team_id"], int(args["workspace_id"]))
            async with self._s.db.transaction() as session:
                now = self._s.clock.now()
                _, effects = await erase_person(
                    session, team.workspace_id, args["slack_id"], now, actor=args["actor"]
                )
                await follow(self._s, session, team, effects)
            self._s.people.forget(args["team_id"], args["slack_id"])

        async def tell() -> None:
            body = views.erased(language)
            await self._s.slack.post_message(
                args["team_id"], args["slack_id"], body["text"], body["blocks"], key=f"{ctx.key}:done"
            )

        await ctx.step("erase", erase)
        await ctx.step("tell", tell)

    async def retention(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Blank reasons that are past their time, in every workspace, some in a transaction."""

        async def blank() -> int:
            async with self._s.db.read_only() as session:
                ids = (await session.exec(select(Workspace.id))).all()
            total = 0
            for workspace_id in ids:
                while True:
                    async with self._s.db.transaction() as session:
                        count = await blank_old(session, workspace_id or 0, self._s.clock.now())
                    total += count
                    if count < BATCH:
                        break
            return total

        await ctx.step("blank", blank)

    async def _locale(self, args: dict[str, Any]) -> str:
        """Their language, kept for the last message: afterwards it is forgotten too."""
        return (await self._s.people.asker(args["team_id"], args["slack_id"])).reader.locale


def as_text(found: dict[str, Any]) -> str:
    """An export as JSON that people can read."""
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
