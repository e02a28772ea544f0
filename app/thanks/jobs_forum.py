"""Thanking the author of a forum post: who wrote it is asked of the forum, then it is a thanks like any other."""

from __future__ import annotations

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.discourse.accounts import account_of, member_of
from app.discourse.links import post_link
from app.errors import N_, DomainError, NotFound, Refused, Unavailable
from app.jobs.tasks import JobFailed, TaskContext
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.mrkdwn import escape
from app.slack.surface import Surface
from app.slack.views import kit, notes
from app.slack.views.thanks import receipt
from app.thanks import queries, rules, service
from app.thanks.jobs_follow import Team, follow
from app.thanks.shapes import Named, Place, Wish

FORUM_TASK = "thanks.forum"
# Discourse's own accounts; plugins' have ids below zero too.
PROGRAMS = frozenset({"system", "discobot"})
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
            author = await ctx.step("ask", lambda: self._author_now(args))
            if author["away"]:
                await ctx.step("away", lambda: self._say_away(ctx.key, args))
                author = await ctx.step("author", lambda: self._author(args))
            problem = author["problem"] or await ctx.step("give", lambda: self._give(args, key, author))
        except JobFailed:
            problem = GAVE_UP
        await ctx.step("tell", lambda: self._tell(ctx.key, args, key, problem))

    async def _author_now(self, args: dict[str, Any]) -> dict[str, str]:
        """The same as `_author`, or that the forum or Slack is "away": then the giver is told before we try on."""
        try:
            return await self._author(args)
        except Unavailable:
            return {"username": "", "slack_id": "", "problem": "", "away": "yes"}

    async def _author(self, args: dict[str, Any]) -> dict[str, str]:
        """Who wrote the post ("slack_id" is "" for an account nobody here is linked to), or the "problem"."""
        found = {"username": "", "slack_id": "", "problem": "", "away": ""}
        try:
            found["username"] = await self._username(args["url"])
            team_id, workspace_id = args["team_id"], int(args["workspace_id"])
            # Both sides, so that nobody thanks themselves through their other name.
            await account_of(self._s, team_id, workspace_id, args["slack_id"])
            found["slack_id"] = await member_of(self._s, team_id, workspace_id, found["username"])
            if not found["slack_id"]:
                await self._check_person(found["username"])
        except Unavailable:
            raise
        except DomainError as problem:
            reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
            found["problem"] = problem.said(reader.words())
        return found

    async def _username(self, url: str) -> str:
        forum, link = self._s.forum, post_link(url, self._s.settings.discourse_url)
        if forum is None or link is None:
            raise NotFound(N_("That is no address of a post on our forum."))
        post = await forum.post(link)
        # We may see more than the giver does: who takes part in a private message is not ours to tell.
        if not post.regular or not (await forum.topic(post.topic_id)).line.regular:
            raise NotFound(N_("That is no post that everybody can read, so I do not look up who wrote it."))
        if not post.username:
            raise NotFound(N_("The forum does not say who wrote that post."))
        return post.username

    async def _check_person(self, username: str) -> None:
        """Raise `Refused` for an account of the forum's own programs; people of no member are checked by nobody."""
        forum = self._s.forum
        if forum is not None and (username in PROGRAMS or (await forum.user(username)).id <= 0):
            raise Refused(
                N_("{name} is a bot and would not notice. Is there a person behind it?"), name=escape(username)
            )

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

    async def _say_away(self, job: str, args: dict[str, Any]) -> None:
        reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
        await self._show(f"{job}:away", args, notes.forum_away(reader), notes.forum_away(reader))

    async def _tell(self, job: str, args: dict[str, Any], key: str, problem: str) -> None:
        reader = (await self._s.people.asker(args["team_id"], args["slack_id"])).reader
        if problem:
            typed = f"/{self._s.settings.command_prefix}thanks {args['url']} {args['reason']}"
            private = direct = notes.problem_with_words(reader.words()(problem), typed, reader)
        else:
            async with self._s.db.read_only() as session:
                shown = await queries.receipt(session, int(args["workspace_id"]), key, self._s.clock.now())
            now = self._s.clock.now()
            private, direct = receipt.message(shown, reader, now), receipt.direct_message(shown, reader, now)
        await self._show(f"{job}:told", args, private, direct)

    async def _show(self, key: str, args: dict[str, Any], private: kit.Body, direct: kit.Body) -> None:
        """Where the command was typed, else in the giver's direct message."""
        if url := args["surface"].get("url"):
            try:
                await self._s.slack.respond(url, {**private, "replace_original": True})
            except SlackSaidNo:
                # Half an hour is over: by message then.
                pass
            else:
                return
        await self._s.slack.post_message(
            args["team_id"], args["slack_id"], direct["text"], direct.get("blocks"), key=key
        )
