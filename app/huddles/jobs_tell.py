"""Tell people: reminders by what they said and want, moves and cancellations once, new hosts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles import people, queries
from app.huddles.changing import COMING
from app.huddles.rows import huddle_by_key, slot_by_key
from app.huddles.rules import Remind, join_link, quiet_until, reminder
from app.huddles.shapes import Card, Slot
from app.jobs.tasks import JobFailed, TaskContext
from app.services import Services
from app.slack.views.huddles import told
from app.thanks.policy import policy_of
from models import HuddleRsvp, Member, Workspace

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Whole:
    """What a message is made of, read at the moment it is sent."""

    card: Card
    slot: Slot
    answer: str
    sequence: int


class Tells:
    """Tasks that write to people. Each message has a key of person, occurrence, time and kind: it is sent once."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def remind(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """A timer: remind everybody who said yes or maybe; `args`: slot, kind, at, and person for one alone.

        Everything is read again when it is sent: an old timer, an answer of a minute ago, a cancelled huddle.
        """
        if args.get("person"):
            whom = [args["person"]]
        else:
            whom = await ctx.step("whom", lambda: self._whom(args))
        for person in whom:
            await self._each(ctx, person, lambda person=person: self._remind(args, person))

    async def tell(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Tell people of a change; `args`: slot, sequence, people, and change.

        That is one of moved, following, details, cancelled, ended.
        """
        for person in args["people"]:
            await self._each(ctx, person, lambda person=person: self._tell(args, person))

    async def hosts(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """New hosts are told; `args`: huddle, people, by."""
        for person in args["people"]:
            await self._each(ctx, person, lambda person=person: self._host(ctx, args, person))

    async def _each(self, ctx: TaskContext, person: str, effect: Any) -> None:
        try:
            await ctx.step(f"to {person}", effect)
        except JobFailed as failure:
            # Somebody who left, or whom we may not write to, keeps no word from the others.
            log.info("somebody could not be told", person=person, reason=str(failure))

    async def _whom(self, args: dict[str, Any]) -> list[str]:
        async with self._s.db.read_only() as session:
            huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"])
            if slot.starts_at.isoformat() != args["at"] or slot.state != "planned" or huddle.state == "cancelled":
                return []
            found = await session.exec(
                select(HuddleRsvp.slack_id)
                .where(HuddleRsvp.slot_id == slot.id, col(HuddleRsvp.answer).in_(COMING))
                .order_by(col(HuddleRsvp.id))
            )
            return [one for one in found if one]

    async def _remind(self, args: dict[str, Any], person: str) -> None:
        now, kind = self._s.clock.now(), args["kind"]
        async with self._s.db.transaction() as session:
            whole = await self._read(session, args, person, now)
            if whole.slot.time.starts_at.isoformat() != args["at"] or whole.slot.state != "planned":
                return
            decided = await self._decide(session, args, person, whole, now)
            if decided.later is not None:
                await self._s.jobs.timers.set_timer(
                    session,
                    f"huddle:{args['slot']}:{kind}:{person}",
                    "huddle.remind",
                    {**args, "person": person},
                    decided.later,
                )
        if not decided.now:
            return
        reader = (await self._s.people.asker(args["team_id"], person)).reader
        card = whole.card
        body = told.reminder(card, whole.slot, kind, self._join(args, card), reader)
        # The time is part of the key: a huddle that was moved is reminded of anew.
        key = f"huddle:{args['slot']}:{kind}:{args['at'][:16]}:{person}"
        await self._s.slack.post_message(args["team_id"], person, body["text"], body["blocks"], key=key)

    async def _decide(
        self, session: AsyncSession, args: dict[str, Any], person: str, whole: _Whole, now: datetime
    ) -> Remind:
        workspace_id = int(args["workspace_id"])
        wish = (await people.wishes(session, workspace_id, [person])).get(person, "both")
        own = (await people.quiet_hours(session, workspace_id, [person])).get(person, (None, None))
        workspace = await session.get(Workspace, workspace_id)
        policy = policy_of(workspace.settings if workspace else {})
        zones = await session.exec(
            select(Member.zone).where(Member.workspace_id == workspace_id, Member.slack_id == person)
        )
        quiet = quiet_until(now, zones.first() or "UTC", own[0] or policy.quiet_from, own[1] or policy.quiet_to)
        time = whole.slot.time
        return reminder(args["kind"], whole.answer, wish, quiet, time.starts_at, time.ends_at, now)

    async def _tell(self, args: dict[str, Any], person: str) -> None:
        now, change = self._s.clock.now(), args["change"]
        async with self._s.db.read_only() as session:
            whole = await self._read(session, args, person, now)
        if whole.sequence != args["sequence"] and change in ("moved", "cancelled"):
            # It was changed again meanwhile: the later message tells how it stands.
            return
        # Who has said no meanwhile need not be told of a new time; who cannot come any more anyway is told that it
        # is off all the same.
        if (change in ("moved", "following") and whole.answer == "no") or now >= whole.slot.time.ends_at:
            return
        reader = (await self._s.people.asker(args["team_id"], person)).reader
        following = change in ("following", "ended")
        if change == "details":
            body = told.elsewhere(whole.card, whole.slot, self._join(args, whole.card), reader)
        elif change in ("moved", "following"):
            body = told.moved(whole.card, whole.slot, following, whole.answer, reader)
        else:
            body = told.cancelled(whole.card, whole.slot, following, reader)
        key = f"huddle:{args['slot']}:{change}:{args['sequence']}:{person}"
        await self._s.slack.post_message(args["team_id"], person, body["text"], body["blocks"], key=key)

    def _join(self, args: dict[str, Any], card: Card) -> str:
        return join_link(card.link, self._s.settings.slack_url, args["team_id"], card.channel_id)

    async def _host(self, ctx: TaskContext, args: dict[str, Any], person: str) -> None:
        async with self._s.db.read_only() as session:
            huddle = await huddle_by_key(session, int(args["workspace_id"]), args["huddle"])
            if person not in (huddle.host, *huddle.co_hosts):
                return
            card = await queries.card(session, int(args["workspace_id"]), args["huddle"], self._s.clock.now())
        reader = (await self._s.people.asker(args["team_id"], person)).reader
        body = told.new_host(card, args["by"], reader)
        await self._s.slack.post_message(
            args["team_id"], person, body["text"], body["blocks"], key=f"{ctx.key}:{person}"[:255]
        )

    async def _read(self, session: AsyncSession, args: dict[str, Any], person: str, now: datetime) -> _Whole:
        huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"])
        shown = await queries.slot_shown(session, huddle, slot, now)
        card = await queries.card(session, int(args["workspace_id"]), huddle.key, now)
        answer = next(
            (name for name, who in (("yes", shown.yes), ("maybe", shown.maybe), ("no", shown.no)) if person in who),
            "",
        )
        return _Whole(card, shown, answer, slot.sequence)
