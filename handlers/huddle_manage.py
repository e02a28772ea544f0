"""What hosts and leads do with a huddle: skip, cancel, hand over, and close it with roll and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles import changing, closing, people, queries
from app.huddles.closing import Written
from app.huddles.rows import slot_by_key, slots_of, time_of
from app.huddles.rules import check_may_manage, checked_link
from app.huddles.scheduling import draw_soon, stop_timers
from app.huddles.shapes import Card, Told
from app.i18n import Reader
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import change, ids, notes
from app.slack.views.ids import unpack
from handlers.huddle_form import picked, typed
from handlers.windows import put
from models import Huddle, HuddleSlot

SHOWN = 4


def register(bolt: AsyncApp) -> None:
    """Register the window of a host and its forms."""
    bolt.action(ids.MANAGE)(manage)
    bolt.action(ids.CANCEL)(open_cancel)
    bolt.action(ids.HOSTS)(open_hosts)
    bolt.action(ids.NOTES)(open_notes)
    bolt.view(ids.CANCEL_FORM)(cancelled)
    bolt.view(ids.HOSTS_FORM)(hosts_set)
    bolt.view(ids.NOTES_FORM)(notes_written)


async def manage(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """The window of a host: what is to come, and what can be done with it."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        huddle, slot = await mine(session, asker, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        coming = [one for one in await slots_of(session, huddle) if one.state == "planned" and one.ends_at > now]
    listed = [slot] if slot.ends_at <= now else []
    shown = [(one.key, time_of(huddle, one)) for one in [*listed, *coming][:SHOWN]]
    view = change.manage(card, shown, asker.reader, now)
    await put_once(services, once, asker, body, view)
    await ack()


async def open_cancel(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the form to cancel an occurrence."""

    def form(card: Card, huddle: Huddle, slot: HuddleSlot, reader: Reader) -> dict[str, Any]:
        return change.cancel_form(card, slot.key, time_of(huddle, slot), reader)

    await open_form_of(services, once, body, action, form)
    await ack()


async def open_hosts(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the form for hosts."""
    await open_form_of(
        services, once, body, action, lambda card, _, slot, reader: change.hosts_form(card, slot.key, reader)
    )
    await ack()


async def open_notes(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the form for roll and notes."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        huddle, slot = await mine(session, asker, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        shown = await queries.slot_shown(session, huddle, slot, now)
    forum = services.forum is not None and huddle.community_id is not None and not huddle.private
    await put_once(services, once, asker, body, notes.form(card, shown, forum, asker.reader))
    await ack()


async def cancelled(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """An occurrence is skipped, or a huddle or the rest of a series cancelled."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    values = view["state"]["values"]
    reason, now = typed(values, ids.REASON), services.clock.now()
    async with once.transaction() as session:
        huddle, slot = await mine(session, asker, slot_key, lock=True)
        if picked(values, ids.SCOPE) == ids.FOLLOWING:
            told, kind = await changing.cancel_all(session, huddle, slot, reason, now), "ended"
        else:
            told, kind = await changing.cancel(session, huddle, slot, reason, now), "cancelled"
        await session.flush()
        gone = [one for one in await slots_of(session, huddle) if one.state == "cancelled"]
        await stop_timers(services.jobs.timers, session, gone)
        await tell(services, session, asker, told, kind)
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        reply = once.answers({"response_action": "clear"})
    await ack(reply)


async def hosts_set(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """Other people host."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    values = view["state"]["values"]
    others = values.get(ids.CO_HOSTS, {}).get(ids.CO_HOSTS, {}).get("selected_users") or []
    now = services.clock.now()
    async with once.transaction() as session:
        huddle, _slot = await mine(session, asker, slot_key, lock=True)
        host = picked(values, ids.HOST) or huddle.host or asker.slack_id
        fresh = await changing.set_hosts(session, huddle, host, [str(one) for one in others], now)
        if whom := [one for one in fresh if one != asker.slack_id]:
            args = {**_team(asker), "huddle": huddle.key, "people": whom, "by": asker.slack_id}
            await services.jobs.enqueue(session, "huddle.hosts", f"huddle:hosts:{once.key}"[:200], args)
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        reply = once.answers({"response_action": "clear"})
    await ack(reply)


async def notes_written(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """Roll and notes are kept; posting them is a job."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    values = view["state"]["values"]
    roll = values.get(ids.ROLL, {}).get(ids.ROLL, {}).get("selected_users") or []
    answered = values.get(ids.ANSWERED, {}).get(ids.ANSWERED, {}).get("selected_options") or []
    written = Written(
        roll=tuple(str(one) for one in roll),
        answered=tuple(str(one["value"]) for one in answered),
        decisions=typed(values, ids.DECISIONS),
        recording=checked_link(typed(values, ids.RECORDING), ids.RECORDING),
    )
    now = services.clock.now()
    async with once.transaction() as session:
        huddle, slot = await mine(session, asker, slot_key, lock=True)
        await closing.write_notes(session, huddle, slot, written, now)
        place = "forum" if picked(values, ids.PLACE) == ids.ON_FORUM else "channel"
        args = {
            **_team(asker),
            "slot": slot.key,
            "place": place,
            "by": asker.slack_id,
            "written": int(now.timestamp()),
        }
        await services.jobs.enqueue(session, "huddle.notes", f"huddle:notes:{once.key}"[:200], args)
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        reply = once.answers({"response_action": "clear"})
    await ack(reply)


async def mine(
    session: AsyncSession, asker: Asker, slot_key: str, *, lock: bool = False
) -> tuple[Huddle, HuddleSlot]:
    """An occurrence that this person may change; `Refused` for others."""
    huddle, slot = await slot_by_key(session, asker.workspace_id, slot_key, lock=lock)
    leads = [*await people.leads_of(session, huddle), *([asker.slack_id] if asker.is_admin else [])]
    check_may_manage(asker.slack_id, huddle.host, huddle.co_hosts, leads)
    return huddle, slot


def others_of(told: Sequence[str], asker: Asker) -> list[str]:
    """Those who are told of a change: all it concerns but the one who makes it."""
    return [one for one in told if one != asker.slack_id]


async def tell(services: Services, session: AsyncSession, asker: Asker, told: Told, change: str) -> int:
    """Have those who are concerned told, but for the one who did it; how many they are."""
    whom = others_of(told.people, asker)
    if whom:
        args = {**_team(asker), "slot": told.slot_key, "sequence": told.sequence, "people": whom, "change": change}
        key = f"huddle:{told.slot_key}:{change}:{told.sequence}"
        await services.jobs.enqueue(session, "huddle.tell", key, args)
    return len(whom)


async def open_form_of(
    services: Services,
    once: Once,
    body: dict[str, Any],
    action: dict[str, Any],
    form: Callable[[Card, Huddle, HuddleSlot, Reader], dict[str, Any]],
) -> None:
    """Open a form about the occurrence that a button names, for those who may change it."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with services.db.read_only() as session:
        huddle, slot = await mine(session, asker, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, services.clock.now())
    await put_once(services, once, asker, body, form(card, huddle, slot, asker.reader))


async def put_once(services: Services, once: Once, asker: Asker, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Put a window where a button was pressed; the same press again opens no second one."""
    await once.check()
    await put(services, asker, body, view)
    async with once.transaction():
        pass


def _team(asker: Asker) -> dict[str, Any]:
    return {"team_id": asker.team_id, "workspace_id": asker.workspace_id}
