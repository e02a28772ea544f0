"""What leaves a poll: its result to the forum, after a look at what will stand there, and files."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.errors import N_, Refused
from app.polls import files, forum, jobs_offer, queries, service, timing
from app.polls.jobs_files import TABLE
from app.polls.shapes import Card
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import notes
from app.slack.views.ids import unpack
from app.slack.views.polls import ids, outward
from handlers.pulse_poll_manage import COMES, check_may, tools_now
from handlers.thanks_form import typed
from handlers.windows import below, put, redraw
from models import Poll

TO_FORUM = N_("It is on its way to the forum. I tell you when it is there.")


def register(bolt: AsyncApp) -> None:
    """Register the buttons and their windows."""
    bolt.action(ids.TO_FORUM)(to_forum)
    bolt.action(ids.FILE)(to_file)
    bolt.view(ids.FORUM_FORM)(forum_sent)
    bolt.view(ids.FILE_FORM)(file_sent)


async def to_forum(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Show what would stand on the forum. Reading only, so no receipt."""
    asker, poll, card = await _read(services, once, body, action["value"])
    async with services.db.read_only() as session:
        row = await forum.topic_of(session, poll.id or 0)
    if row is not None and row.state not in forum.FREE:
        raise Refused(forum.THERE)
    there = await jobs_offer.offer(services, asker.team_id, poll, card)
    if poll.state != "closed":
        # Its time is over, and the job that counts who took part is on its way.
        raise Refused(forum.CLOSED_SOON)
    title, text = await jobs_offer.composed(services, asker.team_id, poll, card, row.title if row else "")
    await put(services, asker, body, outward.confirm(card, there, title, text, asker.reader))
    await ack()


async def forum_sent(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services
) -> None:
    """It may go there: a job posts it, once."""
    asker, poll, card = await _read(services, once, body, view["private_metadata"])
    title = forum.check_title(mrkdwn.clean(typed(view["state"]["values"], ids.TOPIC_TITLE)))
    there = await jobs_offer.offer(services, asker.team_id, poll, card)
    suggested, _text = await jobs_offer.composed(services, asker.team_id, poll, card, "")
    own_title = "" if title == suggested else title
    async with once.transaction() as session:
        poll = await service.locked(session, asker.workspace_id, poll.key)
        await forum.ask(session, poll, asker.slack_id, there, own_title, services.clock.now())
        args = {**await timing.args_of(session, poll), "slack_id": asker.slack_id}
        await services.jobs.enqueue(session, forum.TOPIC, f"{forum.TOPIC}:{once.key}"[:255], args)
        reply = _done(once, view, asker, TO_FORUM)
    await _tell_tools(services, view, asker, poll.key, TO_FORUM)
    await ack(reply)


async def to_file(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Ask for the language of the headers. Reading only, so no receipt."""
    asker, _poll, card = await _read(services, once, body, action["value"])
    if card.hidden:
        raise Refused(N_("The results of this poll cannot be seen yet."))
    await put(services, asker, body, outward.file_form(card, asker.reader))
    await ack()


async def file_sent(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services
) -> None:
    """The results as tables, by direct message to the person who asks."""
    asker, poll, card = await _read(services, once, body, view["private_metadata"])
    if card.hidden:
        raise Refused(N_("The results of this poll cannot be seen yet."))
    values = view["state"]["values"]
    picked = (values[ids.LANGUAGE][ids.LANGUAGE].get("selected_option") or {}).get("value", ids.PROGRAMS)
    also = {one["value"] for one in values.get(ids.ALSO, {}).get(ids.ALSO, {}).get("selected_options") or ()}
    wish = {"language": files.check_language("" if picked == ids.PROGRAMS else str(picked)), "bom": ids.BOM in also}
    async with once.transaction() as session:
        args = {**await timing.args_of(session, poll), "slack_id": asker.slack_id, **wish}
        await services.jobs.enqueue(session, TABLE, f"{TABLE}:{once.key}"[:255], args)
        reply = _done(once, view, asker, COMES)
    await _tell_tools(services, view, asker, poll.key, COMES)
    await ack(reply)


def _done(once: Once, view: dict[str, Any], asker: Asker, note: str) -> dict[str, Any] | str:
    """What answers a window: it goes, where the tools below say what was done; else it says so itself."""
    if below(view):
        return ""
    shown = notes.told_view(asker.reader.words()(note), asker.reader)
    answer = {"response_action": "update", "view": shown}
    once.answers(answer)
    return answer


async def _tell_tools(services: Services, view: dict[str, Any], asker: Asker, key: str, note: str) -> None:
    """The tools below, as they stand now, with what was done."""
    if tools := below(view):
        await redraw(services, asker, tools, await tools_now(services, asker, key, asker.reader.words()(note)))


async def _read(services: Services, once: Once, body: dict[str, Any], value: str) -> tuple[Asker, Poll, Card]:
    """Who asks, and the poll with what may be seen of it now; `Refused` for who may not manage it."""
    (key,) = unpack(value, 1)
    asker = await services.people.behind(once.team_id, body)
    async with services.db.read_only() as session:
        poll = await queries.by_key(session, asker.workspace_id, key)
        await check_may(session, asker, poll)
        return asker, poll, await queries.card(session, poll, services.clock.now())
