"""The doctor's checks of what is kept, and of certificates."""

from __future__ import annotations

import asyncio
import ipaddress
import sqlite3
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
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

from app.jobs.store import prepare
from app.migrate import upgrade
from tests.services.doctor_world import ADMIN, NOW, Setup, healthy_world, visit


@pytest.fixture
async def setup(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Setup]:
    async with healthy_world(tmp_path, sqlite_template) as world:
        yield world


async def test_a_database_that_was_never_migrated_is_told_to_be(setup: Setup, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").execute("create table other (x)").connection.close()
    found = await visit(setup.but(database_url=f"sqlite:///{tmp_path}/empty.db"))
    for name in ("database", "migrations"):
        assert (found[name].state, found[name].fix) == ("fail", "Run `.venv/bin/python -m app migrate`.")
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
