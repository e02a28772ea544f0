"""Let people choose among fair hours: what is asked, until when, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.errors import N_, NotUnderstood
from app.huddles.fairness import Proposal, proposal, rank
from app.huddles.recurrence import occurrences, repeat_of, shifted
from app.huddles.rules import instant, wall
from app.huddles.shapes import Plan
from app.polls.shapes import Card

# The job that takes over when such a poll closes.
CHOSEN = "huddle.chosen"
FEWEST, MOST = 2, 10
# People have until the evening of the day after tomorrow, and then half a day's notice.
DAYS, HOUR = 2, 17
NOTICE = timedelta(hours=12)
LOOKED_AT = 12


@dataclass(frozen=True)
class Offer:
    """A huddle whose time people choose: what it is about, where, how many minutes."""

    title: str
    channel_id: str
    minutes: int

    def kept(self) -> dict[str, Any]:
        """As the poll keeps it (`Poll.after`)."""
        return {"job": CHOSEN, "title": self.title, "channel": self.channel_id, "minutes": self.minutes}


@dataclass(frozen=True)
class Choice:
    """One time that was chosen: the option's position, the instant, how many it suits."""

    position: int
    at: datetime
    votes: int


@dataclass(frozen=True)
class Outcome:
    """What came of it. `kind`: chosen, nobody (no vote was cast), past (the time chosen is over).

    Of equal times all are in `choices`, the one that costs people least first.
    """

    kind: str
    choices: tuple[Choice, ...] = ()


def offer_of(after: Mapping[str, Any]) -> Offer | None:
    """What a poll keeps, or None for a poll that is about something else."""
    if after.get("job") != CHOSEN:
        return None
    return Offer(str(after["title"]), str(after["channel"]), int(after["minutes"]))


def closing(now: datetime, starts: Sequence[datetime], zone: str) -> datetime:
    """The wall time until which people have, if nobody says otherwise; before the first of the times.

    At 17:00 in two days, or one, or today, if that leaves half a day until the first; else half way to it.
    """
    first = min(starts)
    for days in range(DAYS, -1, -1):
        local = (wall(now, zone) + timedelta(days=days)).replace(hour=HOUR, minute=0, second=0, microsecond=0)
        if now + timedelta(hours=2) <= instant(local, zone) <= first - NOTICE:
            return local
    half = now + (first - now) / 2
    return wall(half, zone).replace(second=0, microsecond=0)


def check_offer(starts: Sequence[datetime], closes_at: datetime, now: datetime) -> None:
    """Raise `NotUnderstood` with its field (times, date) where this cannot be asked."""
    if len(starts) < FEWEST:
        raise NotUnderstood(N_("Tick two times or more; with one there is nothing to choose."), field="times")
    if closes_at < now + timedelta(minutes=1):
        raise NotUnderstood(N_("This time is over. Please choose a later one."), field="date")
    if closes_at >= min(starts):
        raise NotUnderstood(N_("It has to close before the first of these times."), field="date")


def outcome(card: Card, now: datetime) -> Outcome:
    """What people chose, from a closed poll whose options are times, the least burden first."""
    votes = [(one.position, one.wording.at, one.votes) for one in card.questions[0].bars]
    most = max((count for _, _, count in votes), default=0)
    if not most:
        return Outcome("nobody")
    best = [Choice(position, at, count) for position, at, count in votes if count == most and at is not None]
    coming = tuple(one for one in best if one.at > now)
    return Outcome("chosen", coming) if coming else Outcome("past", tuple(best))


def clock_of(at: datetime, zone: str) -> str:
    """The zone on whose clock an instant is planned: UTC where its hour comes twice there and this is the second."""
    return zone if instant(wall(at, zone), zone) == at else "UTC"


def taken(plan: Plan, at: datetime) -> Plan:
    """The plan at another hour; a series goes on by the new day."""
    local = wall(at, plan.zone)
    return replace(plan, local=local, rule=shifted(plan.rule, local))


def fairer(
    zones: Mapping[str, int],
    plan: Plan,
    starts_at: datetime,
    now: datetime,
    ledger: Mapping[str, float],
    proposed: int = 3,
) -> tuple[Proposal, ...]:
    """Times of the same week, on the plan's clock, that have fewer people up at night, or off work, than its own."""
    if plan.all_day or repeat_of(plan.rule) == "other" or not zones:
        return ()
    monday = wall(starts_at, plan.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    begins, ends = instant(monday, plan.zone), instant(monday + timedelta(days=7), plan.zone)
    found = rank(zones, max(now, begins), ends, plan.minutes, ledger=ledger, proposed=LOOKED_AT)
    own = proposal(zones, starts_at, plan.minutes)
    better = [one for one in found.proposals if (one.asleep, one.off_work) < (own.asleep, own.off_work)]
    return tuple([one for one in better if _keeps(plan, one.starts_at, now)][:proposed])


def _keeps(plan: Plan, at: datetime, now: datetime) -> bool:
    """Whether the plan can begin then: a series by its own rule, and no hour that the clock of its zone skips."""
    moved = taken(plan, at)
    if instant(moved.local, moved.zone) != at or at <= now:
        return False
    return next(occurrences(moved.rule, moved.local, moved.zone, now), None) == moved.local
