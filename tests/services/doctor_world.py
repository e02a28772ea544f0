"""Small servers that stand for Slack, for ourselves and for a forum, for the doctor's tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from app.clock import StillClock
from app.doctor import Finding, examine
from app.settings import Settings
from app.slack.manifest import bot_scopes
from app.slack.signature import is_genuine

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADMIN = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
TOKEN = "xoxb-1234-5678-sesame"
SECRET = "0123456789abcdef" * 2


@dataclass
class World:
    """What the neighbours answer; tests change it."""

    auth: dict[str, Any] = field(
        default_factory=lambda: {"ok": True, "bot_id": "B1", "user": "baobab", "team": "Health", "user_id": "U1"}
    )
    scopes: str | None = ",".join(sorted(bot_scopes()))
    date: str | None = format_datetime(NOW, usegmt=True)
    slack_status: int = 200
    health: tuple[int, str] = (200, '{"status": "ok"}')
    door: int = 401
    signing_secret: str = SECRET
    forum_key: str = "forum-key-sesame"
    asked: int = 0


@dataclass
class Setup:
    world: World
    settings: Settings
    base: str

    def but(self, **changes: Any) -> Settings:
        return Settings(_env_file=None, **{**self.settings.model_dump(), **changes})


async def auth_test(request: web.Request) -> web.Response:
    world: World = request.app[WORLD]
    world.asked += 1
    headers = {} if world.scopes is None else {"x-oauth-scopes": world.scopes}
    headers["Date"] = world.date or "never"
    assert request.headers["Authorization"].startswith("Bearer xoxb-")
    return web.json_response(world.auth, status=world.slack_status, headers=headers)


async def healthz(request: web.Request) -> web.Response:
    status, body = request.app[WORLD].health
    return web.Response(status=status, text=body, headers={"Location": "/elsewhere"} if status == 302 else None)


async def door(request: web.Request) -> web.Response:
    world: World = request.app[WORLD]
    said, raw = request.headers, await request.read()
    timestamp, signature = said.get("X-Slack-Request-Timestamp", ""), said.get("X-Slack-Signature", "")
    if world.door == 401 and is_genuine(world.signing_secret, timestamp, signature, raw, now=NOW.timestamp()):
        return web.json_response({"challenge": (await request.json())["challenge"]})
    return web.Response(status=world.door)


async def forum(request: web.Request) -> web.Response:
    world: World = request.app[WORLD]
    if request.headers.get("Api-Key") != world.forum_key:
        return web.json_response({"errors": ["not allowed"], "error_type": "invalid_access"}, status=403)
    if request.method == "POST":
        return web.json_response({"action": "create_post", "errors": ["Title is too short"]}, status=422)
    answers: dict[str, Any] = {
        "site.json": {"categories": [{"id": 5, "name": "Births", "slug": "births", "read_restricted": False}]},
        "about.json": {"about": {"title": "Health forum", "version": "3.5.0"}},
        "session/current.json": {"current_user": {"username": "system", "admin": True}},
    }
    return web.json_response(answers.get(request.match_info["path"], []))


WORLD: web.AppKey[World] = web.AppKey("world", World)


@asynccontextmanager
async def healthy_world(tmp_path: Path, template: Path) -> AsyncIterator[Setup]:
    """All servers up and well, and settings that point to them; `template` is a migrated SQLite file."""
    path = tmp_path / "baobab.db"
    shutil.copy(template, path)
    world, app = World(), web.Application()
    app[WORLD] = world
    app.router.add_post("/api/auth.test", auth_test)
    app.router.add_get("/healthz", healthz)
    app.router.add_post("/slack/events", door)
    app.router.add_route("*", "/forum/{path:.*}", forum)
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        settings = Settings(
            _env_file=None,
            database_url=f"sqlite:///{path}",
            public_url=base,
            secret_key="a-long-secret-of-many-letters-0123456789",
            slack_signing_secret=SECRET,
            slack_bot_token=TOKEN,
            slack_api_url=f"{base}/api/",
            discourse_url=f"{base}/forum",
            discourse_api_key=world.forum_key,
            encoders="off",
        )
        yield Setup(world, settings, base)


async def visit(settings: Settings, at: datetime = NOW) -> dict[str, Finding]:
    return {one.name: one for one in await examine(settings, clock=StillClock(at))}
