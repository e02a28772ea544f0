"""What the creator, a lead and an admin can do with a poll; each act is noted with their name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, Refused
from app.jobs.timers import Timers
from app.polls import editing, jobs_offer, queries, series, service, timing
from app.polls.jobs_files import PICTURE
from app.polls.rules import can_reopen, may_manage, may_reopen
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import notes
from app.slack.views.ids import unpack
from app.slack.views.polls import home, ids, manage
from app.when import read_moment
from handlers.windows import below, put, redraw
from models import Poll

Verb = Callable[[AsyncSession, Timers, Poll, str, datetime], Awaitable[None]]

# Of a picture or a file.
COMES = N_("It comes in a direct message.")


def register(bolt: AsyncApp) -> None:
    """Register the tools and their windows."""
    bolt.action(ids.MANAGE_IT)(open_tools)
    bolt.action(ids.OWN)(open_own)
    bolt.action(ids.CLOSE)(close)
    bolt.action(ids.REMIND_NOW)(remind)
    bolt.action(ids.REPAIR)(repair)
    bolt.action(ids.STOP)(stop_series)
    bolt.action(ids.PICTURE)(send_picture)
    bolt.action(ids.DELETE)(delete)
    bolt.action(ids.EXTEND)(push_window)
    bolt.action(ids.REOPEN)(push_window)
    bolt.action(ids.CHANGE)(push_window)
    bolt.action(ids.READ_ANSWERS)(push_window)
    bolt.view(ids.UNTIL)(time_sent)
    bolt.view(ids.EDIT)(edited)
    bolt.view(ids.MODERATE)(moderated)


async def open_tools(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The button under a poll, on Home or in the list of one's own. Reading only, so no receipt."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    view = await tools_now(services, asker, key)
    await put(services, asker, body, view)
    await ack()


async def open_own(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """All one's own polls, from Home. Reading only, so no receipt."""
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        polls = await queries.own_polls(session, asker.workspace_id, asker.slack_id, now, *home.WINDOW)
    await put(services, asker, body, home.window(polls, asker.reader))
    await ack()


