"""A small workspace for tests of thanks: people of every kind, communities with open and closed channels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import StillClock
from app.db import Database
from app.errors import DomainError
from app.thanks import cards, choosing, moderation, queries, seconds, service
from app.thanks.shapes import Effects, Keeper, Named, Place, Shown, Wish
from app.thanks.showing import ground
from models import Community, CommunityChannel, CommunityLead, Member, Thanks, ThanksCard, Workspace

ANA, BO, CY, DI, EVE = "U0ANA", "U0BO", "U0CY", "U0DI", "U0EVE"
BOT, LEFT, GUEST, PARTNER = "U0BOT", "U0LEFT", "U0GUEST", "U0PARTNER"
OPEN, OTHER, CLOSED = "C0OPEN", "C0OTHER", "C0CLOSED"
QUIET = {"quiet_from": "00:00", "quiet_to": "00:00"}


@dataclass
class World:
    """A workspace, and what people do in it. Every deed is a transaction of its own."""

    db: Database
    clock: StillClock
    id: int = 0
    effects: list[Effects] = field(default_factory=list)

    async def policy(self, **settings: Any) -> None:
        """The workspace's rules; no quiet hours unless they are said."""
        async with self.db.transaction() as session:
            workspace = await session.get(Workspace, self.id)
            assert workspace
            workspace.settings = {"thanks": {**QUIET, "unanswered": "show", "cooldown_minutes": 0} | settings}

    async def give(
        self,
        giver: str,
        *people: str | Named,
        reason: str = "the brief",
        place: str = OPEN,
        kind: str = "public",
        key: str = "",
        **more: Any,
    ) -> str:
        """Thank people (by Slack id) in a channel's community, or `community`; the key."""
        named = tuple(one if isinstance(one, Named) else Named(one) for one in people)
        async with self.db.transaction() as session:
            community = more.pop("community", None)
            if community is None:
                community = await service.community_at(session, self.id, place)
            where = Place(place, kind, more.pop("ts", ""), more.pop("url", ""))
            wish = Wish(giver, named, reason, community=community, place=where, **more)
            key = key or self.clock.fresh_id()
            thanks, effects = await service.give(session, self.id, key, wish, self.clock.now())
        self.effects.append(effects)
        return thanks.key

    async def does(self, verb: Callable[[AsyncSession], Awaitable[Any]]) -> Effects:
        """One deed; what follows from it."""
        async with self.db.transaction() as session:
            found = await verb(session)
        effects = (
            next((one for one in found if isinstance(one, Effects)), None) if isinstance(found, tuple) else found
        )
        assert isinstance(effects, Effects)
        self.effects.append(effects)
        return effects

    async def undo(self, key: str, who: str = ANA) -> Effects:
        return await self.does(lambda s: service.withdraw(s, self.id, key, who, self.clock.now()))

    async def edit(self, key: str, who: str = ANA, **says: Any) -> Effects:
        said = {"reason": "the brief", "value": "", "community": None} | says
        return await self.does(lambda s: service.edit(s, self.id, key, who, **said, now=self.clock.now()))

    async def choose(self, key: str, who: str, choice: str) -> Effects:
        return await self.does(lambda s: choosing.choose(s, self.id, key, who, choice, self.clock.now()))

    async def prefer(self, who: str, visibility: str, **more: str) -> Effects:
        wish = {"tell": "at_once", "quiet_from": "", "quiet_to": ""} | more
        return await self.does(
            lambda s: choosing.prefer(s, self.id, who, visibility=visibility, **wish, now=self.clock.now())
        )

    async def moderate(
        self, key: str, act: str, who: str = EVE, *, why: str = "Because.", admin: bool = True
    ) -> Effects:
        keeper = Keeper(who, admin)
        return await self.does(lambda s: moderation.moderate(s, self.id, key, keeper, act, why, self.clock.now()))

    async def react(
        self, who: str, ts: str, at: str, *, off: bool = False, emoji: str = "raised_hands", place: str = OPEN
    ) -> Effects:
        return await self.does(
            lambda s: seconds.react(
                s, self.id, who, place, ts, emoji, standing=not off, event_ts=at, now=self.clock.now()
            )
        )

    async def shown(self, key: str) -> Shown:
        """A thanks as it stands."""
        async with self.db.read_only() as session:
            return await queries.shown(session, self.id, key)

    async def rows(self, table: type[Any]) -> list[Any]:
        """All rows of a table."""
        async with self.db.read_only() as session:
            return list((await session.exec(select(table).order_by(table.id))).all())

    async def cards(self, kind: str = "day") -> dict[tuple[str, str], list[str]]:
        """What each card shows: `giver>recipient: reason`, by channel and day."""
        async with self.db.read_only() as session:
            zone = (await ground(session, self.id)).zone
            found = await session.exec(select(ThanksCard).where(ThanksCard.kind == kind).order_by(col(ThanksCard.id)))
            shown = {(one.channel_id, one.day): await cards.content(session, one, zone) for one in found.all()}
        return {
            place: [f"{one.giver}>{one.recipient}: {one.reason}" for one in card.entries]
            for place, card in shown.items()
        }

    async def on_cards(self, channel: str = OPEN) -> list[str]:
        """What the cards of one channel show together."""
        return [line for (where, _), lines in (await self.cards()).items() if where == channel for line in lines]


