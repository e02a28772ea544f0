"""Move a huddle, or a date of a series and all that follow: asked once more where the new hour wakes people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles import changing, people, queries
from app.huddles.rows import slots_of, time_of
from app.huddles.rules import known_zone, local_of, local_text, span
from app.huddles.scheduling import draw_soon, set_timers, stop_timers
from app.huddles.shapes import Time
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import change, ids, times
from app.slack.views.ids import unpack
from handlers.huddle import checked_zone, cost_of, ranked
from handlers.huddle_form import drawn_anew, have_posted, minutes_from, picked, when_from
from handlers.huddle_manage import mine, others_of, put_once, tell
from models import Huddle, HuddleSlot


def register(bolt: AsyncApp) -> None:
    """Register the button in a host's window, its form, and the question that may follow."""
    bolt.action(ids.MOVE)(open_move)
    bolt.view(ids.MOVE_FORM)(move_sent)
    bolt.view(ids.MOVE_ANYWAY)(move_anyway)


@dataclass(frozen=True)
class Wanted:
    """Where an occurrence is to be moved: wall time in a zone, minutes, and whether all that follow go with it."""

    slot_key: str
    local: datetime
    zone: str
    minutes: int
    following: bool

    def time(self, huddle: Huddle) -> Time:
        """The same as a time of that huddle."""
        starts_at, ends_at = span(self.local, self.zone, self.minutes, all_day=huddle.all_day)
        return Time(starts_at, ends_at, self.local, self.zone, self.minutes, huddle.all_day)

    def carried(self) -> tuple[str, ...]:
        """As a window carries it."""
        return (
            self.slot_key,
            local_text(self.local),
            self.zone,
            str(self.minutes),
            ids.FOLLOWING if self.following else ids.ONE,
        )

    @staticmethod
    def of(carried: tuple[str, ...]) -> Wanted:
        """What a window carried."""
        slot_key, local, zone, minutes, scope = carried
        return Wanted(slot_key, local_of(local), checked_zone(zone), int(minutes), scope == ids.FOLLOWING)


async def open_move(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the form to move an occurrence."""
    (slot_key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        huddle, slot = await mine(session, asker, slot_key)
        card = await queries.card(session, asker.workspace_id, huddle.key, now)
        zones = ranked(await people.crowd(session, asker.workspace_id, huddle.channel_id))
    names = [known_zone(one) for one in (asker.reader.zone, *zones)]
    view = change.move_form(card, slot.key, time_of(huddle, slot), names, asker.reader, now)
    await put_once(services, once, asker, body, view)
    await ack()


async def move_sent(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """The form was sent: moved, or asked once more where people would be up at night, before anybody is told."""
    (slot_key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    with drawn_anew(view["state"]["values"]) as values:
        local, zone = when_from(values)
        async with once.transaction() as session:
            huddle, slot = await mine(session, asker, slot_key, lock=True)
            minutes, _all_day = minutes_from(values, slot.minutes)
            wanted = Wanted(slot_key, local, zone, minutes, picked(values, ids.SCOPE) == ids.FOLLOWING)
            time = wanted.time(huddle)
            fair = cost_of(await people.crowd(session, asker.workspace_id, huddle.channel_id), time)
            anew = changing.check_move(huddle, slot, local, zone, minutes, now)
            if fair is not None and fair.asleep and (anew or wanted.following):
                told = await changing.concerned(session, huddle, slot, now, following=wanted.following)
                asked = change.move_question(
                    huddle.title,
                    times.own(time, asker.reader),
                    len(others_of(told, asker)),
                    fair,
                    asker.reader,
                    carried=wanted.carried(),
                )
                reply = once.answers({"response_action": "push", "view": asked})
            else:
                shown = await _move(services, session, asker, huddle, slot, wanted, now)
                reply = once.answers({"response_action": "update", "view": shown})
    await ack(reply)


async def move_anyway(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """Whom it wakes was read, and it is moved all the same."""
    wanted = Wanted.of(unpack(view["private_metadata"], 5))
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with once.transaction() as session:
        huddle, slot = await mine(session, asker, wanted.slot_key, lock=True)
        shown = await _move(services, session, asker, huddle, slot, wanted, now)
        reply = once.answers({"response_action": "update", "view": shown})
    await ack(reply)


async def _move(
    services: Services,
    session: AsyncSession,
    asker: Asker,
    huddle: Huddle,
    slot: HuddleSlot,
    wanted: Wanted,
    now: datetime,
) -> dict[str, Any]:
    """Do it, have people told and cards drawn; gives the window that says so."""
    others: int | None = None
    if wanted.following:
        others = await _following(services, session, asker, huddle, slot, wanted, now)
    else:
        told = await changing.move(session, huddle, slot, wanted.local, wanted.zone, wanted.minutes, now)
        if told is not None:
            await set_timers(services.jobs.timers, session, asker.team_id, [slot], now)
            others = await tell(services, session, asker, told, "moved")
            await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
    return change.moved_view(huddle.title, times.own(wanted.time(huddle), asker.reader), others, asker.reader)


async def _following(
    services: Services,
    session: AsyncSession,
    asker: Asker,
    huddle: Huddle,
    slot: HuddleSlot,
    wanted: Wanted,
    now: datetime,
) -> int:
    """The same of all from this one on; how many are told."""
    made, fresh, told = await changing.change_following(
        session, huddle, slot, wanted.local, wanted.zone, wanted.minutes, services.clock.fresh_id(), now
    )
    await stop_timers(
        services.jobs.timers,
        session,
        [one for one in await slots_of(session, huddle) if one.state != "planned"],
    )
    await set_timers(services.jobs.timers, session, asker.team_id, fresh, now)
    others = await tell(services, session, asker, told, "following")
    if huddle.card_ts:
        # Earlier dates are still to come, and keep their card.
        await draw_soon(services.jobs.timers, session, asker.team_id, huddle, now)
        await have_posted(services, session, asker, made)
    else:
        await draw_soon(services.jobs.timers, session, asker.team_id, made, now)
    return others
