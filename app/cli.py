"""The command line: `python -m app …`. Thin: each command reads its arguments and calls one function."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from app import PROGRAM, commands, commands_export, commands_import, commands_members, commands_tokens
from app.errors import DomainError
from app.exports.orders import order_of
from app.logs import redact

app = typer.Typer(
    help="Baobab: a chat-ops assistant for communities of practice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring data in.", no_args_is_help=True)
jobs = typer.Typer(help="Look at background work, try a failed job again, cancel one.", no_args_is_help=True)
tokens = typer.Typer(help="Make, list and revoke tokens for programs that read the API.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(jobs, name="jobs")
exports = typer.Typer(help="Take data out.", no_args_is_help=True)
app.add_typer(exports, name="export")
members = typer.Typer(help="Show what is held of a member, or forget them.", no_args_is_help=True)
app.add_typer(members, name="member")
app.add_typer(tokens, name="token")


@app.command()
def serve(
    role: Annotated[str, typer.Option(help="all, web or worker")] = "all",
    port: Annotated[int | None, typer.Option(help="instead of PORT")] = None,
) -> None:
    """Serve Slack's requests and do the background work (one process by default)."""
    if role not in ("all", "web", "worker"):
        raise typer.BadParameter("role is all, web or worker")
    commands.serve(role, port)


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="instead of PORT")] = None,
) -> None:
    """Serve a local Slack workspace and forum with a year of activity: nothing else is needed."""
    commands.demo(port)


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    commands.migrate()


@app.command()
def doctor(json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:
    """Check everything that has to be right, and say how to mend what is not."""
    raise typer.Exit(commands.doctor(as_json=json))


@app.command()
def seed() -> None:
    """Fill an empty database with the playground's communities and topics (for trying things out)."""
    commands.seed()


@app.command()
def sync(
    full: Annotated[bool, typer.Option("--full", help="read everything, not only what is new")] = False,
) -> None:
    """Read people from Slack and topics from the forum now."""
    commands.sync(full=full)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="the public address, https://…")],
    json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML")] = False,
) -> None:
    """Print the Slack app manifest for a public address."""
    typer.echo(commands.manifest(url, as_json=json), nl=False)
    for concern in commands.manifest_concerns(url):
        typer.echo(concern, err=True)


