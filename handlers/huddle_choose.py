"""Let people choose a huddle's time: a poll about proposed hours, and what follows when it has closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound, Refused
from app.huddles import choosing, fairness, parsing, people, service
from app.huddles.choosing import Offer
from app.huddles.rules import check_title, instant, known_zone, wall
from app.huddles.shapes import Plan
from app.polls import queries as polls
from app.polls.planning import Planned
from app.polls.rules import check_plan
from app.polls.shapes import Asked, Wording
from app.polls.shapes import Plan as PollPlan
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import choose, find, ids, times
from app.slack.views.ids import unpack
from app.slack.views.polls.notices import kept_view
from handlers.huddle import moment, open_form, proposals, say
from handlers.huddle_form import picked, typed
from handlers.pulse_poll import keep
from models import Poll


def register(bolt: AsyncApp) -> None:
    """Register the button under proposed times, its window, and the buttons of what came of it."""
    bolt.action(ids.LET_CHOOSE)(let_choose)
    bolt.view(ids.CHOOSE_FORM)(asked)
    bolt.action(ids.SCHEDULE)(schedule)
    bolt.action(ids.FIND_AGAIN)(find_again)


async def let_choose(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the window: title, times, until when."""
    key, channel_id, minutes, stamps = unpack(action["value"], 4)
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    now, zone = services.clock.now(), known_zone(asker.reader.zone)
    async with services.db.read_only() as session:
        await _not_asked_yet(session, asker, key)
        zones = await people.crowd(session, asker.workspace_id, channel_id)
    coming = [at for at in map(moment, stamps.split("+")) if at > now]
    if len(coming) < choosing.FEWEST:
        raise Refused(N_("These times are over by now. Please search again: `/huddle find 45m next week`."))
    offered = [fairness.proposal(zones, at, int(minutes)) for at in coming]
    window = choose.Window(channel_id, int(minutes), offered, choosing.closing(now, coming, zone))
    await services.slack.views_open(asker.team_id, body["trigger_id"], choose.window(window, asker.reader, key=key))
    async with once.transaction():
        pass
    await ack()


async def asked(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """The window was sent: the poll is kept, and a job posts it."""
    key, channel_id, minutes = unpack(view["private_metadata"], 3)
    asker = await services.people.behind(once.team_id, body)
    values, now = view["state"]["values"], services.clock.now()
    ticked = values.get(ids.TIMES, {}).get(ids.TIMES, {}).get("selected_options") or []
    starts = [moment(str(one["value"])) for one in ticked]
    offer = Offer(" ".join(typed(values, ids.TITLE).split()), channel_id, int(minutes))
    check_title(offer.title, ids.TITLE)
    until = datetime.fromisoformat(f"{picked(values, ids.DATE)}T{picked(values, ids.TIME)}")
    closes_at = instant(until, known_zone(asker.reader.zone))
    choosing.check_offer(starts, closes_at, now)
    async with once.transaction() as session:
        await _not_asked_yet(session, asker, key)
        zones = await people.crowd(session, asker.workspace_id, channel_id)
        planned = Planned(check_plan(_poll_plan(offer, starts, closes_at, zones, asker), now))
        await keep(services, session, asker, planned, key)
        shown = kept_view(planned.plan, planned.rule, asker.reader)
        reply = once.answers({"response_action": "update", "view": shown})
    await ack(reply)


async def schedule(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The form with the time that people chose. One huddle comes of a poll: it has the poll's key."""
    key, position = unpack(action["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    async with services.db.read_only() as session:
        poll = await polls.by_key(session, asker.workspace_id, key)
        sheet = (await polls.sheets(session, poll.id or 0))[0]
        huddle_key = await service.fresh_key(session, asker.workspace_id, key, services.clock.fresh_id())
    offer, at = _offer_of(poll, asker), sheet.options[int(position)].at
    assert at is not None
    if at <= services.clock.now():
        await say(services, body, choose.too_late(offer, asker.reader))
    else:
        zone = choosing.clock_of(at, known_zone(asker.reader.zone))
        plan = Plan(offer.title, wall(at, zone), zone, offer.minutes, channel_id=offer.channel_id)
        await open_form(services, once, asker, body["trigger_id"], plan, huddle_key)
    await ack()


async def find_again(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Search the coming week anew. Reading only, so no receipt."""
    channel_id, minutes = unpack(action["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    zone = known_zone(asker.reader.zone)
    search = parsing.read_search(f"{minutes}m", zone, asker.reader.locale, services.clock.now())
    await say(services, body, await proposals(services, asker, channel_id, search))
    await ack()


def _poll_plan(
    offer: Offer, starts: list[datetime], closes_at: datetime, zones: dict[str, int], asker: Asker
) -> PollPlan:
    """The poll: each time an option, names visible, all that suit."""
    reader, zone = asker.reader, known_zone(asker.reader.zone)
    options = tuple(
        Wording(
            times.in_zone(at, zone, reader),
            at=at,
            note=find.short_cost(fairness.proposal(zones, at, offer.minutes), reader)[:200] if zones else "",
        )
        for at in starts
    )
    return PollPlan(
        creator=asker.slack_id,
        questions=(Asked(Wording(choose.question(offer, reader)), options, "choice", 0),),
        channels=(offer.channel_id,),
        zone=zone,
        locale=reader.locale,
        closes_at=closes_at,
        after=offer.kept(),
    )


def _offer_of(poll: Poll, asker: Asker) -> Offer:
    offer = choosing.offer_of(poll.after)
    if offer is None or poll.creator != asker.slack_id:
        raise Refused(N_("Only who asked people for a time can schedule it here. `/huddle` is open to everybody."))
    return offer


async def _not_asked_yet(session: AsyncSession, asker: Asker, key: str) -> None:
    """Raise `Refused` where people are asked about these times already: one poll comes of one answer."""
    try:
        await polls.by_key(session, asker.workspace_id, key)
    except NotFound:
        return
    raise Refused(N_("People are choosing among these times already. For other times search again."))
