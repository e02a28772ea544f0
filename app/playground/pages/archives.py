"""Addresses of messages, as Slack's permalinks: they lead to the message on the page of whoever was acted as last."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Path
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.playground.pages.gate import SECURITY
from app.playground.pages.scene import PAGE
from app.playground.pages.show import error_page
from app.playground.slack.state import Message, SlackError
from app.playground.slack.workspace import Workspace

ACTING = "acting"


def remember(answer: Response, base: str, me: str) -> None:
    """Keep who is acted as, for addresses that do not say it; for as long as the browser is open."""
    answer.set_cookie(ACTING, me, path=base, httponly=True, samesite="lax")


def create_archives(workspace: Workspace, *, prefix: str = "/playground") -> APIRouter:
    """`{prefix}/slack/archives/{channel}/p{timestamp without its dot}`, and the channel alone.

    To be included before the local Slack is mounted, which does not answer them. Without a cookie of the pages it is
    the first person who may see the channel; one who may not see it is told so, as in Slack.
    """
    base = prefix.rstrip("/")
    router = APIRouter(prefix=f"{base}/slack/archives", include_in_schema=False)

    def lost(words: str) -> HTMLResponse:
        return HTMLResponse(error_page("Not here", words, base), 404, headers=SECURITY)

    def reader(channel: str, acting: str) -> str:
        actors = [one.id for one in workspace.actors()]
        if acting in actors:
            return acting if workspace.sees(acting, channel) else ""
        return next((one for one in actors if workspace.sees(one, channel)), "")

    @router.get("/{channel}")
    async def room(channel: str, acting: Annotated[str, Cookie()] = "") -> Response:
        me = reader(channel, acting)
        if not me:
            return lost("This conversation is not there, or this person may not see it.")
        return RedirectResponse(f"{base}/{me}/{channel}", 303)

    @router.get("/{channel}/p{digits}")
    async def message(
        channel: str,
        digits: Annotated[str, Path(pattern=r"^\d{7,20}$")],
        acting: Annotated[str, Cookie()] = "",
    ) -> Response:
        me = reader(channel, acting)
        if not me:
            return lost("This conversation is not there, or this person may not see it.")
        try:
            found = workspace.message(channel, f"{digits[:-6]}.{digits[-6:]}")
        except SlackError:
            return lost("This message is not there any more.")
        pages = _pages_to(workspace, me, found)
        more = f"?pages={pages}" if pages > 1 else ""
        return RedirectResponse(f"{base}/{me}/{channel}{more}#m-{found.ts.replace('.', '-')}", 303)

    return router


def _pages_to(workspace: Workspace, me: str, message: Message) -> int:
    """How many screenfuls of the channel's history reach back to the message, or to the one it replies to."""
    top = message.thread_ts if message.is_reply and not message.broadcast else message.ts
    since = sum(1 for one in workspace.history(message.channel, me) if one.ts >= top)
    return max(-(-since // PAGE), 1)
