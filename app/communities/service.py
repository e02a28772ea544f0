"""What can be done to the community directory. The caller's transaction makes it happen whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities import queries
from app.communities.rules import Plan, diff_lines, heir_of, plan_import
from app.communities.shapes import CommunityEntry
from app.errors import NotFound, Refused
from models.community import STATUSES, Community, CommunityCategory, CommunityChannel, CommunityLead
from models.workspace import Workspace

_COMMUNITY = SQLModel.metadata.tables[Community.__tablename__]


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do where `dry_run` is true; the parts hold slugs."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    archived: tuple[str, ...]
    lines: tuple[str, ...]
    dry_run: bool = False


async def preview_import(
    session: AsyncSession, workspace_id: int, entries: Sequence[CommunityEntry], *, prune: bool = False
) -> ImportReport:
    """What `import_communities` would do now; only reads. Raises `Refused` as it would."""
    return _report(await _plan(session, workspace_id, entries, prune), dry_run=True)


def preview_first_import(entries: Sequence[CommunityEntry]) -> ImportReport:
    """What `import_communities` would do where nothing is stored yet. Raises `Refused` as it would."""
    return _report(plan_import((), entries), dry_run=True)


async def import_communities(
    session: AsyncSession,
    workspace_id: int,
    entries: Sequence[CommunityEntry],
    now: datetime,
    *,
    prune: bool = False,
) -> ImportReport:
    """Bring the directory to what the file says, by slug; a second time it changes nothing.

    Fields the file left out keep what is stored. `prune` archives communities the file does not name.
    Raises `NotFound` for an unknown workspace, `Refused` when a merged community would lead nowhere.
    """
    await _take_turn(session, workspace_id)
    plan = await _plan(session, workspace_id, entries, prune)
    connection = await session.connection()
    if plan.create:
        rows = [{"workspace_id": workspace_id, "slug": one.slug, **_columns(one, now)} for one in plan.create]
        await connection.execute(insert(_COMMUNITY), rows)
    ids = await _ids(session, workspace_id)
    here = _COMMUNITY.c.id == bindparam("which")
    for change in plan.update:
        await connection.execute(
            update(_COMMUNITY).where(here).values(**_columns(change.after, now)), {"which": ids[change.after.slug]}
        )
    for gone in plan.archive:
        values = {"status": "archived", "updated_at": now}
        await connection.execute(update(_COMMUNITY).where(here).values(**values), {"which": ids[gone.slug]})
    moved = [one.after for one in plan.update if {"leads", "channels", "categories"} & set(one.fields)]
    await _attach(session, workspace_id, ids, (*plan.create, *moved))
    return _report(plan)


async def set_status(session: AsyncSession, workspace_id: int, slug: str, status: str, now: datetime) -> str:
    """Give a community another status and answer the former one; `merged` needs `merge`, which names the heir."""
    await _take_turn(session, workspace_id)
    rows = await _rows(session, workspace_id)
    row = _named(rows, slug)
    if status == "merged":
        raise Refused(f"Say which community '{slug}' becomes part of: merge it into that one.")
    if status not in STATUSES:
        raise Refused(f"'{status}' is no status. Possible are {', '.join(STATUSES)}.")
    former = row.status
    if former != status:
        row.status, row.merged_into, row.updated_at = status, None, now
        await session.flush()
    return former


async def merge(session: AsyncSession, workspace_id: int, slug: str, into: str, now: datetime) -> None:
    """Let `slug` live on in `into`; communities merged into `slug` before follow it there."""
    await _take_turn(session, workspace_id)
    rows = await _rows(session, workspace_id)
    row, heir = _named(rows, slug), _named(rows, into)
    if slug == into:
        raise Refused("A community cannot be merged into itself. Name the other one.")
    if heir.status == "merged":
        links = {one.slug: one.merged_into if one.status == "merged" else None for one in rows.values()}
        end = heir_of(into, links)
        if end == slug:
            raise Refused(f"'{into}' is already part of '{slug}'. Make '{into}' active first to turn them round.")
        better = f"'{end}'" if end else "another one"
        raise Refused(f"'{into}' is itself merged. Merge '{slug}' into {better} instead.")
    if heir.status == "archived":
        raise Refused(f"'{into}' is archived. Make it active first, or name a community that lives on.")
    if row.status == "merged" and row.merged_into == into:
        return
    row.status, row.merged_into, row.updated_at = "merged", into, now
    for other in rows.values():
        if other.status == "merged" and other.merged_into == slug:
            other.merged_into, other.updated_at = into, now
    await session.flush()


async def rename_channel(session: AsyncSession, workspace_id: int, channel_id: str, name: str, now: datetime) -> int:
    """Note a channel's new name, as Slack announced it; answers in how many communities it stood."""
    which = (col(CommunityChannel.workspace_id) == workspace_id) & (col(CommunityChannel.slack_id) == channel_id)
    owners = (await session.exec(select(CommunityChannel.community_id).where(which))).all()
    if owners:
        await session.exec(update(CommunityChannel).where(which).values(name=name[:100]))
        await session.exec(update(Community).where(col(Community.id).in_(owners)).values(updated_at=now))
    return len(owners)


