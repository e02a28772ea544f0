"""Thanking the author of a forum post: who wrote it is asked of the forum, then it is a thanks like any other."""

from __future__ import annotations

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.discourse.accounts import account_of, member_of
from app.discourse.links import post_link
from app.errors import N_, DomainError, NotFound, Unavailable
from app.jobs.tasks import JobFailed, TaskContext
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.surface import Surface
from app.slack.views import notes
from app.slack.views.thanks import receipt
from app.thanks import queries, rules, service
from app.thanks.jobs_follow import Team, follow
from app.thanks.shapes import Named, Place, Wish

FORUM_TASK = "thanks.forum"
GAVE_UP = N_("The forum did not answer, so I could not find the post's author. Please try again later.")


async def ask_author(
    services: Services, session: AsyncSession, team: Team, wish: Wish, surface: Surface, cause: str
) -> None:
    """Begin, in the caller's transaction, to thank whoever wrote `wish.place.forum_url`; once a cause.

    The reason is checked now, while the giver can still mend it.
    """
    rules.check_reason(wish.reason)
    args = {
        "team_id": team.team_id,
        "workspace_id": team.workspace_id,
        "slack_id": wish.giver,
        "url": wish.place.forum_url,
        "reason": wish.reason,
        "value": wish.value,
        "community": wish.community,
        "channel_id": wish.place.channel_id,
        "kind": wish.place.kind,
        "surface": surface,
    }
    await services.jobs.enqueue(session, FORUM_TASK, f"thanks-forum:{cause}"[:255], args)


class ForumThanks:
    """The task behind `/thanks <address of a post>`."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def give(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Find the author, give the thanks, and show the receipt where the command was typed, or by message."""
        problem, key = "", f"forum-{ctx.key}"[-64:]
        try:
            author = await ctx.step("author", lambda: self._author(args))
            problem = author["problem"] or await ctx.step("give", lambda: self._give(args, key, author))
        except JobFailed:
            problem = GAVE_UP
        await ctx.step("tell", lambda: self._tell(ctx.key, args, key, problem))

    async def _author(self, args: dict[str, Any]) -> dict[str, str]:
        """Who wrote the post ("slack_id" is "" for an account nobody here is linked to), or the "problem"."""
        forum, link = self._s.forum, post_link(args["url"], self._s.settings.discourse_url)
        reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
        try:
            if forum is None or link is None:
                raise NotFound(N_("That is no address of a post on our forum."))
            post = await forum.post(link)
            if not post.username:
                raise NotFound(N_("The forum does not say who wrote that post."))
            team_id, workspace_id = args["team_id"], int(args["workspace_id"])
            # Both sides, so that nobody thanks themselves through their other name.
            await account_of(self._s, team_id, workspace_id, args["slack_id"])
            slack_id = await member_of(self._s, team_id, workspace_id, post.username)
        except Unavailable:
            raise
        except DomainError as problem:
            return {"username": "", "slack_id": "", "problem": problem.said(reader.words())}
        return {"username": post.username, "slack_id": slack_id, "problem": ""}

    async def _give(self, args: dict[str, Any], key: str, author: dict[str, str]) -> str:
        """Record it; what was wrong with it, or ""."""
        team = Team(args["team_id"], int(args["workspace_id"]))
        reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
        wish = Wish(
            giver=args["slack_id"],
            people=(Named(author["slack_id"], "" if author["slack_id"] else author["username"]),),
            reason=args["reason"],
            value=args["value"],
            community=args["community"],
            place=Place(args["channel_id"], args["kind"], "", args["url"]),
            source="forum",
        )
        try:
            async with self._s.db.transaction() as session:
                _, effects = await service.give(session, team.workspace_id, key, wish, self._s.clock.now())
                await follow(self._s, session, team, effects)
        except Unavailable:
            raise
        except DomainError as problem:
            return problem.said(reader.words())
        return ""

    async def _tell(self, job: str, args: dict[str, Any], key: str, problem: str) -> None:
        reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
        if problem:
            said = reader.words()(problem)
            private, direct = notes.problem(said), notes.problem(said)
        else:
            async with self._s.db.read_only() as session:
                shown = await queries.shown(session, int(args["workspace_id"]), key)
            now = self._s.clock.now()
            private, direct = receipt.message(shown, reader, now), receipt.direct_message(shown, reader, now)
        if url := args["surface"].get("url"):
            try:
                await self._s.slack.respond(url, {**private, "replace_original": True})
            except SlackSaidNo:
                # Half an hour is over: by message then.
                pass
            else:
                return
        await self._s.slack.post_message(
            args["team_id"], args["slack_id"], direct["text"], direct.get("blocks"), key=f"{job}:told"
        )
