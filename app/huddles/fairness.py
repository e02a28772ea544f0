"""Fair hours: what a time costs the people of a channel, which time costs least, and whom it costs. Pure.

A person's quarter of an hour costs nothing within working hours on a working day, one point outside them, and five
outside waking hours. What a region has borne before makes its points heavier, so that a series goes round.
People are few dozens of groups, by region and by UTC offset, so thousands cost no more than some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from app.huddles.crowd import ASLEEP, TICK, Crowd, Zones, costs_of, region_of
from app.huddles.rules import known_zone

STEP = 30
PROPOSED = 3
APART = timedelta(hours=3)
OTHER_HOUR = 120
# A region that bore everything so far counts as three.
HEAVIEST = 2.0


@dataclass(frozen=True)
class Outside:
    """People of one region whom a time costs something: how many would be asleep, or outside working hours.

    `zones` are some they live in, most people first.
    """

    region: str
    people: int
    asleep: int
    off_work: int
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """One possible time: its burden in points, how many people there are, how many would be asleep or off work."""

    starts_at: datetime
    minutes: int
    burden: float
    people: int
    asleep: int
    off_work: int
    outside: tuple[Outside, ...]

    @property
    def fair(self) -> bool:
        """Whether nobody would have to be up at night."""
        return self.asleep == 0


@dataclass(frozen=True)
class Found:
    """The best times, best first; `fair` is False when even the best has somebody up at night.

    `pair` is then two sessions of which everybody takes the better one.
    """

    proposals: tuple[Proposal, ...]
    fair: bool
    pair: tuple[Proposal, Proposal] | None = None
    pair_asleep: int = 0


def weights(ledger: Mapping[str, float]) -> dict[str, float]:
    """How heavy each region's points are, from what it has borne a head so far: 1 for the least burdened."""
    most, least = max(ledger.values(), default=0.0), min((ledger.get(one, 0.0) for one in ledger), default=0.0)
    if most <= 0:
        return {}
    return {region: 1.0 + HEAVIEST * max(0.0, points - least) / most for region, points in ledger.items()}


