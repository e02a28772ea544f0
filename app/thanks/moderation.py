"""The verbs of leads and admins: hide a thanks, do not count it, and take that back. Each with a reason, audited."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.errors import N_, NotFound, NotUnderstood, Refused
from app.thanks.service import by_key
from app.thanks.shapes import Effects, Keeper
from app.thanks.showing import ground, recipients_of, settle
from models import CommunityLead, Thanks

# The act, and what it makes of a thanks: (hidden, status); None leaves it.
ACTS: dict[str, tuple[bool | None, str | None]] = {
    "hide": (True, None),
    "unhide": (False, None),
    "uncount": (None, "not_counted"),
    "recount": (None, "counted"),
}
NEEDS_REASON = frozenset({"hide", "uncount"})


async def moderate(
    session: AsyncSession, workspace_id: int, key: str, keeper: Keeper, act: str, reason: str, now: datetime
) -> tuple[Thanks, Effects, bool]:
    """Do one of ACTS; gives the thanks, what follows, and whether it was new. Raises `Refused`, `NotUnderstood`."""
    thanks = await by_key(session, workspace_id, key, lock=True)
    if thanks is None or not await may_moderate(session, thanks, keeper):
        raise Refused(N_("Only a lead of its community, or an admin, can do this."))
    if thanks.status == "withdrawn":
        raise NotFound(N_("This thanks was taken back by its giver meanwhile."))
    if act in NEEDS_REASON and not reason.strip():
        raise NotUnderstood(N_("Please say why: the giver and the audit will read it."), field="why")
    hidden, status = ACTS[act]
    if hidden in (None, thanks.hidden) and status in (None, thanks.status):
        return thanks, Effects(), False
    thanks.hidden = thanks.hidden if hidden is None else hidden
    thanks.status = status or thanks.status
    thanks.updated_at = now
    await audit.note(
        session, workspace_id, keeper.slack_id, f"thanks.{act}", f"thanks:{thanks.key}", now, reason=reason.strip()
    )
    cards = await settle(session, thanks, await ground(session, workspace_id), now)
    people = await recipients_of(session, thanks.id or 0)
    reached = [one for one in people if one.slack_id]
    # What was hidden before its recipients heard of it was not sent to them.
    late = act == "unhide" and thanks.source != "import"
    return (
        thanks,
        Effects(
            tell=tuple(one.id or 0 for one in reached if late and not one.told_ts),
            retell=tuple(one.id or 0 for one in reached if one.told_ts),
            cards=cards,
        ),
        True,
    )


async def may_moderate(session: AsyncSession, thanks: Thanks, keeper: Keeper) -> bool:
    """Whether this person looks after this thanks. Nobody does after what they gave themselves, admins excepted."""
    if keeper.is_admin:
        return True
    if thanks.community_id is None or thanks.giver == keeper.slack_id:
        return False
    found = await session.exec(
        select(CommunityLead.id).where(
            CommunityLead.community_id == thanks.community_id, col(CommunityLead.slack_id) == keeper.slack_id
        )
    )
    return found.first() is not None
