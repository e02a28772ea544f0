"""What givers and recipients do with a thanks: take it back, edit it, keep it private, show it, second it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.rules import active_first
from app.home.jobs import redraw_home
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.surface import Surface, surface_of
from app.slack.views import ids as common
from app.slack.views.thanks import form, ids
from app.slack.views.thanks.form import Draft
from app.slack.views.thanks.ids import Carried
from app.thanks import choosing, queries, seconds, service
from app.thanks.jobs import RECEIPT_TASK
from app.thanks.jobs_follow import Team, follow
from app.thanks.showing import ground
from handlers.thanks_form import picked, typed, with_chosen

CHOICES = {ids.SHOW: "show", ids.PRIVATE: "private"}


def register(bolt: AsyncApp) -> None:
    """Register the buttons of receipts and of recipients' messages, the edit form, and reactions."""
    bolt.action(ids.UNDO)(undo)
    bolt.action(ids.EDIT)(edit)
    bolt.view(ids.EDIT_FORM)(edited)
    for action_id in CHOICES:
        bolt.action(action_id)(choose)
    bolt.event("reaction_added")(reaction_added)
    bolt.event("reaction_removed")(reaction_removed)


async def undo(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Take a thanks back."""
    (key,) = common.unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    team = Team(asker.team_id, asker.workspace_id)
    async with once.transaction() as session:
        now = services.clock.now()
        _, effects = await service.withdraw(session, asker.workspace_id, key, asker.slack_id, now)
        await follow(services, session, team, effects)
        await _redraw(services, session, once, asker, key, body, surface_of(body))
    await ack()


async def edit(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Open the form with what a thanks says now."""
    (key,) = common.unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    async with services.db.read_only() as session:
        shown = await queries.shown(session, asker.workspace_id, key)
        cards = await services.desk.shelf.directory(session, asker.workspace_id)
        policy = (await ground(session, asker.workspace_id)).policy
    service.check_own(shown.giver, asker.slack_id)
    # Said now, not when everything is typed.
    service.check_editable(shown.status, shown.edit_until, services.clock.now())
    listed = [(card.slug, card.name) for card in active_first(cards, services.clock.now())]
    draft = Draft(
        value=shown.value,
        community=shown.community,
        # What was chosen stays possible when it has left the list meanwhile.
        values=tuple(one for one in dict.fromkeys((*policy.values, shown.value)) if one),
        communities=() if asker.reader.guest else with_chosen(listed, shown.community, shown.community_name),
    )
    carried = Carried(key=key, surface=surface_of(body), home=from_home(body))
    opened = services.slack.views_push if "view" in carried.surface else services.slack.views_open
    await opened(asker.team_id, body["trigger_id"], form.edit_form(shown, draft, carried, asker.reader))
    async with once.transaction():
        pass
    await ack()


async def edited(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """The edit form was sent: it closes, and the receipt is redrawn, like all that shows the thanks."""
    asker = await services.people.behind(once.team_id, body)
    carried, values = Carried.unpacked(view["private_metadata"]), view["state"]["values"]
    now = services.clock.now()
    async with once.transaction() as session:
        _, effects = await service.edit(
            session,
            asker.workspace_id,
            carried.key,
            asker.slack_id,
            reason=typed(values, ids.REASON),
            value=picked(values, ids.VALUE),
            # A guest's form shows no communities, so it says nothing of them.
            community=None if ids.COMMUNITY not in values else picked(values, ids.COMMUNITY),
            now=now,
        )
        await follow(services, session, Team(asker.team_id, asker.workspace_id), effects)
        shown_on = {"view": {"type": "home"}} if carried.home else {}
        await _redraw(services, session, once, asker, carried.key, shown_on, carried.surface)
    await ack()


async def choose(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """A recipient keeps a thanks private, or lets their community see it; a partner's own is theirs too."""
    (key,) = common.unpack(action["value"], 1)
    asker = await services.people.asker(once.team_id, str(body["user"]["id"]), acting=True)
    async with once.transaction() as session:
        choice, now = CHOICES[action["action_id"]], services.clock.now()
        effects = await choosing.choose(session, asker.workspace_id, key, asker.slack_id, choice, now)
        # Their own message is redrawn with the rest of what follows.
        await follow(services, session, Team(asker.team_id, asker.workspace_id), effects)
        await _redraw(services, session, once, asker, key, body, {})
    await ack()


async def reaction_added(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody reacted: perhaps they second a thanks."""
    await _reaction(event, once, services, standing=True)


async def reaction_removed(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody took a reaction back."""
    await _reaction(event, once, services, standing=False)


async def _reaction(event: dict[str, Any], once: Once, services: Services, *, standing: bool) -> None:
    item = event.get("item") or {}
    if item.get("type") != "message":
        return
    workspace_id = await services.people.workspace_id(once.team_id)
    place = (str(item.get("channel", "")), str(item.get("ts", "")), str(event.get("reaction", "")))
    # Most reactions mean nothing to us: they cost a read and leave no receipt.
    async with services.db.read_only() as session:
        if not await seconds.concerns(session, workspace_id, str(event["user"]), *place, standing=standing):
            return
    asker = await services.people.asker(once.team_id, event["user"])
    async with once.transaction() as session:
        now, event_ts = services.clock.now(), str(event.get("event_ts", ""))
        effects = await seconds.react(
            session, workspace_id, asker.slack_id, *place, standing=standing, event_ts=event_ts, now=now
        )
        await follow(services, session, Team(asker.team_id, workspace_id), effects)


async def _redraw(
    services: Services, session: Any, once: Once, asker: Asker, key: str, body: dict[str, Any], surface: Surface
) -> None:
    """Redraw what was clicked: App Home, or the giver's receipt."""
    if from_home(body):
        await redraw_home(services, session, asker, once.key)
    elif surface:
        args = {
            "team_id": asker.team_id,
            "workspace_id": asker.workspace_id,
            "slack_id": asker.slack_id,
            "key": key,
            "surface": surface,
        }
        await services.jobs.enqueue(session, RECEIPT_TASK, f"thanks-receipt:{once.key}"[:255], args)


def from_home(body: dict[str, Any]) -> bool:
    """Whether a click came from App Home."""
    return (body.get("view") or {}).get("type") == "home"
