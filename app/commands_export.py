"""What `export recognition` does: the log to a file or to standard output, noted in the audit."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import replace
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
from app.exports.recognition import check, write_recognition
from app.exports.shapes import Order
from app.i18n import Reader
from app.settings import Settings
from models import Workspace

# What a terminal would be confused by.
BINARY = ("xlsx", "parquet")


def recognition(order: Order, output: Path | None, *, team: str, zone_named: bool = True) -> str:
    """Write the log as ordered; a word on it for standard error. Nothing half-written is left behind.

    Without `zone_named` the workspace's zone is used. What went to standard output is audited also when it broke off.
    """
    if output is None and order.format in BINARY and sys.stdout.isatty():
        raise NotUnderstood(f"An {order.format} file would fill your terminal with noise: name a file with --output.")
    if output is not None and output.is_dir():
        raise NotUnderstood(f"{output} is a folder: name a file in it.")
    if output is not None and not output.parent.is_dir():
        raise NotFound(f"There is no folder {output.parent}.")
    export = _Export(Settings(), order, team, zone_named=zone_named)
    asyncio.run(export.begin())
    if output is None:
        export.to_pipe(sys.stdout.buffer)
        return f"{export.rows} rows written."
    export.to_file(output)
    return f"{export.rows} rows written to {output}."


class _Export:
    """One export under way."""

    def __init__(self, settings: Settings, order: Order, team: str, *, zone_named: bool) -> None:
        self._settings = settings
        self._order = order
        self._team = team
        self._zone_named = zone_named
        self._workspace_id = 0
        self._emails: dict[str, str] = {}
        self.rows = 0

    async def begin(self) -> None:
        """Find the workspace and what was named of it, and addresses where they were ordered."""
        db = Database(self._settings.database_url)
        try:
            self._workspace_id = await the_workspace(self._settings, db, self._team)
            async with db.read_only() as session:
                workspace = await session.get_one(Workspace, self._workspace_id)
                await check(session, self._workspace_id, self._order)
        finally:
            await db.close()
        if not self._zone_named:
            self._order = replace(self._order, zone=workspace.zone)
        if not self._order.emails:
            return
        if not self._settings.slack_bot_token.get_secret_value():
            raise NotFound("E-mail addresses are asked of Slack: set SLACK_BOT_TOKEN, or leave --emails out.")
        baobab = Baobab(self._settings)
        try:
            self._emails = await addresses(baobab.slack, workspace.team_id)
        finally:
            await baobab.close()

    def to_pipe(self, sink: BinaryIO) -> None:
        """Write as it is read; what is read is gone, so it is audited however this ends."""
        whole = False
        try:
            self._write(sink)
            sink.flush()
            whole = True
        finally:
            asyncio.run(self._note(whole=whole))

    def to_file(self, output: Path) -> None:
        """Write beside the file's place, and move it there in one step once the audit knows."""
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as sink:
                self._write(sink)
            asyncio.run(self._note(whole=True))
            unfinished.replace(output)
        finally:
            unfinished.unlink(missing_ok=True)

    def _write(self, sink: BinaryIO) -> None:
        words = Reader(self._order.language).words() if self._order.language else None
        with tqdm(unit=" lines", desc="Exporting", disable=not sys.stderr.isatty()) as bar:

            def expect(lines: int) -> None:
                bar.reset(lines)

            def tell(lines: int) -> None:
                bar.update(lines)
                self.rows += lines

            self.rows = write_recognition(
                self._settings.database_url,
                self._workspace_id,
                self._order,
                sink,
                emails=self._emails,
                words=words,
                expect=expect if sys.stderr.isatty() else None,
                progress=tell,
            )

    async def _note(self, *, whole: bool) -> None:
        db = Database(self._settings.database_url)
        try:
            async with db.transaction() as session:
                await audit.note(
                    session,
                    self._workspace_id,
                    "cli",
                    "recognition.export",
                    "recognition",
                    SystemClock().now(),
                    rows=self.rows,
                    order=self._order.said(),
                    whole=whole,
                )
        finally:
            await db.close()