@imports.command("communities")
def import_communities(
    file: Annotated[Path, typer.Argument(help="YAML, CSV or JSON")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check the file and say what would change")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="archive communities that the file does not name")] = False,
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Import the directory of communities. With any error in the file, nothing is changed."""
    typer.echo(commands.import_communities(file, dry_run=dry_run, prune=prune, team=team))


@imports.command("recognition")
def import_recognition(
    file: Annotated[Path, typer.Argument(help="CSV, as an earlier tool or we ourselves export it")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only check the file and say what would be added")
    ] = False,
    map: Annotated[
        list[str] | None, typer.Option(help='"Column=field" where a title is not understood; "Column=" leaves it out')
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(help='"as in the file=U0123ABCD" for who is not found by name or address')
    ] = None,
    zone: Annotated[str, typer.Option(help="time zone of moments without one; the workspace's when left out")] = "",
    date_format: Annotated[str, typer.Option(help="DMY or MDY, how 01/02/2026 is meant")] = "",
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Import an earlier recognition log. With any error in the file, nothing is stored; again, nothing is added."""
    wish = commands_import.Wish(map or (), person or (), zone, date_format, dry_run)
    typer.echo(commands_import.recognition(file, wish, team=team))


@app.command()
def route(
    directory: Annotated[Path | None, typer.Option(help="communities: YAML or CSV as imported, or JSON")] = None,
    topics: Annotated[
        Path | None, typer.Option(help="JSON or JSON Lines of earlier topics: rank these instead")
    ] = None,
    feedback: Annotated[Path | None, typer.Option(help="JSON Lines of accepted answers")] = None,
) -> None:
    """Rank communities (or earlier topics) for queries on standard input, without Slack or a database.

    Each line of standard input is one query: {"id": "1", "text": "a job aid on malaria nets, in French"}. Each line
    of output answers one, in order: its id, the ranked ids with their scores, and whether none fits.
    """
    commands.route(directory, topics, feedback)


@exports.command("recognition")
def export_recognition(
    format: Annotated[str, typer.Option(help="csv, xlsx, jsonl or parquet")] = "csv",
    output: Annotated[Path | None, typer.Option(help="a file; standard output without it")] = None,
    summary: Annotated[str, typer.Option(help="person, community or value: a row for each, not line by line")] = "",
    first: Annotated[str, typer.Option("--from", help="first day, such as 2026-01-01")] = "",
    last: Annotated[str, typer.Option("--to", help="last day, included")] = "",
    zone: Annotated[str, typer.Option(help="time zone of days and times; the workspace's when left out")] = "",
    community: Annotated[str, typer.Option(help="short name of a community")] = "",
    giver: Annotated[str, typer.Option(help="Slack member id")] = "",
    recipient: Annotated[str, typer.Option(help="Slack member id")] = "",
    value: Annotated[str, typer.Option(help="such as sharing")] = "",
    source: Annotated[str, typer.Option(help="command, form, shortcut, forum or import")] = "",
    status: Annotated[str, typer.Option(help="counted, not_counted, withdrawn or hidden")] = "",
    bom: Annotated[bool, typer.Option("--bom", help="CSV for Excel: accents survive a double click")] = False,
    headers: Annotated[str, typer.Option(help="headers in en, es, fr or pt instead of the stable ones")] = "",
    emails: Annotated[bool, typer.Option("--emails", help="with e-mail addresses, asked of Slack now")] = False,
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Write the recognition log, to a file or to standard output. Every export is noted in the audit."""
    order = order_of(
        format=format,
        form=summary or "raw",
        first=first,
        last=last,
        zone=zone or "UTC",
        community=community,
        giver=giver,
        recipient=recipient,
        value=value,
        source=source,
        status=status,
        bom=bom,
        language=headers,
        emails=emails,
    )
    typer.echo(commands_export.recognition(order, output, team=team, zone_named=bool(zone)), err=True)


@members.command("export")
def export_member(
    slack_id: Annotated[str, typer.Argument(help="Slack member id, such as U0123ABCD")],
    output: Annotated[Path | None, typer.Option(help="a file; standard output without it")] = None,
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Everything that is held of a member, as JSON."""
    typer.echo(asyncio.run(commands_members.export_member(slack_id, output, team)), nl=False)


@members.command("erase")
def erase_member(
    slack_id: Annotated[str, typer.Argument(help="Slack member id, such as U0123ABCD")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Forget a member: totals stay, the link and their words go. There is no way back."""
    typer.echo(asyncio.run(commands_members.erasure_plan(slack_id, team)))
    if not yes:
        typer.confirm(f"Forget {slack_id} for good?", abort=True)
    typer.echo(asyncio.run(commands_members.erase_member(slack_id, team)))


@jobs.command("list")
def list_jobs(
    state: Annotated[str, typer.Argument(help="failed, waiting, running, cancelled or done")] = "failed",
    limit: Annotated[int, typer.Option(help="at most so many", min=1)] = 50,
) -> None:
    """List jobs in a state, the latest first."""
    typer.echo(commands.list_jobs(state, limit))


@jobs.command("retry")
def retry_job(key: Annotated[str, typer.Argument(help="the last word of the job's line in `jobs list`")]) -> None:
    """Try a failed or cancelled job again, from the step it ended at."""
    asyncio.run(commands.retry_job(key))
    typer.echo(f"{key} will be tried again.")


@jobs.command("cancel")
def cancel_job(key: Annotated[str, typer.Argument(help="the last word of the job's line in `jobs list`")]) -> None:
    """Stop a job that waits or runs, before its next step."""
    asyncio.run(commands.cancel_job(key))
    typer.echo(f"{key} is cancelled.")


@tokens.command("create")
def create_token(
    scope: Annotated[list[str], typer.Option(help="what it may do: recognition:read")],
    name: Annotated[str, typer.Option(help="what you will call it by, such as warehouse")] = "",
    days: Annotated[int | None, typer.Option(help="how long it lasts; a year when left out")] = None,
    never_expires: Annotated[bool, typer.Option("--never-expires", help="it lasts until it is revoked")] = False,
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Make a token and print it, this once, on standard output."""
    made = commands_tokens.create(scope, name, days, never_expires=never_expires, team=team)
    typer.echo(made.text)
    typer.echo(commands_tokens.said_of(made), err=True)


@tokens.command("list")
def list_tokens(
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """List tokens: what they are called, what for, since when, until when, when last used. Never the token."""
    typer.echo(commands_tokens.listed(team))


@tokens.command("revoke")
def revoke_token(
    name: Annotated[str, typer.Argument(help="its name in `token list`")],
    team: Annotated[str, typer.Option(help="Slack team id, where there is more than one workspace")] = "",
) -> None:
    """Make a token useless from now on."""
    typer.echo(commands_tokens.revoke(name, team))


def main() -> None:
    """Run; an expected failure is a message on standard error and exit code 1."""
    try:
        # Said outright: left to itself it is named after whatever module the process was started with.
        app(prog_name="python -m app")
    except DomainError as problem:
        _stop(problem.message)
    except ValidationError as problem:
        # Without the value: it may be a secret.
        lines = (f"{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}." for one in problem.errors())
        _stop("\n".join(["These settings cannot be used:", *lines]))
    except DBAPIError as problem:
        _stop(_database_trouble(problem))
    except OSError as problem:
        _stop(f"{problem.filename or 'That'} cannot be used: {problem.strerror or problem}.")


def _database_trouble(problem: DBAPIError) -> str:
    said = redact(next(iter(str(problem.orig).strip().splitlines()), type(problem).__name__))
    if commands.not_migrated(problem):
        return f"The database has no tables yet, or those of an older version. First run: {PROGRAM} migrate"
    return f"The database cannot be used: {said}. See DATABASE_URL; `{PROGRAM} doctor` tells more."


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)
