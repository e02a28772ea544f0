"""What people do with an answer of /whereshare: not this, ask a person, none fits, reuse, extend, different."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.routing import queries, service
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.surface import surface_of
from app.slack.views import ids

SAID = {ids.REUSE: "reuse", ids.EXTEND: "extend", ids.DIFFERENT: "different"}


def register(bolt: AsyncApp) -> None:
    """Register the buttons of an answer that need no form."""
    bolt.action(ids.NOT_THIS)(not_this)
    bolt.action(ids.ASK_PERSON)(ask_person)
    bolt.action(ids.NONE_FITS)(none_fits)
    for action_id in SAID:
        bolt.action(action_id)(said_of_earlier)


async def not_this(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The community is not the right one: it goes, the next one moves up."""
    key, slug = ids.unpack(action["value"], 2)
    await _record(services, once, body, key, "rejected", slug)
    await ack()


async def none_fits(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """None of them: starts a proposal record."""
    (key,) = ids.unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        route = await queries.route_by_key(session, asker.workspace_id, key)
        await service.propose(session, route, asker.slack_id, services.clock.now())
        await _redraw(services, session, once, asker, body, key)
    await ack()


async def said_of_earlier(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Reuse, extend, or mine is different: recorded beside the earlier topic."""
    key, forum_id = ids.unpack(action["value"], 2)
    await _record(services, once, body, key, SAID[action["action_id"]], forum_id)
    await ack()


async def ask_person(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The person agreed that a lead, or the knowledge team, sees their words: send them, once."""
    key, lead = ids.unpack(action["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        route = await queries.route_by_key(session, asker.workspace_id, key)
        whom = await service.whom_to_ask(session, route, asker.slack_id, lead)
        for slack_id in whom:
            if await service.act(session, route, asker.slack_id, "asked", slack_id, services.clock.now()):
                # By the click: a question that could not be sent may be asked again.
                await services.jobs.enqueue(
                    session,
                    "whereshare.ask",
                    f"ask:{key}:{slack_id}:{once.key}",
                    {**_shown_at(asker, body, key), "to": slack_id},
                )
        await _redraw(services, session, once, asker, body, key)
    await ack()


async def _record(services: Services, once: Once, body: dict[str, Any], key: str, kind: str, subject: str) -> None:
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        route = await queries.route_by_key(session, asker.workspace_id, key)
        await service.act(session, route, asker.slack_id, kind, subject, services.clock.now())
        await _redraw(services, session, once, asker, body, key)


async def _redraw(services: Services, session: Any, once: Once, asker: Asker, body: dict[str, Any], key: str) -> None:
    await services.jobs.enqueue(session, "whereshare.redraw", f"redraw:{once.key}", _shown_at(asker, body, key))


def _shown_at(asker: Asker, body: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        "team_id": asker.team_id,
        "workspace_id": asker.workspace_id,
        "slack_id": asker.slack_id,
        "key": key,
        "surface": surface_of(body),
    }
