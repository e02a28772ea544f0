"""A million earlier topics: how long a search takes, beside the raw text search of the same words in the same run.

    python -m bench.prior [--topics N] [--queries N] [--database URL] [--keep]

Topics are synthetic and the same each time: words drawn as natural language has them (Zipf), vectors summed from word
vectors. Without --database a SQLite file in a temporary folder is made and deleted. With one, it must be an empty
database; its tables are dropped at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert, text
from sqlmodel import SQLModel

from app.db import Database
from app.routing.prior import PriorWork, schema
from app.routing.prior.codes import code_of, pack
from app.routing.prior.memory import E5_TOPICS
from models import Topic, Workspace

VOCABULARY = 60_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
_BATCH = 5_000


class WordVectors:
    """Vectors summed from the vectors of words; stands for the encoders at a cost of microseconds."""

    available = frozenset({"use", "e5"})

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        self._words = {"use": random.standard_normal((4096, 512)), "e5": random.standard_normal((4096, 384))}

    def of_words(self, model: str, words: np.ndarray) -> np.ndarray:
        """(n, w) word numbers to (n, d) vectors of length one; frequent words weigh less."""
        weights = np.log1p(words)[..., None]
        total = (self._words[model][words % 4096] * weights).sum(axis=1)
        found: np.ndarray = (total / np.linalg.norm(total, axis=1, keepdims=True)).astype(np.float32)
        return found

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> np.ndarray:
        numbers = [[int(word[1:]) for word in one.split() if word[1:].isdigit()] or [0] for one in texts]
        return np.concatenate([self.of_words(model, np.array([row])) for row in numbers])


def draw(random: np.random.Generator, rows: int, words: int) -> np.ndarray:
    """Word numbers whose frequency falls as one over their rank, as in natural language."""
    return np.minimum(VOCABULARY ** random.random((rows, words)), VOCABULARY - 1).astype(np.int64)


def written(numbers: np.ndarray) -> str:
    return " ".join(f"w{number}" for number in numbers)


async def build(database: Database, topics: int) -> None:
    random, vectors = np.random.default_rng(1), WordVectors()
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
        for statement in schema.upgrade("sqlite" if database.on_sqlite else "postgresql"):
            await connection.execute(text(statement))
        workspace = {"id": 1, "team_id": "T1", "name": "bench", "settings": {}, "created_at": NOW}
        await connection.execute(insert(Workspace).values(locale="en", zone="UTC", knowledge_team=[], **workspace))
    begun = time.perf_counter()
    for start in range(0, topics, _BATCH):
        count = min(_BATCH, topics - start)
        titles, excerpts = draw(random, count, 9), draw(random, count, 25)
        use = vectors.of_words("use", titles)
        codes, halves = code_of(use), pack(use)
        slow = pack(vectors.of_words("e5", titles)) if start + count > topics - E5_TOPICS else [None] * count
        rows = [
            {
                "workspace_id": 1,
                "forum_id": start + place + 1,
                "category_id": (start + place) % 40,
                "title": written(titles[place]),
                "excerpt": written(excerpts[place]),
                "slug": "topic",
                "tags": [],
                "author": "someone",
                "replies": 2,
                "answered": False,
                "closed": False,
                "posted_at": NOW - timedelta(minutes=topics - start - place),
                "last_posted_at": NOW,
                "code": codes[place].tobytes(),
                "vector": halves[place],
                "e5_vector": slow[place],
                "version": start // _BATCH + 1,
            }
            for place in range(count)
        ]
        async with database.engine.begin() as connection:
            await connection.execute(insert(Topic), rows)
        if start % 100_000 == 0:
            print(f"  {start + count:,} topics, {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    if not database.on_sqlite:
        async with database.engine.connect() as connection:
            raw = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await raw.execute(text("SET statement_timeout = 0"))
            await raw.execute(text("VACUUM ANALYZE topic"))
            await raw.execute(text("VACUUM ANALYZE topic_search"))


def resident() -> float:
    """Megabytes of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def quantiles(seconds: list[float]) -> dict[str, float]:
    p50, p95, p99 = np.quantile(np.array(seconds) * 1e3, [0.5, 0.95, 0.99])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "p99": round(float(p99), 1)}


