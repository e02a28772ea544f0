"""Reads of tokens: all of a workspace, and the one whose text a request carries."""

from __future__ import annotations

import hmac

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.tokens import rules
from models import ApiToken


async def all_tokens(session: AsyncSession, workspace_id: int) -> tuple[ApiToken, ...]:
    """Every token that was ever made, in the order of their making."""
    found = await session.exec(
        select(ApiToken).where(ApiToken.workspace_id == workspace_id).order_by(col(ApiToken.id))
    )
    return tuple(found.all())


async def by_text(session: AsyncSession, text: str) -> ApiToken | None:
    """The token with this text, whatever its state; None where nobody made such a one.

    Only hashes are compared, so how long it takes tells nothing of the text.
    """
    if not rules.looks_like_one(text):
        return None
    wanted = rules.digest(text)
    found = (await session.exec(select(ApiToken).where(ApiToken.hash == wanted))).first()
    return found if found is not None and hmac.compare_digest(found.hash, wanted) else None
