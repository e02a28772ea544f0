"""The worker's door of /thanks: telling recipients, redrawing receipts, thanking the author of a forum post."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import structlog

from app.jobs.tasks import Task, TaskContext
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.people import Asker
from app.slack.views import notes
from app.slack.views.thanks import receipt, told
from app.thanks import choosing, queries
from app.thanks.jobs_cards import Cards
from app.thanks.jobs_follow import CARD, RETELL, TELL, UNTELL
from app.thanks.jobs_forum import FORUM_TASK, ForumThanks
from app.thanks.jobs_home import listing
from app.thanks.shapes import Told
from models import ThanksRecipient

RECEIPT_TASK = "thanks.receipt"
NOTE_TASK = "thanks.note"
KEEP_TASK = "thanks.keep"
DIGEST_TASK = "thanks.digests"

log = structlog.get_logger(__name__)


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""
    room, cards, forum = ThanksJobs(services), Cards(services), ForumThanks(services)
    return {
        TELL: room.tell,
        RETELL: room.retell,
        UNTELL: room.untell,
        RECEIPT_TASK: room.receipt,
        NOTE_TASK: room.note,
        KEEP_TASK: room.keep,
        CARD: cards.draw,
        DIGEST_TASK: cards.digests,
        FORUM_TASK: forum.give,
    }


class ThanksJobs:
    """Tasks about one recipient or one giver; each step is idempotent by the row it is for."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def tell(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Tell a recipient, once. Where they cannot be reached the giver hears of it; the thanks stays."""
        key = f"thanks-tell:{args['recipient']}"

        async def send() -> dict[str, str]:
            found = await self._to_tell(args)
            if found is None:
                return {}
            body = told.message(found, (await self._asker(args, found.recipient)).reader)
            try:
                sent = await self._s.slack.post_message(
                    args["team_id"], found.recipient, body["text"], body["blocks"], key=key
                )
            except SlackSaidNo as error:
                return {"problem": error.message, "recipient": found.recipient, "giver": found.thanks.giver}
            return {"channel": sent.channel, "ts": sent.ts, "drawn": _fingerprint(body)}

        sent = await ctx.step("send", send)
        if sent.get("ts"):
            await ctx.step("noted", lambda: self._note_told(args, sent["channel"], sent["ts"]))
            # Taken back, or changed, while it was under way.
            await ctx.step("look again", lambda: self._draw(args, sent.get("drawn", "")))
        elif sent.get("problem") and sent.get("giver"):
            await ctx.step("unreached", lambda: self._unreached(key, args, sent))

    async def retell(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Draw a recipient's message as the thanks stands now."""
        await ctx.step("draw", lambda: self._draw(args))

    async def untell(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Take a recipient's message away, or do not send it at all."""

        async def cancel() -> None:
            async with self._s.db.transaction() as session:
                await self._s.jobs.timers.cancel(session, f"thanks-tell:{args['recipient']}")

        await ctx.step("cancel", cancel)
        await ctx.step("draw", lambda: self._draw(args))

    async def receipt(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Redraw a giver's receipt where it was shown; a window that is closed is no failure.

        A form may stay open longer than Slack lets its message be changed: then the receipt comes as a message.
        """

        async def draw() -> None:
            async with self._s.db.read_only() as session:
                shown = await queries.receipt(session, int(args["workspace_id"]), args["key"], self._s.clock.now())
            reader, now = (await self._asker(args, args["slack_id"])).reader, self._s.clock.now()
            surface = args["surface"]
            try:
                if "url" in surface:
                    body = receipt.message(shown, reader, now)
                    await self._s.slack.respond(surface["url"], {**body, "replace_original": True})
                elif "view" in surface:
                    await self._s.slack.views_update(
                        args["team_id"], surface["view"], receipt.modal(shown, reader, now)
                    )
            except SlackSaidNo as error:
                log.info("a receipt could not be redrawn", reason=error.message)
                if "url" in surface:
                    body = receipt.direct_message(shown, reader, now)
                    await self._s.slack.post_message(
                        args["team_id"], args["slack_id"], body["text"], body["blocks"], key=f"{ctx.key}:message"
                    )

        await ctx.step("draw", draw)

    async def note(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Tell a giver what a lead did with their thanks, and why."""

        async def send() -> None:
            async with self._s.db.read_only() as session:
                shown = await queries.shown(session, int(args["workspace_id"]), args["key"])
            if not shown.giver:
                return
            reader = (await self._asker(args, shown.giver)).reader
            body = receipt.moderated(shown, args["act"], args["keeper"], args["reason"], reader)
            await self._s.slack.post_message(
                args["team_id"], shown.giver, body["text"], body["blocks"], key=f"{ctx.key}:send"
            )

        await ctx.step("send", send)

    async def keep(self, ctx: TaskContext, args: dict[str, Any]) -> None:
        """Draw the listing of a lead or an admin anew; one that is closed is no failure."""

        async def draw() -> None:
            asker = await self._asker(args, args["slack_id"])
            async with self._s.db.read_only() as session:
                view = await listing(self._s, session, asker, None)
            try:
                await self._s.slack.views_update(args["team_id"], args["view"], view)
            except SlackSaidNo as error:
                log.info("a listing could not be redrawn", reason=error.message)

        await ctx.step("draw", draw)

    async def _to_tell(self, args: dict[str, Any]) -> Told | None:
        """What a recipient is to be told; None where that was settled otherwise meanwhile."""
        workspace_id = int(args["workspace_id"])
        async with self._s.db.read_only() as session:
            found = await queries.told(session, workspace_id, int(args["recipient"]))
            if found is None or found.thanks.status == "withdrawn" or found.thanks.hidden:
                return None
            wish = await choosing.preference(session, workspace_id, found.recipient)
            return None if wish.tell == "never" else found

    async def _note_told(self, args: dict[str, Any], channel: str, ts: str) -> None:
        async with self._s.db.transaction() as session:
            row = await session.get(ThanksRecipient, int(args["recipient"]))
            if row is not None:
                row.told_channel, row.told_ts = channel, ts

    async def _draw(self, args: dict[str, Any], drawn: str = "") -> None:
        """Bring the recipient's message in line: redrawn, or away when the thanks was taken back.

        `drawn` is the fingerprint of what it shows, where that is known. What changed while it was under way is
        drawn again: of two who draw, the last has seen the newest.
        """
        while True:
            async with self._s.db.read_only() as session:
                row = await session.get(ThanksRecipient, int(args["recipient"]))
                found = await queries.told(session, int(args["workspace_id"]), int(args["recipient"]))
            if row is None or not row.told_ts:
                return
            if found is None or found.thanks.status == "withdrawn":
                await self._take_away(args, row)
                return
            body = told.message(found, (await self._asker(args, found.recipient)).reader)
            if (wanted := _fingerprint(body)) == drawn:
                return
            try:
                await self._s.slack.update_message(
                    args["team_id"], row.told_channel, row.told_ts, body["text"], body["blocks"]
                )
            except SlackSaidNo as error:
                log.info("a recipient's message could not be redrawn", reason=error.message)
                return
            drawn = wanted

    async def _take_away(self, args: dict[str, Any], row: ThanksRecipient) -> None:
        try:
            await self._s.slack.delete_message(args["team_id"], row.told_channel, row.told_ts)
        except SlackSaidNo as error:
            log.warning("a recipient's message could not be taken away", reason=error.message)
            return
        await self._note_told(args, "", "")

    async def _unreached(self, key: str, args: dict[str, Any], sent: dict[str, str]) -> None:
        reader = (await self._asker(args, sent["giver"])).reader
        body = notes.unreached(sent["recipient"], sent["problem"], reader)
        await self._s.slack.post_message(
            args["team_id"], sent["giver"], body["text"], body["blocks"], key=f"{key}:unreached"
        )

    async def _asker(self, args: dict[str, Any], slack_id: str) -> Asker:
        return await self._s.people.asker(args["team_id"], slack_id)


def _fingerprint(body: dict[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
