"""What each command of the command line does; every function here is a thin caller of a room."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import structlog
import uvicorn
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from tqdm import tqdm

from app import PROGRAM
from app import migrate as migrations
from app.bootstrap import Baobab
from app.clock import SystemClock
from app.communities import files as community_files
from app.communities.service import import_communities as import_entries
from app.communities.service import preview_first_import, preview_import
from app.db import Database, async_url
from app.discourse.sync import SyncReport, sync_topics
from app.doctor import examine, render
from app.errors import NotFound, NotUnderstood
from app.jobs import inspect
from app.jobs.store import prepare as prepare_jobs
from app.logs import set_up_logs
from app.main import create_app
from app.playground import demo as playground
from app.routing import files as routing_files
from app.settings import Settings
from app.slack import manifest as manifests
from app.slack.authorize import Authorizer
from models import Workspace

log = structlog.get_logger(__name__)


def serve(role: str, port: int | None) -> None:
    """Serve until stopped. Refuses to start with what would not work, and says what is missing."""
    settings = Settings()
    set_up_logs(settings.log_format)
    _refuse_incomplete(settings)
    baobab = Baobab(settings, role=role)  # type: ignore[arg-type]
    run_server(create_app(baobab), settings.host, port or settings.port)


def demo(port: int | None) -> None:
    """Serve the playground on a database of its own, made anew at each start."""
    playground.run(port)


def migrate() -> None:
    """Bring the database to the newest revision, the job engine's own tables too."""
    url = Settings().database_url
    migrations.upgrade(url)
    prepare_jobs(url)
    print("The database is up to date.", file=sys.stderr)  # noqa: T201 - a command's own output


def doctor(*, as_json: bool) -> int:
    """Print the findings; 0 when nothing failed, else 1."""
    findings = asyncio.run(examine(Settings()))
    if as_json:
        print(json.dumps([one.as_dict() for one in findings], ensure_ascii=False))  # noqa: T201
    else:
        print(render(findings))  # noqa: T201
    return int(any(one.state == "fail" for one in findings))


def manifest(url: str, *, as_json: bool) -> str:
    """The app manifest for a public address, as YAML or JSON."""
    return manifests.text(url, Settings().command_prefix, as_json=as_json)


def manifest_concerns(url: str) -> tuple[str, ...]:
    """What Slack will not like about an address, or what the proxy before us has to do for it."""
    return manifests.concerns(url)


def import_communities(file: Path, *, dry_run: bool, prune: bool, team: str) -> str:
    """Import a directory; the report as text. Raises `ImportProblems` with line numbers.

    A dry run asks nothing of Slack; where no workspace is known yet it compares with an empty directory.
    """
    entries = community_files.read_file(file)
    settings = Settings()

    async def work() -> str:
        if dry_run and not await any_workspace(settings):
            if team:
                raise NotFound(f"There is no workspace {team}.")
            first = community_files.describe(preview_first_import(entries))
            return f"{first}\nNo workspace is known here yet, so the file was compared with an empty directory."
        db = Database(settings.database_url)
        try:
            workspace_id = await the_workspace(settings, db, team)
            if dry_run:
                async with db.read_only() as session:
                    report = await preview_import(session, workspace_id, entries, prune=prune)
            else:
                async with db.transaction() as session:
                    report = await import_entries(session, workspace_id, entries, SystemClock().now(), prune=prune)
            return community_files.describe(report)
        finally:
            await db.close()

    return asyncio.run(work())


async def any_workspace(settings: Settings) -> bool:
    """Whether a workspace is known; a database that is not there or has no tables is not made for this."""
    url = async_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        # Opening would make the file.
        return False
    db = Database(settings.database_url)
    try:
        async with db.read_only() as session:
            return (await session.exec(select(Workspace.id).limit(1))).first() is not None
    except DBAPIError as problem:
        if not_migrated(problem):
            return False
        raise
    finally:
        await db.close()


def not_migrated(problem: DBAPIError) -> bool:
    """Whether a statement failed because the database lacks tables or columns that a migration makes."""
    # PostgreSQL adds the statement on further lines.
    said = str(problem.orig).strip().split("\n", 1)[0]
    return "database" not in said and any(
        words in said for words in ("no such table", "no such column", "does not exist")
    )


def seed() -> None:
    """Fill an empty database with the playground's data."""
    settings = Settings()
    migrations.upgrade(settings.database_url)
    asyncio.run(playground.seed_only(settings))
    print("Seeded.", file=sys.stderr)  # noqa: T201


