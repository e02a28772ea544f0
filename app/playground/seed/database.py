"""Filling the database of the demo: directory, people, forum topics, a year of thanks. Twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import Clock
from app.communities.channels import latest_posts, note_activity
from app.communities.files import read_file
from app.communities.service import import_communities
from app.db import Database
from app.discourse.answers import TopicLine, read_line, read_post
from app.discourse.gateway import ForumGateway
from app.discourse.shelf import remember_run, store_excerpts, store_lines
from app.discourse.sync import Moved, SyncReport, belongs, sync_topics
from app.members.service import ensure_workspace
from app.playground import cast
from app.playground.forum import shapes
from app.playground.forum.records import ForumConfig
from app.playground.forum.state import Forum
from app.playground.seed.content import COMMUNITIES_FILE
from app.playground.seed.forum import fill_forum
from app.playground.seed.thanks import seed_thanks
from app.playground.slack.workspace import Workspace as LocalSlack
from models import Community, Member, Thanks, Topic

KNOWLEDGE_TEAM = ("U0AMINA001", "U0CLAIRE08")
AT_ONCE = 150


@dataclass(frozen=True)
class SeedReport:
    """What the database holds after seeding."""

    communities: int
    members: int
    topics: int
    thanks: int


async def seed_database(
    db: Database,
    clock: Clock,
    forum: Forum | None = None,
    *,
    slack: LocalSlack | None = None,
    gateway: ForumGateway | None = None,
    progress: Callable[[SyncReport], None] | None = None,
    on_moved: Moved | None = None,
) -> SeedReport:
    """Fill the cast's workspace, made when it is missing: the 21 communities, people, forum topics, a year of thanks.

    The topics are those of `forum`; without it those that `fill_forum` makes for the same moment. With a `gateway`
    they come through a real sync of the forum behind it, which takes seconds instead of one. With a local `slack` the
    cards of the last weeks are put into its channels.
    """
    now = clock.now()
    entries = read_file(COMMUNITIES_FILE)
    forum = forum or _own_forum(clock)
    async with db.transaction() as session:
        workspace = await ensure_workspace(session, cast.TEAM_ID, cast.TEAM_NAME, now)
        workspace.knowledge_team = workspace.knowledge_team or list(KNOWLEDGE_TEAM)
        workspace_id = workspace.id or 0
        await import_communities(session, workspace_id, entries, now)
        await _add_members(session, workspace_id, now)
    if gateway is not None:
        await sync_topics(db, gateway, clock, workspace_id, progress=progress, on_moved=on_moved)
    else:
        await _write_topics(db, forum, workspace_id, now)
    await seed_thanks(db, workspace_id, now, forum, slack)
    async with db.transaction() as session:
        await note_activity(session, await latest_posts(session, workspace_id), now)
        counts = [
            (
                await session.exec(select(func.count()).select_from(table).where(table.workspace_id == workspace_id))
            ).one()
            for table in (Community, Member, Topic, Thanks)
        ]
    return SeedReport(*counts)


async def _add_members(session: AsyncSession, workspace_id: int, now: datetime) -> None:
    known = set(await session.exec(select(Member.slack_id).where(Member.workspace_id == workspace_id)))
    for one in cast.PEOPLE:
        if one.id not in known:
            session.add(
                Member(
                    workspace_id=workspace_id,
                    slack_id=one.id,
                    home_team_id=cast.PARTNER_TEAM_ID if one.kind == "partner" else cast.TEAM_ID,
                    name=one.name,
                    zone=one.zone,
                    locale=one.locale,
                    is_admin=one.admin,
                    is_guest=one.kind in ("guest", "single"),
                    is_external=one.kind == "partner",
                    deactivated=one.kind == "left",
                    forum_username=one.forum or None,
                    seen_at=now,
                )
            )


def _own_forum(clock: Clock) -> Forum:
    forum = Forum(ForumConfig("", clock))
    fill_forum(forum, clock.now())
    return forum


async def _write_topics(db: Database, forum: Forum, workspace_id: int, now: datetime) -> None:
    open_ones = frozenset(one.id for one in forum.categories.values() if not one.read_restricted)
    names = {user.id: user.username for user in forum.users.values()}
    rows = [shapes.topic_line(forum, topic, None) for topic in forum.topics.values()]
    lines = [line for row in rows if (line := read_line(row, names)) and belongs(line, open_ones)]
    for part in _parts(lines):
        firsts = {line.id: post for line in part if (post := read_post(_first(forum, line.id)))}
        async with db.transaction() as session:
            await store_lines(session, workspace_id, part)
            lacking = select(Topic.forum_id).where(Topic.workspace_id == workspace_id, Topic.excerpt == "")
            missing = set(await session.exec(lacking))
            await store_excerpts(session, workspace_id, {n: post for n, post in firsts.items() if n in missing})
    newest = max(line.bumped_at for line in lines)
    async with db.transaction() as session:
        await remember_run(session, workspace_id, newest, now)


def _first(forum: Forum, topic_id: int) -> dict[str, Any]:
    return shapes.post(forum, forum.posts[forum.topics[topic_id].post_ids[0]], raw=True)


def _parts(lines: Sequence[TopicLine]) -> Iterator[Sequence[TopicLine]]:
    for start in range(0, len(lines), AT_ONCE):
        yield lines[start : start + AT_ONCE]
