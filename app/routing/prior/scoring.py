"""How alike a draft and an earlier topic are, from vectors and shared words; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.routing.prior.encoding import E5, USE, Vectors
from app.routing.prior.words import words_of

# Cosine of unrelated health texts, mean and standard deviation, by model, measured. As many sampled topics are mixed
# with it: a draft about something else altogether is equally far from all topics, and by those alone its chance
# neighbours would look close (area under the curve .84 instead of .89).
_USUAL = {USE: (0.106, 0.094), E5: (0.798, 0.026)}
_USUAL_WEIGHT = 256
# A full agreement in words is worth half a standard deviation: more than that costs paraphrases their first place.
_WORDS_WORTH = 0.5
_EXCERPT_SHARE = 0.6
# Without any vector: no shared word is as bad as an unrelated text, all of them as good as a paraphrase.
_WORDS_ALONE = 7.0
# Where a topic starts to be worth showing, in standard deviations above unrelated texts. With 250 topics 1 everyday
# sentence in 14 passes 3.4; the best of ten times as many unrelated topics is better by chance, 0.35 or more.
_FLOOR = 3.4
_FLOOR_TOPICS = 250
_FLOOR_RISE = 0.35
_STEEPNESS = 1.2


def coverage(weights: Mapping[str, float], title: str, excerpt: str) -> tuple[float, tuple[str, ...]]:
    """The weighted share (0..1) of a draft's words that a topic has, and those words, the telling ones first."""
    total = sum(weights.values())
    if not total:
        return 0.0, ()
    in_title, in_excerpt = words_of(title), words_of(excerpt)
    shared = [word for word in weights if weights[word] and (word in in_title or word in in_excerpt)]
    found = sum(weights[word] * (1.0 if word in in_title else _EXCERPT_SHARE) for word in shared)
    return found / total, tuple(sorted(shared, key=lambda word: -weights[word]))


def above_background(model: str, similarities: Vectors, background: Vectors) -> Vectors:
    """Cosines in standard deviations above those of the workspace's own topics to the same draft."""
    usual_mean, usual_deviation = _USUAL[model]
    count = len(background)
    mean = (float(background.sum()) + _USUAL_WEIGHT * usual_mean) / (count + _USUAL_WEIGHT)
    spread = float(((background - mean) ** 2).sum()) + _USUAL_WEIGHT * usual_deviation**2
    scaled: Vectors = (similarities - mean) / np.sqrt(spread / (count + _USUAL_WEIGHT))
    return scaled


def strength(alike: Iterable[Vectors], covered: Sequence[float]) -> Vectors:
    """One number a topic: the mean of the models' similarities where there are any (NaN: none) plus shared words."""
    shares = np.asarray(covered, dtype=np.float32)
    columns = [column for column in alike if len(column)]
    if not columns:
        return shares * np.float32(_WORDS_ALONE)
    stacked = np.stack(columns)
    known = np.isfinite(stacked)
    many = known.sum(axis=0)
    mean = np.where(known, stacked, 0).sum(axis=0) / np.maximum(many, 1)
    combined: Vectors = np.where(many > 0, mean + _WORDS_WORTH * shares, _WORDS_ALONE * shares).astype(np.float32)
    return combined


def likelihood(strengths: Vectors, topics: int) -> Vectors:
    """Strengths as numbers from 0 to 1; one half is the floor below which nothing of so many topics is shown."""
    floor = _FLOOR + _FLOOR_RISE * np.log10(max(1.0, topics / _FLOOR_TOPICS))
    squashed: Vectors = 1 / (1 + np.exp(-_STEEPNESS * (np.clip(strengths, -20, 30) - floor)))
    return squashed
