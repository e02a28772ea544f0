"""Where a channel's people live, and what each quarter of an hour costs them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.huddles.rules import zone_of

WORKING = (9 * 60, 18 * 60)
WAKING = (7 * 60, 22 * 60)
OUT_OF_WORK = 1.0
ASLEEP = 5.0
TICK = 15

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


def region_of(zone: str, at: datetime) -> str:
    """The region of an IANA zone: its continent, parted by the hours people share."""
    area = zone.split("/")[0]
    hours = offset_of(zone, at) / 60
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


def offset_of(zone: str, at: datetime) -> int:
    """The UTC offset in minutes."""
    delta = zone_of(zone).utcoffset(at.astimezone(zone_of(zone)))
    return int((delta or timedelta(0)).total_seconds()) // 60


def costs_of(zone: str, starts_at: datetime, minutes: int) -> list[float]:
    made = []
    for tick in range(ticks_of(minutes)):
        local = (starts_at + timedelta(minutes=tick * TICK)).astimezone(zone_of(zone))
        made.append(cost_at(local.hour * 60 + local.minute, local.weekday()))
    return made


def ticks_of(minutes: int) -> int:
    return max(1, -(-minutes // TICK))


class Crowd:
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
        made: Floats = self.sums[:, firsts + ticks_of(minutes)] - self.sums[:, firsts]
        return made

    def burden(self, firsts: NDArray[np.int64], minutes: int) -> Floats:
        """Weighted points of everybody, for each start."""
        made: Floats = (self.people * self.weight) @ self.points(firsts, minutes)
        return made

    def asleep(self, firsts: NDArray[np.int64], minutes: int) -> NDArray[np.bool_]:
        """Which groups would be asleep, for each start."""
        made: NDArray[np.bool_] = self.nights[:, firsts + ticks_of(minutes)] > self.nights[:, firsts]
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
        return offset_of(zone, begins + timedelta(minutes=tick * TICK))

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
