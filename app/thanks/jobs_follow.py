"""What follows a change, put into the transaction that made it: messages to recipients, cards, App Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.services import Services
from app.thanks import rules
from app.thanks.policy import Policy
from app.thanks.shapes import Effects
from app.thanks.showing import ground
from models import Member, Preference, ThanksRecipient

TELL, RETELL, UNTELL, CARD = "thanks.tell", "thanks.retell", "thanks.untell", "thanks.card"


@dataclass(frozen=True)
class Team:
    """A workspace by Slack's id and by ours."""

    team_id: str
    workspace_id: int


async def follow(services: Services, session: AsyncSession, team: Team, effects: Effects) -> None:
    """Enqueue what follows from a change. Jobs read the state when they run, so one too many does no harm."""
    now = services.clock.now()
    on = await ground(session, team.workspace_id)
    timers = services.jobs.timers
    # Changes that come close together become one picture.
    gathered = now + timers.redraw_every
    for one in effects.tell:
        due = await _may_be_told(session, team.workspace_id, one, on.policy, now)
        # A timer also where it is due at once: it can be set again, when what was hidden is shown after all.
        await timers.set_timer(session, f"thanks-tell:{one}", TELL, _args(team, recipient=one), due or now)
    for one in effects.retell:
        await timers.set_timer(session, f"thanks-retell:{one}", RETELL, _args(team, recipient=one), gathered)
    for one in effects.untell:
        await services.jobs.enqueue(session, UNTELL, f"thanks-untell:{one}", _args(team, recipient=one))
    for card, due in effects.cards:
        await draw_card(services, session, team, card, max(due, gathered))


async def draw_card(services: Services, session: AsyncSession, team: Team, card: int, due: datetime) -> None:
    """Let a card be drawn at a moment; a call that comes before replaces it."""
    await services.jobs.timers.set_timer(session, f"thanks-card:{card}", CARD, _args(team, card=card), due)


async def _may_be_told(
    session: AsyncSession, workspace_id: int, recipient: int, policy: Policy, now: datetime
) -> datetime | None:
    """The end of the recipient's quiet hours where it is one of them now; None: at once."""
    found = await session.exec(
        select(Member.zone, Preference.quiet_from, Preference.quiet_to)
        .select_from(ThanksRecipient)
        .join(
            Member,
            (col(Member.workspace_id) == workspace_id) & (col(Member.slack_id) == col(ThanksRecipient.slack_id)),
        )
        .outerjoin(
            Preference,
            (col(Preference.workspace_id) == workspace_id)
            & (col(Preference.slack_id) == col(ThanksRecipient.slack_id)),
        )
        .where(ThanksRecipient.id == recipient)
    )
    row = found.first()
    if row is None:
        return None
    zone, quiet_from, quiet_to = row
    return rules.quiet_until(now, zone, quiet_from or policy.quiet_from, quiet_to or policy.quiet_to)


def _args(team: Team, **more: Any) -> dict[str, Any]:
    return {"team_id": team.team_id, "workspace_id": team.workspace_id, **more}
