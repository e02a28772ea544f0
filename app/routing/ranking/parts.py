"""A community cut into the parts that a text is compared with, and the parts' likenesses joined again (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.routing.ranking.acronyms import Acronyms
from app.routing.ranking.shapes import CommunityText, Floats, Ints, PartKind
from app.routing.ranking.text import clean

_MOST_KEYWORDS = 40
_MOST_EXAMPLES = 40


@dataclass(frozen=True)
class Part:
    """One comparable text of a community: `text` is spelt out for the encoders, `quote` is as its lead wrote it."""

    kind: PartKind
    position: int
    text: str
    quote: str


def parts_of(community: CommunityText, acronyms: Acronyms) -> tuple[Part, ...]:
    """The whole text first, then name, name and purpose, name and keywords, each keyword, each example."""
    name = clean(community.name) or clean(community.id)
    purpose = clean(community.purpose)
    keywords = [one for one in map(clean, community.keywords[:_MOST_KEYWORDS]) if one]
    examples = [one for one in map(clean, community.examples[:_MOST_EXAMPLES]) if one]
    listed = ", ".join(keywords)
    whole = ". ".join(piece for piece in (name, purpose, listed, *examples) if piece)
    drafts: list[tuple[PartKind, int, str, str]] = [("whole", 0, whole, name), ("name", 0, name, name)]
    if purpose:
        drafts.append(("purpose", 0, f"{name}. {purpose}", purpose))
    if keywords:
        drafts.append(("keywords", 0, f"{name}: {listed}", listed))
    drafts += [("keyword", at, one, one) for at, one in enumerate(keywords)]
    drafts += [("example", at, one, one) for at, one in enumerate(examples)]
    return tuple(Part(kind, at, clean(acronyms.expand(clean(text))), quote) for kind, at, text, quote in drafts)


@dataclass(frozen=True)
class Grid:
    """Where each community's parts are in the list of all parts: the whole texts, and a padded table of the rest."""

    whole: Ints
    table: Ints
    missing: np.ndarray[tuple[int, int], np.dtype[np.bool_]]

    @classmethod
    def of(cls, counts: Sequence[int]) -> Grid:
        """For communities with so many parts each, the whole text first and at least two in all."""
        starts = np.cumsum([0, *counts[:-1]]) if counts else np.zeros(0)
        widest = max((count - 1 for count in counts), default=0)
        places = np.arange(widest)
        sizes = np.array(counts, dtype=np.int64) - 1
        missing = places[None, :] >= sizes[:, None] if counts else np.zeros((0, 0), bool)
        table = starts.astype(np.int64)[:, None] + 1 + np.where(missing, 0, places[None, :])
        return cls(starts.astype(np.int64), table, missing)


def community_scores(similarity: Floats, grid: Grid) -> Floats:
    """Half the whole text's likeness, half the mean of the two best parts'; (parts,) in, (communities,) out."""
    if not len(grid.whole):
        return np.zeros(0, np.float32)
    spread = np.where(grid.missing, -np.inf, similarity[grid.table])
    if spread.shape[1] == 1:
        best_two = spread[:, 0]
    else:
        top = np.partition(spread, spread.shape[1] - 2, axis=1)[:, -2:]
        best_two = np.where(np.isinf(top[:, 0]), top[:, 1], top.mean(axis=1))
    joined: Floats = (0.5 * similarity[grid.whole] + 0.5 * best_two).astype(np.float32)
    return joined
