"""Post a poll's result to the forum once somebody wants it there, and keep that one topic in step with the poll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from app.discourse.accounts import account_of
from app.discourse.answers import Created, Enqueued
from app.discourse.links import PostLink
from app.discourse.writing import external_id
from app.errors import N_, DomainError, NotFound, Refused, Unavailable
from app.i18n import Reader
from app.jobs.tasks import JobFailed, Task, TaskContext
from app.polls import forum, jobs_offer, queries, timing
from app.polls.forum import TOPIC
from app.polls.shapes import Card
from app.services import Services
from app.slack.views.polls import outward
from app.slack.views.polls import topic as shown
from models import Poll, PollTopic

log = structlog.get_logger(__name__)

# A first attempt that met nobody; it is no state of a row.
AWAY = "away"
GONE = N_("The topic is no longer there.")
GAVE_UP = N_("It did not answer, and I have stopped trying.")


def tasks(services: Services) -> dict[str, Task]:
    """The task of topics by name."""
    return {TOPIC: Topics(services).publish}


async def keep_up(services: Services, session: AsyncSession, poll: Poll, args: dict[str, Any]) -> None:
    """Have its topic brought up to date with this version, in the caller's transaction; once a version."""
    if poll.state not in ("closed", "deleted"):
        return
    row = await forum.topic_of(session, poll.id or 0)
    if row is not None and row.state in ("posted", "held"):
        told = {name: args[name] for name in ("team_id", "workspace_id", "poll_id")}
        await services.jobs.enqueue(session, TOPIC, f"poll-topic:{poll.key}:{poll.version}", told)


@dataclass(frozen=True)
class _Now:
    """What one attempt works with: the poll, its card, and its topic as the row says."""

    poll: Poll
    card: Card
    row: PollTopic

    @property
    def mark(self) -> str:
        """Under which the forum knows the topic; another after one that is gone."""
        return external_id(f"poll:{self.poll.key}:{self.row.turn}")


