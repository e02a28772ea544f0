"""Joining what the encoders and the lexical score say, and judging how sure the result is (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.routing.ranking.shapes import Floats, Verdict

# The character n-grams only tip the balance: at full weight they outvote the encoders across languages.
CHAR_WEIGHT = 0.25
_FLOOR = 1e-6


def zscore(values: Floats) -> Floats:
    """Values as standard deviations from their mean; zeros where they do not differ."""
    if not len(values):
        return values
    spread = float(values.std())
    if spread < _FLOOR:
        return np.zeros_like(values)
    standard: Floats = ((values - values.mean()) / spread).astype(np.float32)
    return standard


@dataclass(frozen=True)
class Baseline:
    """What unrelated texts score: `mean` and `spread` per community, `centre` and `scale` of their best ones.

    The best of many communities is higher than the best of few, so `centre` and `scale` make confidences of
    small and large directories comparable. They come from the lower half: in a directory of everyday matters
    some "unrelated" texts are not.
    """

    mean: Floats
    spread: Floats
    centre: float
    scale: float

    @classmethod
    def of(cls, scores: Floats) -> Baseline:
        """From the scores of unrelated texts, shape (texts, communities)."""
        mean = scores.mean(axis=0)
        spread = np.maximum(scores.std(axis=0), _FLOOR)
        best = ((scores - mean) / spread).max(axis=1)
        low, middle = np.quantile(best, [0.16, 0.5])
        return cls(mean.astype(np.float32), spread.astype(np.float32), float(middle), max(float(middle - low), 0.1))

    def normalise(self, scores: Floats) -> Floats:
        """Scores as standard deviations above what unrelated texts get, per community."""
        normal: Floats = ((scores - self.mean) / self.spread).astype(np.float32)
        return normal

    def fit(self, normal: Floats) -> float:
        """How far the best community stands out from the best an unrelated text would find."""
        return (float(normal.max()) - self.centre) / self.scale if len(normal) else 0.0


def fuse(dense: Mapping[str, Floats], char: Floats) -> Floats:
    """The sum of the encoders' z-scores and a quarter of the character n-grams'; shape (communities,)."""
    total = CHAR_WEIGHT * zscore(char)
    for scores in dense.values():
        total = total + zscore(scores)
    return total.astype(np.float32)


@dataclass(frozen=True)
class Curve:
    """Logistic curves from (fit, margin) to P(some community fits) and P(the first is right), and the thresholds."""

    fits: tuple[float, float, float]
    first: tuple[float, float, float]
    none_below: float
    sure_above: float


# Fitted on the project's labelled descriptions by evaluate.py --fit.
CURVES: dict[str, Curve] = {
    "e5+use": Curve((-0.969, 1.01, 0.0), (-2.167, 0.385, 0.801), 0.706, 0.75),
    "e5": Curve((-0.844, 1.19, 0.0), (-2.222, 0.658, 0.944), 0.735, 0.75),
    "use": Curve((-0.265, 0.633, 0.0), (-1.863, 0.293, 0.955), 0.685, 0.75),
    "": Curve((1.276, 2.829, 0.0), (-1.18, 3.754, 2.426), 0.808, 0.75),
}


def logistic(weights: tuple[float, float, float], fit: float, margin: float) -> float:
    """1 / (1 + exp(-(a + b fit + c margin))), safe for any finite input."""
    exponent = weights[0] + weights[1] * fit + weights[2] * margin
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, exponent))))


def margin(fused: Floats) -> float:
    """How far the first is ahead of the second, at most 5; 0 where there is no second."""
    if len(fused) < 2:
        return 0.0
    second, first = np.partition(fused, len(fused) - 2)[-2:]
    return float(min(first - second, 5.0))


def judge(curve: Curve, fit: float, ahead: float) -> tuple[float, float, Verdict]:
    """P(some community fits), P(the first is right), and what to tell the person."""
    fits = logistic(curve.fits, fit, ahead)
    first = min(logistic(curve.first, fit, ahead), fits)
    if fits < curve.none_below:
        return fits, first, "none"
    return fits, first, "sure" if first >= curve.sure_above else "unsure"
