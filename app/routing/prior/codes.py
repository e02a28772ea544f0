"""Binary codes of topics in memory: 64 bytes a topic, searched exactly by counting differing bits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CODE_BITS = 512
CODE_BYTES = CODE_BITS // 8
_PLANES = CODE_BYTES // 8
# A segment's distances fit the processor's cache; growing by segments copies nothing.
SEGMENT_ROWS = 1 << 16
_GONE = -1
_NO_CATEGORY = -1
_FAR = np.uint16(CODE_BITS + 1)

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


def code_of(vectors: Vectors) -> npt.NDArray[np.uint8]:
    """The codes (n, 64) of float vectors (n, 512): one bit a dimension, its sign."""
    return np.packbits(vectors > 0, axis=-1)


def pack(vectors: Vectors) -> list[bytes]:
    """Float vectors (n, d) as the half-precision bytes that rows store."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def unpack(stored: Collection[bytes | None], dimensions: int) -> Vectors:
    """Stored half-precision vectors as (n, d) floats; a missing or misshapen one is a row of NaN."""
    out = np.full((len(stored), dimensions), np.nan, dtype=np.float32)
    for position, one in enumerate(stored):
        if one is not None and len(one) == dimensions * 2:
            out[position] = np.frombuffer(one, dtype="<f2")
    return out


@dataclass
class _Segment:
    planes: npt.NDArray[np.uint64]
    ids: Ids
    categories: npt.NDArray[np.int64]
    used: int = 0


