"""A fairer hour for a huddle that somebody is about to post: look for one, take one, or keep the hour."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.huddles import choosing, people, queries, service
from app.huddles.rows import time_of
from app.huddles.rules import instant, known_zone, wall
from app.huddles.shapes import Plan, Time
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import change, fairer, form, ids, ready
from app.slack.views.ids import unpack
from handlers.huddle import choices_of, cost_of, crowd_of, moment, ranked, replace, second_time
from handlers.huddle_form import drawn_anew, minutes_from, picked, when_from
from handlers.huddle_manage import mine
from handlers.windows import redraw


def register(bolt: AsyncApp) -> None:
    """Register the button of the confirmation, and those of what it shows."""
    bolt.action(ids.FAIRER)(look)
    bolt.action(ids.TAKE_FAIRER)(take)
    bolt.action(ids.KEEP_HOUR)(keep_hour)
    bolt.action(ids.FAIRER_MOVE)(look_to_move)
    bolt.action(ids.TAKE_MOVE)(take_to_move)


async def look(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Hours of the same week that cost the channel's people less. Reading only, so no receipt."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    plan, time = await _draft(services, asker, key)
    now = services.clock.now()
    zones = await crowd_of(services, asker, plan.channel_id)
    async with services.db.read_only() as session:
        borne = await people.ledger(session, asker.workspace_id, plan.channel_id, now)
    # Half a second of arithmetic at most, but not on the loop.
    found = await asyncio.to_thread(choosing.fairer, zones, plan, time.starts_at, now, borne)
    shown = fairer.view if _window(body) else fairer.message
    body_now = shown(plan, time, cost_of(zones, time), found, ranked(zones), asker.reader, key=key)
    await _show(services, asker, body, body_now)
    await ack()


async def take(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Take an hour into the draft: all else in it stays."""
    key, stamp = unpack(action["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with once.transaction() as session:
        kept = await service.draft_by_key(session, asker.workspace_id, key, asker.slack_id)
        plan = choosing.taken(service.plan_of(kept), moment(stamp))
        _kept, time = await service.draft(session, asker.workspace_id, key, asker.slack_id, plan, now)
    await _confirm(services, asker, body, key, plan, time)
    # The form below the window holds the old hour.
    if below := (_window(body) or {}).get("previous_view_id"):
        async with services.db.read_only() as session:
            choices = await choices_of(services, session, asker, plan)
        anew = form.form(plan, choices, asker.reader, now, key=key, generation=int(now.timestamp()))
        await redraw(services, asker, str(below), anew)
    await ack()


async def keep_hour(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Back to the confirmation, as it was. Reading only, so no receipt."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    plan, time = await _draft(services, asker, key)
    await _confirm(services, asker, body, key, plan, time)
    await ack()


async def look_to_move(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Under the form to move: hours of the week that it shows. Reading only, so no receipt."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    await _draw_move(services, asker, body, slot_key)
    await ack()


async def take_to_move(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Take an hour into the form to move; nothing is moved before it is sent, so no receipt."""
    slot_key, stamp = unpack(action["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    await _draw_move(services, asker, body, slot_key, moment(stamp))
    await ack()


async def _draw_move(
    services: Services, asker: Asker, body: dict[str, Any], slot_key: str, at: datetime | None = None
) -> None:
    """The form to move once more: with an hour that was taken, or with fairer ones than it shows."""
    now = services.clock.now()
    with drawn_anew(body["view"]["state"]["values"]) as values:
        local, zone = when_from(values)
    async with services.db.read_only() as session:
        huddle, slot = await mine(session, asker, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        crowd = await people.crowd(session, asker.workspace_id, huddle.channel_id)
        borne = await people.ledger(session, asker.workspace_id, huddle.channel_id, now)
    if at is None:
        minutes, _all_day = minutes_from(values, slot.minutes)
        rule = huddle.rule if picked(values, ids.SCOPE) == ids.FOLLOWING else ""
        plan = Plan(huddle.title, local, zone, minutes, rule=rule)
        found = await asyncio.to_thread(choosing.fairer, crowd, plan, instant(local, zone), now, borne)
        draw = change.Draw(local, zone, found)
    else:
        draw = change.Draw(wall(at, zone), zone, generation=int(now.timestamp()))
    names = [known_zone(one) for one in (asker.reader.zone, *ranked(crowd))]
    view = change.move_form(card, slot.key, time_of(huddle, slot), names, asker.reader, now, draw)
    await redraw(services, asker, str(body["view"]["id"]), view)


async def _draft(services: Services, asker: Asker, key: str) -> tuple[Plan, Time]:
    async with services.db.read_only() as session:
        kept = await service.draft_by_key(session, asker.workspace_id, key, asker.slack_id, lock=False)
    plan = service.plan_of(kept)
    return plan, service.first_time(plan, services.clock.now())


async def _confirm(services: Services, asker: Asker, body: dict[str, Any], key: str, plan: Plan, time: Time) -> None:
    zones = await crowd_of(services, asker, plan.channel_id)
    shown = ready.confirmation_view if _window(body) else ready.confirmation
    cost = cost_of(zones, time)
    told = shown(plan, time, second_time(plan), cost, ranked(zones), asker.reader, key=key)
    await _show(services, asker, body, told)


def _window(body: dict[str, Any]) -> dict[str, Any] | None:
    """The window in which something was pressed; None in a message."""
    return body.get("view")


async def _show(services: Services, asker: Asker, body: dict[str, Any], shown: dict[str, Any]) -> None:
    """In the place of what was pressed."""
    if window := _window(body):
        await redraw(services, asker, str(window["id"]), shown)
    else:
        await replace(services, body, shown)
