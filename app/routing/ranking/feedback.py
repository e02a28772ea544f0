"""Learning from what people did with earlier answers, shrunk so that a few votes cannot turn the ranking (pure).

Full-weight feedback was measured to hurt until a community has about fifteen accepted texts, hence the weight
n / (n + 30); one person counts at most five times for a community.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.routing.ranking.fuse import Baseline, zscore
from app.routing.ranking.shapes import Feedback, Floats, Ints
from app.routing.ranking.text import same_key

SHRINK = 30
PER_PERSON = 5
PER_COMMUNITY = 200
NEAR = 1.5
# A person is told of "similar posts" only if they really are: this much nearer still.
SIMILAR = 1.0
NEIGHBOUR_WEIGHT = 0.25
# Enough to put a community behind its rivals for the one text it was rejected for.
REFUSED = 3.0


@dataclass(frozen=True)
class Lessons:
    """Feedback after its caps: accepted and rejected texts with their community's number, and verdicts by text."""

    accepted: tuple[tuple[str, int], ...]
    rejected: tuple[tuple[str, int], ...]
    decided: Mapping[str, tuple[tuple[int, bool], ...]]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text whose vector is needed."""
        return tuple(dict.fromkeys(text for text, _ in (*self.accepted, *self.rejected)))


def lessons(feedback: Sequence[Feedback], numbers: Mapping[str, int]) -> Lessons:
    """What counts of the feedback (newest last) for the communities numbered so; others are passed over."""
    kept: dict[str, list[tuple[str, int]]] = {"accepted": [], "rejected": []}
    counts: dict[tuple[str, str, int], int] = {}
    totals: dict[tuple[str, int], int] = {}
    seen: set[tuple[str, int]] = set()
    decided: dict[str, dict[int, bool]] = {}
    for one in reversed(feedback):
        number = numbers.get(one.community)
        key = same_key(one.text)
        if number is None or not key:
            continue
        if (key, number) in seen:
            continue
        # Newest first: what was said last about a text and a community is what holds.
        seen.add((key, number))
        decided.setdefault(key, {})[number] = one.kind == "accepted"
        person = (one.person, one.kind, number)
        if counts.get(person, 0) >= PER_PERSON or totals.get((one.kind, number), 0) >= PER_COMMUNITY:
            continue
        counts[person] = counts.get(person, 0) + 1
        totals[one.kind, number] = totals.get((one.kind, number), 0) + 1
        kept[one.kind].append((one.text, number))
    return Lessons(
        tuple(kept["accepted"]),
        tuple(kept["rejected"]),
        {key: tuple(verdicts.items()) for key, verdicts in decided.items()},
    )


@dataclass(frozen=True)
class Learned:
    """The lessons in one model's space. Rows of `accepted` and `rejected` are texts, of `centroids` communities.

    `usual` is how near the nearest accepted text is to a text about something else: with many texts, some always is.
    """

    weights: Floats
    centroids: Floats
    centroid_baseline: Baseline
    blended: Baseline
    accepted: Floats
    accepted_of: Ints
    rejected: Floats
    rejected_of: Ints
    usual: float

    @classmethod
    def of(
        cls,
        accepted: tuple[Floats, Ints],
        rejected: tuple[Floats, Ints],
        parts: tuple[Floats, Ints],
        background: Floats,
        background_scores: Floats,
    ) -> Learned:
        """`parts`: all parts and where the whole texts are among them; `background`: unrelated texts,
        with their scores (texts, communities).

        A community without accepted texts lends its whole text as centroid: its weight is 0, it only makes up
        the field against which the others' centroids are standardised.
        """
        vectors, owners = accepted
        whole = parts[0][parts[1]]
        counts = np.bincount(owners, minlength=len(whole)).astype(np.float32)
        sums = np.zeros_like(whole, dtype=np.float32)
        np.add.at(sums, owners, vectors)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centroids = np.where(counts[:, None] > 0, sums / np.maximum(norms, 1e-9), whole).astype(np.float32)
        weights = (counts / (counts + SHRINK)).astype(np.float32)
        unrelated = background @ centroids.T
        own = Baseline.of(unrelated)
        base = Baseline.of(background_scores)
        mixed = (1 - weights) * base.normalise(background_scores) + weights * own.normalise(unrelated)
        usual = _usual(background @ vectors.T, background @ parts[0].T)
        return cls(weights, centroids, own, Baseline.of(mixed), vectors, owners, rejected[0], rejected[1], usual)

    def blend(self, scores: Floats, base: Baseline, query: Floats) -> tuple[Floats, float]:
        """The model's z-scores drawn towards the centroids, and how far the best one then stands out."""
        near = self.centroid_baseline.normalise(self.centroids @ query)
        mixed = (1 - self.weights) * base.normalise(scores) + self.weights * near
        drawn = (1 - self.weights) * zscore(scores) + self.weights * zscore(near)
        fit = self.blended.fit(self.blended.normalise(mixed))
        return drawn.astype(np.float32), fit


def _usual(accepted: Floats, field: Floats) -> float:
    """The median nearness of unrelated texts (rows) to their nearest accepted text."""
    if not accepted.shape[1]:
        return 0.0
    mean, spread = field.mean(axis=1), np.maximum(field.std(axis=1), 1e-6)
    return float(np.median(np.maximum((accepted.max(axis=1) - mean) / spread - NEAR, 0)))


@dataclass(frozen=True)
class Neighbours:
    """Per community: how near the nearest accepted and rejected text is (0 if none is), and how many are near."""

    accepted: Floats
    rejected: Floats
    count: Ints


def neighbours(
    accepted: Sequence[Floats],
    rejected: Sequence[Floats],
    owners: tuple[Ints, Ints],
    fields: Sequence[Floats],
    size: int,
) -> Neighbours:
    """From cosines by model: to accepted texts, to rejected texts, and to the directory's parts (the field).

    Nearness is in standard deviations above the field, averaged over models. The texts themselves are no part of
    the field: many on one topic would make each other look far away.
    """
    nearest = [np.zeros(size, np.float32), np.zeros(size, np.float32)]
    count = np.zeros(size, np.int64)
    if not accepted:
        return Neighbours(nearest[0], nearest[1], count)
    for which, lists in enumerate((accepted, rejected)):
        standard = [
            (row - field.mean()) / max(float(field.std()), 1e-6) for row, field in zip(lists, fields, strict=True)
        ]
        near = np.mean(standard, axis=0) - NEAR
        np.maximum.at(nearest[which], owners[which], np.maximum(near, 0).astype(np.float32))
        if which == 0:
            count = np.bincount(owners[0][near > SIMILAR], minlength=size)
    return Neighbours(nearest[0] * len(accepted), nearest[1] * len(accepted), count)
