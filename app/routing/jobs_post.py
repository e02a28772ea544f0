"""Post a person's words where they chose. Channel and forum are two jobs: neither waits long for the other."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import DomainError, Unavailable
from app.i18n import Reader
from app.jobs.tasks import JobFailed, TaskContext
from app.routing import jobs_forum, queries, sharing
from app.routing.jobs_show import Shows
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views import share
from models import Share

log = structlog.get_logger(__name__)

FORUM_TASK = "whereshare.post_forum"
# How long the channel waits for the forum, so that it can link to the topic.
FORUM_PATIENCE = 4.0
GAVE_UP = "It did not work, and I have stopped trying. Please post them there yourself, or try again later."


class Posting:
    """The tasks of "Post it there"; steps are idempotent by the share's key."""

    def __init__(self, services: Services, shows: Shows) -> None:
        self._s = services
        self._shows = shows

    async def post(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Begin with the forum in a job of its own, then post in the channel, linking to a topic that is there."""
        await ctx.step("begin", lambda: self._begin(args))
        if not (await ctx.step("forum", lambda: self._wait_for_forum(args)))["channel"]:
            return
        posted: dict[str, str] = {}
        problem, link = "", ""
        try:
            posted = await ctx.step("channel", lambda: self._to_channel(args))
            problem = posted.get("problem", "")
        except JobFailed:
            problem = GAVE_UP
        if posted.get("ts"):
            link = await self._unless_failed(ctx, "address", lambda: self._address(args, posted)) or ""
        forum = await ctx.step("noted", lambda: self._note_channel(args, link, problem))
        if posted.get("ts"):
            await self._unless_failed(ctx, "notice", lambda: self._notice(args, link))
        if problem:
            await ctx.step("problem", lambda: self._tell_problem(args, "channel", problem))
        await self._receipt(ctx, args, channel=not problem, forum=forum in ("posted", "held"))

    async def post_forum(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Begin the topic on the forum; whoever of the two jobs is last shows and tells that it is there."""
        link, held = "", False
        try:
            made = await ctx.step("forum", lambda: self._to_forum(args))
            link, held, problem = made["link"], made["held"], made["problem"]
        except JobFailed:
            problem = GAVE_UP
        channel = await ctx.step("noted", lambda: self._note_forum(args, link, held, problem))
        if problem:
            await ctx.step("problem", lambda: self._tell_problem(args, "forum", problem))
        if channel != "waiting":
            await self._receipt(ctx, args, channel=False, forum=not problem)

    async def _begin(self, args: dict[str, Any]) -> None:
        async with self._s.db.transaction() as session:
            if (await self._kept(session, args)).forum_state == "waiting":
                await self._s.jobs.enqueue(session, FORUM_TASK, f"share:{args['share']}:forum", args)

    async def _wait_for_forum(self, args: dict[str, Any]) -> dict[str, bool]:
        until = asyncio.get_running_loop().time() + FORUM_PATIENCE
        while True:
            async with self._s.db.read_only() as session:
                kept = await self._kept(session, args)
            if not kept.channel_state:
                return {"channel": False}
            if kept.forum_state != "waiting" or asyncio.get_running_loop().time() > until:
                return {"channel": True}
            await asyncio.sleep(0.1)

    async def _to_forum(self, args: dict[str, Any]) -> dict[str, Any]:
        async with self._s.db.read_only() as session:
            kept = await self._kept(session, args)
            route = await queries.route_by_key(session, kept.workspace_id, args["key"])
        if kept.forum_state != "waiting":
            return {"link": kept.forum_link, "held": kept.forum_state == "held", "problem": ""}
        try:
            link, held = await jobs_forum.publish(self._s, args["team_id"], kept, route.origin)
        except Unavailable:
            raise
        except DomainError as error:
            return {"link": "", "held": False, "problem": error.message}
        return {"link": link, "held": held, "problem": ""}

    async def _to_channel(self, args: dict[str, Any]) -> dict[str, str]:
        """Post; {"channel", "ts"}, or {"problem"}."""
        async with self._s.db.read_only() as session:
            kept = await self._kept(session, args)
            route = await queries.route_by_key(session, kept.workspace_id, args["key"])
        # A channel has no one reader; its words are the author's, the credit line is in the workspace's language.
        reader = Reader()
        if carried := share.CarriedOver.of(await self._origin(args, route.origin)):
            body = share.carried_post(kept.text, carried, kept.slack_id, reader, topic_link=kept.forum_link)
        else:
            body = share.channel_post(kept.text, kept.slack_id, reader, topic_link=kept.forum_link)
        try:
            posted = await self._s.slack.post_message(
                args["team_id"], kept.channel_id, body["text"], body["blocks"], key=f"share:{kept.key}:channel"
            )
        except Unavailable:
            raise
        except DomainError as error:
            return {"problem": error.message}
        return {"channel": posted.channel, "ts": posted.ts}

    async def _origin(self, args: dict[str, Any], origin: Any) -> dict[str, Any]:
        """Where the carried words come from, with their address: asked for now, when it is shown."""
        if not origin or origin.get("permalink"):
            return dict(origin)
        try:
            link = await self._s.slack.permalink(args["team_id"], origin["channel"], origin["thread_ts"])
        except SlackSaidNo as error:
            log.info("a first message has no address", reason=error.message)
            link = ""
        return {**origin, "permalink": link}

    async def _address(self, args: dict[str, Any], posted: dict[str, str]) -> str:
        return await self._s.slack.permalink(args["team_id"], posted["channel"], posted["ts"])

    async def _notice(self, args: dict[str, Any], link: str) -> None:
        """Leave a pointer in the thread from which words were carried over."""
        async with self._s.db.read_only() as session:
            kept = await self._kept(session, args)
            origin = (await queries.route_by_key(session, kept.workspace_id, args["key"])).origin
        if not origin:
            return
        notice = share.carried_notice(kept.community, kept.channel_id, link, Reader())
        await self._s.slack.post_message(
            args["team_id"],
            origin["channel"],
            notice["text"],
            notice["blocks"],
            key=f"share:{kept.key}:notice",
            thread_ts=origin["thread_ts"],
        )

    async def _unless_failed(self, ctx: TaskContext, name: str, effect: Any) -> Any:
        """A step that matters less than the words, which are there: saying otherwise would have them posted again."""
        try:
            return await ctx.step(name, effect)
        except JobFailed as failure:
            log.info("words were posted without what belongs to them", step=name, reason=str(failure))
            return None

    async def _note_channel(self, args: dict[str, Any], link: str, problem: str) -> str:
        """Note how the channel went; gives how the forum stands at that moment."""
        async with self._s.db.transaction() as session:
            kept = await self._kept(session, args, lock=True)
            if kept.channel_state == "waiting":
                await sharing.note_channel(session, kept.workspace_id, kept.key, link=link, problem=problem)
            return kept.forum_state

    async def _note_forum(self, args: dict[str, Any], link: str, held: bool, problem: str) -> str:
        """Note how the forum went; gives how the channel stands at that moment."""
        async with self._s.db.transaction() as session:
            kept = await self._kept(session, args, lock=True)
            if kept.forum_state == "waiting":
                await sharing.note_forum(session, kept.workspace_id, kept.key, link=link, held=held, problem=problem)
            return kept.channel_state

    async def _tell_problem(self, args: dict[str, Any], where: str, problem: str) -> None:
        async with self._s.db.read_only() as session:
            kept = await self._kept(session, args)
        reader = await self._shows.reader(args)
        _ = reader.words()
        place = _("the channel") if where == "channel" else _("the forum")
        body = share.not_posted(kept.text, problem, place, reader)
        await self._shows.tell(args, f"share:{kept.key}:failed:{where}", body)

    async def _receipt(self, ctx: TaskContext, args: dict[str, Any], *, channel: bool, forum: bool) -> None:
        """Redraw the answer; where it can no longer change (forms stay open for long), say by message what is out."""
        drawn = await self._unless_failed(ctx, "drawn", lambda: self._shows.draw(args))
        if (drawn and "url" in args["surface"]) or not (channel or forum):
            return

        async def tell() -> None:
            async with self._s.db.read_only() as session:
                kept = await self._kept(session, args)
            reader = await self._shows.reader(args)
            _ = reader.words()
            places = ((channel, _("the channel"), kept.channel_link), (forum, _("the forum"), kept.forum_link))
            links = [(place, url) for told, place, url in places if told and url]
            body = share.posted(links, forum and kept.forum_state == "held", reader)
            await self._shows.tell(args, f"{ctx.key}:posted", body)

        await ctx.step("tell", tell)

    async def _kept(self, session: AsyncSession, args: dict[str, Any], *, lock: bool = False) -> Share:
        workspace_id, key = int(args["workspace_id"]), args["share"]
        if lock:
            # The two jobs each see what the other has noted, or are seen by it: one of them tells.
            mine = select(Share).where(Share.workspace_id == workspace_id, col(Share.key) == key)
            await session.exec(mine.with_for_update())
        return await sharing.by_key(session, workspace_id, key)
