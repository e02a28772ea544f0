"""What leads decide about a community's calendar: a page for everybody, and a new address of its feed. Audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.communities.queries import by_channel, community, led_by
from app.communities.shapes import CommunityCard
from app.db import insert
from app.errors import N_, NotFound, Refused
from app.huddles import feeds
from app.huddles.published import SHOWN_STATUSES, is_open
from models import HuddleFeed

# Calendars offered under a list of huddles; a person who leads more finds each by one of its huddles.
OFFERED = 5


@dataclass(frozen=True)
class Keeper:
    """Who asks: a Slack id, whether an admin, whether a guest or somebody of another organisation."""

    slack_id: str
    is_admin: bool = False
    is_guest: bool = False


def may_look_after(card: CommunityCard, keeper: Keeper) -> bool:
    """Whether this person decides about a community's calendar. A guest does not, even one who leads it."""
    leads = {one.slack_id for one in card.leads if not one.deactivated}
    return not keeper.is_guest and (keeper.is_admin or keeper.slack_id in leads)


async def looked_after(session: AsyncSession, workspace_id: int, slug: str, keeper: Keeper) -> CommunityCard:
    """The community, for somebody who decides about its calendar; `NotFound`, `Refused` for others."""
    card = await community(session, workspace_id, slug)
    if card is None:
        raise NotFound(N_("I no longer know this community."))
    if not may_look_after(card, keeper):
        raise Refused(N_("Only a lead of the community or an admin decides about its calendar."))
    return card


async def offered(
    session: AsyncSession, workspace_id: int, channel_id: str, keeper: Keeper
) -> tuple[CommunityCard, ...]:
    """Communities whose calendar this person looks after, to offer in a channel: its own, else those they lead."""
    here = await by_channel(session, workspace_id, channel_id) if channel_id else ()
    cards = [one for one in here if may_look_after(one, keeper)]
    if not cards:
        led = await led_by(session, workspace_id, keeper.slack_id)
        cards = [one for one in led if one.status in SHOWN_STATUSES and may_look_after(one, keeper)]
    return tuple(cards[:OFFERED])


async def set_page(
    session: AsyncSession, workspace_id: int, slug: str, keeper: Keeper, now: datetime, *, public: bool
) -> CommunityCard:
    """Open a community's calendar to everybody, or close it again, which holds from the commit on.

    Audited as `calendar.open` and `calendar.close`, unless it is so already. Raises `NotFound`, and `Refused` for
    others than leads and admins, and for a community that is no longer one.
    """
    card = await looked_after(session, workspace_id, slug, keeper)
    if public and card.status not in SHOWN_STATUSES:
        raise Refused(
            N_("{name} is not an active community, so it has no page. Ask an admin to make it active."),
            name=card.name,
        )
    if await is_open(session, workspace_id, slug) == public:
        return card
    values = {"public": public, "updated_at": now}
    await session.exec(
        insert(session, HuddleFeed)
        .values(workspace_id=workspace_id, kind="community", subject=slug, version=1, **values)
        .on_conflict_do_update(index_elements=["workspace_id", "kind", "subject"], set_=values)
    )
    act = "calendar.open" if public else "calendar.close"
    await audit.note(session, workspace_id, keeper.slack_id, act, f"community:{slug}", now)
    return card


async def renew(session: AsyncSession, workspace_id: int, slug: str, keeper: Keeper, now: datetime) -> CommunityCard:
    """Give a community's signed feed a new address; earlier ones are void. Audited as `calendar.renew`."""
    card = await looked_after(session, workspace_id, slug, keeper)
    feed = await feeds.renew(session, workspace_id, "community", slug, now)
    await audit.note(
        session, workspace_id, keeper.slack_id, "calendar.renew", f"community:{slug}", now, version=feed.version
    )
    return card
