"""What `export recognition` does: the log to a file or to standard output, noted in the audit."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from app.audit import service as audit
from app.bootstrap import Baobab
from app.clock import SystemClock
from app.commands import the_workspace
from app.db import Database
from app.errors import NotFound, NotUnderstood
from app.exports.jobs import addresses
from app.exports.recognition import write_recognition
from app.exports.shapes import Order
from app.i18n import Reader
from app.settings import Settings
from models import Workspace

# What a terminal would be confused by.
BINARY = ("xlsx", "parquet")


def recognition(order: Order, output: Path | None, *, team: str) -> str:
    """Write the log as ordered; a word on it for standard error. Nothing half-written is left behind."""
    if output is None and order.format in BINARY and sys.stdout.isatty():
        raise NotUnderstood(f"An {order.format} file would fill your terminal with noise: name a file with --output.")
    settings = Settings()
    workspace_id, emails = asyncio.run(_begin(settings, order, team))
    if output is None:
        count = _write(settings, workspace_id, order, sys.stdout.buffer, emails)
        sys.stdout.buffer.flush()
        where = ""
    else:
        count = _to_file(settings, workspace_id, order, output, emails)
        where = f" to {output}"
    asyncio.run(_note(settings, workspace_id, order, count))
    return f"{count} rows written{where}."


def _to_file(settings: Settings, workspace_id: int, order: Order, output: Path, emails: dict[str, str]) -> int:
    # Beside its place, so that it can be moved there in one step.
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            count = _write(settings, workspace_id, order, sink, emails)
        unfinished.chmod(0o600)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write(settings: Settings, workspace_id: int, order: Order, sink: BinaryIO, emails: dict[str, str]) -> int:
    words = Reader(order.language).words() if order.language else None
    with tqdm(unit=" lines", desc="Exporting", disable=not sys.stderr.isatty()) as bar:

        def tell(count: int) -> None:
            bar.update(count)

        return write_recognition(
            settings.database_url, workspace_id, order, sink, emails=emails, words=words, progress=tell
        )


async def _begin(settings: Settings, order: Order, team: str) -> tuple[int, dict[str, str]]:
    """The workspace, and addresses where they were ordered."""
    db = Database(settings.database_url)
    try:
        workspace_id = await the_workspace(settings, db, team)
        async with db.read_only() as session:
            workspace = await session.get(Workspace, workspace_id)
    finally:
        await db.close()
    if not order.emails or workspace is None:
        return workspace_id, {}
    if not settings.slack_bot_token.get_secret_value():
        raise NotFound("E-mail addresses are asked of Slack: set SLACK_BOT_TOKEN, or leave --emails out.")
    baobab = Baobab(settings)
    try:
        return workspace_id, await addresses(baobab.slack, workspace.team_id)
    finally:
        await baobab.close()


async def _note(settings: Settings, workspace_id: int, order: Order, count: int) -> None:
    db = Database(settings.database_url)
    try:
        async with db.transaction() as session:
            now = SystemClock().now()
            await audit.note(
                session, workspace_id, "cli", "recognition.export", "recognition", now, rows=count, order=order.said()
            )
    finally:
        await db.close()
