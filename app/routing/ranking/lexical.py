"""TF-IDF over hashed word and character n-grams, on plain arrays: no vocabulary to keep, quick to rebuild."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.routing.ranking.shapes import Floats, Ints
from app.routing.ranking.text import stem, words

Unit = Literal["char", "word"]
_BUCKETS = np.uint64(1 << 22)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SIZES = (3, 4, 5)


@dataclass(frozen=True)
class Grams:
    """The n-grams of one text: bucket numbers, ascending, and how often each occurs."""

    ids: NDArray[np.int32]
    counts: Floats


def grams(text: str, unit: Unit) -> Grams:
    """Character n-grams of 3 to 5 within words (their ends marked), or stemmed words, hashed to buckets."""
    found = words(text)
    if unit == "word":
        raw = np.array([zlib.crc32(stem(word).encode()) for word in found], dtype=np.int64) % int(_BUCKETS)
    else:
        raw = _char_grams(" " + " ".join(found) + " ") if found else np.zeros(0, np.int64)
    ids, counts = np.unique(raw, return_counts=True)
    return Grams(ids.astype(np.int32), (1 + np.log(counts)).astype(np.float32))


def _char_grams(padded: str) -> Ints:
    points = np.frombuffer(padded.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    blank = points == 32
    found = []
    with np.errstate(over="ignore"):
        for size in _SIZES:
            if len(points) < size:
                continue
            count = len(points) - size + 1
            inner = np.zeros(count, dtype=bool)
            hashed = np.full(count, size, dtype=np.uint64)
            for column in range(size):
                hashed ^= points[column : column + count]
                hashed *= _MIX
                hashed ^= hashed >> np.uint64(29)
                if 0 < column < size - 1:
                    inner |= blank[column : column + count]
            found.append((hashed[~inner] % _BUCKETS).astype(np.int64))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


class Lexicon:
    """An inverted index of documents; `score` gives the cosine of a text to each."""

    def __init__(self, documents: Sequence[Grams], unit: Unit) -> None:
        self.unit = unit
        self.size = len(documents)
        sizes = np.array([len(one.ids) for one in documents], dtype=np.int64)
        ids = np.concatenate([one.ids for one in documents]) if documents else np.zeros(0, np.int64)
        weights = np.concatenate([one.counts for one in documents]) if documents else np.zeros(0, np.float32)
        owners = np.repeat(np.arange(self.size, dtype=np.int32), sizes)
        order = np.argsort(ids, kind="stable")
        self._terms, starts, frequency = np.unique(ids[order], return_index=True, return_counts=True)
        self._idf = (np.log((1 + self.size) / (1 + frequency)) + 1).astype(np.float32)
        weighted = weights[order] * np.repeat(self._idf, frequency)
        self._owners = owners[order]
        norms = np.sqrt(np.bincount(self._owners, weights=weighted * weighted, minlength=self.size))
        norms[norms == 0] = 1
        self._weights = (weighted / norms[self._owners]).astype(np.float32)
        self._starts = np.append(starts, len(ids)).astype(np.int64)
        self._rare = float(np.log(1 + self.size) + 1)

    def score(self, text: str) -> Floats:
        """Cosine of the text to each document, shape (documents,)."""
        query = grams(text, self.unit)
        if not len(query.ids) or not len(self._terms):
            return np.zeros(self.size, np.float32)
        places = np.searchsorted(self._terms, query.ids)
        places[places == len(self._terms)] = 0
        known = self._terms[places] == query.ids
        idf = np.where(known, self._idf[places], self._rare)
        norm = float(np.sqrt(np.sum((query.counts * idf) ** 2)))
        places, weights = places[known], (query.counts * idf)[known] / norm
        begin, lengths = self._starts[places], self._starts[places + 1] - self._starts[places]
        if not lengths.sum():
            return np.zeros(self.size, np.float32)
        # The positions of all postings of all known grams, in one array.
        offsets = np.repeat(begin - np.append(0, np.cumsum(lengths)[:-1]), lengths)
        at = np.arange(int(lengths.sum())) + offsets
        found = np.bincount(
            self._owners[at], weights=self._weights[at] * np.repeat(weights, lengths), minlength=self.size
        )
        return found.astype(np.float32)
