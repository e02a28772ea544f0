"""The ranker: keeps directories ready, encodes queries, and answers with whatever works at the moment."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from app.routing.ranking import language as languages
from app.routing.ranking.acronyms import acronyms
from app.routing.ranking.feedback import Learned, lessons
from app.routing.ranking.index import Builder, Index
from app.routing.ranking.keeper import Keeper
from app.routing.ranking.score import Query, Taught, method, rank
from app.routing.ranking.shapes import CommunityText, Encoders, EncoderUnavailable, Feedback, Floats, Ints, Ranking
from app.routing.ranking.text import clean, sentences

# Directories and lessons kept ready: so many, and of large ones fewer.
_KEPT = 32
_KEPT_PARTS = 20_000
_KEPT_LESSONS = 4
MODELS = ("use", "e5")


@dataclass(frozen=True)
class _Lesson:
    """Feedback as it was given, the models that had learned it, its texts spelt out, and the result."""

    feedback: tuple[Feedback, ...]
    models: frozenset[str]
    heard: list[str]
    taught: Taught


class Ranker:
    """Ranks communities for a text. Never fails: without its encoders it answers from words alone.

    A directory (or feedback) seen for the first time is made ready in the background when it is large, and at
    once when only a few of its texts are new; until a model is ready, answers do without it.
    """

    def __init__(self, encoders: Encoders, *, cache_dir: Path | None = None, patience: float = 0.8) -> None:
        """`patience`: seconds a query waits for its vectors before it is answered without them."""
        self._encoders = encoders
        self._patience = patience
        self._builder = Builder()
        self._keeper = Keeper(encoders, cache_dir)
        self._building = asyncio.Lock()
        self._indexes: OrderedDict[tuple[CommunityText, ...], Index] = OrderedDict()
        self._taught: WeakKeyDictionary[Index, list[_Lesson]] = WeakKeyDictionary()

    async def rank(self, text: str, directory: Sequence[CommunityText], feedback: Sequence[Feedback] = ()) -> Ranking:
        """All communities of the directory, best first; any text is answered, an empty one with confidence 0."""
        index = await self._index(directory)
        cleaned = clean(text)
        if not cleaned or not index.communities:
            query = Query("", "", "en", (), {})
            blank = rank(query, index, None)
            return Ranking(blank.ranked, 0.0, "none", "en", method(query))
        spoken = await asyncio.to_thread(languages.detect, cleaned)
        spelt_out = clean(acronyms().expand(cleaned, spoken))
        found = acronyms().find(cleaned, spoken)
        deadline = asyncio.get_running_loop().time() + self._patience
        models = await self._ready(index, deadline)
        if not languages.use_knows(cleaned, spoken) and "e5" in models:
            models = ("e5",)
        vectors = await self._encode(models, (spelt_out, *sentences(spelt_out)), deadline)
        taught = await self._teach(index, feedback, frozenset(vectors), deadline) if feedback else None
        return await asyncio.to_thread(rank, Query(cleaned, spelt_out, spoken, found, vectors), index, taught)

    async def prepare(
        self, directory: Sequence[CommunityText], feedback: Sequence[Feedback] = (), *, seconds: float = 30.0
    ) -> frozenset[str]:
        """Wait until the directory and the feedback are ready in full; which models are. `seconds`: for the start."""
        await asyncio.to_thread(languages.warm)
        await self._encoders.ready(seconds)
        index = await self._index(directory)
        heard = [clean(one.text) for one in feedback]
        for model in MODELS:
            if model in self._encoders.available:
                await self._keeper.fetch(model, [*index.texts, *self._spelt_out(heard)])
        return frozenset(await self._ready(index, asyncio.get_running_loop().time() + self._patience))

    async def warm(self, texts: Sequence[str]) -> None:
        """Encode the texts of many queries together, ahead of ranking them: several times faster than one by one."""
        wanted: list[str] = []
        for text in texts:
            cleaned = clean(text)
            spelt_out = clean(acronyms().expand(cleaned, languages.detect(cleaned)))
            wanted += [spelt_out, *sentences(spelt_out)] if spelt_out else []
        for model in MODELS:
            if model in self._encoders.available:
                await self._keeper.fetch(model, wanted)

    async def close(self) -> None:
        """Stop the background work; the encoders are closed by whoever made them."""
        await self._keeper.close()

    async def _index(self, directory: Sequence[CommunityText]) -> Index:
        key = tuple(directory)
        index = self._indexes.get(key)
        if index is None:
            async with self._building:
                index = self._indexes.get(key)
                if index is None:
                    index = await asyncio.to_thread(self._builder.build, key)
                    self._indexes[key] = index
                    self._forget()
        self._indexes.move_to_end(key)
        return index

    def _forget(self) -> None:
        parts = sum(len(one.flat) for one in self._indexes.values())
        while len(self._indexes) > 1 and (parts > _KEPT_PARTS or len(self._indexes) > _KEPT):
            _, oldest = self._indexes.popitem(last=False)
            parts -= len(oldest.flat)

    async def _ready(self, index: Index, deadline: float) -> tuple[str, ...]:
        """The models that can be used for the index now; for the others the work is begun."""
        ready = []
        for model in MODELS:
            if model not in self._encoders.available:
                continue
            if model not in index.dense and await self._keeper.has(model, index.texts, deadline):
                async with self._building:
                    if model not in index.dense:
                        await asyncio.to_thread(self._builder.add, index, model, self._keeper.vectors)
            if model in index.dense:
                ready.append(model)
        return tuple(ready)

    async def _encode(self, models: Sequence[str], texts: Sequence[str], deadline: float) -> dict[str, Floats]:
        async def one(model: str) -> Floats | None:
            known = self._keeper.vectors.get(model, texts)
            if known is not None:
                return known
            try:
                async with asyncio.timeout_at(deadline):
                    return await self._encoders.encode(model, texts)
            except (EncoderUnavailable, TimeoutError):
                return None

        found = await asyncio.gather(*map(one, models))
        return {model: rows for model, rows in zip(models, found, strict=True) if rows is not None}

    async def _teach(
        self, index: Index, feedback: Sequence[Feedback], models: frozenset[str], deadline: float
    ) -> Taught:
        known = self._taught.setdefault(index, [])
        # Compared, not hashed: the caller mostly passes the same tuple again, and it may be long.
        before = {one.models: one for one in known if one.feedback is feedback or one.feedback == tuple(feedback)}
        if models in before:
            return before[models].taught
        heard = next((one.heard for one in before.values()), None)
        if heard is None:
            heard = await asyncio.to_thread(self._spelt_out, [clean(one.text) for one in feedback])
        ready = frozenset([one for one in models if await self._keeper.has(one, heard, deadline)])
        if ready in before:
            return before[ready].taught
        taught = await asyncio.to_thread(self._learn, index, feedback, ready)
        known.append(_Lesson(tuple(feedback), ready, heard, taught))
        del known[:-_KEPT_LESSONS]
        return taught

    def _learn(self, index: Index, feedback: Sequence[Feedback], models: frozenset[str]) -> Taught:
        counted = lessons(feedback, index.numbers)
        learned = {}
        for model in models:
            dense = index.dense[model]
            accepted = self._events(model, counted.accepted, dense.parts.shape[1])
            rejected = self._events(model, counted.rejected, dense.parts.shape[1])
            if accepted and rejected:
                parts = (dense.parts, index.grid.whole)
                learned[model] = Learned.of(accepted, rejected, parts, dense.background, dense.background_scores)
        return Taught(counted, learned)

    def _events(self, model: str, events: Sequence[tuple[str, int]], width: int) -> tuple[Floats, Ints] | None:
        owners = np.array([number for _, number in events], dtype=np.int64)
        if not events:
            return np.zeros((0, width), np.float32), owners
        vectors = self._keeper.vectors.get(model, self._spelt_out([clean(text) for text, _ in events]))
        return None if vectors is None else (vectors, owners)

    def _spelt_out(self, texts: Sequence[str]) -> list[str]:
        return [clean(acronyms().expand(text)) for text in texts]
