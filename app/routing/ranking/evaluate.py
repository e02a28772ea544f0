"""How well the ranker does on the project's labelled descriptions: `python -m app.routing.ranking.evaluate`.

`--fit` also prints the logistic curves of fuse.CURVES fitted on them, for each set of encoders. The descriptions are
few and were written in one sitting: differences under about four points of top-1 are noise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.routing.ranking import files
from app.routing.ranking.encoders import ChildEncoders
from app.routing.ranking.ranker import Ranker
from app.routing.ranking.shapes import CommunityText, Feedback, Ranking

_APP = Path(__file__).parent.parent.parent
DIRECTORY = _APP / "playground" / "data" / "directory.json"
LABELLED = _APP / "routing" / "data" / "dev.jsonl"
LEGEND = """
top1, top3: a right community comes first, or among the first three; mrr: the mean of 1/place; both3: where two are
right, both are among the first three. auroc: how well confidence tells texts that fit a community from those that fit
none (0.5 is chance); caught: of the latter, told "none fits"; alarms: of the former, told so wrongly.
sure: answered as sure; sure_right: of those, with a right community first."""


@dataclass(frozen=True)
class Row:
    """One labelled description; no labels: no community fits."""

    id: str
    text: str
    language: str
    labels: frozenset[str]


def read_rows(path: Path) -> list[Row]:
    """The labelled descriptions of a JSON lines file."""
    with path.open(encoding="utf-8") as lines:
        return [
            Row(row["id"], row["text"], row.get("lang", ""), frozenset(row.get("labels") or ()))
            for row in map(json.loads, lines)
        ]


def rank_of(ranking: Ranking, labels: frozenset[str]) -> int:
    """The place (1 is first) of the first acceptable community."""
    for place, one in enumerate(ranking.ranked, start=1):
        if one.id in labels:
            return place
    return len(ranking.ranked) + 1


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative; ties count half."""
    if not positive or not negative:
        return float("nan")
    over, under = np.array(positive)[:, None], np.array(negative)[None, :]
    return float(np.mean((over > under) + 0.5 * (over == under)))


def figures(rows: Sequence[Row], rankings: Sequence[Ranking]) -> dict[str, float]:
    """The figures people quote, as shares of 1."""
    pairs = list(zip(rows, rankings, strict=True))
    fitting = [(row, ranking) for row, ranking in pairs if row.labels]
    misfits = [ranking for row, ranking in pairs if not row.labels]
    places = np.array([float(rank_of(ranking, row.labels)) for row, ranking in fitting] or [np.nan])
    both = [row.labels <= {one.id for one in ranking.ranked[:3]} for row, ranking in fitting if len(row.labels) == 2]
    return {
        "rows": len(pairs),
        "top1": float(np.mean(places == 1)),
        "top3": float(np.mean(places <= 3)),
        "mrr": float(np.mean(1 / places)),
        "both3": float(np.mean(both)) if both else float("nan"),
        "auroc": auroc([one.confidence for _, one in fitting], [one.confidence for one in misfits]),
        "caught": float(np.mean([one.verdict == "none" for one in misfits])) if misfits else float("nan"),
        "alarms": float(np.mean([one.verdict == "none" for _, one in fitting])) if fitting else float("nan"),
        "sure": float(np.mean([one.verdict == "sure" for one in rankings])),
        "sure_right": float(
            np.mean(
                [float(bool(r.labels) and rank_of(one, r.labels) == 1) for r, one in pairs if one.verdict == "sure"]
                or [np.nan]
            )
        ),
    }


def fit_logistic(features: NDArray[np.float64], right: NDArray[np.float64], ridge: float = 0.5) -> tuple[float, ...]:
    """Weights (constant first) of a logistic curve, by Newton's method with a small ridge on the slopes."""
    design = np.column_stack([np.ones(len(features)), features])
    weights = np.zeros(design.shape[1])
    penalty = np.diag([1e-6, *[ridge] * features.shape[1]])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (right - chance) - penalty @ weights
        bend = design.T @ (design * (chance * (1 - chance))[:, None]) + penalty
        weights = weights + np.linalg.solve(bend, slope)
    return tuple(round(float(one), 3) for one in weights)


