"""Seconding by reaction: a configured emoji on a message seconds the thanks that the message stands for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.thanks.policy import Policy
from app.thanks.shapes import Effects
from app.thanks.showing import bump, ground
from models import Member, Thanks, ThanksCard, ThanksRecipient, ThanksSecond

# A card of a day holds no more than people can read; what is beyond this is not seconded one by one.
MOST = 200


def means_thanks(policy: Policy, emoji: str) -> bool:
    """Whether an emoji (in any skin tone) is one that seconds."""
    return emoji.split("::")[0] in policy.emojis


async def react(
    session: AsyncSession,
    workspace_id: int,
    slack_id: str,
    channel_id: str,
    message_ts: str,
    emoji: str,
    *,
    standing: bool,
    event_ts: str,
    now: datetime,
) -> Effects:
    """Count a reaction, or its removal; nothing where the emoji or the message means no thanks.

    Who gave or received the thanks does not second it, and neither do bots. Events come twice and in any order: the
    newest of a person, message and emoji counts.
    """
    on = await ground(session, workspace_id)
    name = emoji.split("::")[0]
    if not means_thanks(on.policy, emoji) or await _is_bot(session, workspace_id, slack_id):
        return Effects()
    meant = await _meant(session, workspace_id, channel_id, message_ts)
    if not standing:
        # Taken back is taken back, also where the message has ceased to show the thanks.
        mine = (
            (col(ThanksSecond.workspace_id) == workspace_id)
            & (col(ThanksSecond.slack_id) == slack_id)
            & (col(ThanksSecond.channel_id) == channel_id)
            & (col(ThanksSecond.message_ts) == message_ts)
            & (col(ThanksSecond.emoji) == name)
            & (col(ThanksSecond.event_ts) < event_ts)
        )
        await session.exec(update(ThanksSecond).where(mine).values(standing=False, event_ts=event_ts))
    for thanks in meant:
        own = select(ThanksRecipient.id).where(
            ThanksRecipient.thanks_id == thanks.id, ThanksRecipient.slack_id == slack_id
        )
        if thanks.giver == slack_id or (await session.exec(own)).first() is not None:
            continue
        await _note(session, thanks, slack_id, channel_id, message_ts, name, standing, event_ts, now)
        thanks.updated_at = now
    await session.flush()
    ids = [thanks.id or 0 for thanks in meant]
    found = await session.exec(
        select(ThanksRecipient.id, ThanksRecipient.card_id).where(col(ThanksRecipient.thanks_id).in_(ids))
    )
    people = found.all()
    cards = sorted({card_id for _, card_id in people if card_id is not None})
    await bump(session, cards)
    return Effects(
        # A card is everybody's: its recipients are not told of each reaction to it.
        retell=tuple(one_id or 0 for one_id, _ in people if any(thanks.message_ts == message_ts for thanks in meant)),
        cards=tuple((card_id, now) for card_id in cards),
    )


async def _meant(session: AsyncSession, workspace_id: int, channel_id: str, message_ts: str) -> list[Thanks]:
    """The thanks that a message stands for: those given for it, or those shown on it when it is a card."""
    of_card = (
        select(ThanksRecipient.thanks_id)
        .join(ThanksCard, col(ThanksCard.id) == col(ThanksRecipient.card_id))
        .where(
            ThanksCard.workspace_id == workspace_id,
            ThanksCard.channel_id == channel_id,
            ThanksCard.ts == message_ts,
        )
    )
    found = await session.exec(
        select(Thanks)
        .where(
            Thanks.workspace_id == workspace_id,
            or_(
                (col(Thanks.channel_id) == channel_id) & (col(Thanks.message_ts) == message_ts),
                col(Thanks.id).in_(of_card),
            ),
            Thanks.status == "counted",
            col(Thanks.hidden).is_(False),
        )
        .order_by(col(Thanks.id))
        .limit(MOST)
    )
    return list(found.all())


async def _note(
    session: AsyncSession,
    thanks: Thanks,
    slack_id: str,
    channel_id: str,
    message_ts: str,
    emoji: str,
    standing: bool,
    event_ts: str,
    now: datetime,
) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    fresh = {"standing": standing, "event_ts": event_ts}
    statement = insert(ThanksSecond).values(
        workspace_id=thanks.workspace_id,
        thanks_id=thanks.id,
        slack_id=slack_id,
        channel_id=channel_id,
        message_ts=message_ts,
        emoji=emoji,
        created_at=now,
        **fresh,
    )
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["thanks_id", "slack_id", "channel_id", "message_ts", "emoji"],
            set_=fresh,
            # Slack's timestamps have one width, so they compare as text.
            where=col(ThanksSecond.event_ts) < event_ts,
        )
    )


async def _is_bot(session: AsyncSession, workspace_id: int, slack_id: str) -> bool:
    found = select(Member.is_bot).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id)
    return bool((await session.exec(found)).first())
