"""Giving topics their vectors: newest first, a few at a time, and telling other processes of changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.routing.prior.codes import code_of, pack
from app.routing.prior.encoding import E5, USE, Encoders, Vectors, encode
from app.routing.prior.memory import E5_TOPICS
from app.routing.prior.rows import run
from app.routing.prior.words import topic_text
from models import Topic

# A statement may not name too many rows at once.
_AT_ONCE = 500


@dataclass(frozen=True)
class Waiting:
    """One topic that lacks the vector of `model`, with the words to encode."""

    id: int
    title: str
    excerpt: str
    model: str


async def waiting(
    session: AsyncSession, workspace_id: int, limit: int, *, models: Collection[str] = (USE, E5)
) -> tuple[Waiting, ...]:
    """Up to `limit` topics to encode, newest first: all need the quick encoder, 20,000 the slow one too."""
    topics = select(col(Topic.id), col(Topic.title), col(Topic.excerpt)).where(
        col(Topic.workspace_id) == workspace_id
    )
    found: list[Waiting] = []
    if USE in models:
        lacking = topics.where(col(Topic.code).is_(None)).order_by(col(Topic.forum_id).desc()).limit(limit)
        found += [Waiting(row.id, row.title, row.excerpt, USE) for row in await run(session, lacking)]
    if E5 in models and len(found) < limit:
        nth = (
            select(col(Topic.forum_id))
            .where(col(Topic.workspace_id) == workspace_id)
            .order_by(col(Topic.forum_id).desc())
            .offset(E5_TOPICS - 1)
            .limit(1)
        )
        oldest = (await run(session, nth)).scalar()
        lacking = (
            topics.where(col(Topic.e5_vector).is_(None), col(Topic.forum_id) >= (oldest or 0))
            .order_by(col(Topic.forum_id).desc())
            .limit(limit - len(found))
        )
        found += [Waiting(row.id, row.title, row.excerpt, E5) for row in await run(session, lacking)]
    return tuple(found)


async def encode_topics(encoders: Encoders, topics: Sequence[Waiting]) -> tuple[tuple[Waiting, Vectors], ...]:
    """The topics with their vectors; those whose encoder does not answer are left out. Needs no database."""
    done: list[tuple[Waiting, Vectors]] = []
    for model in (USE, E5):
        mine = [topic for topic in topics if topic.model == model]
        if mine:
            texts = [topic_text(topic.title, topic.excerpt) for topic in mine]
            vectors = (await encode(encoders, [model], texts, bulk=True)).get(model)
            done += zip(mine, () if vectors is None else vectors, strict=False)
    return tuple(done)


async def store(session: AsyncSession, workspace_id: int, encoded: Sequence[tuple[Waiting, Vectors]]) -> int:
    """Write vectors and codes; a topic that was edited or deleted meanwhile is left alone. Returns how many fit."""
    if not encoded:
        return 0
    version = await _next_version(session, workspace_id)
    stored = 0
    for topic, vector in encoded:
        (half,) = pack(vector[None, :])
        values: Mapping[str, object] = (
            {"vector": half, "code": code_of(vector[None, :])[0].tobytes()}
            if topic.model == USE
            else {"e5_vector": half}
        )
        done = await run(
            session,
            update(Topic)
            .where(
                col(Topic.id) == topic.id,
                col(Topic.workspace_id) == workspace_id,
                col(Topic.title) == topic.title,
                col(Topic.excerpt) == topic.excerpt,
            )
            .values(version=version, **values),
        )
        stored += done.rowcount
    return stored


async def encode_waiting(session: AsyncSession, workspace_id: int, encoders: Encoders, limit: int) -> int:
    """`waiting`, `encode_topics` and `store` in one go; 0 when nothing is left to do or no encoder answers.

    Encoding takes 1 ms (use) to 15 ms (e5) a topic with the session open; where writers wait for each other, call
    the three parts instead and open a transaction only around `store`.
    """
    topics = await waiting(session, workspace_id, limit, models=encoders.available)
    return await store(session, workspace_id, await encode_topics(encoders, topics))


async def changed(session: AsyncSession, workspace_id: int, forum_ids: Collection[int]) -> None:
    """Let every process read these topics again (after a move to another category, say).

    Needed only for changes that leave title and excerpt alone: those empty the vectors by themselves, and a deleted
    topic is noticed when it is met.
    """
    version = await _next_version(session, workspace_id) if forum_ids else 0
    ordered = sorted(forum_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        await run(
            session,
            update(Topic)
            .where(col(Topic.workspace_id) == workspace_id)
            .where(col(Topic.forum_id).in_(ordered[start : start + _AT_ONCE]))
            .values(version=version),
        )


async def _next_version(session: AsyncSession, workspace_id: int) -> int:
    # The row stays locked until the commit, so versions become visible in their order and no reader skips one.
    # It is not the highest version of the topics: deleting that topic would give its version out again.
    tick = text(
        """INSERT INTO topic_search_clock (workspace_id, version) VALUES (:workspace, 1)
        ON CONFLICT (workspace_id) DO UPDATE SET version = topic_search_clock.version + 1 RETURNING version"""
    )
    return int((await run(session, tick, {"workspace": workspace_id})).scalar_one())
