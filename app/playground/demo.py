"""The demo: one process that serves Baobab, a local Slack workspace and a local forum, filled with a year of life.

It has a database of its own, made anew at each start, so that every run begins alike.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.responses import RedirectResponse

from app import migrate
from app.bootstrap import Baobab
from app.clock import AheadClock, Clock, SystemClock
from app.errors import Refused
from app.logs import set_up_logs
from app.main import create_app
from app.playground.forum.records import ForumConfig
from app.playground.forum.server import create_forum
from app.playground.pages import create_archives, create_pages
from app.playground.seed import fill_forum, fill_slack, seed_database
from app.playground.slack.config import SlackConfig
from app.playground.slack.server import create_slack
from app.settings import Settings
from app.slack.manifest import manifest

FOLDER = Path("var/playground")
BOT_TOKEN = "xoxb-playground-bot"  # noqa: S105 - opens nothing but the local workspace
FORUM_KEY = "playground-forum-key"
MOST_PORT = 65_535

log = structlog.get_logger(__name__)


def run(port: int | None) -> None:
    """Make the demo's database, then serve until stopped. Refuses kindly when the port is taken."""
    if port is not None and not 1 <= port <= MOST_PORT:
        raise Refused(f"There is no port {port}. Choose one from 1024 to {MOST_PORT}: `make demo port=8080`.")
    settings = demo_settings(Settings(_env_file=None).port if port is None else port)
    _refuse_taken_port(settings)
    set_up_logs("console", level="WARNING")
    shutil.rmtree(FOLDER, ignore_errors=True)
    migrate.upgrade(settings.database_url)
    closing = asyncio.Event()
    app = create_demo(settings, AheadClock(), closing=closing)
    print(  # noqa: T201 - this is what the person who typed `make demo` waits for
        f"\n  Baobab's playground is ready: {settings.public_url}/playground\n"
        "  Try there:  /whereshare I have a job aid on postpartum haemorrhage in French\n"
        "              /thanks @ana for the malaria brief\n"
        '              /pulse-poll "How useful was the webinar?" "Very" "Somewhat" "Not"\n'
        "              /huddle Data quality clinic, Thursday 15:00\n"
        "  Stop with Ctrl+C.\n",
        file=sys.stderr,
        flush=True,
    )
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        # Longer than our own clients keep a connection, so that none is closed as it is used.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    # The server raises Ctrl+C again once it has stopped; it was answered by then.
    with suppress(KeyboardInterrupt):
        _Server(config, closing).run()


class _Server(uvicorn.Server):
    """Ends the open pages' live streams before it waits for connections to end, and says that it has stopped."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.set()
        await super().shutdown(sockets)
        print("Stopped.", file=sys.stderr, flush=True)  # noqa: T201 - the answer to Ctrl+C


def demo_settings(port: int, *, database_url: str = f"sqlite:///{FOLDER}/baobab.db") -> Settings:
    """Settings of the demo: everything points back to this process; nothing is read from the environment."""
    base = f"http://localhost:{port}"
    return Settings(
        _env_file=None,
        playground=True,
        host="127.0.0.1",
        port=port,
        public_url=base,
        database_url=database_url,
        secret_key=SecretStr(secrets.token_urlsafe(32)),
        slack_signing_secret=SecretStr(secrets.token_hex(16)),
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_api_url=f"{base}/playground/slack/api/",
        discourse_url=f"{base}/playground/forum",
        discourse_api_key=SecretStr(FORUM_KEY),
        discourse_api_username="system",
        discourse_webhook_secret=SecretStr(secrets.token_hex(16)),
        command_prefix="",
    )


def create_demo(
    settings: Settings, clock: Clock, *, baobab: Baobab | None = None, closing: asyncio.Event | None = None
) -> FastAPI:
    """Baobab with its local Slack under /playground/slack and its local forum under /playground/forum.

    Once `closing` is set, the open pages' live streams end.
    """
    baobab = baobab or Baobab(settings, clock=clock)
    base = f"http://localhost:{settings.port}"
    slack_app, workspace, courier = create_slack(
        SlackConfig(
            request_url=f"{base}/slack/events",
            base_url=f"{base}/playground/slack",
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            bot_token=BOT_TOKEN,
        ).with_manifest(manifest(settings.public_url, settings.command_prefix)),
        clock,
    )
    forum_app, forum = create_forum(
        ForumConfig(
            base_url=settings.discourse_url,
            api_key=FORUM_KEY,
            clock=clock,
            webhook_url=f"{base}/discourse/webhook",
            webhook_secret=settings.discourse_webhook_secret.get_secret_value(),
        )
    )
    # Signatures are checked by the injected clock, which may be ahead of the machine's.
    courier.post.now = lambda: clock.now().timestamp()
    fill_slack(workspace, clock.now())
    fill_forum(forum, clock.now())
    app = create_app(baobab)
    whole_life = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[None]:
        async with whole_life(served):
            await seed_database(baobab.db, clock, forum, slack=workspace)
            settling = asyncio.create_task(_settle(baobab))
            yield
            settling.cancel()
            await asyncio.gather(settling, return_exceptions=True)
            await courier.close()

    app.router.lifespan_context = lifespan
    # Before the pages, whose addresses would swallow theirs; and before the mounts what these do not answer.
    app.include_router(create_archives(workspace))

    @app.get("/playground/forum", include_in_schema=False)
    async def forum_front() -> RedirectResponse:
        return RedirectResponse("/playground/forum/")

    app.mount("/playground/slack", slack_app)
    app.mount("/playground/forum", forum_app)
    app.include_router(
        create_pages(
            workspace,
            courier,
            forum_url="/playground/forum/",
            public_url=settings.public_url,
            closing=closing,
            later=clock if isinstance(clock, AheadClock) else None,
        )
    )

    @app.get("/", include_in_schema=False)
    async def front() -> RedirectResponse:
        return RedirectResponse("/playground")

    return app


async def _settle(baobab: Baobab) -> None:
    """Get the encoders ready and give the seeded topics their vectors; the page works meanwhile."""
    await baobab.upkeep.read_channels()
    await baobab.warm_up()
    await baobab.upkeep.encode_all()


async def seed_only(settings: Settings) -> None:
    """Fill an empty database with the playground's communities, topics and thanks."""
    baobab = Baobab(settings, clock=SystemClock())
    clock = baobab.services.clock
    try:
        await seed_database(baobab.db, clock)
    finally:
        await baobab.close()


def _another(port: int) -> int:
    return port + 1 if port < MOST_PORT else port - 1


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            raise Refused(
                f"Port {settings.port} is in use. Choose another: `make demo port={_another(settings.port)}`."
            ) from taken
