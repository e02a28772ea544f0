"""Who sees what: brings a thanks's recipients in line with every wish and rule, and tells which cards change.

Every verb ends here. Deciding anew from what is stored, and not from what just happened, makes repeats harmless.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.thanks import rules
from app.thanks.policy import Policy, policy_of
from models import CommunityChannel, Preference, Thanks, ThanksCard, ThanksRecipient, Workspace

Cards = tuple[tuple[int, datetime], ...]


@dataclass(frozen=True)
class Ground:
    """What the rules stand on in one workspace: its policy and its zone."""

    policy: Policy
    zone: str


async def ground(session: AsyncSession, workspace_id: int) -> Ground:
    """The policy and the zone of a workspace."""
    workspace = await session.get(Workspace, workspace_id)
    if workspace is None:
        raise LookupError(f"there is no workspace {workspace_id}")
    return Ground(policy_of(workspace.settings), workspace.zone)


async def recipients_of(session: AsyncSession, thanks_id: int) -> list[ThanksRecipient]:
    """The recipients of a thanks in the order they were named."""
    found = await session.exec(
        select(ThanksRecipient).where(ThanksRecipient.thanks_id == thanks_id).order_by(col(ThanksRecipient.id))
    )
    return list(found.all())


async def settle(session: AsyncSession, thanks: Thanks, on: Ground, now: datetime, *, changed: bool = False) -> Cards:
    """Show each recipient's part where it may be shown, and nowhere else; the cards to draw, and from when.

    With `changed` the words are different, so the cards that show them already change too.
    """
    return await settle_all(session, [thanks], on, now, changed=changed)


async def settle_all(
    session: AsyncSession, listed: Sequence[Thanks], on: Ground, now: datetime, *, changed: bool = False
) -> Cards:
    """The same for several thanks of one workspace."""
    touched: dict[int, datetime] = {}
    seen: list[tuple[str, datetime]] = []
    for thanks in listed:
        touched |= await _arrange(session, thanks, on, now, changed, seen)
    if listed and seen:
        # A digest that was posted tells of it still.
        touched |= dict.fromkeys(await digests_of(session, listed[0].workspace_id, on.zone, seen), now)
    await session.flush()
    # All at once and in order: two who change several cards must not wait for each other.
    await bump(session, touched)
    return tuple(sorted(touched.items()))


async def _arrange(
    session: AsyncSession,
    thanks: Thanks,
    on: Ground,
    now: datetime,
    changed: bool,
    seen: list[tuple[str, datetime]],
) -> dict[int, datetime]:
    """Bring one thanks in line; cards of days to draw. Adds to `seen` where and when what changes was shown."""
    people = await recipients_of(session, thanks.id or 0)
    standing = await _standing(session, thanks.workspace_id, people)
    channel = await channel_of(session, thanks)
    touched: dict[int, datetime] = {}
    for one in people:
        may = bool(channel) and thanks.status == "counted" and not thanks.hidden and bool(_person(one))
        # What was imported is old news, unless its recipient makes it some.
        may = may and (thanks.source != "import" or one.choice == "show")
        shown = may and rules.is_shown(standing.get(one.slack_id or "", "ask"), one.choice, on.policy)
        same_place = one.shown_in == channel
        if one.shown_at is not None and (changed or not shown or not same_place):
            seen.append((one.shown_in, one.shown_at))
            if one.card_id is not None:
                touched.setdefault(one.card_id, now)
        if one.shown_at is not None and not (shown and same_place):
            one.shown_at, one.shown_in, one.card_id = None, "", None
        if shown and one.shown_at is None:
            one.shown_at, one.shown_in = now, channel
            if on.policy.day_cards and thanks.community_id is not None:
                one.card_id, due = await _card(session, thanks.workspace_id, thanks.community_id, channel, on, now)
                touched[one.card_id] = due
    return touched


async def digests_of(
    session: AsyncSession, workspace_id: int, zone: str, places: Collection[tuple[str, datetime]]
) -> list[int]:
    """The digests that tell of what was shown in these channels at these moments; their card ids."""
    there = rules.zone_of(zone)
    days = [(channel, at.astimezone(there).date()) for channel, at in places]
    weeks = {(channel, (day - timedelta(days=day.weekday())).isoformat()) for channel, day in days}
    found = await session.exec(
        select(ThanksCard.id, ThanksCard.channel_id, ThanksCard.day).where(
            ThanksCard.workspace_id == workspace_id,
            ThanksCard.kind == "week",
            col(ThanksCard.channel_id).in_(sorted({channel for channel, _ in weeks})),
            col(ThanksCard.day).in_(sorted({day for _, day in weeks})),
        )
    )
    return sorted(card_id or 0 for card_id, channel, day in found.all() if (channel, day) in weeks)


async def channel_of(session: AsyncSession, thanks: Thanks) -> str:
    """The channel in which a thanks can be shown, "" for none.

    What was given in a private channel is shown in that channel only, and only where it is its community's.
    """
    if thanks.community_id is None:
        return ""
    found = await session.exec(
        select(CommunityChannel.slack_id, CommunityChannel.private)
        .where(CommunityChannel.community_id == thanks.community_id)
        .order_by(col(CommunityChannel.position), col(CommunityChannel.id))
    )
    channels = found.all()
    if thanks.channel_kind == "private":
        return thanks.channel_id if thanks.channel_id in [slack_id for slack_id, _ in channels] else ""
    public = [slack_id for slack_id, private in channels if not private]
    return thanks.channel_id if thanks.channel_id in public else next(iter(public), "")


async def bump(session: AsyncSession, card_ids: Iterable[int]) -> None:
    """Note that these cards look different now."""
    if listed := sorted(card_ids):
        newer = col(ThanksCard.version) + 1
        await session.exec(update(ThanksCard).where(col(ThanksCard.id).in_(listed)).values(version=newer))


def _person(one: ThanksRecipient) -> str:
    return one.slack_id or one.forum_username or ""


async def _standing(session: AsyncSession, workspace_id: int, people: list[ThanksRecipient]) -> dict[str, str]:
    wanted = [one.slack_id for one in people if one.slack_id]
    found = await session.exec(
        select(Preference.slack_id, Preference.visibility).where(
            Preference.workspace_id == workspace_id, col(Preference.slack_id).in_(wanted)
        )
    )
    return dict(found.all())


async def _card(
    session: AsyncSession, workspace_id: int, community_id: int, channel: str, on: Ground, now: datetime
) -> tuple[int, datetime]:
    """The card of the day in a channel, made when it is missing; and from when it may be drawn."""
    day, due = rules.card_day(now, on.zone, on.policy)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {
        "workspace_id": workspace_id,
        "community_id": community_id,
        "channel_id": channel,
        "kind": "day",
        "day": day.isoformat(),
        "ts": "",
        "version": 0,
        "drawn": 0,
        "removals": 0,
    }
    await session.exec(insert(ThanksCard).values(row).on_conflict_do_nothing())
    found = await session.exec(
        select(ThanksCard.id, ThanksCard.ts).where(
            ThanksCard.workspace_id == workspace_id,
            ThanksCard.channel_id == channel,
            ThanksCard.kind == "day",
            ThanksCard.day == day.isoformat(),
        )
    )
    card_id, ts = found.one()
    # A message that is there changes silently, at any hour.
    return card_id or 0, now if ts else due
