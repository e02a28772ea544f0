"""Forget a person: totals stay, the link goes, their words go. At once, and for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.huddles.changing import forget_in_huddles
from app.polls.erasing import forget_votes
from app.privacy.exporting import vars_of
from app.privacy.holdings import HOLDINGS
from app.thanks.shapes import Effects
from app.thanks.showing import bump
from models import Audit, Member, Thanks, ThanksRecipient

# Values a statement binds at most; SQLite allows some 32,000.
AT_ONCE = 1000


def mark(slack_id: str) -> str:
    """What stands for a person in the audit of their erasure: who knows the id finds it, nobody reads it."""
    return "member:" + sha256(slack_id.encode()).hexdigest()[:16]


async def erase_person(
    session: AsyncSession, workspace_id: int, slack_id: str, now: datetime, *, actor: str
) -> tuple[dict[str, int], Effects]:
    """Erase a member; how many rows of each kind were touched, and what has to follow outside the database.

    Their direct messages about thanks go away, messages that hold their words are redrawn, cards too. Erasing
    somebody of whom nothing is held changes nothing but the audit.
    """
    effects = await _thanks(session, workspace_id, slack_id, now)
    counts: dict[str, int] = {"thanks": len(effects.untell) + len(effects.retell)}
    counts["polls voted in"] = await forget_votes(session, workspace_id, slack_id)
    for one in HOLDINGS:
        columns = vars_of(one.table)
        mine = (columns["workspace_id"] == workspace_id) & (columns[one.column] == slack_id)
        if one.on_erasure == "delete":
            found = await session.exec(delete(one.table).where(mine))
        elif one.on_erasure == "unlink":
            found = await session.exec(update(one.table).where(mine).values({one.column: one.instead}))
        else:
            continue
        counts[one.title] = found.rowcount
    await forget_in_huddles(session, workspace_id, slack_id)
    about = (col(Audit.workspace_id) == workspace_id) & (col(Audit.subject) == f"member:{slack_id}")
    await session.exec(update(Audit).where(about).values(subject=mark(slack_id)))
    found = await session.exec(
        update(Member)
        .where(col(Member.workspace_id) == workspace_id, col(Member.slack_id) == slack_id)
        .values(
            name="", zone="UTC", locale="en", forum_username=None, forum_user_id=None, is_admin=False, erased=True
        )
    )
    counts["profile"] = found.rowcount
    by = "the person" if actor == slack_id else actor
    await audit.note(session, workspace_id, by, "member.erase", mark(slack_id), now, counts=counts)
    session.expire_all()
    return counts, effects


async def _thanks(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> Effects:
    """Unlink what they gave and received; reasons go that they wrote, and those written to them alone."""
    account = await session.exec(
        select(Member.forum_username).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id)
    )
    username = account.first()
    person = col(ThanksRecipient.slack_id) == slack_id
    if username:
        person = or_(person, func.lower(col(ThanksRecipient.forum_username)) == username.casefold())
    here = col(ThanksRecipient.workspace_id) == workspace_id
    mine = (await session.exec(select(ThanksRecipient).where(here, person))).all()
    given = select(col(Thanks.id)).where(Thanks.workspace_id == workspace_id, Thanks.giver == slack_id)
    gave = [one or 0 for one in (await session.exec(given)).all()]
    got = sorted({one.thanks_id for one in mine})
    others = await _recipients(session, gave)
    cards = {one.card_id for one in (*mine, *others) if one.card_id is not None}
    alone = await _to_them_alone(session, got)
    untell = tuple(one.id or 0 for one in mine if one.told_ts)
    for one in mine:
        one.slack_id = one.forum_username = None
        one.shown_at, one.shown_in, one.card_id = None, "", None
    await session.flush()
    for start in range(0, len(gave), AT_ONCE):
        these = col(Thanks.id).in_(gave[start : start + AT_ONCE])
        await session.exec(update(Thanks).where(these).values(giver=None, reason="", updated_at=now))
    for start in range(0, len(alone), AT_ONCE):
        these = col(Thanks.id).in_(alone[start : start + AT_ONCE])
        await session.exec(update(Thanks).where(these).values(reason=""))
    for start in range(0, len(got), AT_ONCE):
        these = col(Thanks.id).in_(got[start : start + AT_ONCE])
        await session.exec(update(Thanks).where(these).values(updated_at=now))
    await bump(session, cards)
    return Effects(
        untell=untell,
        retell=tuple(one.id or 0 for one in others if one.told_ts),
        cards=tuple((card, now) for card in sorted(cards)),
    )


async def _recipients(session: AsyncSession, thanks_ids: Sequence[int]) -> list[ThanksRecipient]:
    found: list[ThanksRecipient] = []
    for start in range(0, len(thanks_ids), AT_ONCE):
        part = thanks_ids[start : start + AT_ONCE]
        rows = await session.exec(select(ThanksRecipient).where(col(ThanksRecipient.thanks_id).in_(part)))
        found.extend(rows.all())
    return found


async def _to_them_alone(session: AsyncSession, thanks_ids: Sequence[int]) -> list[int]:
    """Those of these thanks that have no other recipient."""
    found: list[int] = []
    for start in range(0, len(thanks_ids), AT_ONCE):
        rows = await session.exec(
            select(ThanksRecipient.thanks_id)
            .where(col(ThanksRecipient.thanks_id).in_(thanks_ids[start : start + AT_ONCE]))
            .group_by(col(ThanksRecipient.thanks_id))
            .having(func.count() == 1)
        )
        found.extend(rows.all())
    return found