def sync(*, full: bool) -> None:
    """Read people and topics now, with progress, outside the job engine."""
    settings = Settings()
    if not settings.slack_bot_token.get_secret_value().strip():
        raise NotFound(f"SLACK_BOT_TOKEN is not set, so Slack cannot be read. `{PROGRAM} doctor` tells where it is.")
    set_up_logs("console")

    async def work() -> None:
        baobab = Baobab(settings)
        try:
            await baobab.authorizer.installation()
            upkeep = baobab.upkeep
            await upkeep.read_members()
            await upkeep.read_channels()
            if baobab.forum is not None:
                with tqdm(unit=" topics", desc="Reading the forum") as bar:

                    def tell(report: SyncReport) -> None:
                        bar.update(report.added + report.changed + report.unchanged - bar.n)

                    for workspace_id in await upkeep.workspaces():
                        await sync_topics(
                            baobab.db, baobab.forum, baobab.services.clock, workspace_id, full=full, progress=tell
                        )
                await upkeep.note_activity()
        finally:
            await baobab.close()

    asyncio.run(work())


def route(directory: Path | None, topics: Path | None, feedback: Path | None) -> None:
    """Rank for each query on standard input; topics win when both files are given."""
    set_up_logs("console", level="WARNING")
    if topics is None and directory is None:
        raise NotUnderstood("Name a file with --directory (communities) or --topics (earlier topics).")
    words_only = Settings().encoders == "off"
    try:
        routing_files.run(directory, topics, feedback, sys.stdin, sys.stdout, words_only=words_only)
    except UnicodeDecodeError as error:
        raise NotUnderstood(f"The queries on standard input are not UTF-8 text: {error.reason}.") from None


def list_jobs(state: str, limit: int) -> str:
    """Jobs in a state as lines of text."""
    if state not in inspect.STATES:
        raise NotUnderstood(f"{state} is no state of jobs. Use one of: {', '.join(inspect.STATES)}.")
    lines = inspect.list_jobs_now(Settings().database_url, state, limit=limit)
    if not lines:
        return f"No {state} jobs."
    return "\n".join(
        f"{line.since:%Y-%m-%d %H:%M:%S}Z  {line.state:<9} {line.name:<20} {line.key}"
        + (f"  ({line.attempts} tries: {line.last_error})" if line.last_error else "")
        for line in lines
    )


async def retry_job(key: str) -> None:
    """Try a failed or cancelled job again."""
    with inspect.looking_into(Settings().database_url) as client:
        await inspect.retry_job(client, key)


async def cancel_job(key: str) -> None:
    """Stop a waiting or running job."""
    with inspect.looking_into(Settings().database_url) as client:
        await inspect.cancel_job(client, key)


async def the_workspace(settings: Settings, db: Database, team: str) -> int:
    """The workspace a command means: the named one, the only one, or the token's, met now for the first time."""
    async with db.read_only() as session:
        rows = (await session.exec(select(Workspace.id, Workspace.team_id))).all()
    chosen = [workspace_id for workspace_id, team_id in rows if not team or team_id == team]
    if len(chosen) == 1 and chosen[0] is not None:
        return chosen[0]
    if len(chosen) > 1:
        raise NotUnderstood(f"There are several workspaces; say --team: {', '.join(one for _, one in rows)}.")
    if team:
        raise NotFound(f"There is no workspace {team}.")
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        raise NotFound(
            "No workspace is known yet. Set SLACK_BOT_TOKEN, then run this again; with --dry-run it is not needed."
        )
    baobab = Baobab(settings)
    try:
        return (await Authorizer(db, SystemClock(), baobab.slack, token).installation()).workspace_id
    finally:
        await baobab.close()


def run_server(app: object, host: str, port: int) -> None:
    """Uvicorn with our logs and uvloop; it stops gracefully on SIGTERM."""
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=10)  # type: ignore[arg-type]


def _refuse_incomplete(settings: Settings) -> None:
    missing = [
        name
        for name, value in (
            ("SLACK_SIGNING_SECRET", settings.slack_signing_secret),
            ("SLACK_BOT_TOKEN", settings.slack_bot_token),
        )
        if not value.get_secret_value()
    ]
    if missing:
        raise NotUnderstood(
            f"Not set: {' and '.join(missing)}. `{PROGRAM} doctor` tells where to find them; "
            "`make demo` needs neither."
        )
