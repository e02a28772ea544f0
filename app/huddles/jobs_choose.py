"""The worker's door to times that people choose: when their poll closes, who asked is told what came of it."""

from __future__ import annotations

from typing import Any

import structlog

from app.huddles import choosing
from app.jobs.tasks import Task, TaskContext
from app.polls import queries
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views.huddles import choose
from models import Poll

log = structlog.get_logger(__name__)


def tasks(services: Services) -> dict[str, Task]:
    """The task that a poll names when it closes."""

    async def chosen(ctx: TaskContext, args: dict[str, Any]) -> None:
        await ctx.step("tell", lambda: tell_chosen(services, args))

    return {choosing.CHOSEN: chosen}


async def tell_chosen(services: Services, args: dict[str, Any]) -> None:
    """Tell who asked. `args`: team_id, workspace_id, poll_id, closed_at (the closing this is about)."""
    now = services.clock.now()
    async with services.db.read_only() as session:
        poll = await session.get(Poll, args["poll_id"])
        # It may have been opened again meanwhile, or deleted, or its creator be forgotten.
        if poll is None or poll.state != "closed" or not poll.creator:
            return
        card, offer = await queries.card(session, poll, now), choosing.offer_of(poll.after)
    if offer is None:
        return
    reader = (await services.people.asker(args["team_id"], poll.creator)).reader
    body = choose.closed(card, offer, choosing.outcome(card, now), reader)
    key = f"huddle:chosen:{poll.key}:{args['closed_at']}"
    try:
        await services.slack.post_message(args["team_id"], poll.creator, body["text"], body["blocks"], key=key)
    except SlackSaidNo as refused:
        log.info("who asked for a time could not be told", reason=refused.error)
