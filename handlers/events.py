"""What Slack tells us of people and channels, so that names, leads and channels stay true."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities import channels, membership
from app.communities.service import rename_channel
from app.huddles import answering, changing
from app.huddles.scheduling import draw_soon
from app.members import service as members
from app.services import Services
from app.slack.once import Once
from app.slack.people import profile_of

log = structlog.get_logger(__name__)


def register(bolt: AsyncApp) -> None:
    """Register the events that keep members and channels fresh."""
    bolt.event("user_change")(person_changed)
    bolt.event("team_join")(person_changed)
    bolt.event("channel_rename")(channel_renamed)
    bolt.event("channel_archive")(channel_gone)
    bolt.event("channel_deleted")(channel_gone)
    bolt.event("member_joined_channel")(joined_channel)
    bolt.event("member_left_channel")(left_channel)
    bolt.event("user_huddle_changed")(huddle_changed)
    bolt.event("app_uninstalled")(uninstalled)
    bolt.event("tokens_revoked")(uninstalled)


async def person_changed(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody joined, left, or changed their name, zone or role."""
    user = event["user"]
    workspace_id = await services.people.workspace_id(once.team_id)
    async with once.transaction() as session:
        await members.note_members(session, workspace_id, [profile_of(user, once.team_id)], services.clock.now())
        if user.get("deleted"):
            await _pass_huddles_on(services, session, once.team_id, workspace_id, str(user["id"]))
    services.people.forget(once.team_id, user["id"])


async def _pass_huddles_on(
    services: Services, session: AsyncSession, team_id: str, workspace_id: int, person: str
) -> None:
    """What somebody who left has hosted goes to a co-host or a lead, who are told."""
    now = services.clock.now()
    for huddle, heir in await changing.pass_on(session, workspace_id, person, now):
        await draw_soon(services.jobs.timers, session, team_id, huddle, now)
        if heir:
            args = {"team_id": team_id, "workspace_id": workspace_id, "huddle": huddle.key}
            key = f"huddle:heir:{huddle.key}:{heir}"
            await services.jobs.enqueue(session, "huddle.hosts", key, {**args, "people": [heir], "by": ""})


async def huddle_changed(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody went into a huddle, or left one: a hint of who was there, never more. No receipt is kept."""
    user = event.get("user") or {}
    profile = user.get("profile") or {}
    if profile.get("huddle_state") == "in_a_huddle":
        workspace_id = await services.people.workspace_id(once.team_id)
        async with services.db.transaction() as session:
            await answering.hint(session, workspace_id, str(user["id"]), services.clock.now())


async def channel_renamed(event: dict[str, Any], once: Once, services: Services) -> None:
    """A channel has a new name."""
    channel = event["channel"]
    workspace_id = await services.people.workspace_id(once.team_id)
    async with once.transaction() as session:
        name = str(channel.get("name", ""))
        await rename_channel(session, workspace_id, channel["id"], name, services.clock.now())


async def channel_gone(event: dict[str, Any], once: Once, services: Services) -> None:
    """A channel was archived or deleted: it is no place to send people any more."""
    workspace_id = await services.people.workspace_id(once.team_id)
    async with once.transaction() as session:
        await channels.drop_channel(session, workspace_id, str(event["channel"]), services.clock.now())


async def joined_channel(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody came into a channel where the app is."""
    workspace_id = await services.people.workspace_id(once.team_id)
    async with once.transaction() as session:
        channel = str(event["channel"])
        if await membership.joined(session, workspace_id, channel, str(event["user"])):
            args = {"team_id": once.team_id, "workspace_id": workspace_id, "channel": channel}
            await services.jobs.enqueue(session, "members.channel", f"members:{once.key}", args)


async def left_channel(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody left a channel where the app is."""
    workspace_id = await services.people.workspace_id(once.team_id)
    async with once.transaction() as session:
        await membership.left(session, workspace_id, str(event["channel"]), str(event["user"]))


async def uninstalled(event: dict[str, Any], once: Once, services: Services) -> None:
    """The app was removed, or its token revoked: nothing more will be sent; the log says why."""
    log.warning("the app was removed from its workspace or its token was revoked", team_id=once.team_id)
    services.people.forget_all()
    async with once.transaction():
        pass
