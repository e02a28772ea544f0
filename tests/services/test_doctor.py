"""The doctor against small servers that stand for Slack, for ourselves and for a forum: healthy, and each failure."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import sqlite3
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url

from app.clock import StillClock
from app.doctor import Finding, examine, render
from app.doctor.context import Check, Context
from app.doctor.visit import CHECKS
from app.jobs.store import prepare
from app.migrate import upgrade
from app.settings import Settings
from app.slack.manifest import bot_scopes

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
    forum_key: str = "forum-key-sesame"
    slow: float = 0.0


@dataclass
class Setup:
    world: World
    settings: Settings
    base: str

    def but(self, **changes: Any) -> Settings:
        return Settings(_env_file=None, **{**self.settings.model_dump(), **changes})


async def auth_test(request: web.Request) -> web.Response:
    world: World = request.app[WORLD]
    await asyncio.sleep(world.slow)
    headers = {} if world.scopes is None else {"x-oauth-scopes": world.scopes}
    headers["Date"] = world.date or "never"
    assert request.headers["Authorization"].startswith("Bearer xoxb-")
    return web.json_response(world.auth, status=world.slack_status, headers=headers)


async def healthz(request: web.Request) -> web.Response:
    status, body = request.app[WORLD].health
    return web.Response(status=status, text=body, headers={"Location": "/elsewhere"} if status == 302 else None)


async def door(request: web.Request) -> web.Response:
    return web.Response(status=request.app[WORLD].door)


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


@pytest.fixture(scope="module")
def migrated() -> str:
    """One migrated database file, copied for each test."""
    path = Path(tempfile.mkdtemp()) / "template.db"
    upgrade(f"sqlite:///{path}")
    prepare(f"sqlite:///{path}")
    return str(path)


@pytest.fixture
async def setup(tmp_path: Path, migrated: str) -> AsyncIterator[Setup]:
    path = tmp_path / "baobab.db"
    with sqlite3.connect(migrated) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
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


async def test_a_healthy_house_has_nothing_to_mend(setup: Setup) -> None:
    found = await visit(setup.settings)
    states = {name: one.state for name, one in found.items() if one.state != "ok"}
    # Only what a test cannot have: an address with a certificate.
    assert states == {"public url": "warn", "forum": "warn"}
    assert "unencrypted" in found["forum"].message
    assert [one.name for one in CHECKS] == list(found)
    assert found["slack token"].message == "Slack knows it: @baobab in Health."


async def test_the_playground_is_well_on_plain_http(setup: Setup) -> None:
    found = await visit(setup.but(playground=True, secret_key="", slack_signing_secret="playground-signing-secret"))
    assert {one.state for one in found.values()} == {"ok"}
    assert render(tuple(found.values())).endswith("All is well.")


Change = Callable[[World], None]


def world(**changes: Any) -> Change:
    return lambda it: it.__dict__.update(changes)


def skewed(seconds: float) -> Change:
    return world(date=format_datetime(NOW + timedelta(seconds=seconds), usegmt=True))


@pytest.mark.parametrize(
    ("check", "state", "says", "settings", "change"),
    [
        ("settings", "fail", "SECRET_KEY is not set", {"secret_key": ""}, None),
        ("settings", "warn", "easy to guess", {"secret_key": "a" * 60}, None),
        ("slack token", "fail", "not set", {"slack_bot_token": ""}, None),
        ("slack token", "fail", "app-level", {"slack_bot_token": "xapp-1-sesame"}, None),
        ("slack token", "fail", "a person's", {"slack_bot_token": "xoxp-1-sesame"}, None),
        ("slack token", "fail", "rotation", {"slack_bot_token": "xoxe.xoxb-1-sesame"}, None),
        ("slack token", "fail", "does not look like", {"slack_bot_token": "sesame-sesame"}, None),
        ("slack token", "fail", "revoked", {}, world(auth={"ok": False, "error": "token_revoked"})),
        ("slack token", "fail", "does not know", {}, world(auth={"ok": False, "error": "invalid_auth"})),
        ("slack token", "fail", "not a bot's", {}, world(auth={"ok": True, "user": "ann", "team": "H"})),
        ("slack token", "fail", "internal_error", {}, world(auth={"ok": False, "error": "internal_error"})),
        ("slack token", "fail", "cannot be reached", {"slack_api_url": "http://127.0.0.1:9/api/"}, None),
        ("slack scopes", "fail", "The token lacks channels:history", {}, world(scopes="commands")),
        ("slack scopes", "warn", "files:write", {}, world(scopes=",".join([*bot_scopes(), "files:write"]))),
        ("slack scopes", "warn", "did not say", {}, world(scopes=None)),
        ("slack scopes", "warn", "Not checked", {"slack_bot_token": ""}, None),
        ("signing secret", "fail", "not set", {"slack_signing_secret": ""}, None),
        ("signing secret", "fail", "white space", {"slack_signing_secret": SECRET + " "}, None),
        ("signing secret", "fail", "is a token", {"slack_signing_secret": TOKEN}, None),
        ("signing secret", "warn", "32 digits", {"slack_signing_secret": "sesame open"}, None),
        ("clock", "ok", "Within", {}, skewed(-59)),
        ("clock", "warn", "61 s ahead", {}, skewed(-61)),
        ("clock", "warn", "300 s behind", {}, skewed(300)),
        ("clock", "fail", "301 s behind", {}, skewed(301)),
        ("clock", "warn", "no time", {}, world(date=None)),
        ("clock", "ok", "Within", {}, world(auth={"ok": False, "error": "invalid_auth"})),
        ("public url", "fail", "no address", {"public_url": "baobab.example"}, None),
        ("public url", "fail", "Nothing answers", {"public_url": "http://127.0.0.1:9"}, None),
        ("public url", "fail", "is not known", {"public_url": "https://baobab.invalid"}, None),
        ("public url", "fail", "something else (HTTP 404", {}, world(health=(404, ""))),
        ("public url", "fail", "something else (HTTP 200", {}, world(health=(200, "<html>"))),
        ("public url", "fail", "redirects", {}, world(health=(302, ""))),
        ("slack door", "fail", "did not sign", {}, world(door=200)),
        ("slack door", "fail", "HTTP 502", {}, world(door=502)),
        ("slack door", "warn", "Not checked", {"public_url": "http://127.0.0.1:9"}, None),
        ("database", "fail", "no database yet", {"database_url": "sqlite:////tmp/nowhere/at/all.db"}, None),
        ("database", "fail", "not one of", {"database_url": "mysql://u:sesame-pw@h/db"}, None),
        ("database", "fail", "not one of", {"database_url": "sesame"}, None),
        ("database", "fail", "does not answer", {"database_url": "postgresql://u:sesame-pw@127.0.0.1:9/db"}, None),
        ("migrations", "warn", "Not checked", {"database_url": "sqlite:////tmp/nowhere/at/all.db"}, None),
        ("disk", "ok", "free", {"database_url": "sqlite:////tmp/nowhere/at/all.db"}, None),
        ("forum", "ok", "None is connected", {"discourse_url": ""}, None),
        ("forum", "fail", "DISCOURSE_API_KEY is not", {"discourse_api_key": ""}, None),
        ("forum", "fail", "no address", {"discourse_url": "forum"}, None),
        ("forum", "fail", "refuses the key", {"discourse_api_key": "another-sesame"}, None),
        ("forum", "fail", "127.0.0.1:9", {"discourse_url": "http://127.0.0.1:9"}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_failure_is_named_with_its_fix(
    setup: Setup, check: str, state: str, says: str, settings: dict[str, str], change: Change | None
) -> None:
    if change:
        change(setup.world)
    findings = await visit(setup.but(**settings))
    found = findings[check]
    assert (found.state, says in found.message) == (state, True), found
    assert bool(found.fix) == (state != "ok")
    assert "sesame" not in render(tuple(findings.values()))


async def test_a_database_that_was_never_migrated_is_told_to_be(setup: Setup, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").execute("create table other (x)").connection.close()
    found = await visit(setup.but(database_url=f"sqlite:///{tmp_path}/empty.db"))
    for name in ("database", "migrations"):
        assert (found[name].state, found[name].fix) == ("fail", "Run `python -m app migrate`.")
    assert "no tables yet" in found["jobs"].message


async def test_looking_makes_no_file(setup: Setup, tmp_path: Path) -> None:
    await visit(setup.but(database_url=f"sqlite:///{tmp_path}/deep/new.db"))
    assert not (tmp_path / "deep").exists()


async def test_a_damaged_or_locked_file_is_told_apart(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "damaged.db").write_bytes(b"not a database at all" * 100)
    found = await visit(setup.but(database_url=f"sqlite:///{tmp_path}/damaged.db"))
    assert "damaged" in found["database"].message
    holder = sqlite3.connect(tmp_path / "baobab.db", isolation_level=None)
    holder.execute("begin exclusive")
    try:
        found = await visit(setup.settings)
    finally:
        holder.close()
    assert "locked" in found["database"].message


async def test_jobs_that_wait_too_long_call_for_a_worker(setup: Setup, tmp_path: Path) -> None:
    def enqueue(status: str, minutes: int, key: str) -> None:
        at = int((NOW - timedelta(minutes=minutes)).timestamp() * 1000)
        with sqlite3.connect(tmp_path / "baobab.db") as connection:
            connection.execute(
                "insert into workflow_status (workflow_uuid, status, queue_name, created_at, updated_at, priority)"
                " values (?, ?, 'jobs', ?, ?, 0)",
                (key, status, at, at),
            )

    enqueue("ERROR", 1, "a")
    assert "1 failed for good" in (await visit(setup.settings))["jobs"].message
    enqueue("ENQUEUED", 10, "b")
    assert (await visit(setup.settings))["jobs"].state == "warn"
    enqueue("ENQUEUED", 90, "c")
    found = (await visit(setup.settings))["jobs"]
    assert (found.state, "90 minutes" in found.message, "--role worker" in found.fix) == ("fail", True, True)


async def test_postgresql_is_examined_alike(setup: Setup) -> None:
    name = f"doctor_{uuid4().hex[:12]}"
    try:
        admin = psycopg.connect(ADMIN, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL at TEST_POSTGRES_URL")
    url = make_url(ADMIN).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin:
        admin.execute(f'create database "{name}"')
        try:
            found = await visit(setup.but(database_url=url))
            assert [found[one].state for one in ("database", "migrations", "jobs", "disk")] == [
                "fail",
                "fail",
                "warn",
                "ok",
            ]
            await asyncio.to_thread(upgrade, url)
            await asyncio.to_thread(prepare, url)
            found = await visit(setup.but(database_url=url))
            assert [found[one].state for one in ("database", "migrations", "jobs")] == ["ok", "ok", "ok"]
            admin.execute(f'alter database "{name}" set default_transaction_read_only = on')
            found = await visit(setup.but(database_url=url))
            assert "only be read" in found["database"].message
        finally:
            admin.execute(f'drop database "{name}" with (force)')
    admin.close()


async def test_a_certificate_slack_would_refuse_is_found(setup: Setup, tmp_path: Path) -> None:
    async with tls_server(tmp_path) as address:
        found = (await visit(setup.but(public_url=address)))["public url"]
    assert (found.state, "certificate" in found.message, "chain" in found.fix) == ("fail", True, True)


@asynccontextmanager
async def tls_server(tmp_path: Path) -> AsyncIterator[str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "self-signed.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = TestServer(web.Application(), scheme="https")
    await server.start_server(ssl=context)
    try:
        yield f"https://127.0.0.1:{server.port}"
    finally:
        await server.close()


async def test_a_neighbour_that_never_answers_costs_its_check_only(setup: Setup) -> None:
    async def endless(_ctx: Context) -> Finding:
        await asyncio.sleep(60)
        raise AssertionError

    checks = (Check("slow", endless, seconds=0.2), *(one for one in CHECKS if one.name == "time zones"))
    slow, zones = await asyncio.wait_for(examine(setup.settings, checks=checks), 5)
    assert (slow.state, slow.message, zones.state) == ("fail", "No answer within 0 seconds.", "ok")


async def test_slack_is_asked_once_for_all_checks(setup: Setup) -> None:
    setup.world.slow = 0.3
    loop = asyncio.get_running_loop()
    checks = tuple(one for one in CHECKS if one.name in ("slack token", "slack scopes", "clock"))
    started = loop.time()
    await examine(setup.settings, clock=StillClock(NOW), checks=checks)
    assert loop.time() - started < 1.5


def test_findings_are_drawn_as_a_list_with_their_fixes() -> None:
    findings = (
        Finding("clock", "ok", "Within 1 s."),
        Finding("slack token", "fail", "It was revoked.", "Install again."),
        Finding("disk", "warn", "Little room.", "Make room."),
    )
    assert render(findings).splitlines() == [
        "✓ clock        Within 1 s.",
        "✗ slack token  It was revoked.",
        "               → Install again.",
        "! disk         Little room.",
        "               → Make room.",
        "",
        "1 to mend before it works, 1 to look at.",
    ]
    assert findings[1].as_dict() == {
        "name": "slack token",
        "state": "fail",
        "message": "It was revoked.",
        "fix": "Install again.",
    }
