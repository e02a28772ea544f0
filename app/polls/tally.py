"""Counting, pure: votes in, results out. Nothing is added up beforehand, so nothing can drift."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# voter, option's position, rank
Vote = tuple[str, int, int]


@dataclass(frozen=True)
class Tally:
    """Of one question: votes by option, and how many people voted."""

    votes: Mapping[int, int]
    voters: int

    def share(self, option: int) -> float:
        """The part of the voters who chose it, 0 to 1."""
        return self.votes.get(option, 0) / self.voters if self.voters else 0.0


def count(votes: Iterable[Vote]) -> Tally:
    """Count."""
    listed = list(votes)
    return Tally(Counter(option for _, option, _ in listed), len({voter for voter, _, _ in listed}))


def mean_and_spread(votes: Mapping[int, int]) -> tuple[float, float] | None:
    """Of ratings by step (1…): their mean, and the standard deviation around it; None without votes."""
    number = sum(votes.values())
    if not number:
        return None
    mean = sum(step * times for step, times in votes.items()) / number
    return mean, math.sqrt(sum(times * (step - mean) ** 2 for step, times in votes.items()) / number)


def ranked(votes: Iterable[Vote], options: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Ranked choice by points (Borda): options with points, best first; equals in their order on the poll.

    With n options a first place gives n points, a second n − 1, and so on; what was not ranked gets none.
    """
    points = dict.fromkeys(options, 0)
    for _, option, rank in votes:
        if option in points and rank:
            points[option] += max(0, len(options) + 1 - rank)
    order = {option: place for place, option in enumerate(options)}
    return tuple(sorted(points.items(), key=lambda one: (-one[1], order[one[0]])))
