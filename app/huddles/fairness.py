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
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.huddles.rules import known_zone, zone_of

WORKING = (9 * 60, 18 * 60)
WAKING = (7 * 60, 22 * 60)
OUT_OF_WORK = 1.0
ASLEEP = 5.0
TICK = 15
STEP = 30
PROPOSED = 3
APART = timedelta(hours=3)
# A region that bore everything so far counts as three.
HEAVIEST = 2.0

REGIONS = (
    "americas_west",
    "americas_east",
    "europe",
    "africa",
    "west_asia",
    "south_asia",
    "east_asia",
    "pacific",
)

Zones = Mapping[str, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outside:
    """People of one region whom a time costs something: how many would be asleep, or outside working hours."""

    region: str
    people: int
    asleep: int
    off_work: int
    cities: tuple[str, ...] = ()


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


def region_of(zone: str, at: datetime) -> str:
    """The region of an IANA zone: its continent, parted by the hours people share."""
    area = zone.split("/")[0]
    hours = _offset(zone, at) / 60
    if area == "Africa":
        return "africa"
    if area in ("Europe", "Arctic") or (area == "Atlantic" and hours > -2.5):
        return "europe"
    if hours < -9 or area == "Pacific":
        return "pacific"
    if hours < -4.5:
        return "americas_west"
    if hours < -1:
        return "americas_east"
    if hours < 2:
        return "europe"
    if hours < 4.75:
        return "west_asia"
    if hours < 6.75:
        return "south_asia"
    return "pacific" if area in ("Australia", "Antarctica") and hours > 9 else "east_asia"


def city_of(zone: str) -> str:
    """A zone as people name it: "Dar es Salaam", "La Paz"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def cost_at(local_minute: int, weekday: int, *, working_days: bool = True) -> float:
    """What a quarter of an hour that begins at this minute of the day costs one person; weekday 0 is Monday."""
    if not WAKING[0] <= local_minute < WAKING[1]:
        return ASLEEP
    if (working_days and weekday >= 5) or not WORKING[0] <= local_minute < WORKING[1]:
        return OUT_OF_WORK
    return 0.0


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
    proposed: int = PROPOSED,
) -> Found:
    """The times that cost least between two instants, every half hour, at least three hours apart.

    `zones` counts people by IANA zone; `ledger` is what each region has borne a head. Of equals the earliest.
    """
    zones = _known(zones)
    starts = _starts(begins, ends, minutes)
    if not starts or not zones:
        return Found((), fair=False)
    crowd = _Crowd(zones, starts[0], starts[-1] + timedelta(minutes=minutes), weights(ledger or {}))
    firsts = np.array([int((at - starts[0]).total_seconds()) // 60 // TICK for at in starts])
    burden = crowd.burden(firsts, minutes)
    order = np.lexsort((firsts, np.round(burden, 6)))
    chosen: list[int] = []
    for index in order:
        if all(abs(starts[index] - starts[other]) >= APART for other in chosen):
            chosen.append(int(index))
        if len(chosen) == proposed:
            break
    made = tuple(proposal(zones, starts[index], minutes, float(burden[index])) for index in chosen)
    if made[0].fair:
        return Found(made, fair=True)
    pair, asleep = _pair(crowd, zones, starts, firsts, minutes)
    return Found(made, fair=False, pair=pair, pair_asleep=asleep)


def proposal(zones: Zones, starts_at: datetime, minutes: int, burden: float | None = None) -> Proposal:
    """What one time costs whom."""
    by_region: dict[str, list[tuple[str, int, bool, bool]]] = {}
    total = 0.0
    for zone, people in sorted(_known(zones).items(), key=lambda one: (-one[1], one[0])):
        costs = _costs(zone, starts_at, minutes)
        total += people * sum(costs)
        asleep = any(cost >= ASLEEP for cost in costs)
        entry = (zone, people, asleep, not asleep and any(costs))
        by_region.setdefault(region_of(zone, starts_at), []).append(entry)
    outside = []
    for region, entries in by_region.items():
        asleep_here = sum(people for _, people, asleep, _ in entries if asleep)
        off_here = sum(people for _, people, _, off in entries if off)
        if asleep_here or off_here:
            cities = tuple(city_of(zone) for zone, _, asleep, off in entries if (asleep if asleep_here else off))
            everybody = sum(people for _, people, _, _ in entries)
            outside.append(Outside(region, everybody, asleep_here, off_here, cities[:3]))
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
    points: Counter[str] = Counter()
    for zone, count in _known(zones).items():
        region = region_of(zone, starts_at)
        people[region] += count
        points[region] += count * sum(_costs(zone, starts_at, minutes))
    return {region: (count, points[region] / count) for region, count in people.items()}


def _known(zones: Zones) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for zone, people in zones.items():
        if people > 0:
            counted[known_zone(zone)] += people
    return dict(counted)


def _starts(begins: datetime, ends: datetime, minutes: int) -> list[datetime]:
    """Every full and half hour (UTC) from which a huddle ends before `ends`."""
    first = int(begins.timestamp()) // 60
    first += -first % STEP
    last = int(ends.timestamp()) // 60 - minutes
    return [datetime.fromtimestamp(minute * 60, UTC) for minute in range(first, last + 1, STEP)]


def _offset(zone: str, at: datetime) -> int:
    """The UTC offset in minutes."""
    delta = zone_of(zone).utcoffset(at.astimezone(zone_of(zone)))
    return int((delta or timedelta(0)).total_seconds()) // 60


def _costs(zone: str, starts_at: datetime, minutes: int) -> list[float]:
    made = []
    for tick in range(_ticks(minutes)):
        local = (starts_at + timedelta(minutes=tick * TICK)).astimezone(zone_of(zone))
        made.append(cost_at(local.hour * 60 + local.minute, local.weekday()))
    return made


def _ticks(minutes: int) -> int:
    return max(1, -(-minutes // TICK))


class _Crowd:
    """Costs of every quarter of an hour between two instants, by group of people who share region and clock."""

    def __init__(self, zones: Zones, begins: datetime, ends: datetime, heavy: Mapping[str, float]) -> None:
        self.begins = begins
        ticks = int((ends - begins).total_seconds()) // 60 // TICK + 1
        groups: Counter[tuple[str, tuple[tuple[int, int], ...]]] = Counter()
        for zone, people in zones.items():
            groups[region_of(zone, begins), _clock(zone, begins, ticks)] += people
        self.people = np.array([float(count) for count in groups.values()])
        self.weight = np.array([heavy.get(region, 1.0) for region, _ in groups])
        costs = np.stack([self._costs(clock, ticks) for _, clock in groups])
        # Sums up to each tick, so that a huddle of any length is one subtraction.
        self.sums = np.concatenate([np.zeros((len(costs), 1)), np.cumsum(costs, axis=1)], axis=1)
        nights = np.cumsum(costs >= ASLEEP, axis=1)
        self.nights = np.concatenate([np.zeros((len(costs), 1)), nights], axis=1)

    def points(self, firsts: NDArray[np.int64], minutes: int) -> Floats:
        """Points a head, a row for each group, a column for each start."""
        made: Floats = self.sums[:, firsts + _ticks(minutes)] - self.sums[:, firsts]
        return made

    def burden(self, firsts: NDArray[np.int64], minutes: int) -> Floats:
        """Weighted points of everybody, for each start."""
        made: Floats = (self.people * self.weight) @ self.points(firsts, minutes)
        return made

    def asleep(self, firsts: NDArray[np.int64], minutes: int) -> NDArray[np.bool_]:
        """Which groups would be asleep, for each start."""
        made: NDArray[np.bool_] = self.nights[:, firsts + _ticks(minutes)] > self.nights[:, firsts]
        return made

    def _costs(self, clock: Sequence[tuple[int, int]], ticks: int) -> Floats:
        """The cost of each tick for people whose clock has `(first tick, offset)` spans."""
        start = int(self.begins.timestamp()) // 60
        minute = start + np.arange(ticks) * TICK
        for first, offset in clock:
            minute[first:] = start + np.arange(first, ticks) * TICK + offset
        of_day, day = minute % 1440, minute // 1440
        # 1 January 1970 was a Thursday.
        weekday = (day + 3) % 7
        asleep = (of_day < WAKING[0]) | (of_day >= WAKING[1])
        off = (weekday >= 5) | (of_day < WORKING[0]) | (of_day >= WORKING[1])
        made: Floats = np.where(asleep, ASLEEP, np.where(off, OUT_OF_WORK, 0.0))
        return made


def _clock(zone: str, begins: datetime, ticks: int) -> tuple[tuple[int, int], ...]:
    """The zone's offsets from `begins` on, as (first tick, offset); more than one where clocks change meanwhile."""

    def at(tick: int) -> int:
        return _offset(zone, begins + timedelta(minutes=tick * TICK))

    looks = [*range(0, ticks, 24 * 60 // TICK), ticks - 1]
    clock = [(0, at(0))]
    for before, after in pairwise(looks):
        if at(before) == at(after):
            continue
        # Clocks change once within a day: halve until the tick is found.
        low, high = before, after
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if at(middle) == at(before) else (low, middle)
        clock.append((high, at(after)))
    return tuple(clock)


def _pair(
    crowd: _Crowd, zones: Zones, starts: Sequence[datetime], firsts: NDArray[np.int64], minutes: int
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
