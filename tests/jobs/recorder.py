"""A Slack that only takes messages and shows them again, and that fails as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Self

from aiohttp import web


class Recorder:
    """Keeps messages with their metadata. `faults` are used up one a chat.postMessage: `429`, `500`, `lost`
    (posted, but the connection drops before the answer), `unsent` (dropped before it is posted), `hang`, or an
    error code of Slack."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.faults: deque[str] = deque()
        self.calls: list[str] = []
        self.tokens: set[str] = set()
        self.history_error = ""
        self.pause = 0.0
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    def keys(self) -> list[str]:
        """The keys of all messages that were posted, in order."""
        return [message["metadata"]["event_payload"]["key"] for message in self.messages]

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls.append(method)
        self.tokens.add(request.headers.get("Authorization", ""))
        args = dict(await request.post())
        if method == "chat.postMessage":
            return await self._post(request, args)
        if method in ("conversations.history", "conversations.replies"):
            if self.history_error:
                return web.json_response({"ok": False, "error": self.history_error, "needed": "channels:history"})
            found = [one for one in reversed(self.messages) if one["channel"] == args["channel"]]
            start = int(args.get("cursor") or 0)
            page = found[start : start + 200]
            more = str(start + 200) if start + 200 < len(found) else ""
            return web.json_response({"ok": True, "messages": page, "response_metadata": {"next_cursor": more}})
        if method == "conversations.open":
            return web.json_response({"ok": True, "channel": {"id": "D" + str(args["users"])[1:]}})
        return web.json_response({"ok": True})

    async def _post(self, request: web.Request, args: dict[str, Any]) -> web.Response:
        fault = self.faults.popleft() if self.faults else ""
        if self.pause:
            await asyncio.sleep(self.pause)
        if fault == "429":
            headers = {"Retry-After": "1"}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault == "unsent":
            return self._drop(request)
        if fault and fault not in ("lost", "500", "hang"):
            return web.json_response({"ok": False, "error": fault})
        channel = "D" + args["channel"][1:] if args["channel"][0] == "U" else args["channel"]
        ts = f"{1_700_000_000 + len(self.messages)}.000100"
        self.messages.append(
            {"channel": channel, "ts": ts, "text": args["text"], "metadata": json.loads(args["metadata"])}
        )
        if fault == "lost":
            return self._drop(request)
        if fault == "hang":
            await asyncio.sleep(3)
        if fault == "500":
            return web.Response(status=500, text="oops")
        return web.json_response({"ok": True, "channel": channel, "ts": ts})

    def _drop(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()
