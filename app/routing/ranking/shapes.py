"""What goes into a ranking and what comes out: frozen values, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.errors import Unavailable

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Verdict = Literal["sure", "unsure", "none"]
PartKind = Literal["whole", "name", "purpose", "keywords", "keyword", "example"]


class EncoderUnavailable(Unavailable):
    """The encoder is missing, starting, died or overran its time limit; the ranking goes on without it."""


@dataclass(frozen=True)
class CommunityText:
    """A community as the ranker reads it; any field but `id` may be empty."""

    id: str
    name: str
    purpose: str = ""
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """One thing a person did with an earlier answer: took the text to a community, or said "not this"."""

    text: str
    community: str
    person: str
    kind: Literal["accepted", "rejected"] = "accepted"


@dataclass(frozen=True)
class Reason:
    """Why a community is suggested, as values for the view to word.

    keyword        `words` of the text (short form first, then what it stands for) that occur in `field`
    similar_part   the text is close to `quote`, which is the community's `field` (name, purpose, keyword, example)
    similar_posts  `count` earlier posts like this one were taken there
    same_post      this very text was taken there before
    """

    kind: Literal["keyword", "similar_part", "similar_posts", "same_post"]
    words: tuple[str, ...] = ()
    field: str = ""
    quote: str = ""
    count: int = 0


@dataclass(frozen=True)
class PartScore:
    """How close one part of a community is: cosine by model, and the part's kind and place in its field."""

    kind: PartKind
    position: int
    cosines: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Scored:
    """One community in a ranking; `score` is comparable within the ranking only. The first few carry details."""

    id: str
    score: float
    parts: tuple[PartScore, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """All communities, best first. `confidence` is P(some community fits), `first_right` P(the first one is right).

    `fit` and `margin` are what the two were computed from: kept for the record, so that they can be fitted anew.
    """

    ranked: tuple[Scored, ...]
    confidence: float
    verdict: Verdict
    language: str
    method: str
    first_right: float = 0.0
    fit: float = 0.0
    margin: float = 0.0


class Encoders(Protocol):
    """Sentence encoders behind one door: texts in, L2-normalised float32 vectors of shape (n, dim) out."""

    @property
    def available(self) -> frozenset[str]:
        """The models that answer now: a subset of {"e5", "use"}."""
        ...

    @property
    def waiting(self) -> int:
        """Texts of waiting queries (bulk work not counted), for admission control."""
        ...

    async def start(self) -> None:
        """Begin starting up; returns at once."""
        ...

    async def ready(self, seconds: float) -> bool:
        """Wait until the models answer, at most so long; False if they do not."""
        ...

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> Floats:
        """Vectors of the texts; queries go before bulk work. Raises EncoderUnavailable."""
        ...

    async def close(self) -> None:
        """Stop for good."""
        ...
