"""Finding earlier topics: "We've done this before"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.routing.prior import scoring, words
from app.routing.prior.codes import unpack
from app.routing.prior.encoding import DIMENSIONS, E5, USE, Encoders, Vectors, encode, language_of, models_for
from app.routing.prior.lexical import Lexical
from app.routing.prior.memory import Memory
from app.routing.prior.rows import run
from models import Topic

CANDIDATES = 100
# About 80 bytes a topic are held; the workspaces used longest ago give way.
HELD_TOPICS = 2_000_000
_SHOWN_WORDS = 5
_SHOWN = (
    col(Topic.id),
    col(Topic.forum_id),
    col(Topic.title),
    col(Topic.slug),
    col(Topic.author),
    col(Topic.posted_at),
    col(Topic.answered),
    col(Topic.replies),
    col(Topic.category_id),
)


@dataclass(frozen=True)
class PriorTopic:
    """An earlier topic worth looking at; `score` runs from 0 to 1, `matched` are words as the draft has them."""

    forum_id: int
    title: str
    slug: str
    author: str
    posted_at: datetime
    answered: bool
    replies: int
    category_id: int | None
    score: float
    matched: tuple[str, ...]


class PriorWork:
    """Answers with earlier topics like a draft; one for a process. Without encoders it goes by words alone."""

    def __init__(self, encoders: Encoders | None, *, language_of: Callable[[str], str] = language_of) -> None:
        """`language_of` names a text's language ("sw"), "und" when unsure; `find` can be told it instead."""
        self._encoders = encoders
        self._language_of = language_of
        self._lexical = Lexical()
        self._memories: dict[int, Memory] = {}

    async def load(self, session: AsyncSession, workspace_id: int) -> None:
        """Bring the workspace's codes into memory, or what changed since; a million topics take some seconds."""
        memory = self._memory(workspace_id)
        await memory.load(session)
        self._make_room(workspace_id)

    def forget(self, workspace_id: int) -> None:
        """Drop what is held of a workspace that was removed."""
        self._memories.pop(workspace_id, None)

    async def find(
        self,
        session: AsyncSession,
        workspace_id: int,
        text: str,
        *,
        limit: int = 3,
        categories: frozenset[int] | None = None,
        now: datetime,
        language: str | None = None,
        floor: float = 0.5,
    ) -> tuple[PriorTopic, ...]:
        """Up to `limit` topics like the text, best first, none below `floor`; only of `categories` unless None.

        Answers with what is there while the codes are still being read or vectors are missing.
        """
        draft = words.read(text)
        if not draft.text or limit < 1 or categories == frozenset():
            return ()
        memory = self._memory(workspace_id)
        await memory.refresh(session, now)
        # Encoding and counting bits need no database, so they run beside its search.
        (vectors, near), found = await asyncio.gather(
            self._near(memory, draft.text, language, categories),
            self._lexical.find(session, workspace_id, draft.words, categories=categories, now=now),
        )
        candidates = near | set(found.ids)
        if not candidates:
            return ()
        rows = await _texts(session, workspace_id, candidates, categories)
        gone = near - {row.id for row in rows}
        if gone and categories is None:
            memory.codes.drop(gone)
        ranked = await asyncio.to_thread(_rank, rows, vectors, memory, found.weights)
        best = {row.id: (score, shared) for score, row, shared in ranked[:limit] if score >= floor}
        return tuple(
            PriorTopic(
                forum_id=row.forum_id,
                title=row.title,
                slug=row.slug,
                author=row.author,
                posted_at=row.posted_at,
                answered=row.answered,
                replies=row.replies,
                category_id=row.category_id,
                score=best[row.id][0],
                matched=tuple(draft.typed[word] for word in best[row.id][1][:_SHOWN_WORDS]),
            )
            for row in await _whole(session, list(best))
        )

    async def _near(
        self, memory: Memory, text: str, language: str | None, categories: frozenset[int] | None
    ) -> tuple[Mapping[str, Vectors], frozenset[int]]:
        vectors = await self._vectors(text, language)
        return vectors, await asyncio.to_thread(memory.nearest, vectors, CANDIDATES, categories)

    async def _vectors(self, text: str, language: str | None) -> Mapping[str, Vectors]:
        if self._encoders is None:
            return {}
        if language is None:
            # In a thread: the first text of a process waits for tables to be read.
            language = await asyncio.to_thread(self._language_of, text)
        models = models_for(language)
        return {model: rows[0] for model, rows in (await encode(self._encoders, sorted(models), [text])).items()}

    def _memory(self, workspace_id: int) -> Memory:
        # Taken out and put back, so that the dictionary runs from the longest unused to the latest.
        memory = self._memories.pop(workspace_id, None) or Memory(workspace_id)
        self._memories[workspace_id] = memory
        return memory

    def _make_room(self, keep: int) -> None:
        for workspace_id in list(self._memories):
            if sum(len(memory.codes) for memory in self._memories.values()) <= HELD_TOPICS:
                return
            if workspace_id != keep:
                del self._memories[workspace_id]


async def _texts(
    session: AsyncSession, workspace_id: int, ids: set[int] | frozenset[int], categories: frozenset[int] | None
) -> Sequence[Any]:
    """The candidates as they are in the database now: what was deleted, moved or hidden falls out here."""
    wanted = (
        select(
            col(Topic.id),
            col(Topic.forum_id),
            col(Topic.title),
            col(Topic.excerpt),
            col(Topic.vector),
            col(Topic.e5_vector),
        )
        .where(col(Topic.workspace_id) == workspace_id)
        .where(col(Topic.id).in_(sorted(ids)))
    )
    if categories is not None:
        wanted = wanted.where(col(Topic.category_id).in_(sorted(categories)))
    return (await run(session, wanted)).all()


async def _whole(session: AsyncSession, ids: Sequence[int]) -> Sequence[Any]:
    """All columns of a few topics, in the order asked for."""
    if not ids:
        return ()
    rows = {row.id: row for row in await run(session, select(*_SHOWN).where(col(Topic.id).in_(ids)))}
    return [rows[one] for one in ids if one in rows]


def _rank(
    rows: Sequence[Any],
    vectors: Mapping[str, Vectors],
    memory: Memory,
    weights: Mapping[str, float],
) -> list[tuple[float, Any, tuple[str, ...]]]:
    """The rows with their score and shared words, best first; of equals the newer."""
    alike = []
    for model, stored in ((USE, "vector"), (E5, "e5_vector")):
        if model in vectors and rows:
            similar = unpack([getattr(row, stored) for row in rows], DIMENSIONS[model]) @ vectors[model]
            usual = memory.background.get(model, np.empty((0, DIMENSIONS[model]), dtype=np.float32)) @ vectors[model]
            alike.append(scoring.above_background(model, similar, usual))
    shared = [scoring.coverage(weights, row.title, row.excerpt) for row in rows]
    strengths = scoring.strength(alike, [share for share, _ in shared])
    scores = scoring.likelihood(strengths, len(memory.codes))
    order = sorted(range(len(rows)), key=lambda i: (-strengths[i], -rows[i].forum_id))
    return [(float(scores[i]), rows[i], shared[i][1]) for i in order]
