"""The pages' addresses: what is shown, what is typed, and the live stream."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from app.playground.pages import compose, live
from app.playground.pages.archives import remember
from app.playground.pages.gate import SECURITY, same_origin
from app.playground.pages.outbound import Outbound, said
from app.playground.pages.scene import has_app
from app.playground.pages.show import Pages, error_page
from app.playground.slack.files import may_fetch, mimetype
from app.playground.slack.mentions import mentionable
from app.playground.slack.state import SlackError

_KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}


def see_routes(pages: Pages, outbound: Outbound, closing: asyncio.Event | None = None) -> APIRouter:
    """GET routes: start, person, conversation, Home, files, live updates (until `closing` is set)."""
    router = APIRouter(include_in_schema=False)
    workspace = pages.workspace

    def page(text: str, status: int = 200) -> HTMLResponse:
        return HTMLResponse(text, status, headers=SECURITY)

    def lost(words: str) -> HTMLResponse:
        return page(error_page("Not here", words, pages.base), 404)

    def known(person: str) -> bool:
        return any(one.id == person for one in workspace.actors())

    @router.get("/")
    async def start() -> RedirectResponse:
        first = workspace.actors()[0].id
        return RedirectResponse(f"{pages.base}/{first}/{pages.landing(first)}", 303)

    @router.get("/static/{build}/{name}")
    async def file(build: str, name: str) -> Response:
        content = pages.files.get(name)
        if content is None:
            return lost("There is no such file.")
        kept = {**SECURITY, "Cache-Control": "public, max-age=86400" if build == pages.build else "no-cache"}
        return Response(content, media_type=_KINDS[name.rpartition(".")[2]], headers=kept)

    @router.get("/{me}/")
    @router.get("/{me}")
    async def person(me: str) -> Response:
        if not known(me):
            return lost("Nobody by that id can be acted as here.")
        return RedirectResponse(f"{pages.base}/{me}/{pages.landing(me)}", 303)

    @router.get("/{me}/-/events")
    async def events(me: str, since: int | None = None, last_event_id: Annotated[str, Header()] = "") -> Response:
        if not known(me):
            return lost("Nobody by that id can be acted as here.")
        begin = int(last_event_id) if last_event_id.isdigit() else since
        headers = {**SECURITY, "X-Accel-Buffering": "no"}
        told = live.stream(workspace, me, begin, instance=pages.instance, closing=closing)
        return StreamingResponse(told, media_type="text/event-stream", headers=headers)

    @router.get("/{me}/-/changes")
    async def changes(me: str, since: int = 0) -> JSONResponse:
        version = workspace.feed.version
        told = {"version": version, "changed": known(me) and version > since, "instance": pages.instance}
        return JSONResponse(told, headers=SECURITY)

    @router.get("/{me}/-/file/{ident}/{name}")
    async def shared_file(me: str, ident: str, name: str) -> Response:
        item = workspace.files.get(ident)
        if not known(me) or item is None or not may_fetch(workspace, me, item):
            return lost("This file is not there, or this person may not see it.")
        # Never rendered: what somebody uploaded must not run as a page of this origin.
        headers = {**SECURITY, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(item.name)}"}
        return Response(item.content, media_type=mimetype(item.name), headers=headers)

    @router.get("/{me}/home")
    async def home(me: str, x_refresh: Annotated[str, Header()] = "") -> Response:
        if not known(me):
            return lost("Nobody by that id can be acted as here.")
        if not has_app(workspace.member(me)):
            return lost("Slack does not show the app's Home to partners from another organisation.")
        answer = page(pages.home(me))
        if not x_refresh:
            remember(answer, pages.base, me)
            # Told after the page is sent: what the app then publishes arrives by the stream.
            answer.background = BackgroundTask(outbound.home_opened, me)
        return answer

    @router.get("/{me}/{channel}")
    async def conversation(
        me: str,
        channel: str,
        shown: Annotated[int, Query(alias="pages", ge=1, le=200)] = 1,
        x_refresh: Annotated[str, Header()] = "",
    ) -> Response:
        if not known(me) or not workspace.sees(me, channel):
            return lost("This conversation is not there, or this person may not see it.")
        workspace.mark_read(me, channel)
        answer = page(pages.conversation(me, workspace.channel(channel), shown))
        # Only when somebody opens it: windows of others refresh themselves all the time.
        if not x_refresh:
            remember(answer, pages.base, me)
        return answer

    return router


def write_routes(pages: Pages, outbound: Outbound, public_url: str) -> APIRouter:
    """POST routes of the forms, which work without the script too: send, join, open a direct conversation."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(same_origin(public_url))])
    workspace = pages.workspace

    def back(request: Request, where: str) -> Response:
        if request.headers.get("x-refresh"):
            return JSONResponse({"ok": True}, headers=SECURITY)
        return RedirectResponse(f"{pages.base}/{where}", 303)

    @router.post("/{me}/{channel}/send")
    async def send(
        request: Request,
        me: str,
        channel: str,
        text: Annotated[str, Form()] = "",
        thread_ts: Annotated[str, Form()] = "",
    ) -> Response:
        typed = text.replace("\r\n", "\n")
        try:
            if compose.is_command(typed.strip()) and not thread_ts:
                workspace.check_may_write(me, channel)
                if trouble := await outbound.command(me, channel, typed.strip()):
                    return JSONResponse({"error": trouble}, 400, headers=SECURITY)
            elif compose.is_command(typed.strip()):
                words = f"`{compose.command_name(typed)}` cannot be used in a thread. Type it in the channel."
                workspace.whisper(me, channel, words, thread_ts=thread_ts, from_slack=True)
            else:
                workspace.post_as_person(me, channel, _encoded(me, typed), thread_ts)
        except SlackError as error:
            return JSONResponse({"error": said(error.code)}, 400, headers=SECURITY)
        return back(request, f"{me}/{channel}")

    def _encoded(me: str, typed: str) -> str:
        return compose.encode(
            typed.strip("\n"),
            {name: one.id for name, one in mentionable(workspace).items()},
            {one.name: one.id for one in workspace.visible_channels(me)},
            {one.handle: one.id for one in workspace.groups.values() if not one.disabled},
        )

    @router.post("/{me}/{channel}/join")
    async def join(request: Request, me: str, channel: str) -> Response:
        room = workspace.channels.get(channel)
        if room is None or room.kind != "public" or not workspace.sees(me, channel):
            return JSONResponse({"error": said("channel_not_found")}, 404, headers=SECURITY)
        try:
            workspace.join(me, channel)
        except SlackError as error:
            return JSONResponse({"error": said(error.code)}, 400, headers=SECURITY)
        return back(request, f"{me}/{channel}")

    @router.post("/{me}/-/direct")
    async def direct(request: Request, me: str, person: Annotated[str, Form()]) -> Response:
        if me not in workspace.people or person not in workspace.people:
            return JSONResponse({"error": "Nobody by that id is here."}, 404, headers=SECURITY)
        return back(request, f"{me}/{workspace.open_dm(me, person).id}")

    return router