async def measure(url: str, topics: int, queries: int) -> dict[str, object]:
    database = Database(url)
    encoders = WordVectors()
    prior = PriorWork(encoders)
    random = np.random.default_rng(2)
    async with database.read_only() as session:
        # Everything imported and connected, nothing held yet.
        await prior.find(session, 2, "w1 w2 w3", now=NOW)
        idle = resident()
        begun = time.perf_counter()
        await prior.load(session, 1)
        loaded = time.perf_counter() - begun
    spent: list[float] = []
    floor: list[float] = []
    found = 0
    peak = resident()
    # The topics' own words once more, as far as the queries go, in the order they were drawn.
    again = np.random.default_rng(1)
    known = draw(again, min(_BATCH, topics), 9)
    for number in range(queries):
        length = int(random.integers(3, 18))
        # Every other query repeats most of an earlier topic, as a person would who posts it a second time.
        words = draw(random, 1, length)[0]
        repeats = number % 2 == 0
        if repeats:
            words = np.concatenate([known[number % len(known)][:6], words[:2]])
        async with database.read_only() as session:
            begun = time.perf_counter()
            answer = await prior.find(session, 1, written(words), limit=3, now=NOW + timedelta(seconds=number))
            spent.append(time.perf_counter() - begun)
        found += repeats and any(one.forum_id == number % len(known) + 1 for one in answer)
        peak = max(peak, resident())
        if number % 5 == 0:
            floor.append(await raw_search(database, words))
    await database.close()
    ours, theirs = quantiles(spent), quantiles(floor)
    return {
        "topics": topics,
        "database": "sqlite" if database.on_sqlite else "postgresql",
        "find_ms": ours,
        "raw_text_search_ms": theirs,
        "ratio_p95": round(ours["p95"] / theirs["p95"], 2),
        "repeats_found": round(found / ((queries + 1) // 2), 3),
        "load_s": round(loaded, 1),
        "memory_above_idle_mb": round(peak - idle, 1),
    }


async def raw_search(database: Database, words: np.ndarray) -> float:
    """Seconds that plain SQL takes for the ten best topics with any of the eight rarest words."""
    rare = sorted({int(word) for word in words}, reverse=True)[:8]
    begun = time.perf_counter()
    async with database.read_only() as session:
        connection = await session.connection()
        if database.on_sqlite:
            query = " OR ".join(f'"w{word}"' for word in rare)
            statement = "SELECT rowid FROM topic_search WHERE topic_search MATCH :query ORDER BY rank LIMIT 10"
        else:
            query = " | ".join(f"w{word}" for word in rare)
            statement = (
                "SELECT topic_id FROM topic_search, to_tsquery('simple', :query) AS query "
                "WHERE words @@ query ORDER BY ts_rank(words, query) DESC LIMIT 10"
            )
        (await connection.execute(text(statement), {"query": query})).all()
    return time.perf_counter() - begun


async def drop(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        for statement in schema.downgrade("sqlite" if database.on_sqlite else "postgresql"):
            await connection.execute(text(statement))
        await connection.run_sync(SQLModel.metadata.drop_all)
    await database.close()


def run() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--database", default="")
    parser.add_argument("--keep", action="store_true", help="leave the topics there")
    parser.add_argument("--only", choices=("build", "measure"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only == "build":
        asyncio.run(build(Database(given.database), given.topics))
        return
    if given.only == "measure":
        print(json.dumps(asyncio.run(measure(given.database, given.topics, given.queries))))
        return
    with tempfile.TemporaryDirectory(prefix="bench-prior-") as folder:
        url = given.database or f"sqlite:///{folder}/topics.db"
        # Processes of their own: the memory of building must not blur that of searching.
        for step in ("build", "measure"):
            numbers = ["--topics", str(given.topics), "--queries", str(given.queries)]
            subprocess.run(
                [sys.executable, "-m", "bench.prior", "--only", step, "--database", url, *numbers], check=True
            )
        if given.database and not given.keep:
            asyncio.run(drop(url))


if __name__ == "__main__":
    run()