class Topics:
    """`args`: team_id, workspace_id, poll_id; `slack_id` of whoever asked, where somebody did."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def publish(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Begin the topic, or let it show what the poll shows; then tell whoever asked."""
        try:
            made = await ctx.step("first", lambda: self._first(args))
            if made["state"] == AWAY:
                await ctx.step("away", lambda: self._tell(f"{ctx.key}:away", args, made))
                made = await ctx.step("forum", lambda: self._attempt(args))
        except JobFailed as failure:
            log.info("a poll's result did not reach the forum", reason=str(failure))
            made = await ctx.step("failed", lambda: self._failed(args, GAVE_UP))
        if made["problem"] or args.get("slack_id"):
            await ctx.step("tell", lambda: self._tell(f"{ctx.key}:told", args, made))

    async def _first(self, args: dict[str, Any]) -> dict[str, Any]:
        """The same as `_attempt`, or that somebody is away: then whoever asked is told before we try on."""
        try:
            return await self._attempt(args)
        except Unavailable as away:
            return _outcome(AWAY, problem=away.message)

    async def _attempt(self, args: dict[str, Any]) -> dict[str, Any]:
        """One try, by one worker at a time, from what is stored now: so the last to write knows the newest."""
        if not await self._leased(args):
            return _outcome("")
        try:
            return await self._try(args)
        except Unavailable:
            raise
        except DomainError as problem:
            return await self._failed(args, problem.message, gone=isinstance(problem, NotFound))
        finally:
            await self._freed(args)

    async def _leased(self, args: dict[str, Any]) -> bool:
        """Take the topic; False where there is none to take. `Unavailable` while somebody else has it."""
        now = self._s.clock.now()
        async with self._s.db.transaction() as session:
            row = await forum.topic_of(session, args["poll_id"], lock=True)
            if row is None:
                return False
            if row.leased_until is not None and row.leased_until > now:
                raise Unavailable("Another worker is at this topic.", retry_after=1)
            row.leased_until = now + forum.LEASE
        return True

    async def _freed(self, args: dict[str, Any]) -> None:
        async with self._s.db.transaction() as session:
            if row := await forum.topic_of(session, args["poll_id"], lock=True):
                row.leased_until = None

    async def _try(self, args: dict[str, Any]) -> dict[str, Any]:
        async with self._s.db.read_only() as session:
            poll = await session.get_one(Poll, args["poll_id"])
            row = await forum.topic_of(session, args["poll_id"])
            card = await queries.card(session, poll, self._s.clock.now())
        if row is None or row.state in forum.FREE:
            return _outcome("")
        now = _Now(poll, card, row)
        if row.state == "waiting":
            return await self._begin(args, now)
        await self._bring_up_to_date(args, now)
        return _outcome(row.state, row.link)

    async def _begin(self, args: dict[str, Any], now: _Now) -> dict[str, Any]:
        """The topic, in the name of whoever asked where the forum knows them."""
        gateway = self._s.forum
        if now.poll.state != "closed":
            raise Refused(forum.CLOSED_SOON)
        await jobs_offer.offer(self._s, args["team_id"], now.poll, now.card)
        if gateway is None:
            raise Refused(N_("No forum is connected."))
        title, raw = await jobs_offer.composed(self._s, args["team_id"], now.poll, now.card, now.row.title)
        username = await account_of(self._s, args["team_id"], now.poll.workspace_id, str(args.get("slack_id", "")))
        made = await gateway.create_topic(
            username=username or self._s.settings.discourse_api_username,
            title=title,
            raw=raw,
            category_id=now.row.category_id,
            tags=[],
            external_id=now.mark,
        )
        if isinstance(made, Enqueued):
            await self._note(args, state="held", title=title)
            return _outcome("held")
        # What an earlier attempt made may say something else than this one: then the drawing that follows mends it.
        sent = "" if made.again else forum.digest(title, raw)
        await self._note(args, state="posted", made=made, post_id=await self._post_id(made), title=title, sent=sent)
        return _outcome("posted", made.url)

    async def _post_id(self, made: Created) -> int | None:
        """The topic's first post, which is the one to change; asked for where the answer did not say."""
        if made.post_id is not None or self._s.forum is None:
            return made.post_id
        return (await self._s.forum.post(PostLink(made.topic_id))).id

    async def _bring_up_to_date(self, args: dict[str, Any], now: _Now) -> None:
        """Let the topic say what the poll says, if it does not yet; one that was held may be there by now."""
        gateway, row = self._s.forum, now.row
        if gateway is None or now.poll.state not in ("closed", "deleted"):
            return
        if row.topic_id is None:
            found = await gateway.begun(now.mark)
            if found is None:
                return
            await self._note(args, state="posted", made=found, post_id=await self._post_id(found))
            return
        title, raw = await self._wanted(args, now)
        if row.post_id is None or forum.digest(title, raw) == row.sent:
            return
        post = await gateway.post(PostLink(post_id=row.post_id))
        if post.deleted:
            raise NotFound(GONE)
        author = post.username
        post_id, topic_id = row.post_id, row.topic_id
        await self._as_staff_or(author, lambda who: gateway.edit_post(username=who, post_id=post_id, raw=raw))
        if title != row.sent_title:
            await self._as_staff_or(
                author, lambda who: gateway.rename_topic(username=who, topic_id=topic_id, title=title)
            )
        await self._note(args, title=title, sent=forum.digest(title, raw))

    async def _wanted(self, args: dict[str, Any], now: _Now) -> tuple[str, str]:
        """Title and text; of a poll that is deleted, or not everybody's any more, only that there is nothing."""
        public = now.poll.state == "closed" and not now.card.hidden
        if not public or not await jobs_offer.everybodys(self._s, args["team_id"], now.card.channels):
            return now.row.sent_title, shown.taken_back(Reader(now.poll.locale, now.poll.zone))
        return await jobs_offer.composed(self._s, args["team_id"], now.poll, now.card, now.row.title)

    async def _as_staff_or(self, author: str, change: Any) -> None:
        """As our own account, which may change any post where it is staff: authors may for a while only."""
        try:
            await change(self._s.settings.discourse_api_username)
        except Refused:
            await change(author)

    async def _note(
        self,
        args: dict[str, Any],
        *,
        state: str = "",
        made: Created | None = None,
        post_id: int | None = None,
        title: str | None = None,
        sent: str | None = None,
    ) -> None:
        """Write down what came of it. Another state is drawn on the poll's messages, which looks at the topic too."""
        async with self._s.db.transaction() as session:
            poll = await session.get_one(Poll, args["poll_id"], with_for_update=True)
            row = await forum.topic_of(session, args["poll_id"], lock=True)
            if row is None:
                return
            if made is not None:
                row.topic_id, row.post_id, row.link = made.topic_id, post_id, made.url[:500]
            row.state = state or row.state
            row.sent_title = row.sent_title if title is None else title
            row.sent = row.sent if sent is None else sent
            if state:
                await timing.redraw(self._s.jobs.timers, session, poll, self._s.clock.now())

    async def _failed(self, args: dict[str, Any], problem: str, *, gone: bool = False) -> dict[str, Any]:
        """Note that it did not work: asked for, it can be asked for again; there before, it stays as it was."""
        async with self._s.db.transaction() as session:
            row = await forum.topic_of(session, args["poll_id"], lock=True)
        if row is None:
            return _outcome("")
        if row.state == "waiting":
            await self._note(args, state="failed")
        elif gone:
            await self._note(args, state="gone")
            return _outcome("gone", problem=GONE)
        return _outcome("failed", problem=problem)

    async def _tell(self, key: str, args: dict[str, Any], made: dict[str, Any]) -> None:
        async with self._s.db.read_only() as session:
            poll = await session.get_one(Poll, args["poll_id"])
            name = (await queries.card(session, poll, self._s.clock.now())).name
        person = str(args.get("slack_id") or poll.creator)
        asked = bool(args.get("slack_id"))
        if not person or made["state"] in ("", *(() if asked else (AWAY,))):
            return
        reader = (await self._s.people.asker(args["team_id"], person)).reader
        if made["state"] == AWAY:
            body = outward.away(name, reader)
        elif made["problem"]:
            again = asked or made["state"] == "gone"
            body = outward.not_posted(name, reader.words()(made["problem"]), reader, again=again)
        else:
            body = outward.posted(name, made["link"], reader)
        await self._s.slack.post_message(args["team_id"], person, body["text"], body["blocks"], key=key)


def _outcome(state: str, link: str = "", problem: str = "") -> dict[str, Any]:
    """What a step remembers: how the topic stands, its address, what was wrong."""
    return {"state": state, "link": link, "problem": problem}
