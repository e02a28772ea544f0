"""Running the local workspace on a port of its own, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.playground.slack.gate import Droppable
from app.playground.slack.server import LocalSlack

HOST = "127.0.0.1"


def listening(port: int = 0) -> socket.socket:
    """A listening socket on this machine only; port 0 takes a free one."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((HOST, port))
    taken.listen(2048)
    return taken


class _Guest(uvicorn.Server):
    """A server that leaves signals alone: they belong to the process it is a guest of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


class Running:
    """A uvicorn server for one workspace, started in the running event loop."""

    def __init__(self, local: LocalSlack, taken: socket.socket) -> None:
        settings = uvicorn.Config(
            Droppable(local.app), log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=1
        )
        self.server = _Guest(settings)
        self._socket = taken
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Serve; returns once requests are taken."""
        self._task = asyncio.create_task(self.server.serve([self._socket]))
        while not self.server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop serving and free the port."""
        self.server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()
