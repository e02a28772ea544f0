"""When a recipient may hear of a thanks whose giver gave and took back in turn: that must not go on ringing."""

from __future__ import annotations

from collections.abc import Collection
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
    return max(now, undo_until(thanks, on)) if await held(session, thanks, [recipient], now) else now


async def held(session: AsyncSession, thanks: Thanks, recipients: Collection[str], now: datetime) -> bool:
    """Whether the giver took some back lately from one of these people (Slack ids)."""
    often = (
        select(ThanksRecipient.slack_id)
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(
            Thanks.workspace_id == thanks.workspace_id,
            Thanks.giver == thanks.giver,
            col(Thanks.created_at) > now - LATELY,
            Thanks.status == "withdrawn",
            col(ThanksRecipient.slack_id).in_(recipients),
        )
        .group_by(col(ThanksRecipient.slack_id))
        .having(func.count() >= TAKEN_BACK)
        .limit(1)
    )
    return (await session.exec(often)).first() is not None
