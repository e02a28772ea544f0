"""The worker's door of /whereshare: late answers, redrawing, asking a person; posting has a file of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from app.errors import DomainError, NotFound, Unavailable
from app.i18n import Reader
from app.jobs.tasks import JobFailed, Task, TaskContext
from app.routing import queries, service
from app.routing.jobs_post import FORUM_TASK, Posting
from app.routing.jobs_show import Shows
from app.routing.jobs_window import WINDOW_TASK, Clicked, draft_of
from app.routing.service import Draft
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.mrkdwn import escape
from app.slack.views import answer, notes, share
from models import RouteAct

NO_ANSWER = "I could not work out an answer. Please run /whereshare again."


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    shows = Shows(services)
    room, posting = RoutingJobs(services, shows), Posting(services, shows)
    return {
        "whereshare.answer": room.answer,
        "whereshare.redraw": room.redraw,
        "whereshare.post": posting.post,
        FORUM_TASK: posting.post_forum,
        "whereshare.ask": room.ask,
        WINDOW_TASK: room.window,
    }


class RoutingJobs:
    """Tasks of /whereshare; each step is idempotent by the job's key."""

    def __init__(self, services: Services, shows: Shows) -> None:
        self._s = services
        self._shows = shows

    async def answer(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Answer a question that took longer than its acknowledgement, by direct message."""
        draft = Draft(args["text"], args["slack_id"], args["channel_id"], args["source"], args.get("origin") or {})
        key = _late_key(ctx)
        problem = await self._looked(ctx, args, key, draft)
        await self._by_message(ctx, args, key, problem)

    async def window(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Answer in the window that the message shortcut opened; by direct message where that is closed.

        With `key` the answer is there already and only has to be shown; so is what went wrong, with `problem`.
        """
        key, problem = args.get("key") or _late_key(ctx), args.get("problem") or ""
        if not (args.get("key") or problem):
            problem = await self._looked(ctx, args, key, None)

        async def show() -> bool:
            asker = await self._s.people.asker(args["team_id"], args["slack_id"])
            if problem:
                view = notes.problem_view(problem, asker.reader)
                try:
                    await self._s.slack.views_update(args["team_id"], args["view"], view)
                except SlackSaidNo:
                    return False
                return True
            return await self._shows.draw({**args, "key": key, "surface": {"view": args["view"]}})

        try:
            shown = await ctx.step("show", show)
        except JobFailed:
            shown = False
        if not shown:
            await self._by_message(ctx, args, key, problem)

    async def redraw(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Show an answer as it stands now where it was shown before; a surface that is gone is no failure."""
        await ctx.step("draw", lambda: self._shows.draw(args))

    async def ask(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Send a person's question to one lead or the knowledge team; they agreed to it.

        Where that cannot be done they are told, and can ask again.
        """

        async def send() -> str:
            shown = await self._shows.answer(args, args["key"])
            async with self._s.db.read_only() as session:
                route = await queries.route_by_key(session, int(args["workspace_id"]), args["key"])
            names = [one.name for one in shown.suggestions] if shown.verdict != "none" else []
            reader = (await self._s.people.asker(args["team_id"], args["to"])).reader
            body = share.question_for_a_person(route.text, route.slack_id, names, reader)
            try:
                await self._s.slack.post_message(
                    args["team_id"], args["to"], body["text"], body["blocks"], key=f"{ctx.key}:send"
                )
            except Unavailable:
                raise
            except DomainError as error:
                return error.message
            return ""

        try:
            problem = await ctx.step("send", send)
        except JobFailed:
            problem = "I tried for long and it did not work."
        if not problem:
            return
        asker = await ctx.step("take back", lambda: self._not_asked(args))
        told = f"Your question did not reach <@{args['to']}>: {escape(problem)} You can ask again."
        theirs = {**args, "slack_id": asker}
        await ctx.step("tell", lambda: self._shows.tell(theirs, f"{ctx.key}:problem", notes.problem(told)))
        if args.get("surface"):
            await ctx.step("draw", lambda: self._shows.draw(theirs))

    async def _not_asked(self, args: dict[str, Any]) -> str:
        """Forget that this person was asked; gives the asker."""
        async with self._s.db.transaction() as session:
            route = await queries.route_by_key(session, int(args["workspace_id"]), args["key"])
            await session.exec(
                delete(RouteAct).where(
                    col(RouteAct.route_id) == route.id,
                    col(RouteAct.slack_id) == route.slack_id,
                    col(RouteAct.act) == "asked",
                    col(RouteAct.subject) == args["to"],
                )
            )
            return route.slack_id

    async def _looked(self, ctx: TaskContext, args: dict[str, Any], key: str, draft: Draft | None) -> str:
        """Consider a draft (None: the words of a clicked message) and keep the answer; what went wrong, or ""."""

        async def look() -> str:
            workspace_id = int(args["workspace_id"])
            try:
                if draft is None:
                    asker = await self._s.people.asker(args["team_id"], args["slack_id"])
                    words = await draft_of(self._s, asker, Clicked(**args["clicked"]))
                else:
                    words = draft
                now = self._s.clock.now()
                async with self._s.desk.late_seats, self._s.db.read_only() as session:
                    found = await self._s.desk.consider(session, workspace_id, words, now)
            except Unavailable:
                raise
            except DomainError as problem:
                return problem.message
            async with self._s.db.transaction() as session:
                try:
                    await queries.route_by_key(session, workspace_id, key)
                except NotFound:
                    session.add(service.route_for(workspace_id, key, words, found, now))
            return ""

        try:
            return await ctx.step("look", look)
        except JobFailed:
            return NO_ANSWER

    async def _by_message(self, ctx: TaskContext, args: dict[str, Any], key: str, problem: str) -> None:
        async def send() -> str:
            if problem:
                return await self._shows.tell(args, f"{ctx.key}:problem", {"text": problem})
            reader: Reader = await self._shows.reader(args)
            shown = await self._shows.answer(args, key)
            body = answer.direct_message(shown, reader, self._s.clock.now())
            return await self._shows.tell(args, ctx.key, body)

        try:
            await ctx.step("send", send)
        except JobFailed:
            if problem:
                raise
            await ctx.step("sorry", lambda: self._shows.tell(args, f"{ctx.key}:problem", {"text": NO_ANSWER}))
            raise


def _late_key(ctx: TaskContext) -> str:
    return f"late-{ctx.key}"[-64:]
