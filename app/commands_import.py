"""What `import recognition` does: an earlier tool's log into ours, or what is wrong with it."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app import PROGRAM
from app.bootstrap import Baobab
from app.clock import Clock, SystemClock
from app.commands import any_workspace, the_workspace
from app.db import Database
from app.errors import NotFound, NotUnderstood
from app.members.service import note_members
from app.settings import Settings
from app.slack.gateway import SlackGateway
from app.slack.people import profile_of
from app.thanks import importing
from app.thanks.filters import zone_named
from app.thanks.import_columns import wishes
from app.thanks.import_dates import ORDERS, Dates
from app.thanks.import_matching import Matched, match
from app.thanks.import_parsing import Sheet, read
from app.thanks.import_people import Candidate, People, needs_slack
from app.thanks.importing import Plan
from app.thanks.showing import ground
from models import Workspace

ACTOR = "cli"
CHANNELS_TOLD = 8

_PERSON = re.compile(r"[UW][A-Z0-9]{6,31}")


@dataclass(frozen=True)
class Wish:
    """How a file is to be read: `maps` are "Column=field", `people` "text=Slack id"; `zone` "" is the workspace's."""

    maps: Sequence[str] = ()
    people: Sequence[str] = ()
    zone: str = ""
    date_format: str = ""
    dry_run: bool = False


@dataclass
class Directory:
    """Slack's people, asked for once and only when a file names somebody we do not know. Addresses stay here."""

    slack: SlackGateway | None
    team: str
    users: list[dict[str, Any]] = field(default_factory=list)

    async def read(self) -> list[Candidate]:
        """Everybody, with names and e-mail addresses; nobody where no token is set."""
        if self.slack is None:
            return []
        pages: AsyncIterator[list[dict[str, Any]]] = self.slack.users_list(self.team)
        self.users = [user async for page in pages for user in page]
        return [candidate(user, self.team) for user in self.users]


def candidate(user: dict[str, Any], team: str) -> Candidate:
    """A `user` object of Slack as somebody whom a cell may mean."""
    profile, has = user.get("profile") or {}, profile_of(user, team)
    names = (has.name, profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    known = tuple(dict.fromkeys(str(name) for name in names if name))
    return Candidate(has.slack_id, known, str(profile.get("email") or ""), has.is_bot, has.deactivated)


def recognition(file: Path, wish: Wish, *, team: str) -> str:
    """Import a log, or with a dry run say what would be added. Raises `ImportProblems` with line numbers."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror or error}.") from None
    settings = Settings()

    async def work() -> str:
        if wish.dry_run and not await any_workspace(settings):
            raise NotFound(f"No workspace is known here yet, so nobody could be found. First run: {PROGRAM} sync")
        db = Database(settings.database_url)
        baobab = Baobab(settings) if settings.slack_bot_token.get_secret_value().strip() else None
        try:
            workspace_id = await the_workspace(settings, db, team)
            slack = baobab.slack if baobab else None
            return await take_in(db, slack, SystemClock(), workspace_id, data, wish, name=file.name)
        finally:
            if baobab:
                await baobab.close()
            await db.close()

    return asyncio.run(work())


async def take_in(
    db: Database,
    slack: SlackGateway | None,
    clock: Clock,
    workspace_id: int,
    data: bytes,
    wish: Wish,
    *,
    name: str,
) -> str:
    """Import the bytes of a file into a workspace; the report for a terminal. `slack` None asks nobody."""
    wished, aliases = wishes(wish.maps), _aliases(wish.people)
    if wish.date_format.upper() not in ORDERS:
        raise NotUnderstood("--date-format is DMY or MDY.")
    async with db.read_only() as session:
        workspace = await session.get_one(Workspace, workspace_id)
        policy = (await ground(session, workspace_id)).policy
        known = await importing.known_people(session, workspace_id)
        places = await importing.places(session, workspace_id)
    zone = wish.zone or workspace.zone
    with _bar("Reading") as bar:
        sheet = read(
            data,
            wished=wished,
            dates=Dates(zone_named(zone), wish.date_format.upper()),
            values=policy.values,
            now=clock.now(),
            progress=bar.update,
        )
    cells = dict.fromkeys(cell for line in sheet.lines for cell in (line.giver, line.people) if cell)
    people = People(known, aliases, emails_known=slack is not None)
    directory = Directory(slack, workspace.team_id)
    if slack is not None and needs_slack(people, cells):
        people = People([*known, *await directory.read()], aliases, emails_known=True)
    with _bar("Finding people", len(sheet.lines)) as bar:
        matched = match(sheet.lines, people, places, bar.update)
    async with db.read_only() as session:
        planned = await importing.plan(session, workspace_id, matched, sheet.problems)
    added = len(planned.new)
    if not wish.dry_run:
        met = {one for given in planned.new for one in (given.giver, *given.people)} - {one.slack_id for one in known}
        profiles = [profile_of(user, workspace.team_id) for user in directory.users if user["id"] in met]
        with _bar("Storing", added) as bar:
            async with db.transaction() as session:
                added = await importing.store(
                    session,
                    workspace_id,
                    planned,
                    clock,
                    actor=ACTOR,
                    file=name,
                    details={"already": planned.already, "sha256": sha256(data).hexdigest()},
                    progress=bar.update,
                )
                await note_members(session, workspace_id, profiles, clock.now())
    return describe(sheet, matched, planned, added, zone=zone, dry_run=wish.dry_run)


def describe(sheet: Sheet, matched: Matched, planned: Plan, added: int, *, zone: str, dry_run: bool) -> str:
    """The report for a terminal: how the file was understood, then what was or would be added."""
    lines = ["Columns: " + ", ".join(f"{title} is the {name}" for title, name in sheet.columns.used) + "."]
    if sheet.columns.unused:
        lines.append(f"Not used: {', '.join(sheet.columns.unused)}.")
    lines.append(f"Moments without an offset are read as those of {zone}.")
    for count, said in (
        (sheet.withdrawn, "withdrawn, so left out"),
        (sheet.shortened, "with a longer reason than is kept, so shortened"),
        (sheet.several_values, "with several values, of which one is kept"),
    ):
        if count:
            lines.append(f"{count} {_lines(count)} {said}.")
    if matched.elsewhere:
        most = Counter(matched.elsewhere).most_common(CHANNELS_TOLD)
        told = ", ".join(f"{channel} ({count} {_lines(count)})" for channel, count in most)
        more = len(matched.elsewhere) - len(most)
        lines.append(f"In channels of no community: {told}{f' and {more} more' if more else ''}.")
    days = sorted(one.line.when for one in planned.new)
    period = f", given {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}," if days else ""
    people = len({one for given in planned.new for one in given.people})
    head = "Dry run, nothing was stored. It would be: " if dry_run else "Imported: "
    what = f"{added} thank-you{'' if added == 1 else 's'} to {people} {'person' if people == 1 else 'people'}"
    lines.append(f"{head}{what}{period} added, {planned.already} there already.")
    return "\n".join(lines)


def _aliases(said: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in said:
        text, _, slack_id = one.rpartition("=")
        if not text.strip() or not _PERSON.fullmatch(slack_id.strip()):
            raise NotUnderstood(f'--person "{one}" is not understood. Write --person "as in the file=U0123ABCD".')
        found[text] = slack_id.strip()
    return found


def _lines(count: int) -> str:
    return "line" if count == 1 else "lines"


def _bar(what: str, total: int | None = None) -> Any:
    """Progress on standard error, for what takes longer than a moment."""
    return tqdm(desc=what, total=total, unit=" lines", delay=1.0, disable=not sys.stderr.isatty())
