"""Polls that come again: the next is made from the plan of the first, at its hour on the wall clock."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.jobs.timers import Timers
from app.polls import service, timing
from app.polls.repeating import next_after, wall
from app.polls.shapes import Asked, Plan, Wording
from app.when import at_wall, zone_of
from models import Poll, PollSeries, Workspace

AGAIN = "polls.again"


async def begin(
    session: AsyncSession, timers: Timers, workspace_id: int, key: str, plan: Plan, rule: str, now: datetime
) -> PollSeries:
    """Keep a series whose first poll is made now by the caller; its timer is set for the second."""
    start = plan.opens_at or now
    series = PollSeries(
        workspace_id=workspace_id,
        key=key,
        creator=plan.creator,
        rule=rule,
        zone=plan.zone,
        starts=wall(start, plan.zone),
        plan=stored(plan, start),
        next_at=next_after(rule, wall(start, plan.zone), plan.zone, start),
        created_at=now,
    )
    session.add(series)
    await session.flush()
    await set_timer(session, timers, series)
    return series


async def set_timer(session: AsyncSession, timers: Timers, series: PollSeries) -> None:
    """Let the next poll of a series be made at its time."""
    if series.next_at is None or series.state != "active":
        await timers.cancel(session, f"poll-series:{series.id}")
        return
    workspace = await session.get_one(Workspace, series.workspace_id)
    args = {"team_id": workspace.team_id, "workspace_id": series.workspace_id, "series_id": series.id}
    await timers.set_timer(session, f"poll-series:{series.id}", AGAIN, args, series.next_at)


async def make_next(
    session: AsyncSession, timers: Timers, series: PollSeries, secret: str, now: datetime
) -> Poll | None:
    """Make the poll that is due, and set the timer of the one after. Late after a standstill it is made once."""
    if series.state != "active" or series.next_at is None or now < series.next_at:
        return None
    due = series.next_at
    plan = planned(series.plan, series.creator, series.zone, due, series.starts)
    series.next_at = next_after(series.rule, series.starts, series.zone, max(due, now))
    await set_timer(session, timers, series)
    await _redraw(session, timers, series, now)
    if plan.closes_at is not None and plan.closes_at <= now + timedelta(minutes=1):
        # Its time went by while nothing ran.
        return None
    key = f"{series.key}-{wall(due, series.zone)[:16].replace(':', '')}"
    return await service.create(session, timers, series.workspace_id, key, plan, secret, now, series_id=series.id)


async def stop(session: AsyncSession, timers: Timers, series_id: int, now: datetime) -> None:
    """No more polls of this series; those that are open stay open."""
    series = await session.get_one(PollSeries, series_id)
    series.state, series.next_at = "stopped", None
    await set_timer(session, timers, series)
    await _redraw(session, timers, series, now)


async def _redraw(session: AsyncSession, timers: Timers, series: PollSeries, now: datetime) -> None:
    """Its open polls say when the next comes."""
    wanted = select(Poll).where(Poll.series_id == series.id, Poll.state == "open").order_by(col(Poll.id))
    for poll in (await session.exec(wanted.with_for_update())).all():
        await timing.redraw(timers, session, poll, now)


def stored(plan: Plan, start: datetime) -> dict[str, Any]:
    """A plan as JSON; its times become wall-clock distances from the start, in whole minutes as the start is."""
    first = _wall(start, plan.zone)
    kept = {
        "questions": [asdict(one) for one in plan.questions],
        "channels": list(plan.channels),
        "title": plan.title,
        "mode": plan.mode,
        "results": plan.results,
        "locale": plan.locale,
    }
    for name in ("closes_at", "remind_at"):
        at = getattr(plan, name)
        kept[name] = None if at is None else (_wall(at, plan.zone) - first).total_seconds()
    return kept


def planned(kept: dict[str, Any], creator: str, zone: str, start: datetime, starts: str) -> Plan:
    """The inverse of `stored`, for a poll that begins at `start`; `starts` is the wall clock of the first."""
    first = _meant(start, zone, starts)

    def later(name: str) -> datetime | None:
        seconds = kept.get(name)
        # Earlier plans were kept with the seconds of the moment they were made in, which fell short by less than one.
        return None if seconds is None else at_wall(first + timedelta(minutes=ceil(seconds / 60)), zone)

    return Plan(
        creator=creator,
        questions=tuple(
            Asked(
                _wording(one["wording"]),
                tuple(_wording(option) for option in one["options"]),
                one["kind"],
                one["most"],
            )
            for one in kept["questions"]
        ),
        channels=tuple(kept["channels"]),
        title=kept["title"],
        mode=kept["mode"],
        results=kept["results"],
        zone=zone,
        locale=kept["locale"],
        closes_at=later("closes_at"),
        remind_at=later("remind_at"),
    )


def _wall(at: datetime, zone: str) -> datetime:
    """The wall clock of the zone, to the minute."""
    return at.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0)


def _meant(start: datetime, zone: str, starts: str) -> datetime:
    """The hour that the rule means: in a night whose clocks are set forward it may be one that is skipped."""
    shown = _wall(start, zone)
    usual = datetime.combine(shown.date(), datetime.fromisoformat(starts).time())
    return usual if at_wall(usual, zone) == at_wall(shown, zone) else shown


def _wording(kept: dict[str, Any]) -> Wording:
    return Wording(kept["text"], tuple(kept["also"]))
