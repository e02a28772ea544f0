"""Checks of what is kept: database, migrations, the queue of jobs, disk space."""

from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from app import PROGRAM
from app.db import async_url
from app.doctor.context import Context
from app.doctor.findings import Finding
from app.jobs.store import queue_health
from app.migrate import current_revision, newest_revision

DISK_WARN, DISK_FAIL = 1_000_000_000, 100_000_000
QUEUE_WARN, QUEUE_FAIL = 300, 3600

_MIGRATE = f"Run `{PROGRAM} migrate`."


async def database(ctx: Context) -> Finding:
    """Can it be reached and written; is SQLite in WAL mode?"""
    name = "database"
    unusable = _unusable(ctx, name)
    if unusable:
        return unusable
    db = ctx.open_database()
    try:
        async with db.transaction() as session:
            # Touches no row, yet fails where the file, the server or our role allows reading only.
            await (await session.connection()).execute(sa.text("update workspace set name = name where 1 = 0"))
        if not db.on_sqlite:
            return Finding(name, "ok", "PostgreSQL answers and may be written.")
        async with db.read_only() as session:
            mode = (await (await session.connection()).execute(sa.text("pragma journal_mode"))).scalar()
    except (SQLAlchemyError, OSError) as error:
        return _explained(name, error)
    finally:
        await db.close()
    if mode != "wal":
        fix = "Keep the file on a local disk: WAL mode does not work on network drives."
        return Finding(name, "fail", f"SQLite is in {mode} mode, so readers and writers block each other.", fix)
    return Finding(name, "ok", "SQLite answers, may be written, in WAL mode.")


def _unusable(ctx: Context, name: str) -> Finding | None:
    """What is wrong before anything is opened; opening would make a SQLite file where there is none."""
    try:
        url = async_url(ctx.settings.database_url)
    except (ValueError, ArgumentError):
        fix = "Write sqlite:///var/baobab.db or postgresql://user:password@host/name."
        return Finding(name, "fail", "DATABASE_URL is not one of a database we know.", fix)
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database)
        if not path.exists():
            return Finding(name, "fail", f"There is no database yet at {path}.", _MIGRATE)
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            fix = f"Give this user the right to write {path.parent} and what is in it."
            return Finding(name, "fail", f"{path} may not be written by this user.", fix)
    return None


def _explained(name: str, error: Exception) -> Finding:
    said = str(getattr(error, "orig", None) or error).lower()
    if "no such table" in said or "undefinedtable" in type(getattr(error, "orig", None)).__name__.lower():
        return Finding(name, "fail", "The database is empty.", _MIGRATE)
    if "locked" in said:
        fix = "Find what holds it: another program with the file open, or a backup that locks it."
        return Finding(name, "fail", "Something else keeps the database locked.", fix)
    if "password" in said or "authentication" in said:
        fix = "Check user and password in DATABASE_URL; special characters in them are written %XX."
        return Finding(name, "fail", "The database refuses the password.", fix)
    if "read-only" in said or "readonly" in said or "permission denied" in said:
        return Finding(
            name, "fail", "The database may only be read.", "Use the primary server and a role that may write."
        )
    if "not a database" in said or "malformed" in said:
        return Finding(name, "fail", "The file is damaged, or no SQLite database.", "Restore it from a backup.")
    kind = type(getattr(error, "orig", None) or error).__name__
    fix = "Check DATABASE_URL, and that the server runs and lets this machine in."
    return Finding(name, "fail", f"The database does not answer ({kind}).", fix)


async def _read(ctx: Context, name: str, ask: Callable[[AsyncSession], Awaitable[Finding]]) -> Finding:
    if _unusable(ctx, name):
        return Finding(name, "warn", "Not checked: the database cannot be used.", "Mend the database first.")
    db = ctx.open_database()
    try:
        async with db.read_only() as session:
            return await ask(session)
    except (SQLAlchemyError, OSError):
        return Finding(name, "warn", "Not checked: the database does not answer this.", "Mend the database first.")
    finally:
        await db.close()


async def migrations(ctx: Context) -> Finding:
    """Is the database at the newest revision?"""
    name = "migrations"

    async def ask(session: AsyncSession) -> Finding:
        connection = await session.connection()
        here, head = await connection.run_sync(current_revision), newest_revision()
        if here == head:
            return Finding(name, "ok", f"At the newest revision, {head}.")
        return Finding(name, "fail", f"The database is at {here or 'no revision'}, the program at {head}.", _MIGRATE)

    return await _read(ctx, name, ask)


async def queue(ctx: Context) -> Finding:
    """How long has the oldest job waited, and did any fail?"""
    name = "jobs"

    async def ask(session: AsyncSession) -> Finding:
        health = await queue_health(session, ctx.clock.now())
        age = health.oldest_seconds
        if age > QUEUE_WARN:
            fix = f"Start a worker: `{PROGRAM} serve --role worker`, or serve with the role all."
            message = f"{health.waiting} wait, the oldest for {age / 60:.0f} minutes."
            return Finding(name, "fail" if age > QUEUE_FAIL else "warn", message, fix)
        if health.failed:
            fix = f"Look at them with `{PROGRAM} jobs list failed`, then `jobs retry KEY`."
            return Finding(name, "warn", f"{health.failed} failed for good.", fix)
        return Finding(name, "ok", f"{health.waiting} wait, {health.running} run, none failed.")

    finding = await _read(ctx, name, ask)
    if finding.message.startswith("Not checked: the database does not"):
        return Finding(
            name, "warn", "The queue of jobs has no tables yet.", f"Run `{PROGRAM} migrate` once more: it makes them."
        )
    return finding


async def disk(ctx: Context) -> Finding:
    """Is there room for a SQLite file and its log?"""
    name = "disk"
    if not ctx.settings.on_sqlite:
        return Finding(name, "ok", "The data is on the database server.")
    place = Path(async_url(ctx.settings.database_url).database or ".").absolute().parent
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    message = f"{free / 1e9:.1f} GB free at {place}."
    fix = "Make room: a full disk stops every command, since each is recorded before it is answered."
    if free < DISK_WARN:
        return Finding(name, "fail" if free < DISK_FAIL else "warn", message, fix)
    return Finding(name, "ok", message)
