"""Running the local workspace on a port of its own, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from app.playground.slack.gate import Droppable

HOST = "127.0.0.1"
STOP_SECONDS = 1.0


def listening(port: int = 0) -> socket.socket:
    """A listening socket on this machine only; port 0 takes a free one."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((HOST, port))
    taken.listen(2048)
    return taken


class _Guest(uvicorn.Server):
    """A server that leaves signals to the process it is a guest of, and starts and stops without waiting about.

    Hundreds of tests start one each: uvicorn's own ticks and pauses would cost each a third of a second.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.asked_to_stop = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    async def main_loop(self) -> None:
        """Serve until asked to stop."""
        await self.on_tick(0)
        await self.asked_to_stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close connections, give running requests a second, end the app's lifespan."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=STOP_SECONDS)
        await self.lifespan.shutdown()


class Running:
    """A uvicorn server for one app, started in the running event loop."""

    def __init__(self, app: ASGIApp, taken: socket.socket) -> None:
        settings = uvicorn.Config(
            Droppable(app), log_level="warning", access_log=False, lifespan="on", date_header=False
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
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        """Stop serving and free the port."""
        self.server.asked_to_stop.set()
        if self._task is not None:
            await self._task
        self._socket.close()
