"""What App Home shows of huddles."""

from __future__ import annotations

from slack_sdk.models.blocks import Block
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.huddles import huddles_of
from app.huddles import queries
from app.huddles.rules import instant, known_zone, wall
from app.services import Services
from app.slack.people import Asker
from app.slack.views.huddles import home


async def home_part(services: Services, session: AsyncSession, asker: Asker) -> list[Block]:
    """The next huddles of a person, and how many they hosted and attended this year, as they live it."""
    now, where, who = services.clock.now(), asker.workspace_id, asker.slack_id
    mine = await queries.upcoming(session, where, now, person=who, mine_only=True)
    zone = known_zone(asker.reader.zone)
    new_year = wall(now, zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    since = instant(new_year, zone)
    return home.part(mine, await huddles_of(session, where, who, now, since), asker.reader)
