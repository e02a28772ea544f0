"""/whereshare: a few words in, the right community out, privately."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.rules import active_first
from app.routing import queries, service
from app.routing.rules import MAX_TEXT, Answer
from app.routing.service import Considered, Draft
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import answer, ids, notes, start
from models import Route

log = structlog.get_logger(__name__)


def register(bolt: AsyncApp, *, prefix: str) -> None:
    """Register the command, its form, and the buttons that open the form."""
    bolt.command(f"/{prefix}whereshare")(whereshare)
    bolt.view(ids.ASK_FORM)(form_sent)
    bolt.action(ids.START)(open_form)


async def whereshare(ack: AsyncAck, command: dict[str, Any], once: Once, services: Services) -> None:
    """The command itself. Without words it opens the form."""
    asker = await services.people.asker(once.team_id, command["user_id"], acting=True)
    words = mrkdwn.readable(command.get("text") or "")
    if not words:
        await _open(services, once, asker, command["trigger_id"])
        await ack()
        return
    draft = Draft(words[:MAX_TEXT], asker.slack_id, command.get("channel_id", ""), "command")
    found = await look(services, once, asker, draft)
    if found is None:
        later = notes.coming_by_message(asker.reader)
        await ack(await answer_later(services, once, asker, draft, later) or "")
        return
    route, shown = first_answer(services, asker, draft, found)
    async with once.transaction() as session:
        session.add(route)
        body = once.answers(answer.message(shown, asker.reader, route.created_at))
    await ack(body)


async def form_sent(
    ack: AsyncAck, view: dict[str, Any], once: Once, services: Services, body: dict[str, Any]
) -> None:
    """The form was sent: the answer takes its place."""
    asker = await services.people.asker(once.team_id, body["user"]["id"], acting=True)
    words = mrkdwn.clean(view["state"]["values"][ids.DRAFT][ids.DRAFT].get("value") or "")
    draft = Draft(words, asker.slack_id, "", "modal")
    found = await look(services, once, asker, draft)
    if found is None:
        coming = {"response_action": "update", "view": notes.coming_view(asker.reader)}
        await ack(await answer_later(services, once, asker, draft, coming) or "")
        return
    route, shown = first_answer(services, asker, draft, found)
    async with once.transaction() as session:
        session.add(route)
        view = answer.modal(shown, asker.reader, route.created_at)
        reply = once.answers({"response_action": "update", "view": view})
    await ack(reply)


async def open_form(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """A button that opens the form: from App Home, or from a question back."""
    asker = await services.people.behind(once.team_id, body)
    await _open(services, once, asker, body["trigger_id"])
    await ack()


async def look(services: Services, once: Once, asker: Asker, draft: Draft) -> Considered | None:
    """Consider a draft within the time an acknowledgement may take; None when it takes longer."""
    within = services.settings.answer_within
    if not within:
        return None
    await once.check()
    considering = asyncio.create_task(_consider(services, asker, draft))
    done, _ = await asyncio.wait({considering}, timeout=within)
    if done:
        return await considering
    # Stopped in a task of its own: a query that is cut off may end as a broken connection, which is nobody's concern.
    considering.add_done_callback(lambda task: task.cancelled() or task.exception())
    considering.cancel()
    log.info("an answer takes longer than an acknowledgement may", seconds=within)
    return None


async def _consider(services: Services, asker: Asker, draft: Draft) -> Considered:
    async with services.desk.seats, services.db.read_only() as session:
        return await services.desk.consider(session, asker.workspace_id, draft, services.clock.now())


def first_answer(services: Services, asker: Asker, draft: Draft, found: Considered) -> tuple[Route, Answer]:
    """The answer as it will be stored and as it is shown now, before anybody did anything with it."""
    now = services.clock.now()
    route = service.route_for(asker.workspace_id, services.clock.fresh_id(), draft, found, now)
    shown = queries.compose(route, found.cards, (), (), forum_url=services.settings.discourse_url, now=now)
    services.metrics.routes.labels(verdict=shown.verdict).inc()
    return route, shown


async def answer_later(
    services: Services, once: Once, asker: Asker, draft: Draft, told: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Record the question durably, to be answered by direct message; gives what this request is to be told."""
    receipt = await services.intake.accept(
        once.key,
        asker.team_id,
        "whereshare.answer",
        {
            "team_id": asker.team_id,
            "workspace_id": asker.workspace_id,
            "slack_id": asker.slack_id,
            "channel_id": draft.channel_id,
            "source": draft.source,
            "text": draft.text,
            "origin": dict(draft.origin),
        },
        told,
    )
    return receipt.answer


async def _open(services: Services, once: Once, asker: Asker, trigger_id: str) -> None:
    await once.check()
    now = services.clock.now()
    async with services.db.read_only() as session:
        cards = await services.desk.shelf.directory(session, asker.workspace_id)
    # The trigger lives three seconds and works once: open first, then note that it is done.
    await services.slack.views_open(
        asker.team_id, trigger_id, start.form(active_first(cards, now), asker.reader, now)
    )
    async with once.transaction():
        pass
