"""Reads of the community directory: whole cards in a number of queries that does not grow with the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy import select as sql_select
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.rules import heir_of
from app.communities.shapes import (
    Category,
    CategoryRef,
    Channel,
    ChannelRef,
    CommunityCard,
    CommunityEntry,
    Heir,
    Lead,
)
from models.community import Community, CommunityCategory, CommunityChannel, CommunityLead
from models.member import Member

T = TypeVar("T")

_COMMUNITY = SQLModel.metadata.tables[Community.__tablename__]


async def directory(session: AsyncSession, workspace_id: int) -> tuple[CommunityCard, ...]:
    """All communities of a workspace, in the order they were added."""
    return await _cards(session, workspace_id)


async def community(session: AsyncSession, workspace_id: int, slug: str) -> CommunityCard | None:
    """The community of that slug, or None."""
    cards = await _cards(session, workspace_id, col(Community.slug) == slug)
    return cards[0] if cards else None


async def by_channel(session: AsyncSession, workspace_id: int, channel_id: str) -> tuple[CommunityCard, ...]:
    """The communities that meet in a Slack channel; more than one may share it."""
    ids = select(col(CommunityChannel.community_id)).where(
        col(CommunityChannel.workspace_id) == workspace_id, col(CommunityChannel.slack_id) == channel_id
    )
    return await _cards(session, workspace_id, col(Community.id).in_(ids))


async def led_by(session: AsyncSession, workspace_id: int, slack_id: str) -> tuple[CommunityCard, ...]:
    """The communities a person leads, whatever their status."""
    ids = select(col(CommunityLead.community_id)).where(
        col(CommunityLead.workspace_id) == workspace_id, col(CommunityLead.slack_id) == slack_id
    )
    return await _cards(session, workspace_id, col(Community.id).in_(ids))


def entry_of(card: CommunityCard) -> CommunityEntry:
    """A stored community as a file would describe it, with every field given."""
    return CommunityEntry(
        slug=card.slug,
        name=card.name,
        purpose=card.purpose,
        keywords=card.keywords,
        languages=card.languages,
        leads=tuple(lead.slack_id for lead in card.leads),
        channels=tuple(ChannelRef(one.slack_id, one.name, one.private) for one in card.channels),
        categories=tuple(CategoryRef(one.id, one.name) for one in card.categories),
        status=card.status,
        merged_into=card.merged_into,
        examples=card.examples,
        last_active_at=card.last_active_at,
    )


async def _cards(
    session: AsyncSession, workspace_id: int, which: ColumnElement[bool] | None = None
) -> tuple[CommunityCard, ...]:
    # Plain rows: building objects for a thousand communities would cost more than the query.
    query = sql_select(_COMMUNITY).where(_COMMUNITY.c.workspace_id == workspace_id).order_by(_COMMUNITY.c.id)
    await session.flush()
    connection = await session.connection()
    rows = (await connection.execute(query if which is None else query.where(which))).all()
    if not rows:
        return ()

    def of_these(query: Any, owner: Any) -> Any:
        """Narrow to the communities asked for; for a whole directory the workspace says it all."""
        query = query.where(owner.workspace_id == workspace_id).order_by(owner.position, owner.id)
        return query if which is None else query.where(owner.community_id.in_([row.id for row in rows]))

    person = (col(Member.workspace_id) == col(CommunityLead.workspace_id)) & (
        col(Member.slack_id) == col(CommunityLead.slack_id)
    )
    leads_query = select(
        col(CommunityLead.community_id), col(CommunityLead.slack_id), col(Member.name), col(Member.deactivated)
    ).outerjoin(Member, person)
    leads = _grouped(
        (owner, Lead(slack_id, name or "", bool(gone)))
        for owner, slack_id, name, gone in await session.exec(of_these(leads_query, CommunityLead))
    )
    channels_query = select(
        col(CommunityChannel.community_id),
        col(CommunityChannel.slack_id),
        col(CommunityChannel.name),
        col(CommunityChannel.private),
    )
    channels = _grouped(
        (owner, Channel(*rest)) for owner, *rest in await session.exec(of_these(channels_query, CommunityChannel))
    )
    categories_query = select(
        col(CommunityCategory.community_id), col(CommunityCategory.category_id), col(CommunityCategory.name)
    )
    categories = _grouped(
        (owner, Category(*rest)) for owner, *rest in await session.exec(of_these(categories_query, CommunityCategory))
    )
    links = [(row.slug, row.name, row.status, row.merged_into) for row in rows]
    if which is not None and any(row.status == "merged" for row in rows):
        links = await _links(session, workspace_id)
    heirs = _heirs(links)
    return tuple(
        CommunityCard(
            id=row.id,
            slug=row.slug,
            name=row.name,
            purpose=row.purpose,
            status=row.status,
            languages=tuple(row.languages),
            keywords=tuple(row.keywords),
            examples=tuple(row.examples),
            leads=leads[row.id],
            channels=channels[row.id],
            categories=categories[row.id],
            last_active_at=row.last_active_at,
            merged_into=row.merged_into,
            heir=heirs.get(row.slug),
            updated_at=row.updated_at,
        )
        for row in rows
    )


def _grouped(pairs: Iterable[tuple[int, T]]) -> defaultdict[int, tuple[T, ...]]:
    lists: defaultdict[int, list[T]] = defaultdict(list)
    for owner, one in pairs:
        lists[owner].append(one)
    return defaultdict(tuple, {owner: tuple(ones) for owner, ones in lists.items()})


async def _links(session: AsyncSession, workspace_id: int) -> list[tuple[str, str, str, str | None]]:
    query = select(col(Community.slug), col(Community.name), col(Community.status), col(Community.merged_into)).where(
        col(Community.workspace_id) == workspace_id
    )
    return [(slug, name, status, onward) for slug, name, status, onward in await session.exec(query)]


def _heirs(rows: Iterable[tuple[str, str, str, str | None]]) -> dict[str, Heir]:
    """For each merged community the one it lives on in, over any number of merges."""
    found = {slug: (name, status, onward) for slug, name, status, onward in rows}
    links = {slug: onward if status == "merged" else None for slug, (_, status, onward) in found.items()}
    heirs = {}
    for slug, onward in links.items():
        end = heir_of(slug, links) if onward else None
        if end is not None:
            heirs[slug] = Heir(end, found[end][0], found[end][1])
    return heirs
