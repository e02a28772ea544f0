"""The worker's door to huddles: post the card, keep it true, turn from one occurrence to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import col

from app.communities.channels import note_private
from app.errors import DomainError, Unavailable
from app.huddles import closing, jobs_choose, people, queries
from app.huddles.jobs_notes import REWRITE_TASK, Notes
from app.huddles.jobs_tell import Tells
from app.huddles.rows import ensure_slots, followers, huddle_by_key, slot_by_key
from app.huddles.rules import join_link, still_useful
from app.huddles.scheduling import draw_soon, set_timers
from app.huddles.service import plan_of
from app.i18n import Reader
from app.jobs.tasks import JobFailed, Task, TaskContext
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views.huddles import card, form, listing, notes, told
from models import Huddle

log = structlog.get_logger(__name__)

# Longer than a redraw takes; a drawer that died keeps others away no longer than this.
LEASE = timedelta(seconds=20)
GONE = ("message_not_found", "channel_not_found", "is_archived", "cant_update_message")


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    cards, tells, after = Cards(services), Tells(services), Notes(services)
    return {
        "huddle.post": cards.post,
        "huddle.draw": cards.draw,
        "huddle.turn": cards.turn,
        "huddle.crowd": cards.count,
        "huddle.now": cards.now,
        "huddle.remind": tells.remind,
        "huddle.tell": tells.tell,
        "huddle.hosts": tells.hosts,
        "huddle.notes": after.post,
        REWRITE_TASK: after.rewrite,
        **jobs_choose.tasks(services),
    }


class Cards:
    """What is drawn. `args` of every task hold team_id and workspace_id."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def post(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Post the card of a new huddle; `args`: huddle, url (a response URL, or "")."""
        await ctx.step("private", lambda: self._note_private(args))
        try:
            problem = await ctx.step("post", lambda: self._post(args))
        except JobFailed as failure:
            problem = str(failure)
        if problem:
            await ctx.step("failed", lambda: self._not_posted(args, problem))
        if args.get("url"):
            try:
                await ctx.step("receipt", lambda: self._receipt(args, problem))
            except JobFailed as failure:
                log.info("a confirmation could not be replaced", reason=str(failure))

    async def draw(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Redraw the card as everything stands now; `args`: huddle."""
        await ctx.step("draw", lambda: self._draw(args))

    async def turn(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """An occurrence begins, ends, or makes room for the next; `args`: slot, kind, at."""
        kind = args["kind"]
        if not await ctx.step(kind, lambda: self._turn(args)):
            return
        if kind == "end":
            await ctx.step("asked", lambda: self._ask_for_notes(args))

    async def count(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Count where a channel's people live; `args`: channel."""

        async def count() -> int:
            found = await self._s.slack.conversation_members(args["team_id"], args["channel"])
            async with self._s.db.transaction() as session:
                zones = await people.count_crowd(
                    session, int(args["workspace_id"]), args["channel"], found, self._s.clock.now()
                )
            return len(zones)

        await ctx.step("count", count)

    async def now(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Tell a channel that somebody is in its huddle; `args`: channel, slack_id."""

        async def tell() -> None:
            join = join_link("", self._s.settings.slack_url, args["team_id"], args["channel"])
            body = listing.now_post(args["slack_id"], join, args["channel"], Reader())
            await self._s.slack.post_message(
                args["team_id"], args["channel"], body["text"], body["blocks"], key=ctx.key
            )

        await ctx.step("tell", tell)

    async def _note_private(self, args: dict[str, Any]) -> None:
        async with self._s.db.read_only() as session:
            huddle = await huddle_by_key(session, int(args["workspace_id"]), args["huddle"])
        try:
            info = await self._s.slack.conversation_info(args["team_id"], huddle.channel_id)
        except Unavailable:
            raise
        except DomainError as error:
            # We may not look into it: then it is private to us too.
            log.info("a channel could not be looked up", reason=error.message)
            return
        private = bool(info.get("is_private"))
        async with self._s.db.transaction() as session:
            if private:
                # So are its other huddles, which may be from before it became so, and its name.
                theirs = (col(Huddle.workspace_id) == huddle.workspace_id) & (
                    col(Huddle.channel_id) == huddle.channel_id
                )
                await session.exec(update(Huddle).where(theirs).values(private=True))
                await note_private(session, huddle.workspace_id, huddle.channel_id, self._s.clock.now())
            else:
                await session.exec(update(Huddle).where(col(Huddle.id) == huddle.id).values(private=False))

    async def _post(self, args: dict[str, Any]) -> str:
        """Post; "" or what went wrong."""
        workspace_id = int(args["workspace_id"])
        async with self._s.db.read_only() as session:
            shown = await queries.card(session, workspace_id, args["huddle"], self._s.clock.now())
        body = card.message(shown, self.join(args["team_id"], shown.link, shown.channel_id), Reader())
        try:
            posted = await self._s.slack.post_message(
                args["team_id"], shown.channel_id, body["text"], body["blocks"], key=f"huddle:{shown.key}:card"
            )
        except Unavailable:
            raise
        except DomainError as error:
            return error.message
        async with self._s.db.transaction() as session:
            now = self._s.clock.now()
            huddle = await huddle_by_key(session, workspace_id, args["huddle"], lock=True)
            huddle.card_ts, huddle.drawn, huddle.drawn_at = posted.ts, shown.version, now
            if huddle.version != shown.version:
                await draw_soon(self._s.jobs.timers, session, args["team_id"], huddle, now)
        return ""

    async def _not_posted(self, args: dict[str, Any], problem: str) -> None:
        """Nobody saw it, so nothing more happens with it; its host is told why."""
        async with self._s.db.transaction() as session:
            huddle = await huddle_by_key(session, int(args["workspace_id"]), args["huddle"], lock=True)
            huddle.state = "cancelled"
        asker = await self._s.people.asker(args["team_id"], huddle.host or "")
        body = told.not_posted(huddle.title, problem, asker.reader)
        await self._s.slack.post_message(
            args["team_id"], huddle.host or "", body["text"], body["blocks"], key=f"huddle:{huddle.key}:not_posted"
        )

    async def _receipt(self, args: dict[str, Any], problem: str) -> None:
        async with self._s.db.read_only() as session:
            huddle = await huddle_by_key(session, int(args["workspace_id"]), args["huddle"])
        reader = (await self._s.people.asker(args["team_id"], huddle.host or "")).reader
        body = form.dropped(reader) if problem else form.posted(plan_of(huddle), reader)
        await self._s.slack.respond(args["url"], {**body, "replace_original": True})

    def join(self, team_id: str, link: str, channel_id: str) -> str:
        """Where people meet."""
        return join_link(link, self._s.settings.slack_url, team_id, channel_id)

    async def _draw(self, args: dict[str, Any]) -> None:
        """One drawer at a time; whoever changes the huddle meanwhile has it drawn again."""
        workspace_id, now = int(args["workspace_id"]), self._s.clock.now()
        async with self._s.db.transaction() as session:
            huddle = await huddle_by_key(session, workspace_id, args["huddle"], lock=True)
            if not huddle.card_ts:
                # Not posted yet (posting draws what changed meanwhile), or its card went to the series that follows.
                return
            if huddle.leased_until is not None and huddle.leased_until > now:
                timers = self._s.jobs.timers
                await draw_soon(timers, session, args["team_id"], huddle, now + timers.apart)
                return
            huddle.leased_until = now + LEASE
            shown = await queries.card(session, workspace_id, args["huddle"], now)
        body = card.message(shown, self.join(args["team_id"], shown.link, shown.channel_id), Reader())
        gone = False
        try:
            await self._s.slack.update_message(
                args["team_id"], shown.channel_id, shown.card_ts, body["text"], body["blocks"]
            )
        except SlackSaidNo as error:
            gone = error.error in GONE
            if not gone:
                raise
            log.info("a card is gone", huddle=shown.key, reason=error.error)
        finally:
            async with self._s.db.transaction() as session:
                await session.exec(
                    update(Huddle)
                    .where(col(Huddle.workspace_id) == workspace_id, col(Huddle.key) == shown.key)
                    .values(leased_until=None)
                )
        async with self._s.db.transaction() as session:
            huddle = await huddle_by_key(session, workspace_id, args["huddle"], lock=True)
            huddle.drawn, huddle.drawn_at = shown.version, self._s.clock.now()
            if gone:
                huddle.card_ts = ""
            elif not huddle.card_ts:
                # It went to the series that follows while it was drawn; ours may have come after that one's drawing.
                for one in await followers(session, huddle):
                    await draw_soon(self._s.jobs.timers, session, args["team_id"], one, self._s.clock.now())
            elif huddle.version != shown.version:
                await draw_soon(self._s.jobs.timers, session, args["team_id"], huddle, self._s.clock.now())

    async def _turn(self, args: dict[str, Any]) -> bool:
        """Whether the timer was still meant: it was set for the time that the occurrence has."""
        workspace_id, now = int(args["workspace_id"]), self._s.clock.now()
        async with self._s.db.transaction() as session:
            huddle, slot = await slot_by_key(session, workspace_id, args["slot"], lock=True)
            if slot.starts_at.isoformat() != args["at"] or slot.state != "planned":
                return False
            huddle.version += 1
            await session.flush()
            await draw_soon(self._s.jobs.timers, session, args["team_id"], huddle, now)
            # At its end the occurrence that comes after the known ones is made, with its timers.
            fresh = await ensure_slots(session, huddle, now)
            await set_timers(self._s.jobs.timers, session, args["team_id"], fresh, now)
            if args["kind"] == "end":
                zones = await people.crowd(session, workspace_id, huddle.channel_id)
                await closing.record_burden(session, huddle, slot, zones)
        return True

    async def _ask_for_notes(self, args: dict[str, Any]) -> None:
        """Ask the host once, while it is fresh; not where nobody came or somebody wrote already."""
        workspace_id, now = int(args["workspace_id"]), self._s.clock.now()
        async with self._s.db.transaction() as session:
            huddle, slot = await slot_by_key(session, workspace_id, args["slot"], lock=True)
            if slot.notes_state or not huddle.host or not still_useful("end", slot.starts_at, slot.ends_at, now):
                return
            shown = await queries.card(session, workspace_id, huddle.key, now)
            one = await queries.slot_shown(session, huddle, slot, now)
            slot.notes_state = "asked"
        reader = (await self._s.people.asker(args["team_id"], huddle.host)).reader
        body = notes.asked(shown, one, reader)
        await self._s.slack.post_message(
            args["team_id"], huddle.host, body["text"], body["blocks"], key=f"huddle:{slot.key}:notes"
        )
