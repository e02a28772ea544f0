"""What prior work needs of the encoders: two names, and vectors of length one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.errors import Unavailable
from app.routing.ranking.language import detect, use_knows

USE = "use"
E5 = "e5"
DIMENSIONS = {USE: 512, E5: 384}
# The 16 languages of the Universal Sentence Encoder; elsewhere its answers are noise (Swahili: 23 % right, e5 93 %).
USE_LANGUAGES = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())

Vectors = npt.NDArray[np.float32]


class Encoders(Protocol):
    """Encodes texts with one of the models in `available`; raises `Unavailable` when it cannot."""

    @property
    def available(self) -> frozenset[str]:
        """The models that can be asked, out of "e5" and "use"."""
        ...

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> Vectors:
        """The (n, dimensions) vectors of n texts, each of length one; queries go before bulk work."""
        ...


def language_of(draft: str) -> str:
    """A draft's language; "und" where nothing speaks against the quick encoder, "other" where its script does."""
    language = detect(draft)
    if use_knows(draft, language):
        return language if language in USE_LANGUAGES else "und"
    return language if language not in ("und", "") else "other"


def models_for(language: str) -> frozenset[str]:
    """The models worth asking about a text in this language ("" or "und" when unknown)."""
    trusted = language in USE_LANGUAGES or language in ("", "und")
    return frozenset({USE, E5}) if trusted else frozenset({E5})


async def encode(
    encoders: Encoders, models: Iterable[str], texts: Sequence[str], *, bulk: bool = False
) -> dict[str, Vectors]:
    """Vectors by model for those models that answer with the shape they should; the others are left out."""

    async def ask(model: str) -> Vectors | None:
        if model not in encoders.available:
            return None
        try:
            vectors = np.asarray(await encoders.encode(model, texts, bulk=bulk), dtype=np.float32)
        except Unavailable:
            return None
        right = vectors.shape == (len(texts), DIMENSIONS[model]) and bool(np.isfinite(vectors).all())
        return vectors if right else None

    asked = tuple(models)
    answers = await asyncio.gather(*(ask(model) for model in asked))
    return {model: answer for model, answer in zip(asked, answers, strict=True) if answer is not None}
