"""What a huddle is about and where people meet, changed by its hosts and leads after it was posted."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.huddles.describing import describe
from app.huddles.scheduling import draw_soon
from app.services import Services
from app.slack.once import Once
from app.slack.views.huddles import details, ids
from app.slack.views.ids import unpack
from handlers.huddle_form import details_from
from handlers.huddle_manage import mine, open_form_of, tell


def register(bolt: AsyncApp) -> None:
    """Register the button in a host's window, and its form."""
    bolt.action(ids.DETAILS)(open_details)
    bolt.view(ids.DETAILS_FORM)(described)


async def open_details(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the form with what people are told now."""
    await open_form_of(
        services, once, body, action, lambda card, _, slot, reader: details.form(card, slot.key, reader)
    )
    await ack()


async def described(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """It says something else from now on: the card follows, and who comes is told of another address."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    wanted, now = details_from(view["state"]["values"]), services.clock.now()
    async with once.transaction() as session:
        huddle, _slot = await mine(session, asker, slot_key, lock=True)
        changed, told = await describe(session, huddle, wanted, now)
        others = None if told is None else await tell(services, session, asker, told, "details")
        if changed:
            await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        shown = details.saved(others, asker.reader)
        reply = once.answers({"response_action": "update", "view": shown})
    await ack(reply)
