"""The verbs of a recipient: keep one thanks private, show it, and what they want of all of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound, NotUnderstood, Refused
from app.thanks.policy import clock_time
from app.thanks.service import by_key
from app.thanks.shapes import Effects
from app.thanks.showing import ground, recipients_of, settle, settle_all
from models import Preference, Thanks, ThanksRecipient

VISIBILITIES = ("ask", "show", "private")
TELLS = ("at_once", "never")


async def choose(
    session: AsyncSession, workspace_id: int, key: str, slack_id: str, choice: str, now: datetime
) -> Effects:
    """Keep a thanks private, or show it in the community: a recipient's own part of it, as often as they like."""
    thanks = await by_key(session, workspace_id, key, lock=True)
    people = await recipients_of(session, thanks.id or 0) if thanks else []
    mine = next((one for one in people if one.slack_id == slack_id), None)
    if thanks is None or mine is None:
        raise Refused(N_("This thanks is for somebody else. Only they can choose who sees it."))
    if thanks.status == "withdrawn":
        raise NotFound(N_("This thanks was taken back, so there is nothing to show."))
    standing = await preference(session, workspace_id, slack_id)
    if choice == "show" and standing.visibility == "private":
        raise Refused(N_("You keep all thanks private. Change that in my Home tab first, under Preferences."))
    mine.choice = choice
    thanks.updated_at = now
    cards = await settle(session, thanks, await ground(session, workspace_id), now)
    return Effects(retell=(mine.id or 0,), cards=cards)


async def preference(session: AsyncSession, workspace_id: int, slack_id: str) -> Preference:
    """What a member wants; the defaults, not stored, where they have said nothing."""
    found = await session.exec(
        select(Preference).where(Preference.workspace_id == workspace_id, Preference.slack_id == slack_id)
    )
    # Never added to the session: a reader that only looks must not write.
    return found.first() or Preference(
        workspace_id=workspace_id, slack_id=slack_id, updated_at=datetime(1970, 1, 1, tzinfo=UTC)
    )


async def prefer(
    session: AsyncSession,
    workspace_id: int,
    slack_id: str,
    *,
    visibility: str,
    tell: str,
    quiet_from: str,
    quiet_to: str,
    now: datetime,
) -> Effects:
    """Store what a member wants, and bring every thanks they received in line with it. "" leaves quiet hours to us.

    Raises `NotUnderstood` with the form's field.
    """
    if visibility not in VISIBILITIES or tell not in TELLS:
        raise NotUnderstood(N_("Please choose one of the answers."), field="visibility")
    if bool(quiet_from) != bool(quiet_to):
        raise NotUnderstood(
            N_("Quiet hours have a beginning and an end: give both, or neither."),
            field="quiet_to" if quiet_from else "quiet_from",
        )
    row = {
        "visibility": visibility,
        "tell": tell,
        "quiet_from": clock_time(quiet_from, "quiet_from") if quiet_from else None,
        "quiet_to": clock_time(quiet_to, "quiet_to") if quiet_to else None,
        "updated_at": now,
    }
    before = (await preference(session, workspace_id, slack_id)).visibility
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Preference).values(workspace_id=workspace_id, slack_id=slack_id, **row)
    await session.exec(statement.on_conflict_do_update(index_elements=["workspace_id", "slack_id"], set_=row))
    session.expire_all()
    # A standing wish is for what comes; only "private" reaches back: what is shown is taken off every card.
    if visibility == "private" != before:
        return await _take_off(session, workspace_id, slack_id, now)
    return Effects()


async def _take_off(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> Effects:
    found = await session.exec(
        select(Thanks, ThanksRecipient.id)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(
            ThanksRecipient.workspace_id == workspace_id,
            ThanksRecipient.slack_id == slack_id,
            col(ThanksRecipient.shown_at).is_not(None),
        )
        .order_by(col(Thanks.id))
        .with_for_update(of=Thanks, key_share=True)
    )
    rows = found.all()
    for thanks, _ in rows:
        thanks.updated_at = now
    cards = await settle_all(session, [thanks for thanks, _ in rows], await ground(session, workspace_id), now)
    # Their messages said that a community sees it.
    return Effects(retell=tuple(mine or 0 for _, mine in rows), cards=cards)
