"""One query against a ready index: everything between the vectors and the ranking (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.routing.ranking import fuse
from app.routing.ranking.acronyms import Expansion, acronyms
from app.routing.ranking.feedback import NEIGHBOUR_WEIGHT, REFUSED, Learned, Lessons, Neighbours, neighbours
from app.routing.ranking.index import Index
from app.routing.ranking.parts import community_scores
from app.routing.ranking.reasons import closest_part, keyword_reason, part_scores, reasons
from app.routing.ranking.shapes import Floats, Ranking, Scored, Verdict
from app.routing.ranking.text import same_key

VERSION = "r1"
DETAILED = 5


@dataclass(frozen=True)
class Query:
    """A text made ready: as cleaned, as spelt out, its language, and its vectors by model (the whole text first)."""

    text: str
    spelt_out: str
    language: str
    found: tuple[Expansion, ...]
    vectors: Mapping[str, Floats]


@dataclass(frozen=True)
class Taught:
    """Feedback made ready: what counts, and what each model learned of it."""

    lessons: Lessons
    learned: Mapping[str, Learned]


def method(query: Query) -> str:
    """The version and what took part: "r1:e5+use+char", or "r1:char+word" without any encoder."""
    return f"{VERSION}:" + "+".join([*sorted(query.vectors), "char"] if query.vectors else ["char", "word"])


def rank(query: Query, index: Index, taught: Taught | None) -> Ranking:
    """All communities of the index, best first."""
    count = len(index.communities)
    if not count:
        return Ranking((), 0.0, "none", query.language, method(query))
    cosines = _part_cosines(query, index)
    scores = {model: community_scores(found, index.grid) for model, found in cosines.items()}
    char = community_scores(index.char.score(query.spelt_out), index.grid)
    near = _neighbours(query, cosines, taught, count)
    fits: list[float] = []
    standard: dict[str, Floats] = {}
    for model, found in scores.items():
        learned = taught.learned.get(model) if taught else None
        baseline = index.dense[model].baseline
        if learned is not None and learned.weights.any():
            standard[model], fit = learned.blend(found, baseline, query.vectors[model][0])
        else:
            standard[model] = fuse.zscore(found)
            fit = baseline.fit(baseline.normalise(found))
        fits.append(fit)
    if scores:
        fused = _sum(standard, char)
        fit = float(np.mean(fits))
    else:
        word = community_scores(index.word.score(query.spelt_out), index.grid)
        fused = char + word
        fit = float(fused.max())
    fused = fused + NEIGHBOUR_WEIGHT * (near.accepted - near.rejected)
    ahead = fuse.margin(fused)
    usual = sum(one.usual for model, one in taught.learned.items() if model in scores) if taught else 0.0
    fit += NEIGHBOUR_WEIGHT * max(float(near.accepted.max()) - usual, 0.0)
    likely, first, verdict = fuse.judge(fuse.CURVES["+".join(sorted(scores))], fit, ahead)
    same = _decided(query, taught)
    fused, sure = _obey(fused, same)
    if sure:
        likely, first, verdict = max(likely, 0.99), max(first, 0.95), "sure"
    answer = _answer(query, index, cosines, fused, near, same, (likely, first, verdict))
    return replace(answer, fit=round(fit, 4), margin=round(ahead, 4))


def _sum(standard: Mapping[str, Floats], char: Floats) -> Floats:
    total = fuse.CHAR_WEIGHT * fuse.zscore(char)
    for found in standard.values():
        total = total + found
    return np.asarray(total, dtype=np.float32)


def _part_cosines(query: Query, index: Index) -> dict[str, Floats]:
    """Cosines to every part by model; of a longer text, half the whole's and half the best sentence's."""
    cosines = {}
    for model, vectors in query.vectors.items():
        every = index.dense[model].parts @ vectors.T
        whole = every[:, 0]
        cosines[model] = whole if every.shape[1] == 1 else 0.5 * whole + 0.5 * every.max(axis=1)
    return cosines


def _neighbours(query: Query, cosines: Mapping[str, Floats], taught: Taught | None, count: int) -> Neighbours:
    models = [model for model in cosines if taught and model in taught.learned]
    if not taught or not models:
        return Neighbours(np.zeros(count, np.float32), np.zeros(count, np.float32), np.zeros(count, np.int64))
    learned = [taught.learned[model] for model in models]
    vectors = [query.vectors[model][0] for model in models]
    return neighbours(
        [one.accepted @ vector for one, vector in zip(learned, vectors, strict=True)],
        [one.rejected @ vector for one, vector in zip(learned, vectors, strict=True)],
        (learned[0].accepted_of, learned[0].rejected_of),
        [cosines[model] for model in models],
        count,
    )


def _decided(query: Query, taught: Taught | None) -> tuple[tuple[int, bool], ...]:
    return taught.lessons.decided.get(same_key(query.text), ()) if taught else ()


def _obey(fused: Floats, same: tuple[tuple[int, bool], ...]) -> tuple[Floats, bool]:
    """The very same text: it goes where it was taken last, at once, and not where it was refused."""
    fused = fused.copy()
    for number, accepted in same:
        if not accepted:
            fused[number] -= REFUSED
    taken = [number for number, accepted in same if accepted]
    # `same` is newest first; the newest gets the highest place.
    for step, number in enumerate(reversed(taken)):
        fused[number] = max(float(fused.max()), 0.0) + 1.0 + step
    return fused, bool(taken)


def _answer(
    query: Query,
    index: Index,
    cosines: Mapping[str, Floats],
    fused: Floats,
    near: Neighbours,
    same: tuple[tuple[int, bool], ...],
    judged: tuple[float, float, Verdict],
) -> Ranking:
    order = np.argsort(-fused, kind="stable")
    taken = {number for number, accepted in same if accepted}
    standard = np.sum([fuse.zscore(found) for found in cosines.values()], axis=0) if cosines else None
    ranked = []
    rounded = np.round(fused.astype(np.float64), 4).tolist()
    for place, number in enumerate(order.tolist()):
        community, score = index.communities[number], rounded[number]
        if place >= DETAILED:
            ranked.append(Scored(community.id, score))
            continue
        parts = index.parts[number]
        rows = slice(int(index.grid.whole[number]), int(index.grid.whole[number]) + len(parts))
        keyword = keyword_reason(query.text, query.found, community, acronyms())
        closest = closest_part(parts, standard[rows]) if standard is not None else None
        why = reasons(number in taken, int(near.count[number]), keyword, closest)
        own = {model: found[rows] for model, found in cosines.items()}
        ranked.append(Scored(community.id, score, part_scores(parts, own), why))
    likely, first, verdict = judged
    return Ranking(tuple(ranked), round(likely, 4), verdict, query.language, method(query), round(first, 4))
