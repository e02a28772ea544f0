"""A directory made ready for queries. Building blocks the processor: do it in a thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from app.routing.ranking.acronyms import acronyms
from app.routing.ranking.fuse import Baseline
from app.routing.ranking.lexical import Grams, Lexicon, grams
from app.routing.ranking.parts import Grid, Part, parts_of
from app.routing.ranking.shapes import CommunityText, Floats
from app.routing.ranking.vectors import Vectors

BACKGROUND = Path(__file__).parent.parent / "data" / "background.tsv"
_MOST_COMMUNITIES = 20_000


@lru_cache(maxsize=1)
def background_texts() -> tuple[str, ...]:
    """Two hundred sentences about nothing a community of practice would share, in the six languages."""
    lines = BACKGROUND.read_text(encoding="utf-8").splitlines()
    return tuple(line.split("\t", 1)[1] for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True)
class Dense:
    """One model's view: the parts' vectors, the unrelated texts' vectors and scores (texts, communities)."""

    parts: Floats
    background: Floats
    background_scores: Floats
    baseline: Baseline


@dataclass(eq=False)
class Index:
    """A directory: its communities, their parts, the lexical indexes, and what each model has ready so far."""

    communities: tuple[CommunityText, ...]
    parts: tuple[tuple[Part, ...], ...]
    flat: tuple[Part, ...]
    grid: Grid
    char: Lexicon
    word: Lexicon
    numbers: dict[str, int]
    dense: dict[str, Dense] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """Every text a model has to encode for this directory: the parts, then the unrelated ones."""
        return [*(part.text for part in self.flat), *background_texts()]


class Builder:
    """Builds indexes, keeping what it worked out about communities that have not changed since."""

    def __init__(self) -> None:
        self._parts: OrderedDict[CommunityText, tuple[tuple[Part, ...], list[Grams], list[Grams]]] = OrderedDict()
        self._columns: OrderedDict[tuple[str, CommunityText], Floats] = OrderedDict()

    def build(self, directory: Sequence[CommunityText]) -> Index:
        """The directory with its lexical indexes; no model is ready yet."""
        communities = tuple(directory[:_MOST_COMMUNITIES])
        known = [self._cut(one) for one in communities]
        parts = tuple(one[0] for one in known)
        return Index(
            communities,
            parts,
            tuple(part for cut in parts for part in cut),
            Grid.of([len(cut) for cut in parts]),
            Lexicon([gram for _, chars, _ in known for gram in chars], "char"),
            Lexicon([gram for _, _, found in known for gram in found], "word"),
            {one.id: number for number, one in enumerate(communities)},
        )

    def add(self, index: Index, model: str, vectors: Vectors) -> bool:
        """Make a model ready for the index; False if a vector is still missing."""
        matrix = vectors.get(model, [part.text for part in index.flat])
        unrelated = vectors.get(model, background_texts())
        if matrix is None or unrelated is None:
            return False
        columns: list[Floats | None] = [self._columns.get((model, one)) for one in index.communities]
        missing = [number for number, column in enumerate(columns) if column is None]
        for number in missing:
            start, size = int(index.grid.whole[number]), len(index.parts[number])
            similarity = matrix[start : start + size] @ unrelated.T
            column = _column(similarity)
            columns[number] = column
            self._columns[model, index.communities[number]] = column
        scores = np.stack([column for column in columns if column is not None], axis=1)
        while len(self._columns) > 4 * _MOST_COMMUNITIES:
            self._columns.popitem(last=False)
        index.dense[model] = Dense(matrix, unrelated, scores, Baseline.of(scores))
        return True

    def _cut(self, community: CommunityText) -> tuple[tuple[Part, ...], list[Grams], list[Grams]]:
        known = self._parts.get(community)
        if known is None:
            cut = parts_of(community, acronyms())
            known = (cut, [grams(part.text, "char") for part in cut], [grams(part.text, "word") for part in cut])
            self._parts[community] = known
            while len(self._parts) > 2 * _MOST_COMMUNITIES:
                self._parts.popitem(last=False)
        return known


def _column(similarity: Floats) -> Floats:
    """One community's scores for many texts, (parts, texts) in: `community_scores` the other way round."""
    rest = similarity[1:]
    best = rest[0] if len(rest) == 1 else np.partition(rest, len(rest) - 2, axis=0)[-2:].mean(axis=0)
    column: Floats = (0.5 * similarity[0] + 0.5 * best).astype(np.float32)
    return column
