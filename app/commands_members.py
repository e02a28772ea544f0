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
from app.privacy.erasing import erase_person
from app.privacy.exporting import export_person
from app.privacy.jobs import as_text
from app.settings import Settings
from app.thanks.jobs_follow import Team, follow
from models import Workspace


async def export_member(slack_id: str, output: Path | None, team: str) -> str:
    """Everything held of a member as JSON: into a file, or returned. Raises `NotFound` for nobody we know."""
    settings = Settings()
    db = Database(settings.database_url)
    try:
        workspace_id = await the_workspace(settings, db, team)
        async with db.read_only() as session:
            await _must_know(session, workspace_id, slack_id)
            found = as_text(await export_person(session, workspace_id, slack_id, SystemClock().now()))
    finally:
        await db.close()
    if output is None:
        return found
    output.write_text(found, encoding="utf-8")
    return f"Written to {output}.\n"


async def erase_member(slack_id: str, team: str) -> str:
    """Forget a member; what was touched, as text. Messages in Slack go when a worker runs."""
    baobab = Baobab(Settings(), role="web")
    try:
        workspace_id = await the_workspace(baobab.settings, baobab.db, team)
        # Only to put jobs into the transaction; they run where the service runs.
        await baobab.jobs.start()
        async with baobab.db.transaction() as session:
            await _must_know(session, workspace_id, slack_id)
            workspace = await session.get(Workspace, workspace_id)
            in_slack = Team(workspace.team_id if workspace else "", workspace_id)
            now = baobab.services.clock.now()
            counts, effects = await erase_person(session, workspace_id, slack_id, now, actor="cli")
            await follow(baobab.services, session, in_slack, effects)
        await baobab.jobs.stop()
    finally:
        await baobab.close()
    lines = [f"{title}: {count}" for title, count in counts.items() if count]
    return "\n".join(["Erased:", *lines, "Messages in Slack that named them are taken away by the running service."])


async def _must_know(session: AsyncSession, workspace_id: int, slack_id: str) -> None:
    found = await member(session, workspace_id, slack_id)
    if found is None:
        raise NotFound(
            f"There is no member {slack_id}. It should be a Slack id such as U0123ABCD: profile, ⋮, Copy member ID."
        )
