"""The worker's door of /whereshare: late answers, redrawing, posting a person's words, asking a person."""

from __future__ import annotations

from typing import Any

import structlog

from app.errors import DomainError, NotFound, Unavailable
from app.i18n import Reader
from app.jobs.tasks import Task, TaskContext
from app.routing import jobs_forum, queries, service, sharing
from app.routing.service import Draft
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views import answer, share
from models import Share

log = structlog.get_logger(__name__)


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    room = RoutingJobs(services)
    return {
        "whereshare.answer": room.answer,
        "whereshare.redraw": room.redraw,
        "whereshare.post": room.post,
        "whereshare.ask": room.ask,
    }


class RoutingJobs:
    """Tasks of /whereshare; each step is idempotent by the job's key."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def answer(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Answer a question that took longer than its acknowledgement, by direct message."""
        key = f"late-{ctx.key}"[-64:]
        draft = Draft(args["text"], args["slack_id"], args["channel_id"], args["source"], args.get("origin") or {})

        async def look() -> str:
            workspace_id = int(args["workspace_id"])
            now = self._s.clock.now()
            try:
                async with self._s.desk.late_seats, self._s.db.read_only() as session:
                    found = await self._s.desk.consider(session, workspace_id, draft, now)
            except Unavailable:
                raise
            except DomainError as problem:
                return problem.message
            async with self._s.db.transaction() as session:
                try:
                    await queries.route_by_key(session, workspace_id, key)
                except NotFound:
                    session.add(service.route_for(workspace_id, key, draft, found, now))
            return ""

        problem = await ctx.step("look", look)

        async def send() -> str:
            reader = await self._reader(args)
            if problem:
                return await self._tell(args, f"{ctx.key}:problem", {"text": problem})
            async with self._s.db.read_only() as session:
                shown = await self._answer(session, args, key)
            return await self._tell(args, ctx.key, answer.direct_message(shown, reader, self._s.clock.now()))

        await ctx.step("send", send)

    async def redraw(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Show an answer as it stands now where it was shown before; a surface that is gone is no failure."""

        async def draw() -> None:
            reader = await self._reader(args)
            async with self._s.db.read_only() as session:
                shown = await self._answer(session, args, args["key"])
            await self._draw(args, answer.message(shown, reader, self._s.clock.now()), shown, reader)

        await ctx.step("draw", draw)

    async def post(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Post a person's words where they chose: the forum first, so that the channel can link to it."""
        key, workspace_id = args["share"], int(args["workspace_id"])

        async def to_forum() -> None:
            async with self._s.db.read_only() as session:
                kept = await sharing.by_key(session, workspace_id, key)
                route = await queries.route_by_key(session, workspace_id, args["key"])
            if kept.forum_state != "waiting":
                return
            problem, link, held = "", "", False
            try:
                link, held = await jobs_forum.publish(self._s, args["team_id"], kept, route.origin)
            except Unavailable:
                raise
            except DomainError as error:
                problem = error.message
            async with self._s.db.transaction() as session:
                await sharing.note_forum(session, workspace_id, key, link=link, held=held, problem=problem)

        async def to_channel() -> None:
            async with self._s.db.read_only() as session:
                kept = await sharing.by_key(session, workspace_id, key)
                route = await queries.route_by_key(session, workspace_id, args["key"])
            if kept.channel_state != "waiting":
                return
            problem, link = "", ""
            try:
                link = await self._to_channel(args, kept, dict(route.origin))
            except SlackSaidNo as error:
                problem = error.message
            async with self._s.db.transaction() as session:
                await sharing.note_channel(session, workspace_id, key, link=link, problem=problem)

        await ctx.step("forum", to_forum)
        await ctx.step("channel", to_channel)
        await ctx.step("tell", lambda: self._tell_posted(args, key))

    async def ask(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Send a person's question to one lead or the knowledge team; they agreed to it."""

        async def send() -> None:
            async with self._s.db.read_only() as session:
                shown = await self._answer(session, args, args["key"])
                route = await queries.route_by_key(session, int(args["workspace_id"]), args["key"])
            names = [one.name for one in shown.suggestions] if shown.verdict != "none" else []
            reader = (await self._s.people.asker(args["team_id"], args["to"])).reader
            body = share.question_for_a_person(route.text, route.slack_id, names, reader)
            await self._s.slack.post_message(
                args["team_id"], args["to"], body["text"], body["blocks"], key=f"{ctx.key}:send"
            )

        await ctx.step("send", send)

    async def _to_channel(self, args: dict[str, Any], kept: Share, origin: dict[str, Any]) -> str:
        slack, team = self._s.slack, args["team_id"]
        # A channel has no one reader; its words are the author's, the credit line is in the workspace's language.
        reader = Reader()
        if carried := share.CarriedOver.of(origin):
            body = share.carried_post(kept.text, carried, kept.slack_id, reader, topic_link=kept.forum_link)
        else:
            body = share.channel_post(kept.text, kept.slack_id, reader, topic_link=kept.forum_link)
        posted = await slack.post_message(
            team, kept.channel_id, body["text"], body["blocks"], key=f"share:{kept.key}:channel"
        )
        try:
            link = await slack.permalink(team, posted.channel, posted.ts)
        except SlackSaidNo as error:
            # The words are there: saying otherwise would make the person post them again.
            log.info("a post has no address", reason=error.message)
            link = ""
        if origin:
            notice = share.carried_notice(kept.community, kept.channel_id, link, reader)
            try:
                await slack.post_message(
                    team,
                    origin["channel"],
                    notice["text"],
                    notice["blocks"],
                    key=f"share:{kept.key}:notice",
                    thread_ts=origin["thread_ts"],
                )
            except SlackSaidNo as error:
                # The words are where they should be; a closed channel only misses the pointer.
                log.info("no pointer was left in the first thread", reason=error.message)
        return link

    async def _tell_posted(self, args: dict[str, Any], key: str) -> None:
        reader, workspace_id = await self._reader(args), int(args["workspace_id"])
        async with self._s.db.read_only() as session:
            kept = await sharing.by_key(session, workspace_id, key)
            shown = await self._answer(session, args, args["key"])
        _ = reader.words()
        failed = "failed" in (kept.channel_state, kept.forum_state)
        if failed:
            place = _("the channel") if kept.channel_state == "failed" else _("the forum")
            await self._tell(args, f"share:{key}:failed", share.not_posted(kept.text, kept.problem, place, reader))
        drawn = await self._draw(args, answer.message(shown, reader, self._s.clock.now()), shown, reader)
        if not failed and not (drawn and "url" in args["surface"]):
            # A form may be filled in for longer than Slack lets an answer change.
            places = ((_("the channel"), kept.channel_link), (_("the forum"), kept.forum_link))
            links = [(place, url) for place, url in places if url]
            await self._tell(args, f"share:{key}:posted", share.posted(links, kept.forum_state == "held", reader))

    async def _draw(self, args: dict[str, Any], body: dict[str, Any], shown: Any, reader: Reader) -> bool:
        """Redraw where the answer was shown; False when that is closed or past its time."""
        surface = args["surface"]
        try:
            if "url" in surface:
                await self._s.slack.respond(surface["url"], {**body, "replace_original": True})
            elif "view" in surface:
                view = answer.modal(shown, reader, self._s.clock.now())
                await self._s.slack.views_update(args["team_id"], surface["view"], view)
        except SlackSaidNo as error:
            # Closed modals, and response URLs past their half hour: the answer is kept, only its picture is old.
            log.info("an answer could not be redrawn", reason=error.message)
            return False
        return True

    async def _answer(self, session: Any, args: dict[str, Any], key: str) -> Any:
        return await queries.answer(
            session,
            int(args["workspace_id"]),
            key,
            forum_url=self._s.settings.discourse_url,
            now=self._s.clock.now(),
        )

    async def _tell(self, args: dict[str, Any], key: str, body: dict[str, Any]) -> str:
        sent = await self._s.slack.post_message(
            args["team_id"], args["slack_id"], body["text"], body.get("blocks"), key=key
        )
        return sent.ts

    async def _reader(self, args: dict[str, Any]) -> Reader:
        return (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
