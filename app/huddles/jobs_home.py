"""What App Home shows of huddles."""

from __future__ import annotations

from slack_sdk.models.blocks import Block
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles import queries
from app.services import Services
from app.slack.people import Asker
from app.slack.views.huddles import home


async def home_part(services: Services, session: AsyncSession, asker: Asker) -> list[Block]:
    """The next huddles of a person."""
    mine = await queries.upcoming(
        session, asker.workspace_id, services.clock.now(), person=asker.slack_id, mine_only=True
    )
    return home.part(mine, asker.reader)
