"""The door of the Web API: token, scope, limits and faults first, then the method; every call is logged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.playground.slack.api import chat, conversations, people, things, uploads
from app.playground.slack.api.registry import METHODS, Call
from app.playground.slack.faults import Fault, Faults, Limits
from app.playground.slack.state import ApiCall, SlackError, Token
from app.playground.slack.workspace import Workspace

MODULES = (chat, conversations, people, things, uploads)
OPEN_METHODS = frozenset({"api.test"})
DROP = "playground.drop"


class Droppable:
    """Outermost layer of a server of ours: lets a handler close the connection without an answer.

    Works where uvicorn's cycle is behind `receive`; elsewhere the handler answers 500 instead.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        cycle = getattr(receive, "__self__", None)
        transport = getattr(cycle, "transport", None)
        if scope["type"] == "http" and transport is not None:
            scope = {**scope, DROP: transport.abort}
        await self._app(scope, receive, send)


class Gate:
    """Takes Web API requests for one workspace."""

    def __init__(self, slack: Workspace) -> None:
        self.slack = slack
        self.faults = Faults()
        self.limits = Limits(slack.clock)

    async def serve(self, request: Request, method: str) -> Response:
        """Answer one call of `method`, and log it."""
        args, token = await read_arguments(request)
        fault = self.faults.take(method)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        broken = self._broken(method, args, fault)
        if broken is not None:
            return await self._sent(request, method, args, broken, fault)
        status, headers, answer = self.call(method, args, token)
        return await self._sent(request, method, args, (status, headers, answer), fault)

    def _broken(self, method: str, args: Mapping[str, Any], fault: Fault | None) -> Outcome | None:
        if fault is None or fault.kind in ("delay", "drop_after"):
            return self._limited(method, args)
        if fault.kind == "429":
            return ratelimited(whole_seconds(fault.seconds))
        if fault.kind == "error":
            return 200, {}, {"ok": False, "error": fault.code}
        return 500, {}, {"ok": False, "error": "internal_error" if fault.kind == "500" else "dropped"}

    def _limited(self, method: str, args: Mapping[str, Any]) -> Outcome | None:
        if self.slack.config.limits == "off" or method not in METHODS:
            return None
        seconds = self.limits.wait(method, METHODS[method].per_minute, str(args.get("channel") or ""))
        return ratelimited(seconds) if seconds else None

    def call(self, method: str, args: Mapping[str, Any], token: str) -> Outcome:
        """Do what a method does: HTTP status, headers, body."""
        warnings: list[str] = []
        granted: Token | None = None
        try:
            registered = METHODS.get(method)
            if registered is None:
                raise SlackError("unknown_method", req_method=method)
            granted = Token("", frozenset()) if method in OPEN_METHODS else self.slack.grants.token(token)
            call = Call(self.slack, granted, args, warnings)
            call.need(*registered.scopes)
            answer = {"ok": True, **registered.run(call)}
        except SlackError as error:
            answer = {"ok": False, "error": error.code, **error.extra}
        if warnings:
            answer["warning"] = ",".join(warnings)
            answer.setdefault("response_metadata", {})["warnings"] = warnings
        headers = {"x-oauth-scopes": ",".join(sorted(granted.scopes))} if granted else {}
        return 200, headers, answer

    async def _sent(
        self, request: Request, method: str, args: dict[str, Any], outcome: Outcome, fault: Fault | None
    ) -> Response:
        status, headers, answer = outcome
        kind = fault.kind if fault else ""
        self.slack.log.append(ApiCall(method, args, status, answer, self.slack.clock.now(), kind))
        if kind in ("drop_before", "drop_after"):
            await drop(request)
        extra = {"x-slack-req-id": self.slack.clock.fresh_id(), **headers}
        if method == "auth.test" and answer.get("ok"):
            extra["x-accepted-oauth-scopes"] = ""
        return JSONResponse(answer, status, extra)


Outcome = tuple[int, dict[str, str], dict[str, Any]]


def whole_seconds(seconds: float) -> int:
    """Whole seconds for Retry-After; 0 stays 0, so that tests need not wait."""
    return int(-(-seconds // 1))


def ratelimited(seconds: int) -> Outcome:
    """Slack's answer to too many calls."""
    return 429, {"Retry-After": str(seconds)}, {"ok": False, "error": "ratelimited"}


async def drop(request: Request) -> None:
    """Close the connection without an answer, where that is possible; what is answered afterwards goes nowhere."""
    abort = request.scope.get(DROP)
    if abort is not None:
        abort()
        # The server has to notice before a response is written, else it warns about a closed transport.
        await asyncio.sleep(0.01)


async def read_arguments(request: Request) -> tuple[dict[str, Any], str]:
    """Arguments of a call without the token, and the token: from the header, else from the arguments."""
    args: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.body()
        try:
            sent = json.loads(body or b"{}")
        except ValueError:
            sent = {}
        args |= sent if isinstance(sent, dict) else {}
    elif request.method == "POST":
        form: FormData = await request.form()
        args |= {name: value for name, value in form.items() if isinstance(value, str)}
    inside = str(args.pop("token", "") or "")
    header = request.headers.get("authorization", "")
    return args, header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else inside
