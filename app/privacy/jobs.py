"""The worker's door of privacy: a person's data as a file, their erasure, and what is past its time."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import select

from app.home.jobs import draw_home
from app.jobs.tasks import Task, TaskContext
from app.privacy import retention
from app.privacy.exporting import export_person
from app.privacy.jobs_erasure import AFTER_TASK, FOLLOW_TASK, Erasure, begin_erasure
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views import privacy as views
from app.thanks.jobs_follow import Team
from app.thanks.showing import ground
from models import Workspace

EXPORT_TASK, ERASE_TASK, RETENTION_TASK = "privacy.export", "privacy.erase", "thanks.retention"
FILE = "my-data.json"

log = structlog.get_logger(__name__)


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    room, erasure = PrivacyJobs(services), Erasure(services)
    return {
        EXPORT_TASK: room.export,
        ERASE_TASK: room.erase,
        FOLLOW_TASK: erasure.follow,
        AFTER_TASK: erasure.after,
        RETENTION_TASK: room.retention,
    }


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
                file = Path(folder) / FILE
                file.write_text(as_text(found), encoding="utf-8")
                comment = views.export_comment(asker.reader)
                await self._s.slack.send_file(
                    args["team_id"], args["slack_id"], file, filename=FILE, comment=comment, key=f"{ctx.key}:file"
                )

        await ctx.step("send", send)

    async def erase(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Forget a person, and tell them that it is done. `args` also: actor, locale (for the last message)."""
        team = Team(args["team_id"], int(args["workspace_id"]))

        async def erase() -> None:
            async with self._s.db.transaction() as session:
                await begin_erasure(self._s, session, team, args["slack_id"], actor=args["actor"], cause=ctx.key)
            self._s.people.forget(args["team_id"], args["slack_id"])

        async def draw() -> None:
            try:
                await draw_home(self._s, await self._s.people.asker(args["team_id"], args["slack_id"]))
            except SlackSaidNo as error:
                log.info("the Home of who was erased could not be drawn", reason=error.message)

        async def tell() -> None:
            body = views.erased(args["locale"])
            await self._s.slack.post_message(
                args["team_id"], args["slack_id"], body["text"], body["blocks"], key=f"{ctx.key}:done"
            )

        await ctx.step("erase", erase)
        await ctx.step("draw", draw)
        await ctx.step("tell", tell)

    async def retention(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Blank reasons that are past their time, in every workspace, some in a transaction."""

        async def blank() -> int:
            async with self._s.db.read_only() as session:
                ids = (await session.exec(select(Workspace.id))).all()
            return sum([await self._blank(one or 0) for one in ids])

        await ctx.step("blank", blank)

    async def _blank(self, workspace_id: int) -> int:
        async with self._s.db.read_only() as session:
            months = (await ground(session, workspace_id)).policy.keep_months
        if not months:
            return 0
        before = retention.kept_since(self._s.clock.now(), months)
        total, after = 0, retention.BEGINNING
        while after is not None:
            # Looking takes longer than blanking, and only the latter keeps other writers waiting.
            async with self._s.db.read_only() as session:
                old, after = await retention.old_reasons(session, workspace_id, before, after)
            for some in retention.batches(old):
                async with self._s.db.transaction() as session:
                    total += await retention.blank(session, some, self._s.clock.now())
        if total:
            log.info("reasons past their time are blank", workspace_id=workspace_id, count=total)
        return total


def as_text(found: dict[str, Any]) -> str:
    """An export as JSON that people can read."""
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
