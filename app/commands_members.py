"""What the command line does about one member: show what is held, or forget them."""

from __future__ import annotations

from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from app.bootstrap import Baobab
from app.clock import SystemClock
from app.commands import the_workspace
from app.db import Database
from app.errors import NotFound
from app.members.queries import member
from app.privacy.exporting import count_held, export_person
from app.privacy.holdings import of_them
from app.privacy.jobs import as_text
from app.privacy.jobs_erasure import begin_erasure
from app.settings import Settings
from app.thanks.jobs_follow import Team
from models import Workspace

# What holds of every erasure, whatever is held; docs/privacy.md says the same at length.
WILL_HAPPEN = """\
Their name, settings, leads and memberships go, and the words of their questions and of thanks they gave or got alone.
Numbers stay, without them: somebody gave a thanks, somebody received it. What was posted in Slack and on the forum
stays too. In Slack, messages to them go, and messages and cards that name them are redrawn.
There is no way back. Consider `member export` first."""


async def export_member(slack_id: str, output: Path | None, team: str) -> str:
    """Everything held of a member as JSON: into a file, or returned. Raises `NotFound` for nobody we know."""
    settings = Settings()
    db = Database(settings.database_url)
    try:
        workspace_id = await the_workspace(settings, db, team)
        async with db.read_only() as session:
            await _held(session, workspace_id, slack_id)
            found = as_text(await export_person(session, workspace_id, slack_id, SystemClock().now()))
    finally:
        await db.close()
    if output is None:
        return found
    # For nobody else on this machine.
    output.touch(mode=0o600)
    output.write_text(found, encoding="utf-8")
    return f"Written to {output}.\n"


async def erasure_plan(slack_id: str, team: str) -> str:
    """What an erasure would touch and leave, as text. Raises `NotFound` for nobody we know."""
    settings = Settings()
    db = Database(settings.database_url)
    try:
        workspace_id = await the_workspace(settings, db, team)
        async with db.read_only() as session:
            held = await _held(session, workspace_id, slack_id)
            known = await member(session, workspace_id, slack_id)
    finally:
        await db.close()
    name = known.name if known is not None and known.name else "no name"
    return "\n".join([f"Held of {slack_id} ({name}):", *_lines(held), "", WILL_HAPPEN])


async def erase_member(slack_id: str, team: str) -> str:
    """Forget a member; what was touched, as text. Messages in Slack go when a worker runs."""
    baobab = Baobab(Settings(), role="web")
    try:
        workspace_id = await the_workspace(baobab.settings, baobab.db, team)
        # Only to put jobs into the transaction; they run where the service runs.
        await baobab.jobs.start()
        async with baobab.db.transaction() as session:
            await _held(session, workspace_id, slack_id)
            workspace = await session.get(Workspace, workspace_id)
            there = Team(workspace.team_id if workspace else "", workspace_id)
            cause = f"cli:{baobab.services.clock.fresh_id()}"
            counts = await begin_erasure(baobab.services, session, there, slack_id, actor="cli", cause=cause)
        await baobab.jobs.stop()
    finally:
        await baobab.close()
    return "\n".join(["Erased:", *_lines(counts), "The running service takes away and redraws messages in Slack."])


async def _held(session: AsyncSession, workspace_id: int, slack_id: str) -> dict[str, int]:
    found = await count_held(session, workspace_id, slack_id)
    if not found:
        raise NotFound(
            f"Nothing is held of a member {slack_id}. It should be a Slack id such as U0123ABCD: profile, ⋮, "
            "Copy member ID."
        )
    return found


def _lines(counts: dict[str, int]) -> list[str]:
    return [f"  {of_them(title)}: {count}" for title, count in counts.items() if count] or ["  nothing but a mark"]