def rank(
    zones: Zones,
    begins: datetime,
    ends: datetime,
    minutes: int,
    *,
    ledger: Mapping[str, float] | None = None,
    busy: Sequence[tuple[datetime, datetime]] = (),
    proposed: int = PROPOSED,
) -> Found:
    """The times that cost least between two instants, every half hour, at least three hours apart.

    `zones` counts people by IANA zone; `ledger` is what each region has borne a head; nothing is proposed while
    these people are `busy` with another huddle. The first is the earliest of those that cost least; of equals that
    follow, one on another day and at another hour than those before is preferred.
    """
    zones = _known(zones)
    starts = _starts(begins, ends, minutes, busy)
    if not starts or not zones:
        return Found((), fair=False)
    crowd = Crowd(zones, starts[0], starts[-1] + timedelta(minutes=minutes), weights(ledger or {}))
    firsts = np.array([int((at - starts[0]).total_seconds()) // 60 // TICK for at in starts])
    burden = crowd.burden(firsts, minutes)
    chosen = _varied(starts, np.round(burden, 6), proposed)
    made = tuple(proposal(zones, starts[index], minutes, float(burden[index])) for index in chosen)
    if made[0].fair:
        return Found(made, fair=True)
    pair, asleep = _pair(crowd, zones, starts, firsts, minutes)
    return Found(made, fair=False, pair=pair, pair_asleep=asleep)


def _varied(starts: Sequence[datetime], burden: NDArray[np.float64], proposed: int) -> list[int]:
    """The least burden first; of equals one on a day and at an hour that were not proposed yet, then the earliest."""
    left = [int(index) for index in np.lexsort((np.arange(len(starts)), burden))]
    chosen: list[int] = []
    while left and len(chosen) < proposed:
        equals = [index for index in left if burden[index] <= burden[left[0]]]
        best = min(equals, key=lambda index: (_alike(starts[index], [starts[one] for one in chosen]), index))
        chosen.append(best)
        left = [index for index in left if abs(starts[index] - starts[best]) >= APART]
    return chosen


def _alike(at: datetime, others: Sequence[datetime]) -> int:
    """How many of these times fall on the same day, or within two hours of the same time of day."""
    days = sum(at.date() == other.date() for other in others)
    apart = [abs(at.hour * 60 + at.minute - other.hour * 60 - other.minute) for other in others]
    return days + sum(min(minutes, 1440 - minutes) < OTHER_HOUR for minutes in apart)


def proposal(zones: Zones, starts_at: datetime, minutes: int, burden: float | None = None) -> Proposal:
    """What one time costs whom."""
    by_region: dict[str, list[tuple[str, int, bool, bool]]] = {}
    total = 0.0
    for zone, people in sorted(_known(zones).items(), key=lambda one: (-one[1], one[0])):
        costs = costs_of(zone, starts_at, minutes)
        total += people * sum(costs)
        asleep = any(cost >= ASLEEP for cost in costs)
        entry = (zone, people, asleep, not asleep and any(costs))
        by_region.setdefault(region_of(zone, starts_at), []).append(entry)
    outside = []
    for region, entries in by_region.items():
        asleep_here = sum(people for _, people, asleep, _ in entries if asleep)
        off_here = sum(people for _, people, _, off in entries if off)
        if asleep_here or off_here:
            concerned = tuple(zone for zone, _, asleep, off in entries if (asleep if asleep_here else off))
            everybody = sum(people for _, people, _, _ in entries)
            outside.append(Outside(region, everybody, asleep_here, off_here, concerned[:3]))
    outside.sort(key=lambda one: (-one.asleep, -one.off_work, one.region))
    return Proposal(
        starts_at=starts_at,
        minutes=minutes,
        burden=total if burden is None else burden,
        people=sum(zones.values()),
        asleep=sum(one.asleep for one in outside),
        off_work=sum(one.off_work for one in outside),
        outside=tuple(outside),
    )


def borne(zones: Zones, starts_at: datetime, minutes: int) -> dict[str, tuple[int, float]]:
    """What an occurrence costs each region: people, and points a head; for the ledger."""
    people: Counter[str] = Counter()
    points: dict[str, float] = {}
    for zone, count in _known(zones).items():
        region = region_of(zone, starts_at)
        people[region] += count
        points[region] = points.get(region, 0.0) + count * sum(costs_of(zone, starts_at, minutes))
    return {region: (count, points[region] / count) for region, count in people.items()}


def _known(zones: Zones) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for zone, people in zones.items():
        if people > 0:
            counted[known_zone(zone)] += people
    return dict(counted)


def _starts(
    begins: datetime, ends: datetime, minutes: int, busy: Sequence[tuple[datetime, datetime]]
) -> list[datetime]:
    """Every full and half hour (UTC) from which a huddle ends before `ends`, and keeps clear of those that are."""
    first = -int(-begins.timestamp() // 60)
    first += -first % STEP
    last = int(ends.timestamp()) // 60 - minutes
    found = [datetime.fromtimestamp(minute * 60, UTC) for minute in range(first, last + 1, STEP)]
    long = timedelta(minutes=minutes)
    return [at for at in found if not any(at < other_ends and at + long > other for other, other_ends in busy)]


def _pair(
    crowd: Crowd, zones: Zones, starts: Sequence[datetime], firsts: NDArray[np.int64], minutes: int
) -> tuple[tuple[Proposal, Proposal] | None, int]:
    """Two times of which everybody takes the better one, at the least burden; full hours only."""
    full = np.array([index for index, at in enumerate(starts) if at.minute == 0])
    if len(full) < 2:
        return None, 0
    points = crowd.points(firsts[full], minutes)
    best, found = np.inf, (0, 1)
    for index in range(len(full) - 1):
        both = np.minimum(points[:, index : index + 1], points[:, index + 1 :])
        costs = crowd.people @ both
        least = int(np.argmin(costs))
        if costs[least] < best - 1e-6:
            best, found = float(costs[least]), (index, index + 1 + least)
    nights = crowd.asleep(firsts[full], minutes)
    asleep = int(crowd.people @ (nights[:, found[0]] & nights[:, found[1]]))
    one, other = (proposal(zones, starts[full[index]], minutes) for index in found)
    return (one, other), asleep
