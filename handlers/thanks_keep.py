"""The tools of leads and admins: look through thank-yous, hide one, do not count one, and take that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.queries import led_by
from app.errors import N_, Refused
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import ids as common
from app.slack.views.thanks import ids, keep
from app.slack.views.thanks.ids import Carried
from app.thanks import moderation, queries
from app.thanks.jobs import KEEP_TASK, NOTE_TASK
from app.thanks.jobs_follow import Team, follow
from app.thanks.jobs_home import listing
from app.thanks.shapes import Keeper
from handlers.thanks_form import typed


def register(bolt: AsyncApp) -> None:
    """Register the listing, what can be done in it, and the form that asks why."""
    bolt.action(ids.OPEN_KEEP)(open_keep)
    bolt.action(ids.KEEP_OLDER)(older)
    bolt.action(ids.KEEP_ACT)(act)
    bolt.view(ids.WHY_FORM)(why_sent)


async def open_keep(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """The latest thank-yous of the communities one looks after."""
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    async with services.db.read_only() as session:
        if not asker.is_admin and not await led_by(session, asker.workspace_id, asker.slack_id):
            raise Refused(N_("Only leads of a community and admins look after thank-yous."))
        view = await listing(services, session, asker, None)
    await services.slack.views_open(asker.team_id, body["trigger_id"], view)
    async with once.transaction():
        pass
    await ack()


async def older(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """The next page, where the first one was."""
    (before,) = common.unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with services.db.read_only() as session:
        view = await listing(services, session, asker, datetime.fromisoformat(before))
    await services.slack.views_update(asker.team_id, body["view"]["id"], view)
    await ack()


async def act(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """One of the entries of a thanks's menu: some ask why first, the others are done at once."""
    what, key = common.unpack(action["selected_option"]["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    if what in moderation.NEEDS_REASON:
        await once.check()
        async with services.db.read_only() as session:
            shown = await queries.shown(session, asker.workspace_id, key)
        keeper = Keeper(asker.slack_id, asker.is_admin)
        view = keep.why(shown, keeper, Carried(key=key, act=what), asker.reader)
        await services.slack.views_push(asker.team_id, body["trigger_id"], view)
        async with once.transaction():
            pass
    else:
        await _moderate(services, once, asker, key, what, "", body["view"]["id"])
    await ack()


async def why_sent(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """The reason was given: done, audited, told; the listing below is drawn anew."""
    carried = Carried.unpacked(view["private_metadata"])
    asker = await services.people.behind(once.team_id, body)
    reason = typed(view["state"]["values"], ids.WHY)
    await _moderate(services, once, asker, carried.key, carried.act, reason, str(view.get("previous_view_id") or ""))
    await ack()


async def _moderate(
    services: Services, once: Once, asker: Asker, key: str, what: str, reason: str, listing_view: str
) -> None:
    async with once.transaction() as session:
        keeper, now = Keeper(asker.slack_id, asker.is_admin), services.clock.now()
        _, effects, fresh = await moderation.moderate(session, asker.workspace_id, key, keeper, what, reason, now)
        await follow(services, session, Team(asker.team_id, asker.workspace_id), effects)
        args = {
            "team_id": asker.team_id,
            "workspace_id": asker.workspace_id,
            "slack_id": asker.slack_id,
            "key": key,
            "act": what,
            "keeper": asker.slack_id,
            "reason": reason,
            "view": listing_view,
        }
        if fresh:
            await services.jobs.enqueue(session, NOTE_TASK, f"thanks-note:{once.key}"[:255], args)
        if listing_view:
            await services.jobs.enqueue(session, KEEP_TASK, f"thanks-keep:{once.key}"[:255], args)
