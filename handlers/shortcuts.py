"""The message shortcut "Find the right community": guidance to the author, a kind cross-post for a lead."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from app.errors import DomainError
from app.i18n import Reader
from app.routing.jobs_window import WINDOW_TASK, Clicked, draft_of
from app.routing.rules import Answer
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import answer, ids, notes
from handlers.whereshare import first_answer, look
from models import Route

log = structlog.get_logger(__name__)

# Seconds since the click. Slack gives up on the whole after three.
KNOWN_WITHIN = 0.2
LOOKED_WITHIN = 1.8
SHOWN_WITHIN = 2.6


def register(bolt: AsyncApp) -> None:
    """Register the shortcut."""
    bolt.shortcut({"callback_id": ids.FIND_COMMUNITY, "type": "message_action"})(find_community)


async def find_community(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """Answer in a modal that only the person sees; nothing appears in the channel.

    The window opens before anything else is asked of Slack, and the answer is drawn into it: here where there is
    time, else by a job.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    await once.check()
    user = body["user"]
    knowing = asyncio.create_task(services.people.behind(once.team_id, body))
    opened = await services.slack.views_open(
        once.team_id, body["trigger_id"], notes.looking(await _reader_by_now(knowing))
    )
    window = str(opened["id"])
    clicked = Clicked.of(body)
    found: tuple[Route, Answer] | str | None = None
    working = asyncio.create_task(_work_out(services, once, knowing, clicked))
    await asyncio.wait({working}, timeout=max(0.0, began + LOOKED_WITHIN - loop.time()))
    if working.done():
        found = await working
    else:
        # A query that is cut off may end as a broken connection, which is nobody's concern.
        working.add_done_callback(lambda task: task.cancelled() or task.exception())
        working.cancel()
    args: dict[str, Any] = {
        "team_id": once.team_id,
        "workspace_id": await services.people.workspace_id(once.team_id),
        "slack_id": user["id"],
        "view": window,
    }
    if found is None:
        log.info("an answer takes longer than an acknowledgement may", seconds=LOOKED_WITHIN)
        await services.intake.accept(once.key, once.team_id, WINDOW_TASK, {**args, "clicked": vars(clicked)}, None)
        await ack()
        return
    reader = (await knowing).reader
    if isinstance(found, str):
        args["problem"] = found
        async with once.transaction():
            pass
        view = notes.problem_view(found, reader)
    else:
        route, shown = found
        async with once.transaction() as session:
            session.add(route)
        view = answer.modal(shown, reader, route.created_at)
        args["key"] = route.key
    if not await _drawn(services, once, window, view, began + SHOWN_WITHIN - loop.time()):
        async with services.db.transaction() as session:
            await services.jobs.enqueue(session, WINDOW_TASK, f"window:{once.key}", args)
    await ack()


async def _reader_by_now(knowing: asyncio.Task[Asker]) -> Reader:
    """The person's language where we know it without Slack; raises `Refused` for whom we do not serve."""
    await asyncio.wait({knowing}, timeout=KNOWN_WITHIN)
    return (await knowing).reader if knowing.done() else Reader()


async def _work_out(
    services: Services, once: Once, knowing: asyncio.Task[Asker], clicked: Clicked
) -> tuple[Route, Answer] | str | None:
    """The answer, not stored yet; what is wrong with the message; or None where it takes too long."""
    try:
        asker = await asyncio.shield(knowing)
        draft = await draft_of(services, asker, clicked)
        found = await look(services, once, asker, draft)
    except DomainError as problem:
        return problem.message
    return None if found is None else first_answer(services, asker, draft, found)


async def _drawn(services: Services, once: Once, window: str, view: dict[str, Any], within: float) -> bool:
    """Whether the window shows it now; not when it is closed already, or Slack takes too long."""
    try:
        async with asyncio.timeout(max(0.0, within)):
            await services.slack.views_update(once.team_id, window, view)
    except (DomainError, TimeoutError) as problem:
        log.info("a window could not be drawn in time", reason=str(problem))
        return False
    return True
