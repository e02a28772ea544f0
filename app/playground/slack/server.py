"""The local workspace as a server: Web API, response URLs, uploads; mountable, or standing alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from app.clock import Clock
from app.playground.slack.answers import use_response_url
from app.playground.slack.config import SlackConfig
from app.playground.slack.control import control_routes
from app.playground.slack.courier import Courier
from app.playground.slack.gate import Gate
from app.playground.slack.state import SlackError
from app.playground.slack.workspace import Workspace

GONE = {"invalid_url", "used_url", "expired_url"}
UPLOAD_BYTES = 20_000_000


class LocalSlack:
    """A workspace with its door and its courier; `app` is what to serve or mount."""

    def __init__(self, config: SlackConfig, clock: Clock | None = None, *, control: bool = False) -> None:
        self.workspace = Workspace(config, clock)
        self.courier = Courier(self.workspace)
        self.gate = Gate(self.workspace)
        self.app = FastAPI(title="A local Slack workspace", docs_url=None, redoc_url=None, lifespan=self._lifespan)
        self.app.add_api_route("/api/{method}", self._api, methods=["GET", "POST"], include_in_schema=False)
        self.app.add_api_route("/response/{team}/{token}", self._respond, methods=["POST"], include_in_schema=False)
        self.app.add_api_route("/upload/{ident}", self._upload, methods=["POST"], include_in_schema=False)
        self.app.add_api_route("/files/{ident}/{name}", self._download, methods=["GET"], include_in_schema=False)
        if control:
            self.app.include_router(control_routes(self.courier, self.gate))

    async def close(self) -> None:
        """Stop retries and close connections; needed where the app is mounted, whose lifespan does not run."""
        await self.courier.close()

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        yield
        await self.close()

    async def _api(self, request: Request, method: str) -> Response:
        return await self.gate.serve(request, method)

    async def _respond(self, request: Request, team: str, token: str) -> Response:
        try:
            sent = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        if not isinstance(sent, dict):
            return PlainTextResponse("invalid_payload", 400)
        try:
            use_response_url(self.workspace, token, sent)
        except SlackError as error:
            if error.code in GONE:
                return JSONResponse({"ok": False, "error": error.code}, 404)
            return PlainTextResponse(error.code, 400)
        return PlainTextResponse("ok")

    async def _upload(self, request: Request, ident: str) -> Response:
        item = self.workspace.files.get(ident)
        if item is None or item.completed:
            return PlainTextResponse("not found", 404)
        content = await _uploaded(request)
        if len(content) != item.length:
            return PlainTextResponse(f"length {item.length} was promised, {len(content)} bytes came", 400)
        item.content, item.uploaded = content, True
        return PlainTextResponse(f"OK - {len(item.content)}")

    async def _download(self, request: Request, ident: str, name: str) -> Response:
        """The bytes for a token with files:read. Who has none is led to a sign-in page, with a 200 in the end."""
        item = self.workspace.files.get(ident)
        if item is None or not item.completed:
            return PlainTextResponse("not found", 404)
        try:
            token = self.workspace.grants.token(request.headers.get("authorization", "").removeprefix("Bearer "))
        except SlackError:
            return HTMLResponse("<!doctype html><title>Sign in</title><p>Sign in to see this file.</p>")
        if "files:read" not in token.scopes:
            return PlainTextResponse("missing_scope: files:read", 403)
        # Never rendered: a file somebody uploaded must not run as a page of this origin.
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(item.content, media_type="application/octet-stream", headers=headers)


async def _uploaded(request: Request) -> bytes:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form(max_part_size=UPLOAD_BYTES)
        for value in form.values():
            if not isinstance(value, str):
                return await value.read()
            return value.encode()
        return b""
    return await request.body()


def create_slack(
    config: SlackConfig, clock: Clock | None = None, *, control: bool = False
) -> tuple[FastAPI, Workspace, Courier]:
    """A workspace to mount under its `base_url`'s path: the app to mount, the state, and who acts for people."""
    local = LocalSlack(config, clock, control=control)
    return local.app, local.workspace, local.courier
