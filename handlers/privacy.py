"""One's own data: download it, or be forgotten. Who does so is not taken in again by it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.errors import N_, NotUnderstood
from app.privacy.jobs import ERASE_TASK, EXPORT_TASK
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import privacy as views
from app.slack.views import privacy_ids as ids


def register(bolt: AsyncApp) -> None:
    """Register the two buttons of App Home, and the form that asks twice."""
    bolt.action(ids.DOWNLOAD)(download)
    bolt.action(ids.OPEN_ERASE)(open_erase)
    bolt.view(ids.ERASE_FORM)(erase)


async def download(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """Everything we hold of the person, by direct message."""
    asker = await services.people.behind(once.team_id, body, acting=False)
    async with once.transaction() as session:
        await services.jobs.enqueue(session, EXPORT_TASK, f"export:{once.key}"[:255], _of(asker))
    await services.slack.views_open(asker.team_id, body["trigger_id"], views.on_its_way(asker.reader))
    await ack()


async def open_erase(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """What would go, before anything does."""
    asker = await services.people.behind(once.team_id, body, acting=False)
    await once.check()
    await services.slack.views_open(asker.team_id, body["trigger_id"], views.erase_form(asker.reader))
    async with once.transaction():
        pass
    await ack()


async def erase(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """The box is ticked: it begins."""
    asker = await services.people.behind(once.team_id, body, acting=False)
    chosen = view["state"]["values"].get(ids.AGREED, {}).get(ids.AGREED, {}).get("selected_options") or ()
    if ids.YES not in [one["value"] for one in chosen]:
        raise NotUnderstood(N_("Tick the box if you are sure; else close this window."), field=ids.AGREED)
    async with once.transaction() as session:
        # Their language for the last message: it is forgotten too.
        args = {**_of(asker), "actor": asker.slack_id, "locale": asker.reader.locale}
        await services.jobs.enqueue(session, ERASE_TASK, f"erase:{once.key}"[:255], args)
        reply = once.answers({"response_action": "update", "view": views.erasing(asker.reader)})
    await ack(reply)


def _of(asker: Asker) -> dict[str, Any]:
    return {"team_id": asker.team_id, "workspace_id": asker.workspace_id, "slack_id": asker.slack_id}
