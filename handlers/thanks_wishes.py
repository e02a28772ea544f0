"""Settings of thanks: what a member prefers, and the workspace's rules."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.errors import N_, Refused
from app.home.jobs import redraw_home
from app.services import Services
from app.slack.once import Once
from app.slack.views.thanks import ids, wishes
from app.slack.views.thanks.wishes import Wishes
from app.thanks import choosing, governing
from app.thanks.jobs_follow import Team, follow
from app.thanks.policy import CHOICES, RANGES
from app.thanks.showing import ground
from handlers.thanks_form import picked, typed

TIMES = ("quiet_from", "quiet_to")
LISTS = ("values", "emojis")


def register(bolt: AsyncApp) -> None:
    """Register the two buttons of App Home and the forms they open."""
    bolt.action(ids.OPEN_PREFERENCES)(open_preferences)
    bolt.view(ids.PREFERENCES)(preferred)
    bolt.action(ids.OPEN_POLICY)(open_policy)
    bolt.view(ids.POLICY_FORM)(governed)


async def open_preferences(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """The form of what one wants."""
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    async with services.db.read_only() as session:
        stored = await choosing.preference(session, asker.workspace_id, asker.slack_id)
        policy = (await ground(session, asker.workspace_id)).policy
    mine = Wishes(stored.visibility, stored.tell, stored.quiet_from or "", stored.quiet_to or "")
    view = wishes.preferences(mine, policy, asker.reader)
    await services.slack.views_open(asker.team_id, body["trigger_id"], view)
    async with once.transaction():
        pass
    await ack()


async def preferred(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """The form was sent: kept, and what is shown follows it."""
    asker, values = await services.people.behind(once.team_id, body), view["state"]["values"]
    async with once.transaction() as session:
        effects = await choosing.prefer(
            session,
            asker.workspace_id,
            asker.slack_id,
            visibility=picked(values, ids.VISIBILITY),
            tell=picked(values, ids.TELL),
            quiet_from=clock_time(values, ids.QUIET_FROM),
            quiet_to=clock_time(values, ids.QUIET_TO),
            now=services.clock.now(),
        )
        await follow(services, session, Team(asker.team_id, asker.workspace_id), effects)
        await redraw_home(services, session, asker, once.key)
    await ack()


async def open_policy(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """The form of the workspace's rules, for admins."""
    asker = await services.people.behind(once.team_id, body)
    if not asker.is_admin:
        raise Refused(N_("Only an admin of this workspace can change the rules of thanks."))
    await once.check()
    async with services.db.read_only() as session:
        policy = (await ground(session, asker.workspace_id)).policy
    await services.slack.views_open(asker.team_id, body["trigger_id"], wishes.policy_form(policy, asker.reader))
    async with once.transaction():
        pass
    await ack()


async def governed(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """The form was sent: the rules are as it says, or the field that is not right is marked."""
    asker, values = await services.people.behind(once.team_id, body), view["state"]["values"]
    asked: dict[str, Any] = {name: typed(values, name) for name in (*RANGES, *LISTS)}
    asked |= {name: picked(values, name) for name in CHOICES}
    # An emptied time of day leaves what is stored.
    asked |= {name: chosen for name in TIMES if (chosen := clock_time(values, name))}
    async with once.transaction() as session:
        now = services.clock.now()
        await governing.govern(session, asker.workspace_id, asker.slack_id, asked, now, admin=asker.is_admin)
        await redraw_home(services, session, asker, once.key)
    await ack()


def clock_time(values: dict[str, Any], name: str) -> str:
    """A chosen time of day, "" for none."""
    return str(values.get(name, {}).get(name, {}).get("selected_time") or "")
