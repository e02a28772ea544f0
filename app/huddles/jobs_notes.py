"""Post the notes of a huddle where its host chose, and tell a lead what nobody answered."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import col, select

from app.discourse.answers import Enqueued
from app.discourse.markup import to_markdown
from app.errors import DomainError, Unavailable
from app.huddles import people, queries
from app.huddles.rows import slot_by_key
from app.huddles.scheduling import draw_soon
from app.huddles.shapes import Card, Slot
from app.i18n import Reader
from app.jobs.tasks import JobFailed, TaskContext
from app.services import Services
from app.slack.mrkdwn import escape
from app.slack.views.huddles import notes, told
from models import CommunityCategory, HuddleSlot, Member

log = structlog.get_logger(__name__)


class Notes:
    """The task of notes; `args`: slot, place (channel or forum), by."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def post(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Post to the forum where that was chosen and is possible, else under the card; then link from the card."""
        link = ""
        if args["place"] == "forum":
            try:
                link = await ctx.step("forum", lambda: self._to_forum(args))
            except JobFailed as failure:
                # The words are not lost: they go under the card instead.
                log.info("notes could not go to the forum", reason=str(failure))
        try:
            link = await ctx.step("channel", lambda: self._to_channel(args, link))
        except JobFailed as failure:
            problem = str(failure)
            await ctx.step("failed", lambda: self._failed(args, problem))
            return
        await ctx.step("noted", lambda: self._note(args, link))
        await ctx.step("open questions", lambda: self._open_questions(args))

    async def _read(self, args: dict[str, Any]) -> tuple[Card, Slot]:
        now = self._s.clock.now()
        async with self._s.db.read_only() as session:
            huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"])
            card = await queries.card(session, int(args["workspace_id"]), huddle.key, now)
            return card, await queries.slot_shown(session, huddle, slot, now)

    async def _to_forum(self, args: dict[str, Any]) -> str:
        """Begin the topic; its address, or "" where a moderator holds it or it cannot go there."""
        card, slot = await self._read(args)
        workspace_id = int(args["workspace_id"])
        async with self._s.db.read_only() as session:
            huddle, _slot = await slot_by_key(session, workspace_id, args["slot"])
            category = (
                await session.exec(
                    select(CommunityCategory.category_id)
                    .where(CommunityCategory.community_id == huddle.community_id)
                    .order_by(col(CommunityCategory.position))
                )
            ).first()
            rows = await session.exec(
                select(Member.slack_id, Member.name, Member.forum_username).where(
                    Member.workspace_id == workspace_id,
                    col(Member.slack_id).in_([args["by"], *slot.named]),
                )
            )
            known = {slack_id: (name, username) for slack_id, name, username in rows.all()}
        # What was said in a private channel stays there.
        if self._s.forum is None or category is None or huddle.private:
            return ""
        names = [to_markdown(escape(known[one][0])) for one in slot.named if one in known]
        title, raw = notes.topic(card, slot, names, Reader())
        made = await self._s.forum.create_topic(
            username=known.get(args["by"], ("", None))[1] or self._s.settings.discourse_api_username,
            title=title,
            raw=to_markdown(escape(raw)),
            category_id=category,
            tags=[],
            external_id="baobab-" + sha256(f"notes:{args['slot']}".encode()).hexdigest()[:32],
        )
        return "" if isinstance(made, Enqueued) else made.url

    async def _to_channel(self, args: dict[str, Any], forum_link: str) -> str:
        """The notes, or a pointer to them, in the thread of the card; the address to link to."""
        card, slot = await self._read(args)
        if forum_link:
            body = notes.elsewhere(card, forum_link, Reader())
        else:
            body = notes.post(card, slot, slot.named, Reader())
        posted = await self._s.slack.post_message(
            args["team_id"],
            card.channel_id,
            body["text"],
            body["blocks"],
            key=f"huddle:{args['slot']}:notes:posted:{args['written']}",
            thread_ts=card.card_ts or None,
        )
        if forum_link:
            return forum_link
        try:
            return await self._s.slack.permalink(args["team_id"], posted.channel, posted.ts)
        except Unavailable:
            raise
        except DomainError as error:
            log.info("notes have no address", reason=error.message)
            return ""

    async def _note(self, args: dict[str, Any], link: str) -> None:
        async with self._s.db.transaction() as session:
            huddle, slot = await slot_by_key(session, int(args["workspace_id"]), args["slot"], lock=True)
            await session.exec(
                update(HuddleSlot)
                .where(col(HuddleSlot.id) == slot.id)
                .values(notes_state="posted", notes_link=link[:500])
            )
            huddle.version += 1
            await session.flush()
            await draw_soon(self._s.jobs.timers, session, args["team_id"], huddle, self._s.clock.now())

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

    async def _failed(self, args: dict[str, Any], problem: str) -> None:
        card, _slot = await self._read(args)
        reader = (await self._s.people.asker(args["team_id"], args["by"])).reader
        body = told.not_posted(card.title, problem, reader)
        await self._s.slack.post_message(
            args["team_id"], args["by"], body["text"], body["blocks"], key=f"huddle:{args['slot']}:notes:failed"
        )
