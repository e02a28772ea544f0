"""What follows an erasure: messages and cards change, then what the machinery still holds goes.

The transaction that erases puts two jobs beside itself: one that follows at once, and one that comes after, when
everything that was under way has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import DomainError, Unavailable
from app.huddles.erasing import named_huddles, redraw_cards
from app.huddles.jobs_notes import REWRITE_TASK
from app.jobs.tasks import TaskContext
from app.members.queries import member
from app.polls.erasing import named_polls, redraw_all
from app.privacy import traces
from app.privacy.erasing import erase_person
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.thanks.jobs_follow import UNTELL, Team, draw_card, follow
from app.thanks.shapes import Effects

FOLLOW_TASK, AFTER_TASK = "privacy.follow", "privacy.after"
# Requests and jobs that had begun before the erasure are over by then.
AFTER = timedelta(seconds=15)
# Messages of one step: SQLite's only writer is given back in between.
AT_ONCE = 50

log = structlog.get_logger(__name__)


async def begin_erasure(
    services: Services, session: AsyncSession, team: Team, slack_id: str, *, actor: str, cause: str
) -> dict[str, int]:
    """Erase a person in the caller's transaction, and let what follows begin when it is committed; how many rows."""
    now = services.clock.now()
    names = await traces.names_of(session, team.workspace_id, slack_id, now)
    counts, effects = await _erase_and_redraw(services, session, team, slack_id, actor, cause)
    await _follow_up(services, session, team, effects, f"erased:{cause}")
    args = {"team_id": team.team_id, "workspace_id": team.workspace_id, "slack_id": slack_id, "names": names}
    await services.jobs.enqueue(session, AFTER_TASK, f"after-erasure:{cause}"[:255], args, delay=AFTER)
    return counts


async def _erase_and_redraw(
    services: Services, session: AsyncSession, team: Team, slack_id: str, actor: str, cause: str
) -> tuple[dict[str, int], Effects]:
    """Erase, and have polls, huddles and notes drawn that show the person: what shows them is known before only."""
    now, timers = services.clock.now(), services.jobs.timers
    polls = await named_polls(session, team.workspace_id, slack_id)
    huddles, notes = await named_huddles(session, team.workspace_id, slack_id)
    found = await erase_person(session, team.workspace_id, slack_id, now, actor=actor)
    await redraw_all(session, timers, polls, now)
    await redraw_cards(session, timers, team.team_id, huddles, now)
    for slot in notes:
        args = {"team_id": team.team_id, "workspace_id": team.workspace_id, "slot": slot}
        await services.jobs.enqueue(session, REWRITE_TASK, f"huddle:rewrite:{slot}:{cause}"[:255], args)
    return found


async def _follow_up(services: Services, session: AsyncSession, team: Team, effects: Effects, key: str) -> None:
    """Put what follows into a job of its own: each message is a row to write, and there may be thousands."""
    if not (effects.untell or effects.retell or effects.cards):
        return
    args = {
        "team_id": team.team_id,
        "workspace_id": team.workspace_id,
        "untell": list(effects.untell),
        "retell": list(effects.retell),
        "cards": [card for card, _ in effects.cards],
    }
    await services.jobs.enqueue(session, FOLLOW_TASK, key[:255], args)


class Erasure:
    """The tasks that follow an erasure."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def follow(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Take messages away and redraw others. `args`: team_id, workspace_id; ids: untell, retell, cards."""
        team = Team(args["team_id"], int(args["workspace_id"]))

        async def untell(some: Sequence[int]) -> None:
            async with self._s.db.transaction() as session:
                for one in some:
                    # By a key of its own: the message may have been taken away before, and sent again.
                    of_one = {"team_id": team.team_id, "workspace_id": team.workspace_id, "recipient": one}
                    await self._s.jobs.enqueue(session, UNTELL, f"thanks-untell:{one}:erased", of_one)

        async def retell(some: Sequence[int]) -> None:
            async with self._s.db.transaction() as session:
                await follow(self._s, session, team, Effects(retell=tuple(some)))

        async def draw(some: Sequence[int]) -> None:
            now = self._s.clock.now()
            async with self._s.db.transaction() as session:
                for card in some:
                    await draw_card(self._s, session, team, card, now)

        for name, effect in (("untell", untell), ("retell", retell), ("cards", draw)):
            for number, some in enumerate(_parts(args[name])):
                await ctx.step(f"{name} {number}", lambda effect=effect, some=some: effect(some))  # type: ignore[misc]

    async def after(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Forget what came in meanwhile and what the machinery holds. `args` also: slack_id, names."""
        if not await ctx.step("again", lambda: self._again(ctx.key, args)):
            return
        place = await ctx.step("place", lambda: self._place(args))
        places = [one for one in (place, args["slack_id"]) if one]
        messages = await ctx.step("messages", lambda: self._messages(args, places))
        for number, some in enumerate(_parts(messages)):
            await ctx.step(f"delete {number}", lambda some=some: self._delete(args, place, some))  # type: ignore[misc]
        await ctx.step("traces", lambda: self._traces(ctx.key, args, places))

    async def _again(self, key: str, args: dict[str, Any]) -> bool:
        """Erase what was written while the erasure was under way; False where the person has come back since."""
        team = Team(args["team_id"], int(args["workspace_id"]))
        async with self._s.db.transaction() as session:
            found = await member(session, team.workspace_id, args["slack_id"])
            if found is None or not found.erased:
                return False
            _, effects = await _erase_and_redraw(self._s, session, team, args["slack_id"], "baobab", f"again:{key}")
            await _follow_up(self._s, session, team, effects, f"again:{key}")
        return True

    async def _place(self, args: dict[str, Any]) -> str:
        """The person's conversation with us, "" where there is none."""
        try:
            return await self._s.slack.open_dm(args["team_id"], args["slack_id"])
        except Unavailable:
            raise
        except DomainError as error:
            log.info("there is no conversation with who was erased", reason=error.message)
            return ""

    async def _messages(self, args: dict[str, Any], places: list[str]) -> list[str]:
        """The ts of what we sent them; not the last message, which says that it is done."""
        found = await traces.messages_to(self._s.db, places)
        return [ts for key, ts in found if not (key.startswith("erase:") and key.endswith(":done"))]

    async def _delete(self, args: dict[str, Any], place: str, some: Sequence[str]) -> None:
        for ts in some if place else ():
            try:
                await self._s.slack.delete_message(args["team_id"], place, ts)
            except SlackSaidNo as error:
                log.info("a message to who was erased could not be deleted", reason=error.message)

    async def _traces(self, key: str, args: dict[str, Any], places: list[str]) -> dict[str, int]:
        db, now, names = self._s.db, self._s.clock.now(), args["names"]
        return {
            "answers": await traces.forget_answers(db, args["team_id"], names, now),
            "sent": await traces.forget_sent(db, args["slack_id"], places),
            "lanes": await traces.forget_lanes(db, args["slack_id"], now),
            "timers": await traces.forget_timers(db, names),
            "jobs": await traces.forget_jobs(db, self._s.jobs.client, names, now, spare=key),
        }


def _parts(listed: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))
