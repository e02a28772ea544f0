"""Cards: what a day's card or a week's digest shows, whose turn it is to draw it, and what cards save a channel."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import seconds_of
from app.members import queries as members
from app.thanks import queries, rules
from app.thanks.shapes import Balance, Card, CardEntry
from app.thanks.showing import Ground
from models import Community, Preference, Thanks, ThanksCard, ThanksRecipient

# A drawer that has not come back after this long has died.
LEASE = timedelta(seconds=30)
# When a week's digest is posted, in the workspace's zone, at the earliest; and until when it is still news.
DIGEST_HOUR = 9
DIGEST_LATE = timedelta(days=2)
# In place of a ts: somebody deleted the message. It does not come back.
DELETED = "-"


async def content(session: AsyncSession, card: ThanksCard, zone: str) -> Card:
    """What a card shows now."""
    # Who wants all thanks private is not on it, also where that wish and a thanks came at the same moment.
    private = exists().where(
        col(Preference.workspace_id) == col(ThanksRecipient.workspace_id),
        col(Preference.slack_id) == col(ThanksRecipient.slack_id),
        col(Preference.visibility) == "private",
    )
    query = (
        select(ThanksRecipient, Thanks)
        .join(Thanks, col(Thanks.id) == col(ThanksRecipient.thanks_id))
        .where(~private)
        .order_by(col(ThanksRecipient.shown_at), col(ThanksRecipient.id))
    )
    if card.kind == "day":
        query = query.where(ThanksRecipient.card_id == card.id)
    else:
        since, until = week(date.fromisoformat(card.day), zone)
        query = query.where(
            ThanksRecipient.workspace_id == card.workspace_id,
            ThanksRecipient.shown_in == card.channel_id,
            col(ThanksRecipient.shown_at) >= since,
            col(ThanksRecipient.shown_at) < until,
        )
    rows = (await session.exec(query)).all()
    seconds = await seconds_of(session, card.workspace_id, [thanks.id or 0 for _, thanks in rows])
    people = {person for one, thanks in rows for person in (one.slack_id, thanks.giver) if person}
    names = await members.names(session, card.workspace_id, sorted(people))
    community = await session.get(Community, card.community_id)
    return Card(
        kind=card.kind,
        day=card.day,
        community=community.name if community else "",
        entries=tuple(
            CardEntry(
                recipient=one.slack_id or "",
                recipient_name=names.get(one.slack_id or "", "") or one.forum_username or "",
                giver=thanks.giver or "",
                giver_name=names.get(thanks.giver or "", ""),
                reason=thanks.reason,
                value=thanks.value,
                seconds=seconds.get(thanks.id or 0, 0),
            )
            for one, thanks in rows
        ),
    )


def week(monday: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a week in a zone, and the first of the next."""
    noon = datetime(monday.year, monday.month, monday.day, 12, tzinfo=rules.zone_of(zone))
    return rules.local_day(noon, zone)[0], rules.local_day(noon + timedelta(days=7), zone)[0]


def week_to_tell(now: datetime, zone: str) -> date | None:
    """The Monday of the week whose digest is due now, in the zone; None while none is."""
    local = now.astimezone(rules.zone_of(zone))
    this_monday = local.date() - timedelta(days=local.weekday())
    due = datetime(this_monday.year, this_monday.month, this_monday.day, DIGEST_HOUR, tzinfo=local.tzinfo)
    late = now - due.astimezone(UTC)
    return this_monday - timedelta(days=7) if timedelta(0) <= late < DIGEST_LATE else None


async def start_digests(session: AsyncSession, workspace_id: int, on: Ground, now: datetime) -> list[int]:
    """Make the digests of last week that are due and not there yet, one a channel; their card ids."""
    monday = week_to_tell(now, on.zone)
    if monday is None or not on.policy.week_cards:
        return []
    since, until = week(monday, on.zone)
    made: list[int] = []
    for channel in await queries.shown_since(session, workspace_id, since, until):
        community = await session.exec(
            select(Thanks.community_id)
            .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
            .where(
                ThanksRecipient.workspace_id == workspace_id,
                ThanksRecipient.shown_in == channel,
                col(Thanks.community_id).is_not(None),
            )
            .order_by(col(ThanksRecipient.id).desc())
            .limit(1)
        )
        community_id = community.first()
        if community_id is None:
            # Its community is gone, so is whoever would read it.
            continue
        row: dict[str, Any] = {
            "workspace_id": workspace_id,
            "community_id": community_id,
            "channel_id": channel,
            "kind": "week",
            "day": monday.isoformat(),
            "ts": "",
            "version": 1,
            "drawn": 0,
            "removals": 0,
        }
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        fresh = await session.exec(
            insert(ThanksCard).values(row).on_conflict_do_nothing().returning(col(ThanksCard.id))
        )
        made.extend(one for one in fresh.scalars() if one is not None)
    return made


async def take(session: AsyncSession, card_id: int, now: datetime) -> ThanksCard | None:
    """Take the turn to draw a card; None while somebody else has it. `give_back` ends it, or time does."""
    taken = await session.exec(
        update(ThanksCard)
        .where(
            col(ThanksCard.id) == card_id,
            or_(col(ThanksCard.leased_until).is_(None), col(ThanksCard.leased_until) < now),
        )
        .values(leased_until=now + LEASE)
    )
    return await session.get(ThanksCard, card_id, populate_existing=True) if taken.rowcount else None


async def give_back(
    session: AsyncSession, taken: ThanksCard, *, drawn: int, ts: str, removed: bool, now: datetime
) -> bool:
    """End a turn, given the row as it was taken: `drawn` is the version that is in the channel now, as the message
    `ts`. Tells whether it is the newest; if not, the card has to be drawn again.
    """
    card = await session.get(ThanksCard, taken.id, with_for_update=True, populate_existing=True)
    if card is None:
        return True
    if card.ts == taken.ts:
        if ts and not card.ts:
            card.posted_at = now
        card.removals += int(removed)
        card.ts = ts
    # It may have taken so long that somebody else had a turn meanwhile: then nobody knows what is there.
    mine = card.leased_until == taken.leased_until
    if mine:
        card.drawn, card.leased_until = drawn, None
    await session.flush()
    return mine and card.version == drawn


async def balance(session: AsyncSession, workspace_id: int, community_id: int, since: datetime) -> Balance:
    """What cards saved a community's channels since a moment: thanks given in the open, and messages posted."""
    thanks = select(func.count()).where(
        Thanks.workspace_id == workspace_id,
        Thanks.community_id == community_id,
        Thanks.status != "withdrawn",
        Thanks.source != "import",
        Thanks.channel_kind != "direct",
        col(Thanks.created_at) >= since,
    )
    messages = select(func.count()).where(
        ThanksCard.workspace_id == workspace_id,
        ThanksCard.community_id == community_id,
        col(ThanksCard.posted_at) >= since,
    )
    return Balance((await session.exec(thanks)).one(), (await session.exec(messages)).one())
