"""Rows of topics as the forum's answers fill them: stored, refreshed, taken away. The caller has the transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.discourse.answers import EXCERPT, ForumPost, TopicLine
from models import Topic, Workspace

# SQLite takes 32,766 parameters in one statement, old ones 999.
_AT_ONCE = 500
# Stands where a first post has no words, so that it is not fetched again.
WORDLESS = "…"


@dataclass(frozen=True)
class Fate:
    """How many topics were new, different, and as before."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


async def store_lines(
    session: AsyncSession,
    workspace_id: int,
    lines: Collection[TopicLine],
    on_moved: Callable[[AsyncSession, int, Collection[int]], Awaitable[None]] | None = None,
) -> Fate:
    """Insert or refresh these topics by their forum id."""
    wanted = {line.id: line for line in lines}
    if not wanted:
        return Fate()
    known = select(Topic).where(col(Topic.workspace_id) == workspace_id, col(Topic.forum_id).in_(wanted))
    rows = {row.forum_id: row for row in await session.exec(known)}
    changed, moved = 0, []
    for number, line in wanted.items():
        row = rows.get(number)
        if row is None:
            session.add(Topic(workspace_id=workspace_id, forum_id=number, excerpt=line.excerpt, **_values(line)))
            continue
        values = _values(line)
        if line.excerpt and not row.excerpt:
            values["excerpt"] = line.excerpt
        fresh = {name: value for name, value in values.items() if getattr(row, name) != value}
        if fresh.keys() & {"title", "excerpt"}:
            row.code = row.vector = row.e5_vector = None
        if "category_id" in fresh:
            moved.append(number)
        for name, value in fresh.items():
            setattr(row, name, value)
        changed += bool(fresh)
    await session.flush()
    if moved and on_moved:
        await on_moved(session, workspace_id, moved)
    added = len(wanted) - len(rows)
    return Fate(added, changed, len(rows) - changed)


def _values(line: TopicLine) -> dict[str, Any]:
    return {
        "category_id": line.category_id,
        "title": line.title,
        "slug": line.slug,
        "tags": list(line.tags),
        "author": line.author,
        "replies": line.replies,
        "answered": line.answered,
        "closed": line.closed,
        "posted_at": line.created_at,
        "last_posted_at": line.last_posted_at,
    }


async def store_excerpts(session: AsyncSession, workspace_id: int, firsts: Mapping[int, ForumPost]) -> None:
    """Give topics (by forum id) the start of their first post, and the author where the list had none."""
    known = select(Topic).where(col(Topic.workspace_id) == workspace_id, col(Topic.forum_id).in_(firsts))
    for row in await session.exec(known):
        post = firsts[row.forum_id]
        row.author = row.author or post.username
        fresh = post.text[:EXCERPT] or WORDLESS
        if row.excerpt != fresh:
            row.excerpt = fresh
            row.code = row.vector = row.e5_vector = None


async def drop_topics(
    session: AsyncSession,
    workspace_id: int,
    *,
    forum_ids: Collection[int] = (),
    outside: frozenset[int] | None = None,
) -> int:
    """Take away the named topics, or with `outside` all that are in none of these categories; how many it were."""
    mine = col(Topic.workspace_id) == workspace_id
    removed = 0
    ordered = sorted(forum_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        part = delete(Topic).where(mine, col(Topic.forum_id).in_(ordered[start : start + _AT_ONCE]))
        removed += int(getattr(await session.exec(part), "rowcount", 0))
    if outside is not None:
        known = select(Topic.category_id).where(mine).distinct()
        closed = [one for one in await session.exec(known) if one not in outside]
        for one in closed:
            place = col(Topic.category_id).is_(None) if one is None else col(Topic.category_id) == one
            removed += int(getattr(await session.exec(delete(Topic).where(mine, place)), "rowcount", 0))
    return removed


async def remember_run(
    session: AsyncSession, workspace_id: int, bumped_to: datetime, full_at: datetime | None
) -> None:
    """Note in the workspace's settings how far the index reaches, for the next run."""
    query = select(Workspace).where(col(Workspace.id) == workspace_id).with_for_update()
    workspace = (await session.exec(query)).one()
    note = dict(workspace.settings.get("forum_sync") or {}) | {"bumped_to": bumped_to.isoformat()}
    if full_at:
        note["full_at"] = full_at.isoformat()
    # A new dictionary, since changes inside a JSON column go unseen.
    workspace.settings = {**workspace.settings, "forum_sync": note}
