"""What App Home shows of thanks, and the listing of those who look after them: read, and drawn where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.queries import led_by
from app.contributions.queries import of_member
from app.services import Services
from app.slack.people import Asker
from app.slack.views.thanks import home, keep
from app.thanks import cards, counts, queries, rules
from app.thanks.shapes import Keeper

# The span over which leads see what cards saved.
BALANCED = timedelta(days=30)


async def home_part(services: Services, session: AsyncSession, asker: Asker) -> list[Any]:
    """The blocks of thanks on a person's Home."""
    now, where, who = services.clock.now(), asker.workspace_id, asker.slack_id
    # The year as the person lives it.
    new_year = now.astimezone(rules.zone_of(asker.reader.zone)).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    led = await led_by(session, where, who)
    mine = home.Mine(
        year=await of_member(session, where, who, new_year),
        values=await counts.by_value(session, where, who, new_year),
        communities=await counts.by_community(session, where, who, new_year),
        received=await queries.received(session, where, who, home.LISTED),
        given=await queries.given(session, where, who, home.LISTED),
        led=[
            (card.name, await cards.balance(session, where, card.id, now - BALANCED))
            for card in led[: home.LISTED]
            if card.status in ("active", "dormant")
        ],
        is_admin=asker.is_admin,
        command=f"/{services.settings.command_prefix}thanks",
    )
    return home.part(mine, asker.reader, now)


async def listing(services: Services, session: AsyncSession, asker: Asker, before: datetime | None) -> dict[str, Any]:
    """The view of thanks that a lead or an admin looks after, from a moment backwards."""
    led = await led_by(session, asker.workspace_id, asker.slack_id)
    whose = None if asker.is_admin else [card.id for card in led]
    now = services.clock.now()
    found = await queries.of_communities(session, asker.workspace_id, whose, keep.LISTED + 1, before, now=now)
    shown = found[: keep.LISTED]
    keeper = Keeper(asker.slack_id, asker.is_admin)
    return keep.listing(shown, keeper, asker.reader, more=shown[-1].created_at if len(found) > keep.LISTED else None)
