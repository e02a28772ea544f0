"""Drawing cards: one drawer at a time, from the committed state, until the message shows the newest version."""

from __future__ import annotations

from typing import Any

import structlog
from sqlmodel import select

from app.errors import Unavailable
from app.i18n import Reader
from app.jobs.tasks import TaskContext
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views.thanks import card as views
from app.thanks import cards, rules
from app.thanks.jobs_follow import Team, draw_card
from app.thanks.shapes import Card
from app.thanks.showing import ground
from models import ThanksCard, Workspace

log = structlog.get_logger(__name__)


class Cards:
    """The tasks of cards."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def draw(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Bring a card's message in line with what it shows now: post, redraw, or take away."""
        await ctx.step("draw", lambda: self._draw(args))

    async def digests(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Begin the weekly digests that are due, in every workspace."""

        async def begin() -> None:
            async with self._s.db.read_only() as session:
                found = (await session.exec(select(Workspace.id, Workspace.team_id))).all()
            now = self._s.clock.now()
            for workspace_id, team_id in found:
                team = Team(team_id, workspace_id or 0)
                async with self._s.db.transaction() as session:
                    on = await ground(session, team.workspace_id)
                    for card in await cards.start_digests(session, team.workspace_id, on, now):
                        await draw_card(self._s, session, team, card, now)

        await ctx.step("begin", begin)

    async def _draw(self, args: dict[str, Any]) -> None:
        card_id, team = int(args["card"]), Team(args["team_id"], int(args["workspace_id"]))
        now = self._s.clock.now()
        async with self._s.db.transaction() as session:
            card = await cards.take(session, card_id, now)
            if card is None:
                if await session.get(ThanksCard, card_id) is None:
                    return
                raise Unavailable("Another worker is drawing this card.", retry_after=1.0)
            on = await ground(session, team.workspace_id)
            shown = await cards.content(session, card, on.zone)
            session.expunge(card)
        quiet = rules.quiet_until(now, on.zone, on.policy.quiet_from, on.policy.quiet_to)
        waits = quiet is not None and not card.ts and bool(shown.entries)
        ts, removed, drawn, done = card.ts, False, card.drawn, False
        try:
            # Several calls for one picture, after a time without Slack: the first has drawn it.
            if not waits and card.drawn != card.version:
                ts, removed = await self._bring_in_line(team, card, shown)
                drawn = card.version
            done = True
        finally:
            # Also after a failure, so that the next attempt need not wait for the lease to end. That attempt is
            # made by who called: a timer besides would bring one more drawer with every failure.
            async with self._s.db.transaction() as session:
                now = self._s.clock.now()
                newest = await cards.give_back(session, card, drawn=drawn, ts=ts, removed=removed, now=now)
                if done and waits and quiet is not None:
                    await draw_card(self._s, session, team, card_id, quiet)
                elif done and not newest:
                    await draw_card(self._s, session, team, card_id, now + self._s.jobs.timers.apart)

    async def _bring_in_line(self, team: Team, card: ThanksCard, shown: Card) -> tuple[str, bool]:
        """The message's ts afterwards ("" for none), and whether it was taken away."""
        if card.ts == cards.DELETED:
            return card.ts, False
        if not shown.entries:
            return await self._taken_away(team, card) if card.ts else ("", False)
        body = await self._body(team, shown)
        if not card.ts:
            return await self._posted(team, card, body), False
        try:
            await self._s.slack.update_message(team.team_id, card.channel_id, card.ts, body["text"], body["blocks"])
        except SlackSaidNo as error:
            log.info("a card could not be redrawn", channel=card.channel_id, reason=error.message)
            # Somebody deleted it: that is their say.
            return cards.DELETED if error.error == "message_not_found" else card.ts, False
        return card.ts, False

    async def _posted(self, team: Team, card: ThanksCard, body: dict[str, Any]) -> str:
        key = f"thanks-card:{card.id}:{card.removals}"
        try:
            sent = await self._s.slack.post_message(
                team.team_id, card.channel_id, body["text"], body["blocks"], key=key
            )
        except SlackSaidNo as error:
            # An archived or closed channel: people's thanks are kept, only this picture is not shown.
            log.warning("a card could not be posted", channel=card.channel_id, reason=error.message)
            return ""
        return sent.ts

    async def _taken_away(self, team: Team, card: ThanksCard) -> tuple[str, bool]:
        try:
            await self._s.slack.delete_message(team.team_id, card.channel_id, card.ts)
        except SlackSaidNo as error:
            log.warning("a card could not be taken away", channel=card.channel_id, reason=error.message)
            return card.ts, False
        return "", True

    async def _body(self, team: Team, shown: Card) -> dict[str, Any]:
        async with self._s.db.read_only() as session:
            workspace = await session.get(Workspace, team.workspace_id)
            on = await ground(session, team.workspace_id)
        reader = Reader(workspace.locale if workspace else "en", on.zone)
        command = f"/{self._s.settings.command_prefix}thanks"
        return views.message(shown, reader, command, next(iter(on.policy.emojis), ""))
