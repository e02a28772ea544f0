"""The form of /huddle: open, look at it once more, post it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from dataclasses import replace as changed
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound, NotUnderstood
from app.huddles import service
from app.huddles.choosing import clock_of
from app.huddles.describing import Details
from app.huddles.recurrence import rule_for
from app.huddles.rows import huddle_by_key
from app.huddles.rules import LONGEST, checked_link, known_zone, wall
from app.huddles.scheduling import set_timers
from app.huddles.shapes import Plan
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import form, ids, ready
from app.slack.views.ids import unpack
from handlers.huddle import (
    checked_zone,
    cost_of,
    crowd_of,
    default_plan,
    moment,
    needed,
    open_form,
    ranked,
    replace,
    second_time,
)
from models import Huddle


def register(bolt: AsyncApp) -> None:
    """Register the buttons that open the form, the form, and both confirmations."""
    bolt.action(ids.OPEN)(open_empty)
    bolt.action(ids.TAKE)(take)
    bolt.action(ids.CHANGE)(change)
    bolt.action(ids.DROP)(drop)
    bolt.action(ids.POST)(post)
    bolt.view(ids.FORM)(form_sent)
    bolt.view(ids.CONFIRM)(confirmed)


async def open_empty(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """A button that opens the form: in App Home, or under a list."""
    asker = await services.people.behind(once.team_id, body)
    await open_form(services, once, asker, body["trigger_id"], default_plan(services, asker, ""))
    await ack()


async def take(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """A proposed time was taken: the form with it, or with two sessions, or with a thread of a whole day."""
    channel_id, stamps, minutes, _number = unpack(action["value"], 4)
    asker = await services.people.behind(once.team_id, body)
    instants = [moment(one) for one in stamps.split("+")]
    zone = known_zone(asker.reader.zone)
    if any(clock_of(one, zone) != zone for one in instants):
        zone = "UTC"
    first, *rest = [wall(one, zone) for one in instants]
    plan = Plan(title="", local=first, zone=zone, channel_id=channel_id, second_local=rest[0] if rest else None)
    plan = changed(plan, minutes=int(minutes)) if int(minutes) else changed(plan, all_day=True)
    await open_form(services, once, asker, body["trigger_id"], plan)
    await ack()


async def change(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Change a draft: the form with what it holds."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with services.db.transaction() as session:
        plan = service.plan_of(await service.draft_by_key(session, asker.workspace_id, key, asker.slack_id))
    await open_form(services, once, asker, body["trigger_id"], plan, key)
    await ack()


async def drop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """Forget a draft."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        await service.drop(session, asker.workspace_id, key, asker.slack_id)
    await replace(services, body, form.dropped(asker.reader))
    await ack()