async def close(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """No more votes from this moment."""
    await _do(services, once, body, action, service.close_now, N_("It is closed."))
    await ack()


async def repair(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Draw all its messages anew, and post those that are gone."""

    async def work(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
        await service.repair(session, timers, poll, actor, now)
        key = f"poll-post:{poll.key}:{once.key}"
        await services.jobs.enqueue(session, timing.POST, key[:255], await timing.args_of(session, poll))

    await _do(services, once, body, action, work, N_("Its messages are drawn anew, and posted where they are gone."))
    await ack()


async def remind(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Remind now those who have not voted; once a poll."""

    async def work(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
        if poll.reminded or (poll.remind_at is not None and poll.remind_at <= now):
            raise Refused(N_("People were reminded already; once is enough."))
        poll.remind_at = now
        await service.note(session, poll, actor, "poll.remind", now)
        await timing.arm(timers, session, poll)

    told = N_("Those who have not voted are told, each outside their quiet hours.")
    await _do(services, once, body, action, work, told)
    await ack()


async def stop_series(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """This poll comes again no more."""

    async def work(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
        if poll.series_id is not None:
            await service.note(session, poll, actor, "poll.stop", now)
            await series.stop(session, timers, poll.series_id, now)

    await _do(services, once, body, action, work, N_("It does not come again. What is open stays open."))
    await ack()


async def send_picture(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The results as a picture, by direct message to the person who asks."""

    async def work(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
        if (await queries.card(session, poll, now)).hidden:
            raise Refused(N_("The results of this poll cannot be seen yet."))
        args = {**await timing.args_of(session, poll), "slack_id": actor}
        await services.jobs.enqueue(session, PICTURE, f"{PICTURE}:{once.key}"[:255], args)

    await _do(services, once, body, action, work, COMES)
    await ack()


async def delete(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Delete it with its votes and messages."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        poll = await _managed(session, asker, key)
        await service.delete_poll(session, services.jobs.timers, poll, asker.slack_id, services.clock.now())
    _ = asker.reader.words()
    shown = notes.told_view(_("The poll is deleted, with its votes and its messages."), asker.reader)
    await redraw(services, asker, body["view"]["id"], shown)
    await ack()


async def push_window(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """A window on top: another closing time, another wording, open answers. Reading only, so no receipt."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        poll = await queries.by_key(session, asker.workspace_id, key)
        await check_may(session, asker, poll)
        if action["action_id"] == ids.REOPEN:
            may_reopen(service.life_of(poll), poll.mode, now)
        reading = action["action_id"] == ids.READ_ANSWERS
        card = await queries.card(session, poll, now, whole=reading)
    if reading:
        if card.hidden == "few":
            raise Refused(
                N_("Fewer than five people answered this secret poll, so nobody can read their answers yet.")
            )
        said = tuple(one for counted in card.questions for one in counted.said)
        view = manage.moderate(card, said, asker.reader)
    elif action["action_id"] == ids.CHANGE:
        view = manage.edit(card, asker.reader)
    else:
        view = manage.until(card, asker.reader, again=action["action_id"] == ids.REOPEN)
    await services.slack.views_push(asker.team_id, body["trigger_id"], view)
    await ack()


async def time_sent(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services
) -> None:
    """Another closing time, for a poll that is open or is opened again."""
    key, what = unpack(view["private_metadata"], 2)
    asker = await services.people.behind(once.team_id, body)
    typed = mrkdwn.clean(view["state"]["values"][ids.TIME][ids.TIME].get("value") or "")
    now, reader = services.clock.now(), asker.reader
    until = read_moment(typed, reader.zone, reader.locale, now, field=ids.TIME).at if typed else None
    async with once.transaction() as session:
        poll = await _managed(session, asker, key)
        verb = service.reopen if what == "again" else service.extend
        await verb(session, services.jobs.timers, poll, asker.slack_id, until, now)
    _ = reader.words()
    note = _("It is open again.") if what == "again" else _("The closing time is set.")
    await redraw(services, asker, below(view), await tools_now(services, asker, key, note))
    await ack()


async def edited(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services) -> None:
    """Another wording."""
    (key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    typed = {
        block_id: mrkdwn.clean(next(iter(actions.values())).get("value") or "")
        for block_id, actions in view["state"]["values"].items()
    }
    async with once.transaction() as session:
        poll = await _managed(session, asker, key)
        await editing.edit(session, services.jobs.timers, poll, asker.slack_id, typed, services.clock.now())
    _ = asker.reader.words()
    await redraw(services, asker, below(view), await tools_now(services, asker, key, _("The wording is saved.")))
    await ack()


async def moderated(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services
) -> None:
    """Which open answers are shown."""
    (key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    ticked = [
        str(option["value"])
        for actions in view["state"]["values"].values()
        for state in actions.values()
        for option in state.get("selected_options") or ()
    ]
    async with once.transaction() as session:
        poll = await _managed(session, asker, key)
        await service.moderate(session, services.jobs.timers, poll, asker.slack_id, ticked, services.clock.now())
    _ = asker.reader.words()
    await redraw(services, asker, below(view), await tools_now(services, asker, key, _("Saved.")))
    await ack()


async def _do(
    services: Services, once: Once, body: dict[str, Any], action: dict[str, Any], verb: Verb, note: str
) -> None:
    """One act on one poll, and the tools drawn as they stand after it."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        poll = await _managed(session, asker, key)
        await verb(session, services.jobs.timers, poll, asker.slack_id, services.clock.now())
    view = await tools_now(services, asker, key, asker.reader.words()(note))
    await redraw(services, asker, body["view"]["id"], view)


async def tools_now(services: Services, asker: Asker, key: str, note: str = "") -> dict[str, Any]:
    """The tools as they stand at this moment."""
    now = services.clock.now()
    async with services.db.read_only() as session:
        poll = await queries.by_key(session, asker.workspace_id, key)
        await check_may(session, asker, poll)
        # The creator sees what everybody sees, and when: results that are hidden are hidden here too.
        card = await queries.card(session, poll, now)
    again = can_reopen(card.life, card.mode, now)
    on_forum = await jobs_offer.standing(services, asker.team_id, poll, card)
    return manage.tools(card, asker.reader, can_reopen=again, note=note, forum=on_forum)


async def _managed(session: AsyncSession, asker: Asker, key: str) -> Poll:
    poll = await service.locked(session, asker.workspace_id, key)
    await check_may(session, asker, poll)
    return poll


async def check_may(session: AsyncSession, asker: Asker, poll: Poll) -> None:
    """Raise `Refused` for who may not manage it."""
    leads = await queries.leads(session, poll)
    may_manage(asker.slack_id, poll.creator, leads, admin=asker.is_admin)
