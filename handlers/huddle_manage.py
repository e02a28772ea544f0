"""What hosts and leads do with a huddle: move, skip, cancel, hand over, and close it with roll and notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles import changing, closing, people, queries
from app.huddles.closing import Written
from app.huddles.rows import slot_by_key, slots_of, time_of
from app.huddles.rules import check_may_manage, checked_link, known_zone, span
from app.huddles.scheduling import draw_soon, set_timers, stop_timers
from app.huddles.shapes import Card, Time, Told
from app.i18n import Reader
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import change, ids, notes, times
from app.slack.views.ids import unpack
from handlers.huddle import cost_of, ranked
from handlers.huddle_form import drawn_anew, have_posted, minutes_from, picked, typed, when_from
from handlers.windows import put
from models import Huddle, HuddleSlot

SHOWN = 4


def register(bolt: AsyncApp) -> None:
    """Register the window of a host and its forms."""
    bolt.action(ids.MANAGE)(manage)
    bolt.action(ids.MOVE)(open_move)
    bolt.action(ids.CANCEL)(open_cancel)
    bolt.action(ids.HOSTS)(open_hosts)
    bolt.action(ids.NOTES)(open_notes)
    bolt.view(ids.MOVE_FORM)(moved)
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
    await _open(services, once, asker, body, view)
    await ack()


async def open_move(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the form to move an occurrence."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        huddle, slot = await mine(session, asker, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        zones = ranked(await people.crowd(session, asker.workspace_id, huddle.channel_id))
    names = [known_zone(one) for one in (asker.reader.zone, *zones)]
    view = change.move_form(card, slot.key, time_of(huddle, slot), names, asker.reader, now)
    await _open(services, once, asker, body, view)
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
    await _open(services, once, asker, body, notes.form(card, shown, forum, asker.reader))
    await ack()


async def moved(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """An occurrence, or all from it on, has a new time."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    with drawn_anew(view["state"]["values"]) as values:
        local, zone = when_from(values)
        async with once.transaction() as session:
            huddle, slot = await mine(session, asker, slot_key, lock=True)
            minutes, _all_day = minutes_from(values, slot.minutes)
            others: int | None = None
            if picked(values, ids.SCOPE) == ids.FOLLOWING:
                others = await _following(services, session, asker, huddle, slot, local, zone, minutes, now)
            elif (told := await changing.move(session, huddle, slot, local, zone, minutes, now)) is not None:
                await set_timers(services.jobs.timers, session, asker.team_id, [slot], now)
                others = await tell(services, session, asker, told, "moved")
                await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
            zones = await people.crowd(session, asker.workspace_id, huddle.channel_id)
            shown = _moved(huddle, local, zone, minutes, others, zones, asker)
            reply = once.answers({"response_action": "update", "view": shown})
    await ack(reply)


def _moved(
    huddle: Huddle, local: datetime, zone: str, minutes: int, others: int | None, zones: dict[str, int], asker: Asker
) -> dict[str, Any]:
    starts_at, ends_at = span(local, zone, minutes, all_day=huddle.all_day)
    time = Time(starts_at, ends_at, local, zone, minutes, huddle.all_day)
    return change.moved_view(huddle.title, times.own(time, asker.reader), others, cost_of(zones, time), asker.reader)


async def _following(
    services: Services,
    session: AsyncSession,
    asker: Asker,
    huddle: Huddle,
    slot: HuddleSlot,
    local: datetime,
    zone: str,
    minutes: int,
    now: datetime,
) -> int:
    """The same of all from this one on; how many are told."""
    made, fresh, told = await changing.change_following(
        session, huddle, slot, local, zone, minutes, services.clock.fresh_id(), now
    )
    await stop_timers(
        services.jobs.timers,
        session,
        [one for one in await slots_of(session, huddle) if one.state != "planned"],
    )
    await set_timers(services.jobs.timers, session, asker.team_id, fresh, now)
    others = await tell(services, session, asker, told, "following")
    if huddle.card_ts:
        # Earlier dates are still to come, and keep their card.
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        await have_posted(services, session, asker, made)
    else:
        await draw_soon(services.jobs.timers, session, asker.team_id, made, now)
    return others


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


async def tell(services: Services, session: AsyncSession, asker: Asker, told: Told, change: str) -> int:
    """Have those who are concerned told, but for the one who did it; how many they are."""
    whom = [one for one in told.people if one != asker.slack_id]
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
    await _open(services, once, asker, body, form(card, huddle, slot, asker.reader))


async def _open(services: Services, once: Once, asker: Asker, body: dict[str, Any], view: dict[str, Any]) -> None:
    await once.check()
    await put(services, asker, body, view)
    async with once.transaction():
        pass


def _team(asker: Asker) -> dict[str, Any]:
    return {"team_id": asker.team_id, "workspace_id": asker.workspace_id}
