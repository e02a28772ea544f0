"""The verb of admins: change the workspace's rules of thanks. Audited with what was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.errors import N_, Refused
from app.thanks.policy import SETTINGS_KEY, Policy, changed, policy_of, stored
from models import Workspace


async def govern(
    session: AsyncSession, workspace_id: int, slack_id: str, wishes: Mapping[str, Any], now: datetime, *, admin: bool
) -> Policy:
    """Store changed settings; gives the policy as it is now. Raises `Refused`, or `NotUnderstood` with the field."""
    if not admin:
        raise Refused(N_("Only an admin of this workspace can change the rules of thanks."))
    workspace = await session.get(Workspace, workspace_id, with_for_update=True)
    if workspace is None:
        raise LookupError(f"there is no workspace {workspace_id}")
    before = policy_of(workspace.settings)
    after = changed(before, wishes)
    was, becomes = stored(before), stored(after)
    different = {name: {"from": was[name], "to": value} for name, value in becomes.items() if was[name] != value}
    if different:
        # A new object: SQLAlchemy does not see changes inside the old one.
        workspace.settings = {**workspace.settings, SETTINGS_KEY: becomes}
        await audit.note(session, workspace_id, slack_id, "thanks.policy", "workspace", now, changes=different)
    return after