class Codes:
    """The codes of one workspace. Readers in other threads may miss a row being added, never crash."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._gone = 0

    def __len__(self) -> int:
        return sum(segment.used for segment in self._segments) - self._gone

    def put(self, ids: Ids, categories: npt.NDArray[np.int64], codes: npt.NDArray[np.uint8]) -> None:
        """Add rows or overwrite those already held; `codes` is (n, 64), a category of -1 means none."""
        planes = np.ascontiguousarray(codes).view("<u8").T
        fresh = np.ones(len(ids), dtype=bool)
        for segment in self._segments:
            held = segment.ids[: segment.used]
            places = np.nonzero(np.isin(held, ids))[0]
            if not len(places):
                continue
            order = np.argsort(ids, kind="stable")
            sources = order[np.searchsorted(ids, held[places], sorter=order)]
            segment.planes[:, places] = planes[:, sources]
            segment.categories[places] = categories[sources]
            fresh[sources] = False
        self._append(ids[fresh], categories[fresh], planes[:, fresh])

    def _append(self, ids: Ids, categories: npt.NDArray[np.int64], planes: npt.NDArray[np.uint64]) -> None:
        start = 0
        while start < len(ids):
            if not self._segments or self._segments[-1].used == SEGMENT_ROWS:
                self._segments.append(
                    _Segment(
                        planes=np.empty((_PLANES, SEGMENT_ROWS), dtype=np.uint64),
                        ids=np.empty(SEGMENT_ROWS, dtype=np.int64),
                        categories=np.empty(SEGMENT_ROWS, dtype=np.int64),
                    )
                )
            segment = self._segments[-1]
            take = min(SEGMENT_ROWS - segment.used, len(ids) - start)
            here, there = slice(segment.used, segment.used + take), slice(start, start + take)
            segment.planes[:, here] = planes[:, there]
            segment.ids[here] = ids[there]
            segment.categories[here] = categories[there]
            # Last, so that a reader in another thread never sees half a row.
            segment.used += take
            start += take

    def drop(self, ids: Collection[int]) -> None:
        """Forget topics that are no longer there; the place is not used again until the next load."""
        wanted = np.fromiter(ids, dtype=np.int64)
        for segment in self._segments:
            places = np.nonzero(np.isin(segment.ids[: segment.used], wanted))[0]
            segment.ids[places] = _GONE
            self._gone += len(places)

    def nearest(self, vector: Vectors, count: int, categories: Collection[int] | None = None) -> Ids:
        """The ids of the `count` topics nearest to a (512,) vector, nearest first where there are more."""
        query = code_of(vector[None, :]).view("<u8")[0]
        allowed = None if categories is None else np.fromiter(categories, dtype=np.int64)
        parts, names = [], []
        for segment in tuple(self._segments):
            used = segment.used
            apart = np.bitwise_count(segment.planes[0, :used] ^ query[0]).astype(np.uint16)
            for plane in range(1, _PLANES):
                apart += np.bitwise_count(segment.planes[plane, :used] ^ query[plane])
            if self._gone:
                apart[segment.ids[:used] == _GONE] = _FAR
            if allowed is not None:
                apart[~np.isin(segment.categories[:used], allowed)] = _FAR
            parts.append(apart)
            names.append(segment.ids[:used])
        if not parts:
            return np.empty(0, dtype=np.int64)
        distances = np.concatenate(parts)
        # Counting distances is cheaper than sorting a million of them.
        within = np.cumsum(np.bincount(distances, minlength=int(_FAR) + 1)[: int(_FAR)])
        edge = min(int(np.searchsorted(within, count)), CODE_BITS)
        places = np.nonzero(distances <= edge)[0]
        if len(places) > count:
            places = places[np.argsort(distances[places], kind="stable")][:count]
        # Not one long array of ids: that would be a second copy of them all.
        bounds = np.cumsum([0] + [len(part) for part in parts])
        where = np.searchsorted(bounds, places, side="right") - 1
        return np.array([names[s][p - bounds[s]] for s, p in zip(where, places, strict=True)], dtype=np.int64)

    def sample(self, count: int) -> Ids:
        """Up to `count` ids spread evenly over what is held, the same each time."""
        held = [segment.ids[: segment.used] for segment in tuple(self._segments)]
        if not held:
            return np.empty(0, dtype=np.int64)
        step = max(1, sum(len(ids) for ids in held) // max(1, count))
        picked = np.concatenate([ids[::step] for ids in held])
        chosen: Ids = picked[picked != _GONE][:count]
        return chosen


class Newest:
    """Full vectors of a bounded number of topics, for an encoder too slow to cover them all; the oldest give way."""

    def __init__(self, dimensions: int, capacity: int) -> None:
        self._capacity = capacity
        empty: Ids = np.empty(0, dtype=np.int64)
        vectors: Vectors = np.empty((0, dimensions), dtype=np.float32)
        # One tuple, replaced whole: a reader in another thread sees the old rows or the new, never a mixture.
        self._held = (empty, empty, empty, vectors)

    def __len__(self) -> int:
        return len(self._held[0])

    def put(self, ids: Ids, ages: Ids, categories: Ids, vectors: Vectors) -> None:
        """Add rows or replace those held; past the capacity those with the lowest `ages` (forum ids) go."""
        keep = ~np.isin(self._held[0], ids)
        old_ids, old_ages, old_categories, old_vectors = (column[keep] for column in self._held)
        ages = np.concatenate([old_ages, ages])
        stay = np.arange(len(ages))
        if len(ages) > self._capacity:
            stay = np.argpartition(-ages, self._capacity)[: self._capacity]
        self._held = (
            np.concatenate([old_ids, ids])[stay],
            ages[stay],
            np.concatenate([old_categories, categories])[stay],
            np.concatenate([old_vectors, vectors])[stay],
        )

    def nearest(self, vector: Vectors, count: int, categories: Collection[int] | None = None) -> Ids:
        """The ids of the `count` most similar topics to a (d,) vector, in no order."""
        ids, _, held_categories, vectors = self._held
        if not len(ids):
            return ids
        similar = vectors @ vector
        if categories is not None:
            allowed = np.fromiter(categories, dtype=np.int64)
            similar[~np.isin(held_categories, allowed)] = -np.inf
        places = np.argpartition(-similar, min(count, len(ids) - 1))[:count]
        chosen: Ids = ids[places[np.isfinite(similar[places])]]
        return chosen

    def sample(self, count: int) -> Ids:
        """Up to `count` ids spread evenly over what is held."""
        ids = self._held[0]
        return ids[:: max(1, len(ids) // max(1, count))][:count]
