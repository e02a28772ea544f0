"""An admin orders an export of the recognition log."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.errors import Refused
from app.exports.jobs import EXPORT_TASK
from app.exports.orders import order_of
from app.services import Services
from app.slack.once import Once
from app.slack.views import export_ids as ids
from app.slack.views import exports as views
from handlers.thanks_form import typed


def register(bolt: AsyncApp) -> None:
    """Register the button of App Home and the form."""
    bolt.action(ids.OPEN)(open_form)
    bolt.view(ids.FORM)(ordered)


async def open_form(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """What can be ordered."""
    asker = await services.people.behind(once.team_id, body)
    if not asker.is_admin:
        raise Refused(views.ONLY_ADMINS)
    await once.check()
    async with services.db.read_only() as session:
        cards = await services.desk.shelf.directory(session, asker.workspace_id)
    view = views.form([(card.slug, card.name) for card in cards], asker.reader.zone, asker.reader)
    await services.slack.views_open(asker.team_id, body["trigger_id"], view)
    async with once.transaction():
        pass
    await ack()


async def ordered(ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services) -> None:
    """The form was sent: a job makes the file and sends it."""
    asker, values = await services.people.behind(once.team_id, body), view["state"]["values"]
    if not asker.is_admin:
        raise Refused(views.ONLY_ADMINS)
    also = {one["value"] for one in values.get(ids.OPTIONS, {}).get(ids.OPTIONS, {}).get("selected_options") or ()}
    order = order_of(
        format=_picked(values, ids.FORMAT),
        form=_picked(values, ids.FORM_OF),
        first=_day(values, ids.FIRST),
        last=_day(values, ids.LAST),
        zone=typed(values, ids.ZONE),
        community=_picked(values, ids.COMMUNITY),
        status=_picked(values, ids.STATUS),
        language=_picked(values, ids.LANGUAGE),
        bom=ids.BOM in also,
        emails=ids.EMAILS in also,
    )
    async with once.transaction() as session:
        args = {
            "team_id": asker.team_id,
            "workspace_id": asker.workspace_id,
            "slack_id": asker.slack_id,
            "order": order.said(),
        }
        await services.jobs.enqueue(session, EXPORT_TASK, f"recognition:{once.key}"[:255], args)
        reply = once.answers({"response_action": "update", "view": views.on_its_way(asker.reader)})
    await ack(reply)


def _picked(values: dict[str, Any], name: str) -> str:
    value = (values.get(name, {}).get(name, {}).get("selected_option") or {}).get("value", "")
    return "" if value == ids.ALL else str(value)


def _day(values: dict[str, Any], name: str) -> str:
    return str(values.get(name, {}).get(name, {}).get("selected_date") or "")
