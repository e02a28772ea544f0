"""When a recipient may hear of a thanks whose giver gave and took back in turn: that must not go on ringing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.thanks.service import undo_until
from app.thanks.showing import Ground
from models import Thanks, ThanksRecipient

# Whoever took so many back from somebody within this time is heard of by them only once Undo is over.
TAKEN_BACK, LATELY = 2, timedelta(days=1)


async def held_until(session: AsyncSession, thanks: Thanks, recipient: str, on: Ground, now: datetime) -> datetime:
    """Now, or where the giver took some back from this person (a Slack id) lately, once this one stands.

    A slip that is mended is heard of at once.
    """
    taken_back = (
        select(func.count())
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(
            Thanks.workspace_id == thanks.workspace_id,
            Thanks.giver == thanks.giver,
            col(Thanks.created_at) > now - LATELY,
            Thanks.status == "withdrawn",
            ThanksRecipient.slack_id == recipient,
        )
    )
    often = (await session.exec(taken_back)).one() >= TAKEN_BACK
    return max(now, undo_until(thanks, on)) if often else now
