"""Keeping the index of topics in step with the forum: only what everyone may read, page by page.

A run reads the list of topics from the last bump downwards to where the run before had begun; a full one reads
it all and looks after what it did not meet again. Each page is one short transaction, and no transaction is open
while the forum is asked. A topic counts as answered when it is solved or somebody other than its author replied.

Edits that do not bump a topic (its title, its category, the first of several posts) are seen by full runs, texts
of first posts only by webhook.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import Clock
from app.db import Database
from app.discourse.answers import ForumCategory, ForumPost, TopicLine
from app.discourse.gateway import ForumGateway
from app.discourse.shelf import drop_topics, remember_run, store_excerpts, store_lines
from app.errors import NotFound, Unavailable
from models import Topic, Workspace

# Clocks differ and a bump may show late: read a little further back than the last run got.
OVERLAP = timedelta(minutes=10)
PATIENCE = 4
LONGEST_REST = 120.0
# Missing topics asked for one by one in a full run; the rest waits for the next.
DOUBTS = 60
# Texts fetched one by one in a run, when walking all posts would cost more.
SINGLE_TEXTS = 100
WALK_LIMIT = 2000
POSTS_A_WINDOW = 50

T = TypeVar("T")
P = ParamSpec("P")
Moved = Callable[[AsyncSession, int, Collection[int]], Awaitable[None]]


@dataclass(frozen=True)
class SyncReport:
    """What a run has done so far: pages read, topics by fate, texts fetched; `unverified` topics were not met."""

    pages: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    texts: int = 0
    unverified: int = 0
    full: bool = False
    finished: bool = False


def open_categories(categories: Iterable[ForumCategory]) -> frozenset[int]:
    """The categories that everyone may read; a closed parent closes its children."""
    known = {one.id: one for one in categories}

    def is_open(one: ForumCategory | None, depth: int = 0) -> bool:
        if one is None or not one.open_to_all or depth > 5:
            return False
        return one.parent_id is None or is_open(known.get(one.parent_id), depth + 1)

    return frozenset(number for number, one in known.items() if is_open(one))


def belongs(line: TopicLine, categories: frozenset[int]) -> bool:
    """Whether a topic may be indexed: public, listed, in an open category, never a private message."""
    return line.regular and line.visible and line.category_id in categories


async def sync_topics(
    db: Database,
    gateway: ForumGateway,
    clock: Clock,
    workspace_id: int,
    *,
    full: bool = False,
    progress: Callable[[SyncReport], None] | None = None,
    on_moved: Moved | None = None,
) -> SyncReport:
    """Bring the index up to date; running it again changes nothing. The first run is always a full one.

    `progress` hears after every page. `on_moved` is called within the page's transaction with the forum ids of
    topics whose category changed. Raises `Unavailable` when the forum stays away; what was stored stays.
    """
    tell = progress or (lambda _report: None)
    categories = open_categories(await _ask(gateway, gateway.categories))
    if not categories:
        raise Unavailable("The forum shows no category that everyone may read, so there is nothing to index.")
    before = await _last_run(db, workspace_id)
    full = full or before is None
    report = SyncReport(full=full)
    async with db.transaction() as session:
        gone = await drop_topics(session, workspace_id, outside=categories)
    report = replace(report, removed=gone)

    since = None if full or before is None else before - OVERLAP
    seen: set[int] = set()
    newest: datetime | None = None
    while True:
        page = await _ask(gateway, gateway.latest, report.pages)
        fresh = [line for line in page.lines if line.id not in seen]
        seen |= {line.id for line in fresh}
        kept = [line for line in fresh if belongs(line, categories)]
        hidden = {line.id for line in fresh} - {line.id for line in kept}
        async with db.transaction() as session:
            fate = await store_lines(session, workspace_id, kept, on_moved)
            gone = await drop_topics(session, workspace_id, forum_ids=hidden)
        # Nothing below this bump is missed next time, however long this run takes.
        newest = newest or max((line.bumped_at for line in page.lines), default=None)
        report = replace(
            report,
            pages=report.pages + 1,
            added=report.added + fate.added,
            changed=report.changed + fate.changed,
            unchanged=report.unchanged + fate.unchanged,
            removed=report.removed + gone,
        )
        tell(report)
        unpinned = [line.bumped_at for line in page.lines if not line.pinned]
        reached = since is not None and bool(unpinned) and min(unpinned) < since
        if not page.more or not page.lines or reached:
            break
    if full:
        report = await _doubt(db, gateway, workspace_id, categories, seen, report, on_moved)
        tell(report)
    report = await _texts(db, gateway, workspace_id, report, tell)
    async with db.transaction() as session:
        await remember_run(session, workspace_id, newest or clock.now(), clock.now() if full else None)
    report = replace(report, finished=True)
    tell(report)
    return report


async def _ask(gateway: ForumGateway, call: Callable[P, Awaitable[T]], *args: P.args, **named: P.kwargs) -> T:
    """One background call in its turn; when the forum asks to wait, wait and ask again, a few times."""
    for attempt in range(1, PATIENCE + 1):
        await gateway.turn()
        try:
            return await call(*args, **named)
        except Unavailable as problem:
            rest = problem.retry_after if problem.retry_after is not None else 5.0 * attempt
            if attempt == PATIENCE or rest > LONGEST_REST:
                raise
        await gateway.rest(rest)
    raise AssertionError("unreachable")


async def _last_run(db: Database, workspace_id: int) -> datetime | None:
    async with db.read_only() as session:
        workspace = await session.get(Workspace, workspace_id)
        if workspace is None:
            raise NotFound("There is no such workspace.")
        stored = workspace.settings.get("forum_sync") or {}
    try:
        return datetime.fromisoformat(str(stored.get("bumped_to")))
    except ValueError:
        return None


async def _doubt(
    db: Database,
    gateway: ForumGateway,
    workspace_id: int,
    categories: frozenset[int],
    seen: set[int],
    report: SyncReport,
    on_moved: Moved | None,
) -> SyncReport:
    """Ask for topics that the whole list did not name: gone, hidden, or only slipped between two pages."""
    async with db.read_only() as session:
        stored = await session.exec(select(Topic.forum_id).where(col(Topic.workspace_id) == workspace_id))
        missing = sorted(set(stored) - seen, reverse=True)
    gone: set[int] = set()
    alive: list[TopicLine] = []
    for forum_id in missing[:DOUBTS]:
        try:
            line = (await _ask(gateway, gateway.topic, forum_id)).line
        except NotFound:
            gone.add(forum_id)
            continue
        if belongs(line, categories):
            alive.append(line)
        else:
            gone.add(forum_id)
    async with db.transaction() as session:
        removed = await drop_topics(session, workspace_id, forum_ids=gone)
        fate = await store_lines(session, workspace_id, alive, on_moved)
    return replace(
        report,
        removed=report.removed + removed,
        changed=report.changed + fate.changed,
        unverified=max(0, len(missing) - DOUBTS),
    )


async def _texts(
    db: Database,
    gateway: ForumGateway,
    workspace_id: int,
    report: SyncReport,
    tell: Callable[[SyncReport], None],
) -> SyncReport:
    """Fetch the first posts of topics that lack an excerpt: by the window of 50 where that is cheaper."""
    async with db.read_only() as session:
        lacking = select(Topic.forum_id).where(col(Topic.workspace_id) == workspace_id, col(Topic.excerpt) == "")
        wanted = sorted(await session.exec(lacking), reverse=True)
    if not wanted:
        return report
    newest = await _ask(gateway, gateway.latest_posts)
    windows = -(-max((one.id for one in newest), default=0) // POSTS_A_WINDOW)
    left = set(wanted)
    if windows <= min(len(wanted), WALK_LIMIT):
        before, posts = max((one.id for one in newest), default=0), newest
        while True:
            report = await _keep_texts(db, workspace_id, posts, left, report, tell)
            before -= POSTS_A_WINDOW
            if before <= 0 or not left:
                return report
            posts = await _ask(gateway, gateway.latest_posts, before)
    for forum_id in wanted[:SINGLE_TEXTS]:
        try:
            detail = await _ask(gateway, gateway.topic, forum_id)
        except NotFound:
            continue
        report = await _keep_texts(db, workspace_id, detail.posts, left, report, tell)
    return report


async def _keep_texts(
    db: Database,
    workspace_id: int,
    posts: Iterable[ForumPost],
    left: set[int],
    report: SyncReport,
    tell: Callable[[SyncReport], None],
) -> SyncReport:
    firsts = {one.topic_id: one for one in posts if one.number == 1 and one.topic_id in left}
    if firsts:
        async with db.transaction() as session:
            await store_excerpts(session, workspace_id, firsts)
        left -= firsts.keys()
        report = replace(report, texts=report.texts + len(firsts))
        tell(report)
    return report
