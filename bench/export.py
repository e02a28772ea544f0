"""Exports of a long recognition log, beside the database's own copy of the same query in the same run.

    python -m bench.export [--thanks N] [--formats csv,parquet]

The floor is `sqlite3 -csv` (the shell's own output) and PostgreSQL's `COPY … TO STDOUT (FORMAT csv)`, to a file. Each
export runs in a process of its own, so that its peak of memory above the idle process is its own. The first page of
the log is timed on the same rows.
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
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url
from sqlalchemy.dialects import postgresql, sqlite

from app.db import Database, sync_url
from app.exports.raw import raw
from app.exports.recognition import write_recognition
from app.exports.shapes import Order
from app.thanks.log import page
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


async def pages(db: Database, workspace_id: int) -> tuple[float, float]:
    """Milliseconds of the log's first page of a hundred lines: p50 and p95, with and without filters."""
    wanted = (LogFilter(), LogFilter(value="sharing"), LogFilter(giver="UBENCH0"), LogFilter(status="counted"))
    took = []
    for number in range(PAGES):
        began = time.monotonic()
        async with db.read_only() as session:
            await page(session, workspace_id, wanted[number % len(wanted)], limit=100)
        took.append((time.monotonic() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95)]


async def run(kind: str, url: str, thanks: int, formats: list[str]) -> None:
    """Fill, copy, export, and print."""
    db = Database(url)
    try:
        await fill(db, thanks)
        async with db.engine.connect() as connection:
            found = await connection.exec_driver_sql("select min(id) from workspace")
            workspace_id = int(found.scalar_one())
        p50, p95 = await pages(db, workspace_id)
    finally:
        await db.close()
    with tempfile.TemporaryDirectory(prefix="baobab-export-") as folder:
        target = Path(folder) / "log"
        if kind == "SQLite" and shutil.which("sqlite3") is None:
            print("sqlite3 is not on the PATH: no floor for SQLite (Debian: apt-get install sqlite3)")
            copied = 0.0
        else:
            floor(url, workspace_id, target)
            copied = floor(url, workspace_id, target)
        rows = 0.0
        for format in formats:
            told = measured(url, workspace_id, format, target)
            rows = told["rows"]
            ratio = f"{copied / told['seconds']:.2f}" if copied else "?"
            print(
                f"| {kind}, {format} | {told['rows'] / told['seconds']:,.0f} | {ratio} | {told['mb']:.0f} MB |",
                flush=True,
            )
        if copied:
            print(f"| {kind}, the database's own copy | {rows / copied:,.0f} | 1 | |")
        print(f"first page of {rows:,.0f} lines, {kind}: p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)


def main() -> None:
    """Measure on both databases."""
    if sys.argv[1:2] == ["--one"]:
        url, workspace_id, format, target = sys.argv[2:]
        one(url, int(workspace_id), format, Path(target))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thanks", type=int, default=100_000)
    parser.add_argument("--formats", default="csv,parquet,jsonl,xlsx")
    said = parser.parse_args()
    print("| export | rows a second | of the copy | memory above idle |\n| --- | --- | --- | --- |", flush=True)
    with databases() as urls:
        for kind, url in urls.items():
            asyncio.run(run(kind, url, said.thanks, said.formats.split(",")))


if __name__ == "__main__":
    main()
