"""/huddle: a title and a time, a search for one, a list, or right now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.rules import active_first
from app.errors import N_, DomainError, NotUnderstood, Refused
from app.huddles import fairness, parsing, people, publishing, queries, service
from app.huddles.rules import join_link, known_zone, span, wall, zone_of
from app.huddles.shapes import Plan, Time
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import find, form, ids, listing, ready
from app.slack.views.ids import unpack
from handlers.huddle_calendar import keeper_of

log = structlog.get_logger(__name__)

# Seconds to count a channel's people while somebody waits; else a job counts them.
COUNTED_WITHIN = 1.2


def register(bolt: AsyncApp, *, prefix: str) -> None:
    """Register the command, and the button under "now"."""

    async def command(ack: AsyncAck, command: dict[str, Any], once: Once, services: Services) -> None:
        await huddle(ack, command, once, services, f"/{prefix}huddle")

    bolt.command(f"/{prefix}huddle")(command)
    bolt.action(ids.TELL_NOW)(tell_now)


async def huddle(ack: AsyncAck, command: dict[str, Any], once: Once, services: Services, name: str) -> None:
    """The command itself. Without words it opens the form."""
    asker = await services.people.asker(once.team_id, command["user_id"])
    channel_id = channel_of(command.get("channel_id", ""), command.get("channel_name", ""))
    verb, rest = parsing.verb_of(mrkdwn.readable(command.get("text") or ""))
    if verb == "list":
        await ack(await _list(services, once, asker, channel_id))
    elif verb == "now":
        await ack(await _now(services, once, asker, channel_id))
    elif verb == "find":
        await ack(await _find(services, once, asker, channel_id, rest))
    elif verb == "help":
        await ack(listing.help_text(name, asker.reader))
    elif not rest:
        await open_form(services, once, asker, command["trigger_id"], default_plan(services, asker, channel_id))
        await ack()
    else:
        try:
            asked = parsing.read_asked(rest, known_zone(asker.reader.zone), asker.reader.locale, services.clock.now())
        except parsing.Unclear as unclear:
            await _ask_back(services, once, asker, command["trigger_id"], channel_id, rest, unclear)
            await ack()
        else:
            await ack(await _plan(services, once, asker, plan_of(asked, channel_id)))


def channel_of(channel_id: str, name: str) -> str:
    """The channel, or "" for a direct message: nobody is invited there."""
    return "" if name in ("directmessage", "mpdirectmessage") or channel_id.startswith("D") else channel_id


def plan_of(asked: parsing.Asked, channel_id: str) -> Plan:
    """The plan that a typed line makes."""
    return Plan(
        title=asked.title,
        local=asked.local,
        zone=asked.zone,
        minutes=asked.minutes or 45,
        rule=asked.rule,
        channel_id=channel_id,
        language=asked.language,
    )


async def _ask_back(
    services: Services,
    once: Once,
    asker: Asker,
    trigger_id: str,
    channel_id: str,
    typed: str,
    unclear: parsing.Unclear,
) -> None:
    """The form with what was read of a line; what was not, or cannot be, is empty there and named above it."""
    back = form.Back(unclear.said(asker.reader.words()), typed, unclear.missing)
    plan = plan_of(unclear.asked, channel_id)
    await open_form(services, once, asker, trigger_id, plan, back=back, zones=unclear.zones)


async def _plan(services: Services, once: Once, asker: Asker, plan: Plan) -> dict[str, Any]:
    """What was typed, told back; kept as a draft until it is confirmed."""
    now = services.clock.now()
    await once.check()
    zones = await crowd_of(services, asker, plan.channel_id)
    async with once.transaction() as session:
        key = services.clock.fresh_id()
        kept, time = await service.draft(session, asker.workspace_id, key, asker.slack_id, plan, now)
        plan, cost = service.plan_of(kept), cost_of(zones, time)
        body = ready.confirmation(plan, time, None, cost, ranked(zones), asker.reader, key=key)
        once.answers(body)
    return body


async def _list(services: Services, once: Once, asker: Asker, channel_id: str) -> dict[str, Any]:
    async with services.db.read_only() as session:
        found = await queries.upcoming(
            session, asker.workspace_id, services.clock.now(), person=asker.slack_id, channel_id=channel_id
        )
        kept = await publishing.offered(session, asker.workspace_id, channel_id, keeper_of(asker))
    # A guest may not see channels they were not invited to.
    if asker.reader.guest:
        found = tuple(one for one in found if one.channel_id == channel_id or one.mine)
    return listing.listing(found, asker.reader, [(one.slug, one.name) for one in kept])


async def _now(services: Services, once: Once, asker: Asker, channel_id: str) -> dict[str, Any]:
    if not channel_id:
        raise Refused(N_("Type this in the channel whose people you want to meet."))
    join = join_link("", services.settings.slack_url, asker.team_id, channel_id)
    return listing.now(channel_id, join, asker.reader)


async def tell_now(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Tell the channel that somebody is in its huddle."""
    (channel_id,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        args = {
            "team_id": asker.team_id,
            "workspace_id": asker.workspace_id,
            "slack_id": asker.slack_id,
            "channel": channel_id,
        }
        await services.jobs.enqueue(session, "huddle.now", f"huddle:now:{once.key}"[:255], args)
    await replace(services, body, listing.told_now(asker.reader))
    await ack()


async def _find(services: Services, once: Once, asker: Asker, channel_id: str, text: str) -> dict[str, Any]:
    """Times that cost the channel's people least."""
    if not channel_id:
        raise Refused(N_("Type this in the channel whose people you want to meet."))
    zone = known_zone(asker.reader.zone)
    search = parsing.read_search(text, zone, asker.reader.locale, services.clock.now())
    return await proposals(services, asker, channel_id, search)


async def proposals(services: Services, asker: Asker, channel_id: str, search: parsing.Search) -> dict[str, Any]:
    """What /huddle find answers."""
    now, zone = services.clock.now(), known_zone(asker.reader.zone)
    zones = await crowd_of(services, asker, channel_id)
    async with services.db.read_only() as session:
        borne = await people.ledger(session, asker.workspace_id, channel_id, now)
        busy = await queries.taken_times(session, asker.workspace_id, channel_id, search.begins, search.ends)
    # Half a second of arithmetic at most, but not on the loop.
    found = await asyncio.to_thread(
        fairness.rank, zones, search.begins, search.ends, search.minutes, ledger=borne, busy=busy
    )
    key = services.clock.fresh_id()
    return find.found(found, zone, ranked(zones), channel_id, search.minutes, borne, asker.reader, key=key)


async def crowd_of(services: Services, asker: Asker, channel_id: str) -> dict[str, int]:
    """Where a channel's people live: as known, or counted now where that is quick, else of the asker alone."""
    if not channel_id:
        return {}
    now = services.clock.now()
    async with services.db.read_only() as session:
        zones = await people.crowd(session, asker.workspace_id, channel_id)
    if zones:
        return zones
    try:
        async with asyncio.timeout(COUNTED_WITHIN):
            found = await services.slack.conversation_members(asker.team_id, channel_id)
    except (DomainError, TimeoutError) as problem:
        log.info("a channel's people could not be counted in time", reason=str(problem))
        async with services.db.transaction() as session:
            args = {"team_id": asker.team_id, "workspace_id": asker.workspace_id, "channel": channel_id}
            key = f"huddle:crowd:{channel_id}:{now:%Y%m%d%H}"
            await services.jobs.enqueue(session, "huddle.crowd", key, args)
        return {}
    async with services.db.transaction() as session:
        return await people.count_crowd(session, asker.workspace_id, channel_id, found, now)


def ranked(zones: dict[str, int]) -> list[str]:
    """Zones, most people first."""
    return sorted(zones, key=lambda zone: (-zones[zone], zone))


def cost_of(zones: dict[str, int], time: Time) -> fairness.Proposal | None:
    """What a chosen time costs the channel's people; None where nobody knows who they are, or for a whole day."""
    if not zones or time.all_day:
        return None
    return fairness.proposal(zones, time.starts_at, time.minutes)


def default_plan(services: Services, asker: Asker, channel_id: str) -> Plan:
    """What the form begins with: tomorrow, in the afternoon of the person's own day."""
    zone = known_zone(asker.reader.zone)
    local = wall(services.clock.now(), zone).replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Plan(title="", local=local, zone=zone, channel_id=channel_id)


async def open_form(
    services: Services,
    once: Once,
    asker: Asker,
    trigger_id: str,
    plan: Plan,
    key: str = "",
    *,
    push: bool = False,
    back: form.Back | None = None,
    zones: Sequence[str] = (),
) -> None:
    """Open the form, filled in with a plan; the trigger lives three seconds, so it opens before all else.

    `back` is what of a typed line it asks for; `zones` are offered besides those of the channel's people.
    """
    await once.check()
    async with services.db.read_only() as session:
        choices = await choices_of(services, session, asker, plan)
    choices = changed(choices, zones=[*zones, *choices.zones])
    key = key or services.clock.fresh_id()
    view = form.form(plan, choices, asker.reader, services.clock.now(), key=key, back=back)
    opened = services.slack.views_push if push else services.slack.views_open
    await opened(asker.team_id, trigger_id, view)
    async with once.transaction():
        pass


async def choices_of(services: Services, session: AsyncSession, asker: Asker, plan: Plan) -> form.Choices:
    """Channels where this person may invite, and zones where its people live."""
    cards = await services.desk.shelf.directory(session, asker.workspace_id)
    known = {one.slack_id: one for card in cards for one in card.channels}
    channels: list[tuple[str, str]] = []
    if plan.channel_id:
        here = known.get(plan.channel_id)
        _ = asker.reader.words()
        channels.append((plan.channel_id, f"#{here.name}" if here and not here.private else _("This channel")))
    if not asker.reader.guest:
        for card in active_first(cards, services.clock.now()):
            channels += [(one.slack_id, f"#{one.name}") for one in card.channels if not one.private]
    zones = ranked(await people.crowd(session, asker.workspace_id, plan.channel_id)) if plan.channel_id else []
    return form.Choices(list(dict(reversed(channels)).items())[::-1], [known_zone(one) for one in zones])


async def replace(services: Services, body: dict[str, Any], shown: dict[str, Any]) -> None:
    """Put something in the place of a private message; a message whose time is over keeps its old picture."""
    await say(services, body, {**shown, "replace_original": True})


async def say(services: Services, body: dict[str, Any], shown: dict[str, Any]) -> None:
    """Say something privately where a button was pressed; what was done stays done if that does not work."""
    if url := body.get("response_url"):
        try:
            await services.slack.respond(str(url), {"replace_original": False, **shown})
        except DomainError as problem:
            log.info("a person could not be answered", reason=problem.message)


def second_time(plan: Plan) -> Time | None:
    """When the second session of a plan is, if it has one."""
    if plan.second_local is None:
        return None
    starts_at, ends_at = span(plan.second_local, plan.zone, plan.minutes, all_day=plan.all_day)
    return Time(starts_at, ends_at, plan.second_local, plan.zone, plan.minutes, plan.all_day)


def checked_zone(name: str) -> str:
    """A zone from a menu."""
    return zone_of(name).key


def needed(values: Sequence[str]) -> None:
    """Raise where something of a date is missing."""
    if not all(values):
        raise NotUnderstood(N_("Choose a date and a time."), field="date")


def moment(stamp: str) -> datetime:
    """The instant of a proposed time, as buttons carry it: seconds since 1970."""
    return datetime.fromtimestamp(int(stamp), UTC)
