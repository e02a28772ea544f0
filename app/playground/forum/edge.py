"""The forum's door: tells JSON from pages by ".json" or Accept, as Discourse does, and acts out planned faults."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.playground.forum.auth import DiscourseJson, limited_answer
from app.playground.forum.faults import Fault
from app.playground.forum.state import Forum

JSON_ROOT = "/-json"
NGINX = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>"


class ForumEdge:
    """ASGI middleware: requests for JSON go on under a prefix of their own, all others to the pages."""

    def __init__(self, app: ASGIApp, forum: Forum) -> None:
        self._app = app
        self._forum = forum

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root = scope.get("root_path", "")
        path = scope["path"][len(root) :] or "/"
        accepts = b"".join(value for name, value in scope["headers"] if name == b"accept")
        wants_json = path.endswith(".json") or b"application/json" in accepts or scope["method"] != "GET"
        bare = path.removesuffix(".json")
        inner = dict(scope) | {"wants_json": wants_json, "page_path": root + bare}
        if wants_json:
            inner["path"] = root + JSON_ROOT + bare
        fault = self._forum.faults.take(scope["method"], path)
        if fault is None:
            await self._app(inner, receive, send)
        else:
            await self._fail(fault, inner, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
            return
        if fault.kind in ("lost", "lost_gateway"):
            await self._app(scope, receive, _nowhere)
        if fault.kind == "lost":
            # A body shorter than promised: the server has to close the connection, the client loses the answer.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            return
        if fault.kind == "limited":
            await limited_answer(max(1, int(fault.seconds)))(scope, receive, send)
        elif fault.kind == "limited_search":
            answer = DiscourseJson({"failed": "FAILED", "message": "You are searching too fast."}, 429)
            await answer(scope, receive, send)
        elif fault.kind == "error":
            await DiscourseJson({"status": 500, "error": "Internal Server Error"}, 500)(scope, receive, send)
        elif fault.kind == "limited_text":
            extra = {"Retry-After": "9", "Discourse-Rate-Limit-Error-Code": "ip_10_secs_limit"}
            await _text(send, 429, "text/plain", "Slow down, you're making too many requests.\n", extra)
        elif fault.kind == "gateway_html":
            await _text(send, 502, "text/html", NGINX.format("502 Bad Gateway"), {})
        else:
            await _text(send, 504, "text/html", NGINX.format("504 Gateway Time-out"), {})


async def _nowhere(message: Message) -> None:
    """Takes an answer and drops it."""


async def _text(send: Send, status: int, kind: str, text: str, extra: dict[str, str]) -> None:
    headers = {"content-type": kind, "content-length": str(len(text.encode()))} | extra
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": text.encode()})
