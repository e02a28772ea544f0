"""Post the notes of a huddle where its host chose, keep them as they were last written, and tell what is open."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import col

from app.errors import DomainError, Unavailable
from app.huddles import people, queries
from app.huddles.jobs_notes_forum import message_link, to_forum
from app.huddles.rows import slot_by_key
from app.huddles.scheduling import draw_soon
from app.huddles.shapes import Card, Slot
from app.i18n import Reader
from app.jobs.tasks import JobFailed, TaskContext
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views.huddles import notes
from models import HuddleSlot

REWRITE_TASK = "huddle.rewrite"
GONE = ("message_not_found", "cant_update_message")

log = structlog.get_logger(__name__)


class Notes:
    """The tasks of notes; `args` of both: team_id, workspace_id, slot."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def post(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Post notes, or what became of them; `args` also: place (channel or forum), by, written.

        They go to the forum where that was chosen, else under the card, which links to them. What the forum does not
        take goes under the card, at once, and the host is told why. While it is away they stand there too.
        """
        first = await ctx.step("where", lambda: self._first(args))
        if not await self._show(ctx, args, first, ""):
            return
        if first["state"] == "away":
            try:
                later = await ctx.step("forum", lambda: to_forum(self._s, args))
            except JobFailed as failure:
                later = {"state": "refused", "reason": str(failure)}
            if not await self._show(ctx, args, later, " later"):
                return
        await ctx.step("open questions", lambda: self._open_questions(args))

    async def rewrite(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Draw notes that are posted as they stand now, and tell nobody: somebody named in them was erased."""
        _card, slot = await self._read(args)
        if slot.notes_topic is not None:
            try:
                await ctx.step("forum", lambda: to_forum(self._s, args))
            except JobFailed as failure:
                log.info("notes could not be written again on the forum", reason=str(failure))
        if slot.notes_ts:
            try:
                await ctx.step("channel", lambda: self._to_channel(args))
            except JobFailed as failure:
                log.info("notes could not be drawn again", reason=str(failure))

    async def _show(self, ctx: TaskContext, args: dict[str, Any], placed: dict[str, Any], again: str) -> bool:
        """Put notes or the pointer to them under the card, link to them, tell the host what they should know."""
        if placed["state"] == "there":
            await ctx.step(f"topic{again}", lambda: self._on_forum(args, placed))
        try:
            shown = await ctx.step(f"channel{again}", lambda: self._to_channel(args))
        except JobFailed as failure:
            problem = str(failure)
            await ctx.step(f"failed{again}", lambda: self._failed(args, problem))
            return False
        if await ctx.step(f"noted{again}", lambda: self._note(args, shown)):
            # They were written again meanwhile.
            await ctx.step(f"once more{again}", lambda: self._to_channel(args))
        if placed["state"] not in ("there", "no"):
            await ctx.step(f"told{again}", lambda: self._tell_host(args, placed))
        return True

    async def _first(self, args: dict[str, Any]) -> dict[str, Any]:
        """What becomes of the notes at once: `state` is there, held, refused, away, nowhere, or no (not wanted)."""
        _card, slot = await self._read(args)
        # What is on the forum is kept true there, wherever the host would have it this time.
        if args["place"] != "forum" and slot.notes_topic is None:
            return {"state": "no"}
        try:
            return await to_forum(self._s, args)
        except Unavailable as problem:
            log.info("the forum is away; the notes wait for it", reason=problem.message)
            return {"state": "away"}
        except DomainError as problem:
            log.info("notes could not go to the forum", reason=problem.message)
            return {"state": "refused", "reason": problem.message}

    async def _read(self, args: dict[str, Any]) -> tuple[Card, Slot]:
        now = self._s.clock.now()
        async with self._s.db.read_only() as session:
            huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"])
            card = await queries.card(session, int(args["workspace_id"]), huddle.key, now)
            return card, await queries.slot_shown(session, huddle, slot, now)

    async def _on_forum(self, args: dict[str, Any], placed: dict[str, Any]) -> None:
        async with self._s.db.transaction() as session:
            _huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"], lock=True)
            values = {"notes_topic": placed["topic"], "notes_link": str(placed["link"])[:500]}
            await session.exec(update(HuddleSlot).where(col(HuddleSlot.id) == slot.id).values(**values))

    async def _to_channel(self, args: dict[str, Any]) -> dict[str, str]:
        """The notes, or a pointer to them, in the thread of the card: one message, redrawn when it is there.

        Gives its ts, its address, and which version of the words it shows.
        """
        card, slot = await self._read(args)
        if slot.notes_topic is not None:
            body = notes.elsewhere(card, slot.notes_link, Reader())
        else:
            body = notes.post(card, slot, slot.named, Reader())
        team, channel, key = args["team_id"], card.channel_id, f"huddle:{args['slot']}:notes:posted"
        shown = {"ts": slot.notes_ts, "words": slot.words}
        if slot.notes_ts:
            try:
                await self._s.slack.update_message(team, channel, slot.notes_ts, body["text"], body["blocks"])
            except SlackSaidNo as error:
                if error.error not in GONE:
                    raise
                log.info("the message with notes is gone", reason=error.error)
                # Not one that somebody took away, but a new one, once.
                shown["ts"], key = "", f"{key}:{slot.notes_ts}"
        if not shown["ts"]:
            posted = await self._s.slack.post_message(
                team, channel, body["text"], body["blocks"], key=key, thread_ts=card.card_ts or None
            )
            shown["ts"] = posted.ts
        here = slot.notes_topic is None
        link = await message_link(self._s, team, channel, shown["ts"]) if here else slot.notes_link
        return {**shown, "link": link}

    async def _note(self, args: dict[str, Any], shown: dict[str, str]) -> bool:
        """Keep where the notes are; whether they have been written again since they were drawn."""
        async with self._s.db.transaction() as session:
            huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"], lock=True)
            words = slot.updated_at.isoformat()
            await session.exec(
                update(HuddleSlot)
                .where(col(HuddleSlot.id) == slot.id)
                .values(notes_state="posted", notes_link=shown["link"][:500], notes_ts=shown["ts"])
            )
            huddle.version += 1
            await session.flush()
            await draw_soon(self._s.jobs.timers, session, args["team_id"], huddle, self._s.clock.now())
        return words != shown["words"]

    async def _open_questions(self, args: dict[str, Any]) -> None:
        """A lead of the community is told of questions left open, once, where they did not host it themselves."""
        card, slot = await self._read(args)
        if not any(not one.answered for one in slot.questions):
            return
        async with self._s.db.read_only() as session:
            huddle, _slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"])
            leads = [one for one in await people.leads_of(session, huddle) if one != args["by"]]
        if not leads:
            return
        reader = (await self._s.people.asker(args["team_id"], leads[0])).reader
        body = notes.unanswered(card, slot, reader)
        await self._s.slack.post_message(
            args["team_id"], leads[0], body["text"], body["blocks"], key=f"huddle:{args['slot']}:unanswered"
        )

    async def _tell_host(self, args: dict[str, Any], placed: dict[str, Any]) -> None:
        card, slot = await self._read(args)
        reader = (await self._s.people.asker(args["team_id"], args["by"])).reader
        body = notes.not_on_forum(card, slot, placed["state"], placed.get("reason", ""), reader)
        key = f"huddle:{args['slot']}:notes:{placed['state']}:{args['written']}"
        await self._s.slack.post_message(args["team_id"], args["by"], body["text"], body["blocks"], key=key)

    async def _failed(self, args: dict[str, Any], problem: str) -> None:
        card, slot = await self._read(args)
        reader = (await self._s.people.asker(args["team_id"], args["by"])).reader
        body = notes.not_posted(card, slot, problem, reader)
        key = f"huddle:{args['slot']}:notes:failed:{args['written']}"
        await self._s.slack.post_message(args["team_id"], args["by"], body["text"], body["blocks"], key=key)
