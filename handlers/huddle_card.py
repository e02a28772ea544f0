"""What people press on a huddle's card, and on what they are told of it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.queries import directory
from app.huddles import answering, feeds, people, queries
from app.huddles.calendar import google_link, outlook_link
from app.huddles.feeds import Feed, entry_of
from app.huddles.publishing import may_look_after
from app.huddles.rows import slot_by_key, slots_of
from app.huddles.scheduling import draw_soon
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import calendar, change, ids, listing, told
from app.slack.views.ids import unpack
from handlers.huddle_calendar import keeper_of
from handlers.huddle_form import typed

ANSWERS = {ids.YES: "yes", ids.MAYBE: "maybe", ids.NO: "no"}


def register(bolt: AsyncApp) -> None:
    """Register the buttons of a card and the forms they open."""
    for action_id in ANSWERS:
        bolt.action(action_id)(answer)
    bolt.action(ids.WAS_THERE)(was_there)
    bolt.action(ids.ASK)(ask)
    bolt.view(ids.QUESTION_FORM)(asked)
    bolt.action(ids.TO_CALENDAR)(to_calendar)
    bolt.action(ids.RENEW)(renew)
    bolt.action(ids.JOIN)(join)
    bolt.action(ids.REMIND)(reminders)
    for wish in listing.WISHES:
        bolt.action(f"{ids.REMIND}_{wish}")(wished)


async def answer(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Yes, maybe, no: the last word counts; the card follows within a second or two, the person is told alone."""
    (slot_key,) = unpack(action["value"], 1)
    said = ANSWERS[action["action_id"]]
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with once.transaction() as session:
        huddle, slot, new = await answering.answer(session, asker.workspace_id, slot_key, asker.slack_id, said, now)
        if new:
            await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        # Once for each change; a direct message asks a question, so there every answer is answered.
        if new or str((body.get("channel") or {}).get("id", "")).startswith("D"):
            card = await queries.card(session, asker.workspace_id, huddle.key, now)
            shown = await queries.slot_shown(session, huddle, slot, now)
            noted = told.noted(card, shown, said, asker.reader)
        else:
            noted = None
    if noted is not None:
        services.whispers.say(str(body.get("response_url") or ""), {**noted, "replace_original": False})
    await ack()


async def was_there(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """I was there: one click."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with once.transaction() as session:
        huddle, _slot = await answering.was_there(session, asker.workspace_id, slot_key, asker.slack_id, now)
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
    await ack()


async def ask(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Open the form for a question."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    now = services.clock.now()
    async with services.db.read_only() as session:
        huddle, slot = await slot_by_key(session, asker.workspace_id, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        shown = await queries.slot_shown(session, huddle, slot, now)
    await services.slack.views_open(
        asker.team_id, body["trigger_id"], change.question_form(card, shown, asker.reader)
    )
    async with once.transaction():
        pass
    await ack()


async def asked(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """A question was sent: it stands on the card."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with once.transaction() as session:
        huddle, _slot = await answering.ask(
            session,
            asker.workspace_id,
            slot_key,
            asker.slack_id,
            typed(view["state"]["values"], ids.QUESTION),
            services.clock.fresh_id(),
            now,
        )
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        reply = once.answers({"response_action": "clear"})
    await ack(reply)


async def to_calendar(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """All ways into a calendar, in a window of the person's own: their feed's address is theirs alone."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    view = await _calendar(services, asker, slot_key)
    await services.slack.views_open(asker.team_id, body["trigger_id"], view)
    async with once.transaction():
        pass
    await ack()


async def renew(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """A new address for the person's own feed; the old one stops working."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        await feeds.renew(session, asker.workspace_id, "member", asker.slack_id, services.clock.now())
    view = await _calendar(services, asker, slot_key)
    await services.slack.views_update(asker.team_id, body["view"]["id"], view)
    await ack()


async def _calendar(services: Services, asker: Asker, slot_key: str) -> dict[str, Any]:
    secret = services.settings.secret_key.get_secret_value()
    now = services.clock.now()
    async with services.db.read_only() as session:
        huddle, slot = await slot_by_key(session, asker.workspace_id, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        place = feeds.place_of(huddle, await feeds.channel_names(session, [huddle]))
        entry = entry_of(huddle, await slots_of(session, huddle), place=place)
        mine = await feeds.current(session, asker.workspace_id, "member", asker.slack_id)
        cards = await directory(session, asker.workspace_id)
        community = next((one for one in cards if one.id == huddle.community_id), None)
        slug = community.slug if community else ""
        own = await feeds.current(session, asker.workspace_id, "huddle", huddle.key)
        theirs = await feeds.current(session, asker.workspace_id, "community", slug)
    assert entry is not None

    def address(feed: Feed) -> str:
        return feeds.address_of(feed, services.settings.public_url, secret)

    # A guest sees their own channels only; a community's feed may tell of others.
    open_to_all = slug and not huddle.private and not asker.reader.guest
    return calendar.calendar(
        card,
        calendar.Addresses(
            google=google_link(entry, slot.starts_at, slot.ends_at),
            outlook=outlook_link(entry, slot.starts_at, slot.ends_at),
            file=address(own),
            mine=address(mine),
            community=address(theirs) if open_to_all else "",
            slug=slug if community and may_look_after(community, keeper_of(asker)) else "",
        ),
        asker.reader,
        slot_key=slot_key,
    )


async def join(ack: AsyncAck, once: Once) -> None:
    """The button is a link; Slack only reports that it was pressed."""
    await ack()


async def reminders(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """Open the choice of reminders."""
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    async with services.db.read_only() as session:
        wishes = await people.wishes(session, asker.workspace_id, [asker.slack_id])
    view = listing.reminders(wishes.get(asker.slack_id, "both"), asker.reader)
    await services.slack.views_open(asker.team_id, body["trigger_id"], view)
    async with once.transaction():
        pass
    await ack()


async def wished(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """A choice of reminders was made."""
    (wish,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        await people.keep_wish(session, asker.workspace_id, asker.slack_id, wish, services.clock.now())
    view = listing.reminders(wish, asker.reader)
    await services.slack.views_update(asker.team_id, body["view"]["id"], view)
    await ack()
