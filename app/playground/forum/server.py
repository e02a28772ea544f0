"""The forum as a web application, and a helper that serves it on a free port for tests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from app.playground.forum import api_people, api_read, api_write, pages
from app.playground.forum.auth import RateLimited, limited_answer, refusal_answer
from app.playground.forum.edge import JSON_ROOT, ForumEdge
from app.playground.forum.records import ForumConfig, ForumRefusal, bad_parameter, not_found
from app.playground.forum.state import Forum
from app.playground.forum.webhooks import deliver


def create_forum(config: ForumConfig) -> tuple[FastAPI, Forum]:
    """A forum and its web application, to be mounted or served alone; it begins with the account `system` only."""
    forum = Forum(config)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.forum = forum
    for part in (api_read, api_people, api_write):
        app.include_router(part.router, prefix=JSON_ROOT)
    app.include_router(pages.router)

    @app.exception_handler(ForumRefusal)
    async def refused(request: Request, refusal: ForumRefusal) -> Response:
        return refusal_answer(refusal) if request.scope["wants_json"] else pages.problem(request, refusal)

    @app.exception_handler(RateLimited)
    async def limited(request: Request, refusal: RateLimited) -> Response:
        return limited_answer(refusal.wait)

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, problem: HTTPException) -> Response:
        refusal = not_found() if problem.status_code in (404, 405) else bad_parameter(str(problem.detail))
        return await refused(request, refusal)

    @app.middleware("http")
    async def send_events(request: Request, call_next: RequestResponseEndpoint) -> Response:
        answer = await call_next(request)
        if forum.config.webhook_url and request.method != "GET":
            answer.background = BackgroundTask(deliver, forum)
        return answer

    app.add_middleware(ForumEdge, forum=forum)
    return app, forum


class _Server(uvicorn.Server):
    """A server that says when it is up, and leaves signals to the test runner."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class FakeForum:
    """A forum on a free port of 127.0.0.1: `async with FakeForum(config) as fake`, then `fake.url`, `fake.forum`.

    It is mounted under /playground/forum, so that clients meet a base URL with a path.
    """

    def __init__(self, config: ForumConfig) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/playground/forum"
        self.app, self.forum = create_forum(replace(config, base_url=self.url))
        outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        outer.mount("/playground/forum", self.app)
        self._server = _Server(uvicorn.Config(outer, log_level="critical", access_log=False, lifespan="off"))
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> FakeForum:
        self._running = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await self._server.up.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        if self._running is not None:
            await self._running
        self._socket.close()