async def a_world(db: Database, clock: StillClock) -> AsyncIterator[World]:
    """A workspace in Nairobi; its people live in Kathmandu. Thanks are shown unless their recipient says no."""
    now = clock.now()
    made = World(db, clock)
    async with db.transaction() as session:
        workspace = Workspace(team_id="T1", name="One", zone="Africa/Nairobi", created_at=now)
        session.add(workspace)
        await session.flush()
        made.id = workspace.id or 0
        owned: dict[str, Any] = {"workspace_id": made.id}
        for one in (ANA, BO, CY, DI, EVE):
            session.add(Member(slack_id=one, name=one[2:].title(), zone="Asia/Kathmandu", seen_at=now, **owned))
        session.add(Member(slack_id=BOT, name="Helper", is_bot=True, seen_at=now, **owned))
        session.add(Member(slack_id=LEFT, name="Peter", deactivated=True, seen_at=now, **owned))
        session.add(Member(slack_id=GUEST, name="Grace", is_guest=True, seen_at=now, **owned))
        session.add(Member(slack_id=PARTNER, name="Issa", is_external=True, seen_at=now, **owned))
        for slug, channels in (
            ("open", (OPEN, "")),
            ("mixed", (OTHER, CLOSED)),
            ("closed", ("", CLOSED)),
            ("bare", ()),
        ):
            community = Community(slug=slug, name=slug.title(), updated_at=now, **owned)
            session.add(community)
            await session.flush()
            about = {"community_id": community.id or 0, **owned}
            for private, channel in enumerate(channels):
                if channel:
                    session.add(CommunityChannel(slack_id=channel, private=bool(private), position=private, **about))
            session.add(CommunityLead(slack_id=EVE, **about))
    await made.policy()
    yield made


async def together(*deeds: Awaitable[Any]) -> tuple[list[Any], list[DomainError]]:
    """Everything at once; what was done, and what was declined. Any other failure is raised."""
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    failed = [one for one in ended if isinstance(one, BaseException) and not isinstance(one, DomainError)]
    if failed:
        raise failed[0]
    done = [one for one in ended if not isinstance(one, BaseException)]
    return done, [one for one in ended if isinstance(one, DomainError)]


async def people(db: Database, workspace_id: int, names: Sequence[str], clock: StillClock) -> None:
    """More members."""
    async with db.transaction() as session:
        session.add_all(
            Member(workspace_id=workspace_id, slack_id=one, name=one, seen_at=clock.now()) for one in names
        )


async def thanks_of(world: World) -> list[Thanks]:
    """Every thanks, the first first."""
    return await world.rows(Thanks)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
