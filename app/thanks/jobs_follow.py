"""What follows a change, put into the transaction that made it: messages to recipients, cards, App Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.services import Services
from app.thanks import rules
from app.thanks.holding import held_until
from app.thanks.policy import Policy
from app.thanks.shapes import Effects
from app.thanks.showing import Ground, ground
from models import Member, Preference, Thanks, ThanksRecipient

TELL, RETELL, UNTELL, CARD = "thanks.tell", "thanks.retell", "thanks.untell", "thanks.card"


@dataclass(frozen=True)
class Team:
    """A workspace by Slack's id and by ours."""

    team_id: str
    workspace_id: int


async def follow(services: Services, session: AsyncSession, team: Team, effects: Effects) -> None:
    """Enqueue what follows from a change. Jobs read the state when they run, so one too many does no harm.

    Changes that come close together become one picture.
    """
    now = services.clock.now()
    on = await ground(session, team.workspace_id)
    timers = services.jobs.timers
    soon = now + timers.apart
    for one in effects.tell:
        due = await _when_undo_is_over(session, team.workspace_id, one, on, now)
        due = await _may_be_told(session, team.workspace_id, one, on.policy, due)
        # A timer also where it is due at once: it can be set again, when what was hidden is shown after all.
        await timers.set_timer(session, f"thanks-tell:{one}", TELL, _args(team, recipient=one), due)
    for one in effects.retell:
        await timers.set_timer(session, f"thanks-retell:{one}", RETELL, _args(team, recipient=one), soon)
    for one in effects.untell:
        await services.jobs.enqueue(session, UNTELL, f"thanks-untell:{one}", _args(team, recipient=one))
    for card, due in effects.cards:
        await draw_card(services, session, team, card, max(due, soon))


async def draw_card(services: Services, session: AsyncSession, team: Team, card: int, due: datetime) -> None:
    """Let a card be drawn at a moment; a call that comes before replaces it."""
    await services.jobs.timers.set_timer(session, f"thanks-card:{card}", CARD, _args(team, card=card), due)


async def _when_undo_is_over(
    session: AsyncSession, workspace_id: int, recipient: int, on: Ground, now: datetime
) -> datetime:
    """When a recipient may hear of it: now, or where their giver took some back lately, once this one stands."""
    query = select(Thanks, ThanksRecipient.slack_id).join(
        ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id)
    )
    row = (await session.exec(query.where(ThanksRecipient.id == recipient))).first()
    if row is None:
        return now
    thanks, slack_id = row
    return await held_until(session, thanks, slack_id or "", on, now)


async def _may_be_told(
    session: AsyncSession, workspace_id: int, recipient: int, policy: Policy, now: datetime
) -> datetime:
    """That moment, or the end of the recipient's quiet hours where it is one of them."""
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
        return now
    zone, quiet_from, quiet_to = row
    return rules.quiet_until(now, zone, quiet_from or policy.quiet_from, quiet_to or policy.quiet_to) or now


def _args(team: Team, **more: Any) -> dict[str, Any]:
    return {"team_id": team.team_id, "workspace_id": team.workspace_id, **more}
