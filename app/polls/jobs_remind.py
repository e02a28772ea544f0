"""Remind once those who have not voted, outside their quiet hours; in a secret poll without learning a choice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import select

from app.errors import DomainError, Unavailable
from app.i18n import Reader
from app.jobs.tasks import Task, TaskContext
from app.polls import queries, service, timing
from app.polls.reach import asked
from app.polls.rules import is_open
from app.services import Services
from app.slack.views.polls.notices import reminder
from app.thanks.policy import Policy, policy_of
from app.thanks.rules import quiet_until
from models import Member, Poll, Preference, Workspace

log = structlog.get_logger(__name__)

ONE = "polls.remind_one"
PEOPLE_MOST = 1000


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of reminding by name."""
    reminding = Reminding(services)
    return {timing.REMIND: reminding.everybody, ONE: reminding.one}


class Reminding:
    """`args` of each: team_id, workspace_id, poll_id; for one person also slack_id."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._secret = services.settings.secret_key.get_secret_value()

    async def everybody(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Find who has not voted, and give each a timer: now, or when their quiet hours are over."""
        people = await ctx.step("members", lambda: self._members(args))

        async def work() -> None:
            now = self._s.clock.now()
            async with self._s.db.transaction() as session:
                poll = (await session.exec(select(Poll).where(Poll.id == args["poll_id"]).with_for_update())).one()
                if poll.reminded or not is_open(service.life_of(poll), now):
                    return
                if not await queries.can_tell_who(session, poll, self._secret):
                    # Those who have voted would be asked again, and nobody can vote any more.
                    return
                poll.reminded = True
                members = await asked(session, poll.workspace_id, people)
                voted = await queries.who_voted(session, poll, self._secret, members)
                wishes = {
                    one.slack_id: one
                    for one in await session.exec(
                        select(Preference).where(Preference.workspace_id == poll.workspace_id)
                    )
                }
                workspace = await session.get_one(Workspace, poll.workspace_id)
                policy = policy_of(workspace.settings)
                waiting = [one for one in members.values() if one.slack_id not in voted][:PEOPLE_MOST]
                for number, member in enumerate(waiting):
                    due = due_for(now, member, wishes.get(member.slack_id), policy) + timedelta(seconds=number // 5)
                    if poll.closes_at is None or due < poll.closes_at:
                        key = f"poll-remind:{poll.id}:{member.slack_id}"
                        told = {**args, "slack_id": member.slack_id}
                        await self._s.jobs.timers.set_timer(session, key, ONE, told, due)

        await ctx.step("set", work)

    async def one(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Remind one person, unless they have voted meanwhile or it is closed."""

        async def work() -> None:
            async with self._s.db.read_only() as session:
                poll = await session.get_one(Poll, args["poll_id"])
                now = self._s.clock.now()
                if not (
                    is_open(service.life_of(poll), now) and await queries.can_tell_who(session, poll, self._secret)
                ):
                    return
                if await queries.who_voted(session, poll, self._secret, {args["slack_id"]: None}):
                    return
                card = await queries.card(session, poll, now)
                messages = [one for one in await service.messages(session, args["poll_id"]) if one.ts]
                member = (
                    await session.exec(
                        select(Member).where(
                            Member.workspace_id == poll.workspace_id, Member.slack_id == args["slack_id"]
                        )
                    )
                ).first()
            reader = Reader(member.locale, member.zone, member.is_guest) if member else Reader()
            address = await self._address(args, messages)
            body = reminder(card, address, reader)
            await self._s.slack.post_message(
                args["team_id"],
                args["slack_id"],
                body["text"],
                body["blocks"],
                key=f"poll-remind:{poll.key}:{args['slack_id']}",
            )

        await ctx.step("remind", work)

    async def _members(self, args: dict[str, Any]) -> list[str]:
        async with self._s.db.read_only() as session:
            messages = await service.messages(session, args["poll_id"])
        people: dict[str, None] = {}
        for one in messages:
            try:
                people |= dict.fromkeys(await self._s.slack.conversation_members(args["team_id"], one.channel_id))
            except Unavailable:
                raise
            except DomainError as refused:
                log.info("the members of a poll's channel are not known", reason=refused.message)
        return list(people)

    async def _address(self, args: dict[str, Any], messages: list[Any]) -> str:
        for one in messages:
            try:
                return await self._s.slack.permalink(args["team_id"], one.channel_id, one.ts)
            except DomainError as refused:
                log.info("a poll has no address", reason=refused.message)
        return ""


def due_for(now: datetime, member: Member, wish: Preference | None, policy: Policy) -> datetime:
    """When this person may be written to: now, or when the quiet hours of their own clock end."""
    begins = (wish and wish.quiet_from) or policy.quiet_from
    return quiet_until(now, member.zone, begins, (wish and wish.quiet_to) or policy.quiet_to) or now