async def post(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """The one click after which a huddle is posted."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    await _confirm(services, once, asker, key, str(body.get("response_url") or ""))
    await ack()


async def form_sent(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """The form was sent: keep it as a draft, tell it back."""
    (key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    drawn = view["state"]["values"]
    async with services.db.read_only() as session:
        before = await _kept_rule(session, asker, key)
    now = services.clock.now()
    with drawn_anew(drawn) as values:
        plan = plan_from(values, before)
        service.first_time(plan, now)
    zones = await crowd_of(services, asker, plan.channel_id)
    async with once.transaction() as session:
        kept, time = await service.draft(session, asker.workspace_id, key, asker.slack_id, plan, now)
        plan = service.plan_of(kept)
        shown = ready.confirmation_view(
            plan, time, second_time(plan), cost_of(zones, time), ranked(zones), asker.reader, key=key
        )
        reply = once.answers({"response_action": "push", "view": shown})
    await ack(reply)


async def confirmed(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """The last button of the form."""
    (key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    await _confirm(services, once, asker, key, "")
    await ack({"response_action": "clear"})


async def have_posted(services: Services, session: AsyncSession, asker: Asker, huddle: Huddle, url: str = "") -> None:
    """Let the card of a huddle that has none be posted; the confirmation at the response URL is replaced then."""
    args = {"team_id": asker.team_id, "workspace_id": asker.workspace_id, "huddle": huddle.key, "url": url}
    await services.jobs.enqueue(session, "huddle.post", f"huddle:{huddle.key}:post", args)


async def _confirm(services: Services, once: Once, asker: Asker, key: str, url: str) -> None:
    now = services.clock.now()
    async with once.transaction() as session:
        planned = await service.confirm(session, asker.workspace_id, key, asker.slack_id, now)
        for huddle, slots in planned:
            await set_timers(services.jobs.timers, session, asker.team_id, slots, now)
            await have_posted(services, session, asker, huddle, url)
        if not url:
            once.answers({"response_action": "clear"})


async def _kept_rule(session: AsyncSession, asker: Asker, key: str) -> str:
    """The rule of a draft, for "as it is now"."""
    try:
        return (await huddle_by_key(session, asker.workspace_id, key)).rule
    except NotFound:
        return ""


@contextmanager
def drawn_anew(drawn: dict[str, dict[str, Any]]) -> Iterator[dict[str, dict[str, Any]]]:
    """The values of inputs by their names, where some were drawn anew under other ids; problems name those ids."""
    try:
        yield {ids.named(one): state for one, state in drawn.items()}
    except NotUnderstood as problem:
        problem.field = next((one for one in drawn if ids.named(one) == problem.field), problem.field)
        raise


def typed(values: dict[str, dict[str, Any]], name: str) -> str:
    """What was typed into an input; "" for one that was not shown or left empty."""
    return mrkdwn.clean(values.get(name, {}).get(name, {}).get("value") or "")


def picked(values: dict[str, dict[str, Any]], name: str) -> str:
    """What was chosen in a menu, a date or a time; "" for nothing."""
    state = values.get(name, {}).get(name, {})
    option = state.get("selected_option") or {}
    others = (state.get(f"selected_{kind}") for kind in ("date", "time", "user"))
    return str(option.get("value") or next((one for one in others if one), ""))


def when_from(values: dict[str, dict[str, Any]]) -> tuple[datetime, str]:
    """Wall time and zone of the three inputs."""
    date, time = picked(values, ids.DATE), picked(values, ids.TIME)
    needed([date, time])
    return datetime.fromisoformat(f"{date}T{time}"), checked_zone(picked(values, ids.ZONE) or "UTC")


def minutes_from(values: dict[str, dict[str, Any]], otherwise: int = 45) -> tuple[int, bool]:
    """Minutes, and whether it is a whole day."""
    chosen = picked(values, ids.MINUTES)
    if chosen == "day":
        return 0, True
    return (min(int(chosen), LONGEST) if chosen.isdigit() else otherwise), False


def plan_from(values: dict[str, dict[str, Any]], rule_before: str = "") -> Plan:
    """A plan from the form's state; `NotUnderstood` with the input that is wrong."""
    local, zone = when_from(values)
    minutes, all_day = minutes_from(values)
    repeat = picked(values, ids.REPEAT)
    language, date, time = (picked(values, one) for one in (ids.SECOND_LANGUAGE, ids.SECOND_DATE, ids.SECOND_TIME))
    second = None
    if language or date or time:
        if not (language and date and time):
            raise NotUnderstood(
                N_("A second session needs a language, a date and a time; leave all three empty for none."),
                field=ids.SECOND_LANGUAGE,
            )
        second = datetime.fromisoformat(f"{date}T{time}")
    return Plan(
        **asdict(details_from(values)),
        local=local,
        zone=zone,
        minutes=minutes,
        all_day=all_day,
        rule=rule_before if repeat == "other" else rule_for("" if repeat == "none" else repeat, local),
        channel_id=picked(values, ids.CHANNEL),
        second_language=language,
        second_local=second,
    )


def details_from(values: dict[str, dict[str, Any]]) -> Details:
    """What it is about and where people meet; `NotUnderstood` for an address that no browser opens."""
    marks = {str(one["value"]) for one in values.get(ids.MARKS, {}).get(ids.MARKS, {}).get("selected_options") or []}
    return Details(
        title=typed(values, ids.TITLE),
        about=typed(values, ids.ABOUT),
        link=checked_link(typed(values, ids.LINK), ids.LINK),
        dial_in=typed(values, ids.DIAL_IN),
        language=picked(values, ids.LANGUAGE),
        audio_first=ids.AUDIO_FIRST in marks,
        notes_after=ids.NOTES_AFTER in marks,
    )
