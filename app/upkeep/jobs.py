"""The worker's door of upkeep: the forum's news into the index, Slack's people into members, vectors of topics."""

from __future__ import annotations

from typing import Any

import structlog
from sqlmodel import select

from app.communities import membership
from app.communities.channels import latest_posts, note_activity, note_private
from app.discourse.refresh import refresh_topic
from app.discourse.sync import sync_topics
from app.huddles.published import open_channels
from app.jobs.tasks import Task, TaskContext
from app.members.service import note_members
from app.routing import prior
from app.routing.ranking.shapes import Encoders
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.people import profile_of
from models import Workspace

# Topics encoded between two looks at the database; a few seconds of work for one core.
ENCODED_AT_ONCE = 200

log = structlog.get_logger(__name__)


def tasks(room: Upkeep) -> dict[str, Task]:
    """The tasks of this room by name."""
    return {
        "forum.sync": room.sync_forum,
        "forum.topic": room.refresh,
        "members.channel": room.read_channel,
        "members.sync": room.sync_members,
    }


class Upkeep:
    """Background work over all workspaces; every task may run at any time, twice or never, without harm."""

    def __init__(self, services: Services, encoders: Encoders) -> None:
        self._s = services
        self._encoders = encoders

    async def sync_forum(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Bring the index of topics up to date; `args` may hold {"full": true}."""

        async def work() -> None:
            if self._s.forum is None:
                return
            for workspace_id in await self.workspaces():
                report = await sync_topics(
                    self._s.db,
                    self._s.forum,
                    self._s.clock,
                    workspace_id,
                    full=bool(args.get("full")),
                    on_moved=prior.changed,
                )
                log.info("forum read", workspace_id=workspace_id, pages=report.pages, added=report.added)
            await self.note_activity()

        await ctx.step("sync", work)
        await ctx.step("encode", self.encode_all)

    async def refresh(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Read one topic again, as the forum's webhook said that it changed."""

        async def work() -> None:
            if self._s.forum is None:
                return
            for workspace_id in await self.workspaces():
                await refresh_topic(
                    self._s.db, self._s.forum, workspace_id, int(args["topic_id"]), on_moved=prior.changed
                )

        await ctx.step("refresh", work)
        await ctx.step("encode", self.encode_all)

    async def encode_all(self) -> None:
        """Give topics their vectors, newest first, a few hundred in a transaction, until no encoder can do more."""
        for workspace_id in await self.workspaces():
            while await self._encode_some(workspace_id):
                pass

    async def sync_members(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Read all people of each workspace from Slack, and who of them is in which community."""

        await ctx.step("sync", self.read_members)
        await ctx.step("channels", self.read_channels)
        await ctx.step("open", self.look_at_open_channels)

    async def read_members(self) -> None:
        """Read all people of every workspace, a page in a transaction."""
        async with self._s.db.read_only() as session:
            found = (await session.exec(select(Workspace.id, Workspace.team_id))).all()
        for workspace_id, team_id in found:
            count = 0
            async for page in self._s.slack.users_list(team_id):
                profiles = [profile_of(user, team_id) for user in page]
                async with self._s.db.transaction() as session:
                    count += await note_members(session, workspace_id or 0, profiles, self._s.clock.now())
            log.info("people read", workspace_id=workspace_id, count=count)
        self._s.people.forget_all()

    async def read_channels(self) -> None:
        """Read who is in the channels of communities. One that we may not look into keeps the people we knew."""
        async with self._s.db.read_only() as session:
            found = (await session.exec(select(Workspace.id, Workspace.team_id))).all()
        for workspace_id, team_id in found:
            async with self._s.db.read_only() as session:
                listed = await membership.channels(session, workspace_id or 0)
            for channel in listed:
                await self._read_channel(team_id, workspace_id or 0, channel)

    async def read_channel(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Read who is in one channel that nobody has read yet; `args`: team_id, workspace_id, channel."""
        await ctx.step("read", lambda: self._read_channel(args["team_id"], args["workspace_id"], args["channel"]))

    async def _read_channel(self, team_id: str, workspace_id: int, channel: str) -> None:
        try:
            people = await self._s.slack.conversation_members(team_id, channel)
        except SlackSaidNo as error:
            log.info("a channel's people could not be read", channel=channel, reason=error.message)
            return
        async with self._s.db.transaction() as session:
            await membership.replace(session, workspace_id, channel, people)

    async def look_at_open_channels(self) -> None:
        """Ask Slack of the channels whose huddles everybody may read: one that became private is shown no longer."""
        async with self._s.db.read_only() as session:
            found = (await session.exec(select(Workspace.id, Workspace.team_id))).all()
        for workspace_id, team_id in found:
            async with self._s.db.read_only() as session:
                listed = await open_channels(session, workspace_id or 0)
            for channel in listed:
                try:
                    private = bool((await self._s.slack.conversation_info(team_id, channel)).get("is_private"))
                except SlackSaidNo as error:
                    log.info("a channel could not be looked up", channel=channel, reason=error.message)
                    # What we may not look into is not for everybody either.
                    private = error.error == "channel_not_found"
                if private:
                    async with self._s.db.transaction() as session:
                        await note_private(session, workspace_id or 0, channel, self._s.clock.now())

    async def note_activity(self) -> None:
        """Move communities' last activity to what the index now says."""
        for workspace_id in await self.workspaces():
            # Looking takes seconds where there are many topics; writers wait for the change only.
            async with self._s.db.read_only() as session:
                latest = await latest_posts(session, workspace_id)
            async with self._s.db.transaction() as session:
                await note_activity(session, latest, self._s.clock.now())

    async def _encode_some(self, workspace_id: int) -> int:
        async with self._s.db.read_only() as session:
            topics = await prior.waiting(session, workspace_id, ENCODED_AT_ONCE, models=self._encoders.available)
        # Outside any transaction: encoding takes seconds, and writers wait for each other.
        encoded = await prior.encode_topics(self._encoders, topics)
        async with self._s.db.transaction() as session:
            return await prior.store(session, workspace_id, encoded)

    async def workspaces(self) -> list[int]:
        """Ids of all workspaces."""
        async with self._s.db.read_only() as session:
            return [one for one in (await session.exec(select(Workspace.id))).all() if one is not None]
