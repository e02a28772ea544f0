"""Earlier topics from a file: the same search as on the forum, in a temporary database."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from sqlalchemy import insert, text
from sqlmodel import SQLModel
from tqdm import tqdm

from app.db import Database
from app.errors import NotUnderstood
from app.routing.prior import schema
from app.routing.prior.backfill import encode_topics, store, waiting
from app.routing.prior.encoding import Encoders, Vectors
from app.routing.prior.service import PriorTopic, PriorWork
from app.routing.ranking.encoders import ChildEncoders
from app.routing.ranking.files import FileQuery, read_queries
from models import Topic, Workspace

RANKED = 10
_READY = 120.0
_CHILDREN = 4
_TRIES = 5
_TEXT_SECONDS = 20.0
_AT_ONCE = 256
_WORKSPACE = 1
# Topics of a file have no dates; nothing depends on them here.
_THEN = datetime(2000, 1, 1, tzinfo=UTC)
_LISTS = ("topics", "topic_list", "items", "data", "posts")
_TITLES = ("title", "fancy_title", "subject", "name", "question")
_BODIES = ("text", "body", "excerpt", "content", "raw", "first_post", "description", "query")


@dataclass(frozen=True)
class FileTopic:
    """One topic of a file; a topic with one text only has it as its title."""

    id: str
    title: str
    excerpt: str


def read_topics(path: Path) -> tuple[FileTopic, ...]:
    """The topics of a JSON or JSON Lines file: a list, or an object with a list of "topics". Raises NotUnderstood."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotUnderstood(f"{path} cannot be read: {error}") from error
    try:
        rows = _listed(json.loads(content))
    except json.JSONDecodeError:
        rows = [_line(path, number, line) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
    return tuple(_topic(row, place) for place, row in enumerate(rows, 1))


def _listed(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        for name in _LISTS:
            if isinstance(content.get(name), list | dict):
                return _listed(content[name])
        if any(name in content for name in (*_TITLES, *_BODIES)):
            return [content]
    raise NotUnderstood('The file has no list of topics; write {"topics": [{"id": …, "title": …}]} or one a line.')


def _line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise NotUnderstood(f"Line {number} of {path} is not JSON: {error}") from error


def _topic(row: Any, place: int) -> FileTopic:
    if isinstance(row, str):
        row = {"title": row}
    if not isinstance(row, dict):
        raise NotUnderstood(f'Topic {place} is not an object with "id" and "title".')
    found = [str(row[name]) for name in (*_TITLES, *_BODIES) if isinstance(row.get(name), str) and row[name].strip()]
    # Half of a surrogate pair, which JSON can spell, fits no database.
    clean = [" ".join(one.encode("utf-8", "replace").decode().replace("\x00", " ").split()) for one in found]
    title = clean[0] if clean else ""
    rest = [title[300:], *(one for one in clean[1:] if one != title)]
    return FileTopic(str(row.get("id", place)), title[:300], " ".join(one for one in rest if one)[:600])


def answer_line(query: FileQuery, found: Sequence[PriorTopic], topics: Sequence[FileTopic]) -> str:
    """One answer: {"id", "ranked": [{"id", "score"}…], "confidence", "none"}; a topic's number is its place."""
    confidence = found[0].score if found else 0.0
    ranked = [{"id": topics[one.forum_id - 1].id, "score": round(one.score, 6)} for one in found]
    return json.dumps(
        {"id": query.id, "ranked": ranked, "confidence": round(confidence, 6), "none": confidence < 0.5},
        ensure_ascii=False,
    )


def run(topics_path: Path, queries: TextIO, out: TextIO, *, encoders: Encoders | None = None) -> int:
    """Write the ten topics most like each query, in the queries' order; returns how many queries.

    Encodes with the real models unless given `encoders`: about a minute for 5,000 topics, shown on standard error.
    Raises NotUnderstood for files that cannot be read.
    """
    topics = read_topics(topics_path)
    asked = list(read_queries(queries))
    return asyncio.run(_run(topics, asked, out, encoders))


async def _run(
    topics: Sequence[FileTopic], asked: Sequence[FileQuery], out: TextIO, encoders: Encoders | None
) -> int:
    if encoders is not None:
        return await _answer(topics, asked, out, encoders)
    several = SideBySide(min(os.cpu_count() or 1, _CHILDREN))
    try:
        await several.start()
        if not several.available:
            sys.stderr.write("The encoders do not start; topics are compared by their words alone.\n")
        return await _answer(topics, asked, out, several)
    finally:
        await several.close()


class SideBySide:
    """Encoders that share bulk work. One with several threads is thirty times slower as soon as a core is busy."""

    def __init__(self, count: int) -> None:
        self._children = [
            ChildEncoders(threads=1, text_seconds=_TEXT_SECONDS, start_seconds=_READY) for _ in range(count)
        ]

    async def start(self) -> None:
        """Start all and wait until they answer or cannot."""
        await asyncio.gather(*(child.start() for child in self._children))
        await asyncio.gather(*(child.ready(_READY) for child in self._children))

    @property
    def available(self) -> frozenset[str]:
        """The models that all of them have."""
        return frozenset.intersection(*(child.available for child in self._children))

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> Vectors:
        """Vectors of the texts, each child its share."""
        share = -(-len(texts) // len(self._children))
        parts = [texts[start : start + share] for start in range(0, len(texts), max(1, share))]
        asked = zip(self._children, parts, strict=False)
        return np.concatenate(await asyncio.gather(*(child.encode(model, part, bulk=bulk) for child, part in asked)))

    async def close(self) -> None:
        """Stop all."""
        await asyncio.gather(*(child.close() for child in self._children))


async def _answer(topics: Sequence[FileTopic], asked: Sequence[FileQuery], out: TextIO, encoders: Encoders) -> int:
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        database = Database(f"sqlite:///{folder}/topics.db")
        try:
            await _fill(database, topics)
            await _encode(database, encoders, len(topics))
            prior = PriorWork(encoders)
            async with database.read_only() as session:
                await prior.load(session, _WORKSPACE)
                for query in tqdm(asked, "queries", unit=" queries", file=sys.stderr, mininterval=2, leave=False):
                    found = await prior.find(session, _WORKSPACE, query.text, limit=RANKED, now=_THEN, floor=0.0)
                    out.write(answer_line(query, found, topics) + "\n")
            out.flush()
        finally:
            await database.close()
    return len(asked)


async def _fill(database: Database, topics: Sequence[FileTopic]) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
        for statement in schema.upgrade("sqlite"):
            await connection.execute(text(statement))
    async with database.transaction() as session:
        session.add(Workspace(id=_WORKSPACE, team_id="T0", name="file", created_at=_THEN))
        await session.flush()
        rows = [
            {
                "workspace_id": _WORKSPACE,
                "forum_id": place,
                "title": topic.title,
                "excerpt": topic.excerpt,
                "slug": "",
                "tags": [],
                "author": "",
                "replies": 0,
                "answered": False,
                "closed": False,
                "posted_at": _THEN,
                "last_posted_at": _THEN,
            }
            for place, topic in enumerate(topics, 1)
        ]
        if rows:
            await (await session.connection()).execute(insert(Topic), rows)


async def _encode(database: Database, encoders: Encoders, topics: int) -> None:
    for model in ("use", "e5"):
        if model not in encoders.available:
            continue
        with tqdm(total=topics, desc=model, unit=" topics", file=sys.stderr, mininterval=2, leave=False) as progress:
            failures = 0
            while failures < _TRIES:
                async with database.read_only() as session:
                    work = await waiting(session, _WORKSPACE, _AT_ONCE, models={model})
                if not work:
                    break
                encoded = await encode_topics(encoders, work)
                if not encoded:
                    # An encoder that died is started again within a second or two.
                    failures += 1
                    await asyncio.sleep(failures)
                    continue
                async with database.transaction() as session:
                    await store(session, _WORKSPACE, encoded)
                progress.update(len(encoded))