async def _take_turn(session: AsyncSession, workspace_id: int) -> None:
    """Let changes to one directory wait for each other: two imports at once would insert the same rows."""
    query = select(Workspace.id).where(col(Workspace.id) == workspace_id).with_for_update()
    if (await session.exec(query)).first() is None:
        raise NotFound("This workspace is not known here. Install the app in it first.")


async def _plan(session: AsyncSession, workspace_id: int, entries: Sequence[CommunityEntry], prune: bool) -> Plan:
    cards = await queries.directory(session, workspace_id)
    return plan_import([queries.entry_of(card) for card in cards], entries, prune=prune)


def _report(plan: Plan, *, dry_run: bool = False) -> ImportReport:
    return ImportReport(
        created=tuple(entry.slug for entry in plan.create),
        updated=tuple(change.after.slug for change in plan.update),
        unchanged=plan.unchanged,
        archived=tuple(entry.slug for entry in plan.archive),
        lines=diff_lines(plan),
        dry_run=dry_run,
    )


async def _rows(session: AsyncSession, workspace_id: int) -> dict[str, Community]:
    found = await session.exec(select(Community).where(col(Community.workspace_id) == workspace_id))
    return {row.slug: row for row in found}


def _named(rows: dict[str, Community], slug: str) -> Community:
    row = rows.get(slug)
    if row is None:
        raise NotFound(
            f"There is no community '{slug}'. The directory lists {', '.join(sorted(rows)[:30]) or 'none'}."
        )
    return row


async def _ids(session: AsyncSession, workspace_id: int) -> dict[str, int]:
    query = select(col(Community.slug), col(Community.id)).where(col(Community.workspace_id) == workspace_id)
    return {slug: found or 0 for slug, found in await session.exec(query)}


def _columns(entry: CommunityEntry, now: datetime) -> dict[str, Any]:
    return {
        "name": entry.name,
        "purpose": entry.purpose,
        "status": entry.status,
        "keywords": list(entry.keywords),
        "languages": list(entry.languages),
        "examples": list(entry.examples),
        "merged_into": entry.merged_into,
        "last_active_at": entry.last_active_at,
        "updated_at": now,
    }


async def _attach(
    session: AsyncSession, workspace_id: int, ids: dict[str, int], entries: Sequence[CommunityEntry]
) -> None:
    """Give the communities the leads, channels and categories of their entries in place of those they had."""
    connection = await session.connection()
    owners = [ids[entry.slug] for entry in entries]
    parts: dict[type[SQLModel], list[dict[str, Any]]] = {
        CommunityLead: [
            _child(ids, entry, at, slack_id=one) for entry in entries for at, one in enumerate(entry.leads)
        ],
        CommunityChannel: [
            _child(ids, entry, at, slack_id=one.slack_id, name=one.name, private=bool(one.private))
            for entry in entries
            for at, one in enumerate(entry.channels)
        ],
        CommunityCategory: [
            _child(ids, entry, at, category_id=one.id, name=one.name)
            for entry in entries
            for at, one in enumerate(entry.categories)
        ],
    }
    for model, rows in parts.items():
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        await connection.execute(delete(table).where(table.c.community_id.in_(owners)))
        if rows:
            await connection.execute(insert(table).values(workspace_id=workspace_id), rows)


def _child(ids: dict[str, int], entry: CommunityEntry, at: int, **values: Any) -> dict[str, Any]:
    return {"community_id": ids[entry.slug], "position": at, **values}
