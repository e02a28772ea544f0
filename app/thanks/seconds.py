"""Seconding by reaction: a configured emoji on a message seconds the thanks that the message stands for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, update
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


async def concerns(
    session: AsyncSession,
    workspace_id: int,
    slack_id: str,
    channel_id: str,
    message_ts: str,
    emoji: str,
    *,
    standing: bool,
) -> bool:
    """Whether a reaction, or its removal, may change anything; a read, for the many that do not."""
    if means_thanks((await ground(session, workspace_id)).policy, emoji):
        return True
    # What was counted is taken back also when its emoji has ceased to mean thanks.
    mine = _mine(workspace_id, slack_id, channel_id, message_ts, emoji)
    return not standing and (await session.exec(select(ThanksSecond.id).where(mine))).first() is not None


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

    Who gave or received the thanks does not second it, nor do bots, nor who was erased. Events come twice and in any
    order: the newest of a person, message and emoji (in one skin tone) counts.
    """
    on = await ground(session, workspace_id)
    if await _is_nobody(session, workspace_id, slack_id):
        return Effects()
    mine = _mine(workspace_id, slack_id, channel_id, message_ts, emoji)
    changed: set[int] = set()
    if not standing:
        # Taken back is taken back, also where the message has ceased to show the thanks.
        was = mine & col(ThanksSecond.standing) & (col(ThanksSecond.event_ts) < event_ts)
        changed = {one or 0 for one in (await session.exec(select(ThanksSecond.thanks_id).where(was))).all()}
        older = mine & (col(ThanksSecond.event_ts) < event_ts)
        await session.exec(update(ThanksSecond).where(older).values(standing=False, event_ts=event_ts))
    meant = await _meant(session, workspace_id, channel_id, message_ts) if means_thanks(on.policy, emoji) else []
    for thanks in meant:
        own = select(ThanksRecipient.id).where(
            ThanksRecipient.thanks_id == thanks.id, ThanksRecipient.slack_id == slack_id
        )
        if thanks.giver == slack_id or (await session.exec(own)).first() is not None:
            continue
        newer = await _note(session, thanks, slack_id, channel_id, message_ts, emoji, standing, event_ts, now)
        # A removal that comes before its reaction is noted, and changes nothing that anybody sees.
        if newer and standing:
            changed.add(thanks.id or 0)
    return await _followed(session, changed, message_ts, now)


async def _followed(session: AsyncSession, changed: set[int], message_ts: str, now: datetime) -> Effects:
    """What follows from another number of seconds of these thanks."""
    if not changed:
        return Effects()
    listed = await session.exec(
        select(Thanks)
        .where(col(Thanks.id).in_(changed))
        .order_by(col(Thanks.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    of_message = set()
    for thanks in listed.all():
        thanks.updated_at = now
        if thanks.message_ts == message_ts:
            of_message.add(thanks.id)
    await session.flush()
    people = await session.exec(
        select(ThanksRecipient.id, ThanksRecipient.thanks_id, ThanksRecipient.slack_id, ThanksRecipient.card_id)
        .where(col(ThanksRecipient.thanks_id).in_(changed))
        .order_by(col(ThanksRecipient.id))
    )
    rows = people.all()
    cards = sorted({card_id for *_, card_id in rows if card_id is not None})
    await bump(session, cards)
    return Effects(
        # A card is everybody's: its recipients are not told of each reaction to it.
        retell=tuple(one or 0 for one, thanks_id, slack_id, _ in rows if slack_id and thanks_id in of_message),
        cards=tuple((card_id, now) for card_id in cards),
    )


def _mine(workspace_id: int, slack_id: str, channel_id: str, message_ts: str, emoji: str) -> ColumnElement[bool]:
    return and_(
        col(ThanksSecond.workspace_id) == workspace_id,
        col(ThanksSecond.slack_id) == slack_id,
        col(ThanksSecond.channel_id) == channel_id,
        col(ThanksSecond.message_ts) == message_ts,
        col(ThanksSecond.emoji) == emoji,
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
) -> bool:
    """Keep the newest state of one reaction; whether this is it."""
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
    kept = await session.exec(
        statement.on_conflict_do_update(
            index_elements=["thanks_id", "slack_id", "channel_id", "message_ts", "emoji"],
            set_=fresh,
            # Slack's timestamps have one width, so they compare as text.
            where=col(ThanksSecond.event_ts) < event_ts,
        ).returning(col(ThanksSecond.id))
    )
    return kept.first() is not None


async def _is_nobody(session: AsyncSession, workspace_id: int, slack_id: str) -> bool:
    """Whether reactions of this one are not kept: a bot's, or of somebody who asked to be forgotten."""
    found = select(Member.is_bot, Member.erased).where(
        Member.workspace_id == workspace_id, Member.slack_id == slack_id
    )
    row = (await session.exec(found)).first()
    return row is not None and any(row)
