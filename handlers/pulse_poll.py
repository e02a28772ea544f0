"""/pulse-poll: a poll from one line of text, or from a form that shows it while it is being written."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import NotUnderstood
from app.polls import series, service, timing
from app.polls.parsing import Place, placed, read_loosely, without_marks
from app.polls.planning import Built, Planned, begun, from_command, from_form
from app.polls.templates import template
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.help import asks_for_help
from app.slack.views.polls import form, ids, preview
from app.slack.views.polls import help as guide
from app.slack.views.polls.notices import kept_view
from handlers.windows import redraw_live

_CHANNEL = re.compile(r"<#([CGD][A-Z0-9]+)(?:\|([^>]*))?>")


def register(bolt: AsyncApp, *, prefix: str) -> None:
    """Register the command, its form, and what opens and redraws it."""
    bolt.command(f"/{prefix}pulse-poll")(pulse_poll)
    bolt.view(ids.BUILD)(built)
    bolt.action(ids.NEW)(open_builder)
    bolt.action(ids.TEMPLATE)(choose_template)
    for action_id in ids.live():
        bolt.action(action_id)(redraw)


async def pulse_poll(ack: AsyncAck, command: dict[str, Any], once: Once, services: Services) -> None:
    """The command: with a question and options it is posted here, otherwise the form opens."""
    asker = await services.people.asker(once.team_id, command["user_id"])
    text, here = command.get("text") or "", str(command.get("channel_id") or "")
    if asks_for_help(text):
        await ack(guide.help_text(command["command"], asker.reader))
        return
    now = services.clock.now()
    typed = read_loosely(*_places(text, asker))
    channels = typed.channels or (here,)
    if typed.half:
        await _open(services, once, asker, begun(typed, channels, asker.reader, now), command["trigger_id"])
        await ack()
        return
    planned = from_command(typed.checked(), channels, asker.slack_id, asker.reader, now)
    async with once.transaction() as session:
        await keep(services, session, asker, planned)
        reply = once.answers(preview.on_its_way(planned.plan, planned.rule, asker.reader, planned.next_at))
    await ack(reply)


def _places(text: str, asker: Asker) -> tuple[str, tuple[Place, ...]]:
    """A command's text as a person reads it, with marks where a channel was chosen, and these channels."""
    _ = asker.reader.words()
    places: list[Place] = []

    def mark(found: re.Match[str]) -> str:
        # Slack names no private channel, and neither do we.
        places.append(Place(found[1], mrkdwn.unescape(found[2] or "") or _("private-channel")))
        return placed(len(places) - 1)

    marked = _CHANNEL.sub(mark, without_marks(text))
    return mrkdwn.readable(marked), tuple(places)


async def open_builder(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """A button that opens the form, from App Home or from the help, which stands in a channel."""
    asker = await services.people.behind(once.team_id, body)
    here = str((body.get("channel") or {}).get("id") or "")
    await _open(services, once, asker, Built(channels=(here,) if here else ()), body["trigger_id"])
    await ack()


async def redraw(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """Something was typed or chosen: show the poll as it would be. No receipt: drawing it twice does no harm."""
    asker = await services.people.behind(once.team_id, body)
    await _show(services, asker, body, read_form(body["view"]))
    await ack()


async def choose_template(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """A template fills the form; channels that were chosen stay."""
    asker = await services.people.behind(once.team_id, body)
    before = read_form(body["view"])
    chosen = template(str((action.get("selected_option") or {}).get("value")), asker.reader.words())
    if chosen is not None:
        held = {**vars(chosen), "channels": before.channels, "generation": before.generation + 1}
        await _show(services, asker, body, Built(**held))
    await ack()


async def built(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services) -> None:
    """The form was sent: from here on the poll is kept, and a job posts it."""
    asker = await services.people.behind(once.team_id, body)
    held = read_form(view)
    try:
        planned = from_form(held, asker.slack_id, asker.reader, services.clock.now())
    except NotUnderstood as problem:
        problem.field = form.block(problem.field or ids.QUESTION, held.generation)
        raise
    async with once.transaction() as session:
        await keep(services, session, asker, planned)
        reply = once.answers(
            {
                "response_action": "update",
                "view": kept_view(planned.plan, planned.rule, asker.reader, planned.next_at),
            }
        )
    await ack(reply)


def read_form(view: dict[str, Any]) -> Built:
    """What the builder holds; inputs that were not shown are empty."""
    generation = form.generation_of(view.get("private_metadata") or "")
    states: dict[str, dict[str, Any]] = {
        name.split("~")[0]: next(iter(actions.values()), {}) for name, actions in view["state"]["values"].items()
    }

    def typed(name: str) -> str:
        return mrkdwn.clean(states.get(name, {}).get("value") or "")

    def chosen(name: str, default: str = "") -> str:
        return str((states.get(name, {}).get("selected_option") or {}).get("value") or default)

    return Built(
        question=typed(ids.QUESTION),
        options=typed(ids.OPTIONS),
        kind=chosen(ids.KIND, "one"),
        most=typed(ids.MOST),
        mode=chosen(ids.MODE, "named"),
        results=chosen(ids.SHOW),
        close=typed(ids.CLOSES),
        open=typed(ids.OPENS),
        remind=chosen(ids.REMINDER),
        every=chosen(ids.EVERY),
        channels=tuple(states.get(ids.CHANNELS, {}).get("selected_conversations") or ()),
        generation=generation,
        **form.remarks_of(view.get("private_metadata") or ""),
    )


async def keep(services: Services, session: AsyncSession, asker: Asker, planned: Planned, key: str = "") -> None:
    """Keep a poll, and have it posted. The same key again changes nothing."""
    key = key or services.clock.fresh_id()
    now, timers = services.clock.now(), services.jobs.timers
    plan = planned.plan
    series_id = None
    if planned.rule:
        series_id = (await series.begin(session, timers, asker.workspace_id, key, plan, planned.rule, now)).id
    secret = services.settings.secret_key.get_secret_value()
    poll = await service.create(session, timers, asker.workspace_id, key, plan, secret, now, series_id=series_id)
    if poll.state == "open":
        await services.jobs.enqueue(session, timing.POST, f"poll-post:{key}", await timing.args_of(session, poll))


async def _show(services: Services, asker: Asker, body: dict[str, Any], held: Built) -> None:
    await redraw_live(services, asker, body, form.builder(held, asker.reader, _preview(services, asker, held)))


def _preview(services: Services, asker: Asker, held: Built) -> Planned | str:
    if not held.question:
        return ""
    try:
        # Channels are chosen last; the poll can be looked at before.
        shown = Built(**{**vars(held), "channels": held.channels or ("C0",)})
        return from_form(shown, asker.slack_id, asker.reader, services.clock.now())
    except NotUnderstood as problem:
        return problem.said(asker.reader.words())


async def _open(services: Services, once: Once, asker: Asker, held: Built, trigger_id: str) -> None:
    await once.check()
    # The trigger lives three seconds and works once: open first, then note that it is done.
    await services.slack.views_open(
        asker.team_id, trigger_id, form.builder(held, asker.reader, _preview(services, asker, held))
    )
    async with once.transaction():
        pass