def fitted(rows: Sequence[Row], rankings: Sequence[Ranking]) -> str:
    """The curves as source text: P(fits) from the fit alone, P(first right) from fit and margin, and thresholds."""
    fit = np.array([one.fit for one in rankings])
    both = np.column_stack([fit, [one.margin for one in rankings]])
    fits = np.array([float(bool(row.labels)) for row in rows])
    right = np.array([float(rank_of(one, row.labels) == 1) for row, one in zip(rows, rankings, strict=True)])
    constant, slope = fit_logistic(fit[:, None], fits)
    first = fit_logistic(both, right)
    chance = 1 / (1 + np.exp(-(constant + slope * fit)))
    # A tenth of the fitting ones are flagged: measured to catch about seven in ten misfits elsewhere.
    below = float(np.quantile(chance[fits == 1], 0.10))
    return f"Curve(({constant}, {slope}, 0.0), {first}, {below:.3f}, 0.75)"


async def evaluate(
    models: Sequence[str],
    rows: Sequence[Row],
    directory: Sequence[CommunityText],
    feedback: Sequence[Feedback] = (),
    cache_dir: Path | None = None,
) -> list[Ranking]:
    """The rankings of all rows with these encoders."""
    encoders = ChildEncoders(models, text_seconds=20.0)
    await encoders.start()
    ranker = Ranker(encoders, cache_dir=cache_dir, patience=60.0)
    try:
        await ranker.prepare(directory, feedback, seconds=60 if models else 0)
        return [await ranker.rank(row.text, directory, feedback) for row in rows]
    finally:
        await ranker.close()
        await encoders.close()


def report(rows: Sequence[Row], rankings: Sequence[Ranking]) -> list[str]:
    """The table: all rows, then by language."""
    groups: dict[str, list[tuple[Row, Ranking]]] = defaultdict(list)
    for row, ranking in zip(rows, rankings, strict=True):
        groups["all"].append((row, ranking))
        groups[row.language].append((row, ranking))
    columns = ("rows", "top1", "top3", "mrr", "both3", "auroc", "caught", "alarms", "sure", "sure_right")
    lines = [" " * 5 + "".join(f"{name:>11}" for name in columns)]
    for name, pairs in groups.items():
        found = figures([row for row, _ in pairs], [ranking for _, ranking in pairs])
        cells = [
            f"{found[one]:11.0f}"
            if one == "rows"
            else f"{found[one]:11.3f}"
            if one == "mrr"
            else f"{found[one]:11.1%}"
            for one in columns
        ]
        lines.append(f"{name:<5}" + "".join(cells).replace("nan%", "   -"))
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures; see --help."""
    parser = argparse.ArgumentParser(prog="evaluate", description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("--directory", type=Path, default=DIRECTORY)
    parser.add_argument("--labelled", type=Path, default=LABELLED)
    parser.add_argument("--feedback", type=Path)
    parser.add_argument("--cache", type=Path, help="a folder to keep vectors in between runs")
    parser.add_argument("--fit", action="store_true", help="print the fitted curves for fuse.CURVES")
    parser.add_argument("--all", action="store_true", help="also without one or both encoders")
    parser.add_argument("--errors", action="store_true", help="list the rows whose first community is wrong")
    chosen = parser.parse_args(arguments)
    rows, directory = read_rows(chosen.labelled), files.read_directory(chosen.directory)
    feedback: tuple[Feedback, ...] = ()
    if chosen.feedback:
        with chosen.feedback.open(encoding="utf-8") as lines:
            feedback = files.read_feedback(lines)
    sets: list[tuple[str, ...]] = [("e5", "use")]
    if chosen.all or chosen.fit:
        sets += [("e5",), ("use",), ()]
    for models in sets:
        rankings = asyncio.run(evaluate(models, rows, directory, feedback, chosen.cache))
        _show(f"\n{'+'.join(models) or 'words only'} ({rankings[0].method})")
        for line in report(rows, rankings):
            _show(line)
        if chosen.fit:
            _show(f'    "{"+".join(models)}": {fitted(rows, rankings)},')
        if chosen.errors:
            _errors(rows, rankings)
    _show(LEGEND)


def _errors(rows: Sequence[Row], rankings: Sequence[Ranking]) -> None:
    for row, ranking in zip(rows, rankings, strict=True):
        if rank_of(ranking, row.labels) > 1:
            guesses = ", ".join(one.id for one in ranking.ranked[:3])
            _show(f"{row.id} {sorted(row.labels)} <- {guesses} ({ranking.verdict}): {row.text[:90]}")


def _show(line: Any) -> None:
    print(line)  # noqa: T201


if __name__ == "__main__":
    main()
