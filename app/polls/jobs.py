"""The worker's door of polls: post, draw, open, close, make the next of a series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import or_, update
from sqlmodel import col, select

from app.errors import N_, DomainError, NotFound, Refused, Unavailable
from app.i18n import Reader
from app.jobs.tasks import Task, TaskContext
from app.members.queries import member as member_of
from app.polls import jobs_files, jobs_forum, jobs_offer, jobs_remind, queries, reach, series, service, timing
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views.polls import message as shown
from app.slack.views.polls import notices, results
from models import Poll, PollMessage, PollSeries

log = structlog.get_logger(__name__)

# How long one drawing of one message may take; after that it is taken for lost.
LEASE = timedelta(seconds=20)
GONE = ("message_not_found", "channel_not_found", "is_archived", "cant_update_message", "not_in_channel")


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    desk = Desk(services)
    return {
        timing.POST: desk.post,
        timing.DRAW: desk.draw,
        timing.OPEN: desk.open,
        timing.CLOSE: desk.close,
        series.AGAIN: desk.again,
        **jobs_remind.tasks(services),
        **jobs_files.tasks(services),
        **jobs_forum.tasks(services),
    }


class Desk:
    """Jobs of single polls. `args` of each: team_id, workspace_id, poll_id."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._secret = services.settings.secret_key.get_secret_value()

    async def post(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Post it wherever it is not yet, then have it drawn."""

        async def work() -> None:
            async with self._s.db.read_only() as session:
                poll = await session.get(Poll, args["poll_id"])
                waiting = [one for one in await service.messages(session, args["poll_id"]) if not one.ts]
            if poll is None or poll.state not in ("open", "closed"):
                return
            for one in waiting:
                await self._post(args, poll, one)
            async with self._s.db.transaction() as session:
                poll = await self._locked(session, args)
                poll.draw_at = None
                await timing.redraw(self._s.jobs.timers, session, poll, self._s.clock.now())

        await ctx.step("post", work)

    async def _post(self, args: dict[str, Any], poll: Poll, one: PollMessage) -> None:
        body = await self._body(poll, bare=True)
        ts, channel, problem = "", one.channel_id, ""
        try:
            await self._check_may_post(args, poll, one.channel_id)
            posted = await self._s.slack.post_message(
                args["team_id"],
                one.channel_id,
                body["text"],
                body["blocks"],
                key=f"poll:{poll.key}:{one.channel_id}:{one.turn}",
            )
            ts, channel = posted.ts, posted.channel
        except Unavailable:
            raise
        except DomainError as refused:
            problem = refused.message
        async with self._s.db.transaction() as session:
            row = await session.get_one(PollMessage, one.id)
            row.ts, row.channel_id, row.problem, row.drawn = ts, channel, problem[:500], 0
        if problem:
            reader = Reader(poll.locale, poll.zone)
            told = notices.not_posted(poll.title or body["text"], one.channel_id, problem, reader)
            await self._tell(args, poll, told, f"poll-problem:{poll.key}:{one.channel_id}:{one.turn}")

    async def _check_may_post(self, args: dict[str, Any], poll: Poll, channel_id: str) -> None:
        """Raise `Refused` where the creator could not post themselves: we are not a way into others' rooms."""
        info = await self._s.slack.conversation_info(args["team_id"], channel_id)
        async with self._s.db.read_only() as session:
            member = await member_of(session, poll.workspace_id, poll.creator)
        open_to_all = not (info.get("is_private") or info.get("is_im") or info.get("is_mpim"))
        if open_to_all and member is not None and not member.is_guest:
            return
        if poll.creator not in await self._s.slack.conversation_members(args["team_id"], channel_id):
            raise Refused(N_("You are not in that channel."))

    async def draw(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Draw its messages from what is stored now. Only one drawer at a time has a message."""

        async def work() -> None:
            async with self._s.db.transaction() as session:
                # From here on a change asks for another drawing, since this one may not see it.
                poll = await self._locked(session, args)
                poll.draw_at, poll.drawn_at = None, self._s.clock.now()
                messages = await service.messages(session, args["poll_id"])
                # What the forum shows of it is a view as well.
                await jobs_forum.keep_up(self._s, session, poll, args)
            for one in messages:
                if one.ts and not await self._drawn(args, one):
                    await self._later(args)

        await ctx.step("draw", work)

    async def _drawn(self, args: dict[str, Any], one: PollMessage) -> bool:
        """Draw one message; False when somebody else is at it."""
        now = self._s.clock.now()
        mine = (
            update(PollMessage)
            .where(
                col(PollMessage.id) == one.id,
                or_(col(PollMessage.leased_until).is_(None), col(PollMessage.leased_until) < now),
            )
            .values(leased_until=now + LEASE)
        )
        async with self._s.db.transaction() as session:
            if not (await session.exec(mine)).rowcount:
                return False
        drawn, problem = one.drawn, ""
        try:
            async with self._s.db.read_only() as session:
                poll = await session.get_one(Poll, args["poll_id"])
            if poll.version != one.drawn:
                problem = await self._show(args, poll, one)
                drawn = poll.version
        finally:
            async with self._s.db.transaction() as session:
                freed = {"leased_until": None, "drawn": drawn, "problem": problem}
                await session.exec(update(PollMessage).where(col(PollMessage.id) == one.id).values(**freed))
        if problem and one.problem == service.REPAIRING:
            await self._post_anew(args, one)
        return True

    async def _post_anew(self, args: dict[str, Any], gone: PollMessage) -> None:
        """A repaired poll's message is no longer there: another one takes its place."""
        async with self._s.db.transaction() as session:
            poll = await self._locked(session, args)
            row = await session.get_one(PollMessage, gone.id)
            row.ts, row.turn = "", gone.turn + 1
            key = f"poll-post:{poll.key}:{row.id}:{row.turn}"
            await self._s.jobs.enqueue(session, timing.POST, key, dict(args))

    async def _show(self, args: dict[str, Any], poll: Poll, one: PollMessage) -> str:
        """Let a message show a poll; what is wrong when it cannot, "" otherwise."""
        try:
            if poll.state == "deleted":
                await self._s.slack.delete_message(args["team_id"], one.channel_id, one.ts)
                return ""
            body = await self._body(poll)
            await self._s.slack.update_message(args["team_id"], one.channel_id, one.ts, body["text"], body["blocks"])
        except SlackSaidNo as refused:
            # Somebody deleted the message, or the channel is closed: the poll lives on, and can be shown anew.
            log.info("a poll could not be drawn", poll=poll.key, reason=refused.error)
            if refused.error not in GONE:
                raise
            return refused.error
        return ""

    async def _later(self, args: dict[str, Any]) -> None:
        async with self._s.db.transaction() as session:
            poll = await self._locked(session, args)
            now = self._s.clock.now()
            if poll.draw_at is None:
                timers = self._s.jobs.timers
                poll.draw_at = now + timers.apart
                await timers.set_timer(session, f"poll-draw:{poll.id}", timing.DRAW, dict(args), poll.draw_at)

    async def open(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """A scheduled poll's hour has come."""

        async def work() -> None:
            async with self._s.db.transaction() as session:
                await service.open_now(
                    session, self._s.jobs.timers, await self._locked(session, args), self._s.clock.now()
                )

        await ctx.step("open", work)
        await self.post(ctx, args)

    async def close(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Its time is over: count who took part, forget who voted in a secret poll, tell the creator."""

        async def work() -> str:
            people = await self._people(args)
            async with self._s.db.transaction() as session:
                poll = await self._locked(session, args)
                now = self._s.clock.now()
                # In the same transaction: what is counted is what is kept, and the key is gone right after.
                numbers = await reach.reach(session, poll, self._secret, people) if people else {}
                ended = await service.end(session, self._s.jobs.timers, poll, numbers, now)
                if not ended or poll.closed_at is None:
                    return ""
                closed_at = f"{poll.closed_at:%Y%m%d%H%M%S}"
                if (job := str(poll.after.get("job", ""))) and self._s.jobs.knows(job):
                    # Another room asked what people choose: it tells the creator what follows from that.
                    key = f"poll-after:{poll.key}:{closed_at}"
                    await self._s.jobs.enqueue(session, job, key, {**args, "closed_at": closed_at})
                    return f"{poll.mode}:"
                return f"{poll.mode}:{closed_at}"

        ended = await ctx.step("close", work)
        if ended.startswith("secret"):
            await ctx.step("forget", self._s.db.scrub_deleted)
        if closed_at := ended.partition(":")[2]:
            await ctx.step("tell", lambda: self._tell_closed(args, closed_at))

    async def _people(self, args: dict[str, Any]) -> list[str]:
        """Who is in its channels, where we may ask; a Slack that does not answer holds no closing back."""
        async with self._s.db.read_only() as session:
            channels = [one.channel_id for one in await service.messages(session, args["poll_id"])]
        people: dict[str, None] = {}
        for channel in channels:
            try:
                people |= dict.fromkeys(await self._s.slack.conversation_members(args["team_id"], channel))
            except DomainError as refused:
                log.info("the members of a poll's channel are not known", reason=refused.message)
        return list(people)

    async def _tell_closed(self, args: dict[str, Any], closed_at: str) -> None:
        async with self._s.db.read_only() as session:
            poll = await session.get_one(Poll, args["poll_id"])
            card = await queries.card(session, poll, self._s.clock.now())
        forum = await jobs_offer.standing(self._s, args["team_id"], poll, card) == jobs_offer.OFFERED
        command = f"/{self._s.settings.command_prefix}pulse-poll"
        notice = results.closed_notice(card, Reader(poll.locale, poll.zone), command, forum=forum)
        await self._tell(args, poll, notice, f"poll-closed:{poll.key}:{closed_at}")

    async def again(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Make the next poll of a series. `args`: team_id, workspace_id, series_id."""

        async def work() -> int | None:
            async with self._s.db.transaction() as session:
                found = select(PollSeries).where(PollSeries.id == args["series_id"]).with_for_update()
                kept = (await session.exec(found)).one()
                poll = await series.make_next(session, self._s.jobs.timers, kept, self._secret, self._s.clock.now())
                return poll.id if poll else None

        poll_id = await ctx.step("make", work)
        if poll_id is not None:
            await self.post(ctx, {**args, "poll_id": poll_id})

    async def _body(self, poll: Poll, *, bare: bool = False) -> dict[str, Any]:
        async with self._s.db.read_only() as session:
            card = await queries.card(session, poll, self._s.clock.now())
        return shown.message(card, Reader(poll.locale, poll.zone), bare=bare)

    async def _tell(self, args: dict[str, Any], poll: Poll, body: dict[str, Any], key: str) -> None:
        if not poll.creator:
            return
        try:
            await self._s.slack.post_message(args["team_id"], poll.creator, body["text"], body["blocks"], key=key)
        except SlackSaidNo as refused:
            log.info("a creator could not be told", reason=refused.error)

    async def _locked(self, session: Any, args: dict[str, Any]) -> Poll:
        poll: Poll | None = (
            await session.exec(select(Poll).where(Poll.id == args["poll_id"]).with_for_update())
        ).first()
        if poll is None:
            raise NotFound(N_("This poll is no longer there."))
        return poll
