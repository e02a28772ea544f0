"""Take a person out of the thanks they gave, received and seconded: what counted counts on, for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, update
from sqlalchemy import select as sql_select
from sqlmodel import and_, col, exists, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import received_by
from app.thanks.shapes import Effects
from app.thanks.showing import bump, digests_of, ground
from models import Thanks, ThanksRecipient, ThanksSecond

# Values a statement binds at most; SQLite allows some 32,000.
AT_ONCE = 1000
# Quiet hours are over by then: who was not told within this time is not going to be.
TELL_WITHIN = timedelta(days=2)


async def unlink_thanks(
    session: AsyncSession, workspace_id: int, slack_id: str, account: str | None, now: datetime
) -> tuple[dict[str, int], Effects]:
    """Unlink a member; how many thanks given, received and seconded, and what has to follow outside the database.

    The words they wrote go, and those written to them alone. Their messages are to be taken away, those that hold
    their words redrawn, and cards too.
    """
    by_me = and_(col(Thanks.workspace_id) == workspace_id, col(Thanks.giver) == slack_id)
    to_me = received_by(workspace_id, slack_id, account)
    mine = await _lines(session, to_me)
    gave = (await session.exec(select(col(Thanks.id)).where(by_me))).all()
    of_mine = col(ThanksRecipient.thanks_id).in_(select(col(Thanks.id)).where(by_me))
    got = sorted({one.thanks_id for one in mine})
    await _lock(session, sorted({*gave, *got}))
    is_mine = {one.id for one in mine}
    theirs = [one for one in await _lines(session, of_mine) if one.id not in is_mine]
    cards = {one.card_id for one in (*mine, *theirs) if one.card_id is not None}
    places = {(one.shown_in, one.shown_at) for one in (*mine, *theirs) if one.shown_at is not None}
    cards |= set(await digests_of(session, workspace_id, (await ground(session, workspace_id)).zone, places))

    seconded = await _unlink_seconds(session, workspace_id, slack_id, to_me)
    # A thanks to oneself never counted, and must not begin to when nobody can see any more that it was one.
    await session.exec(delete(ThanksRecipient).where(to_me, of_mine))
    nobody = {"slack_id": None, "forum_username": None, "by_group": "", "choice": ""}
    nowhere = {"shown_at": None, "shown_in": "", "card_id": None}
    await session.exec(update(ThanksRecipient).where(to_me).values(**nobody, **nowhere))
    direct = col(Thanks.channel_kind) == "direct"
    await session.exec(
        update(Thanks)
        .where(by_me)
        .values(
            giver=None,
            reason="",
            # The id of a conversation of two says who they are.
            channel_id=case((direct, ""), else_=col(Thanks.channel_id)),
            message_ts=case((direct, ""), else_=col(Thanks.message_ts)),
            updated_at=now,
        )
    )
    reworded = await _received(session, slack_id, got, now)
    await bump(session, cards)
    retell = sorted(one.id for one in await _told(session, [*gave, *reworded]))
    recent = [one for one in theirs if one.created_at > now - TELL_WITHIN]
    waiting = [one.id for one in recent if one.slack_id and not one.told_ts]
    counts = {"thanks you gave": len(gave), "thanks you received": len(mine), "thanks you seconded": seconded}
    return counts, Effects(
        untell=(*(one.id for one in mine if one.told_ts), *waiting),
        retell=tuple(retell),
        cards=tuple((card, now) for card in sorted(cards)),
    )


async def _lock(session: AsyncSession, thanks_ids: Sequence[Any]) -> None:
    """Take the rows as those do who edit or choose, thanks first and in order, so that nobody waits in a circle."""
    for part in _parts(thanks_ids):
        query = select(col(Thanks.id)).where(col(Thanks.id).in_(part)).order_by(col(Thanks.id))
        await session.exec(query.with_for_update())


async def _lines(session: AsyncSession, condition: Any) -> Sequence[Any]:
    """What the work needs to know of recipients, and when they were thanked (`created_at`)."""
    names = ("id", "thanks_id", "slack_id", "card_id", "shown_in", "shown_at", "told_ts")
    columns: list[Any] = [getattr(ThanksRecipient, name) for name in names]
    query = (
        sql_select(*columns, col(Thanks.created_at))
        .join(Thanks, col(Thanks.id) == col(ThanksRecipient.thanks_id))
        .where(condition)
    )
    await session.flush()
    return (await (await session.connection()).execute(query)).all()


async def _unlink_seconds(session: AsyncSession, workspace_id: int, slack_id: str, to_me: Any) -> int:
    """Keep of a person's seconds what counts, once for each message, as somebody's; how many stay."""
    mine = and_(col(ThanksSecond.workspace_id) == workspace_id, col(ThanksSecond.slack_id) == slack_id)
    own = or_(
        exists().where(col(Thanks.id) == col(ThanksSecond.thanks_id), col(Thanks.giver) == slack_id),
        exists().where(col(ThanksRecipient.thanks_id) == col(ThanksSecond.thanks_id), to_me),
    )
    await session.exec(delete(ThanksSecond).where(mine, or_(col(ThanksSecond.standing).is_(False), own)))
    places = (col(ThanksSecond.thanks_id), col(ThanksSecond.channel_id), col(ThanksSecond.message_ts))
    first = (await session.exec(select(func.min(col(ThanksSecond.id))).where(mine).group_by(*places))).all()
    kept = set(first)
    rows = (await session.exec(select(col(ThanksSecond.id)).where(mine))).all()
    for part in _parts([one for one in rows if one not in kept]):
        await session.exec(delete(ThanksSecond).where(col(ThanksSecond.id).in_(part)))
    await session.exec(update(ThanksSecond).where(mine).values(slack_id=None))
    return len(kept)


async def _received(session: AsyncSession, slack_id: str, got: Sequence[int], now: datetime) -> list[int]:
    """Blank what was said to a person alone, and their mention in what was said to several; the latter's ids.

    The message or post that it was for is theirs too: a thanks no longer points at it.
    """
    reworded: list[int] = []
    somebody = exists().where(
        col(ThanksRecipient.thanks_id) == col(Thanks.id),
        or_(col(ThanksRecipient.slack_id).is_not(None), col(ThanksRecipient.forum_username).is_not(None)),
    )
    for part in _parts(got):
        these = col(Thanks.id).in_(part)
        gone = {"message_ts": "", "forum_url": "", "updated_at": now}
        await session.exec(update(Thanks).where(these).values(**gone))
        await session.exec(update(Thanks).where(these, ~somebody.correlate(Thanks)).values(reason=""))
        rows = await session.exec(
            select(col(Thanks.id), Thanks.reason).where(these, col(Thanks.reason).contains(slack_id, autoescape=True))
        )
        for thanks_id, reason in rows.all():
            reworded.append(thanks_id or 0)
            said = reason.replace(f"<@{slack_id}>", "…").replace(slack_id, "…")
            await session.exec(update(Thanks).where(col(Thanks.id) == thanks_id).values(reason=said))
    return reworded


async def _told(session: AsyncSession, thanks_ids: Sequence[int | None]) -> list[Any]:
    """Recipients who were told of these thanks by a message, and are still somebody."""
    found: list[Any] = []
    for part in _parts([one or 0 for one in thanks_ids]):
        found += await _lines(
            session,
            and_(
                col(ThanksRecipient.thanks_id).in_(part),
                col(ThanksRecipient.slack_id).is_not(None),
                col(ThanksRecipient.told_ts) != "",
            ),
        )
    return found


def _parts(listed: Sequence[Any]) -> list[Sequence[Any]]:
    return [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]
