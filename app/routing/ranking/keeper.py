"""Fetches vectors that are not known yet: a few at once, many in the background, through the encoders' bulk lane."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import structlog

from app.routing.ranking.shapes import Encoders, EncoderUnavailable
from app.routing.ranking.vectors import Vectors

_log = structlog.get_logger(__name__)
# An edited community has a few new texts: worth 100 ms, so that the next query sees them in full.
_AT_ONCE = 8
_BATCH = 64
_DIMENSIONS = {"e5": 384, "use": 512}


class Keeper:
    """The vectors known so far, and the background work that adds to them."""

    def __init__(self, encoders: Encoders, cache_dir: Path | None) -> None:
        self.vectors = Vectors(cache_dir)
        self._encoders = encoders
        self._wanted: dict[str, dict[str, None]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._busy: dict[str, asyncio.Lock] = {}

    async def has(self, model: str, texts: Sequence[str], deadline: float) -> bool:
        """Whether all vectors are known; a few missing ones are fetched by the deadline, others later."""
        missing = self.vectors.missing(model, texts)
        if not missing:
            return True
        if len(missing) <= _AT_ONCE:
            with suppress(EncoderUnavailable, TimeoutError):
                async with asyncio.timeout_at(deadline):
                    self.vectors.put(model, missing, await self._encoders.encode(model, missing))
                await asyncio.to_thread(self.vectors.save, model, missing)
                return True
        self._wanted.setdefault(model, {}).update(dict.fromkeys(missing))
        task = self._tasks.get(model)
        if task is None or task.done():
            self._tasks[model] = asyncio.create_task(self._work(model), name=f"vectors-{model}")
        return False

    async def fetch(self, model: str, texts: Sequence[str]) -> None:
        """Make all vectors known, however long it takes; gives up when the encoder stays away."""
        async with self._busy.setdefault(model, asyncio.Lock()):
            await asyncio.to_thread(self.vectors.load, model, texts)
            missing = self.vectors.missing(model, texts)
            for at in range(0, len(missing), _BATCH):
                batch = missing[at : at + _BATCH]
                try:
                    rows = await self._encoders.encode(model, batch, bulk=True)
                except EncoderUnavailable:
                    if not await self._one_by_one(model, batch):
                        return
                else:
                    self.vectors.put(model, batch, rows)
                await asyncio.to_thread(self.vectors.save, model, batch)

    async def close(self) -> None:
        """Stop the background work."""
        for task in self._tasks.values():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    async def _work(self, model: str) -> None:
        while self._wanted.get(model):
            texts = list(self._wanted.pop(model))
            if not await self._encoders.ready(60) or model not in self._encoders.available:
                return
            await self.fetch(model, texts)

    async def _one_by_one(self, model: str, texts: Sequence[str]) -> bool:
        """After a failure: each text alone, so that one the encoder cannot stand does not keep the others out."""
        for text in texts:
            for last in (False, True):
                if not await self._encoders.ready(60) or model not in self._encoders.available:
                    return False
                try:
                    row = await self._encoders.encode(model, [text], bulk=True)
                except EncoderUnavailable:
                    if last:
                        _log.warning("a text is left out by the encoder", model=model, length=len(text))
                        self.vectors.put(model, [text], np.zeros((1, _DIMENSIONS[model]), np.float32))
                else:
                    self.vectors.put(model, [text], row)
                    break
        return True
