"""Exports of a long recognition log, beside the database's own copy of the same query in the same run.

    python -m bench.export [--thanks N] [--formats csv,parquet] [--rounds N]

The floor is `sqlite3 -csv` (the shell's own output) and PostgreSQL's `COPY … TO STDOUT (FORMAT csv)`, to a file. Copy
and exports take turns; of each the quickest turn counts, the one that was least disturbed. Each export runs in a
process of its own, so that its peak of memory above the idle process is its own. Pages of the log are timed on the
same rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url
from sqlalchemy.dialects import postgresql, sqlite

from app.db import Database, sync_url
from app.exports.raw import raw
from app.exports.recognition import write_recognition
from app.exports.shapes import Order
from app.thanks.log import Cursor, changes, page
from app.thanks.shapes import LogFilter
from bench.serving import databases
from bench.thanks_rows import fill

PAGES = 60


def floor(url: str, workspace_id: int, target: Path) -> float:
    """Seconds the database takes for its own copy of the query, to a file."""
    on_sqlite = url.startswith("sqlite")
    query = raw(workspace_id, LogFilter(), on_sqlite=on_sqlite)
    dialect = sqlite.dialect() if on_sqlite else postgresql.dialect()  # type: ignore[no-untyped-call]
    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    began = time.monotonic()
    if on_sqlite:
        with target.open("wb") as sink:
            file = make_url(url).database or ""
            subprocess.run(["sqlite3", "-readonly", "-csv", "-header", file, text], stdout=sink, check=True)
    else:
        with (
            psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)) as link,
            link.cursor() as cursor,
            target.open("wb") as sink,
            cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv, HEADER)".encode()) as copy,
        ):
            for part in copy:
                sink.write(part)
    return time.monotonic() - began


def measured(url: str, workspace_id: int, format: str, target: Path) -> dict[str, float]:
    """One export in a process of its own: seconds, rows, and MB of its peak above the idle process."""
    command = [sys.executable, "-m", "bench.export", "--one", url, str(workspace_id), format, str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def one(url: str, workspace_id: int, format: str, target: Path) -> None:
    """What the process of its own does."""
    # What every process of ours holds before it exports.
    create_engine(sync_url(url)).connect().close()
    pages_now = int(Path("/proc/self/statm").read_text().split()[1])
    idle = pages_now * resource.getpagesize() / 1024
    began = time.monotonic()
    with target.open("wb") as sink:
        rows = write_recognition(url, workspace_id, Order(format=format), sink)
    took = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": took, "rows": rows, "mb": (peak - idle) / 1024}))


async def pages(db: Database, workspace_id: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of a hundred lines, p50 and p95: first and later pages, by each filter, of one person, changes."""
    narrowed = [
        LogFilter(value="sharing"),
        LogFilter(value="nothing has it"),
        LogFilter(giver="UBENCH0"),
        LogFilter(recipient="UBENCH99"),
        LogFilter(status="not_counted"),
        LogFilter(status="hidden"),
        LogFilter(source="import"),
        LogFilter(since=datetime(2024, 1, 1, tzinfo=UTC), until=datetime(2024, 4, 1, tzinfo=UTC)),
    ]
    after: Cursor | None = None
    since: Cursor | None = None
    # Thanked very often, often and at times: 58,600, 15,200 and 4,700 lines of a million thanks.
    often = [LogFilter(recipient=f"UBENCH{number}") for number in (0, 1, 8)]
    names = ("first page", "narrowed", "of one person", "later pages", "changes")
    took: dict[str, list[float]] = {name: [] for name in names}
    for number in range(PAGES):
        for name, times in took.items():
            began = time.monotonic()
            async with db.read_only() as session:
                if name == "first page":
                    await page(session, workspace_id, LogFilter(), limit=100)
                elif name == "narrowed":
                    await page(session, workspace_id, narrowed[number % len(narrowed)], limit=100)
                elif name == "of one person":
                    await page(session, workspace_id, often[number % len(often)], limit=100)
                elif name == "later pages":
                    _, after = await page(session, workspace_id, LogFilter(), after=after, limit=100)
                else:
                    settled = datetime(2100, 1, 1, tzinfo=UTC)
                    _, since = await changes(session, workspace_id, since=since, limit=100, settled_before=settled)
            times.append((time.monotonic() - began) * 1000)
    return {name: (sorted(times)[PAGES // 2], sorted(times)[int(PAGES * 0.95)]) for name, times in took.items()}


async def run(kind: str, url: str, thanks: int, formats: list[str], rounds: int) -> None:
    """Fill, copy, export, and print."""
    db = Database(url)
    try:
        await fill(db, thanks)
        async with db.engine.connect() as connection:
            found = await connection.exec_driver_sql("select min(id) from workspace")
            workspace_id = int(found.scalar_one())
        paged = await pages(db, workspace_id)
    finally:
        await db.close()
    if kind == "SQLite" and shutil.which("sqlite3") is None:
        print("sqlite3 is not on the PATH: no floor for SQLite (Debian: apt-get install sqlite3)")
        copy = None
    else:
        copy = partial(floor, url, workspace_id)
    with tempfile.TemporaryDirectory(prefix="baobab-export-") as folder:
        exports(kind, url, workspace_id, Path(folder) / "log", formats, rounds, copy)
    for name, (p50, p95) in paged.items():
        print(f"{kind}, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)


def exports(
    kind: str,
    url: str,
    workspace_id: int,
    target: Path,
    formats: list[str],
    rounds: int,
    copy: Callable[[Path], float] | None,
) -> None:
    """Exports and the database's own copy in turns, and a line for each."""
    copied: list[float] = []
    told: dict[str, list[dict[str, float]]] = {format: [] for format in formats}
    for _ in range(rounds):
        for format in formats:
            if copy is not None:
                copied.append(copy(target))
            told[format].append(measured(url, workspace_id, format, target))
    rows = told[formats[0]][0]["rows"]
    best = min(copied, default=0.0)
    for format, ones in told.items():
        seconds = min(one["seconds"] for one in ones)
        ratio = f"{best / seconds:.2f}" if copied else "?"
        peak = max(one["mb"] for one in ones)
        print(f"| {kind}, {format} | {rows / seconds:,.0f} | {ratio} | {peak:.0f} MB |")
    if copied:
        print(f"| {kind}, the database's own copy of {rows:,.0f} lines | {rows / best:,.0f} | 1 | |", flush=True)


def main() -> None:
    """Measure on both databases."""
    if sys.argv[1:2] == ["--one"]:
        url, workspace_id, format, target = sys.argv[2:]
        one(url, int(workspace_id), format, Path(target))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thanks", type=int, default=100_000)
    parser.add_argument("--formats", default="csv,parquet,jsonl,xlsx")
    parser.add_argument("--rounds", type=int, default=2)
    said = parser.parse_args()
    print("| export | rows a second | of the copy | memory above idle |\n| --- | --- | --- | --- |", flush=True)
    with databases() as urls:
        for kind, url in urls.items():
            asyncio.run(run(kind, url, said.thanks, said.formats.split(","), said.rounds))


if __name__ == "__main__":
    main()
