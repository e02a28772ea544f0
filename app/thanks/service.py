"""The verbs of a giver: give, edit, take back. What has to follow outside the database is told as Effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound, Refused
from app.thanks import rules
from app.thanks.rules import History, Known
from app.thanks.shapes import Effects, Named, Wish
from app.thanks.showing import Ground, ground, recipients_of, settle
from models import Community, CommunityChannel, Member, Thanks, ThanksRecipient


async def give(
    session: AsyncSession, workspace_id: int, key: str, wish: Wish, now: datetime
) -> tuple[Thanks, Effects]:
    """Record a thanks after all rules; a repeat of the key gives the first and does nothing.

    Raises `Refused` with a form's field where the rules say no, `NotFound` for people we have never met.
    """
    giver = await _locked_member(session, workspace_id, wish.giver)
    if (first := await by_key(session, workspace_id, key, missing_ok=True)) is not None:
        return first, Effects()
    on = await ground(session, workspace_id)
    rules.check_reason(wish.reason)
    people, known = await _people(session, workspace_id, wish.people)
    wish = _with_people(wish, people)
    rules.check_people(wish, _known(giver), known, on.policy)
    history = await history_of(session, giver, people, now)
    rules.check_pace(wish, history, known, on.policy, now)
    thanks = Thanks(
        workspace_id=workspace_id,
        key=key,
        giver=wish.giver,
        reason=wish.reason,
        value=wish.value if wish.value in on.policy.values else "",
        community_id=await community_id_of(session, workspace_id, wish.community),
        source=wish.source,
        channel_id=wish.place.channel_id,
        channel_kind=wish.place.kind,
        message_ts=wish.place.message_ts,
        forum_url=wish.place.forum_url,
        cost=rules.cost_of(people),
        created_at=now,
        updated_at=now,
    )
    session.add(thanks)
    await session.flush()
    rows = [
        ThanksRecipient(
            workspace_id=workspace_id,
            thanks_id=thanks.id or 0,
            slack_id=one.slack_id or None,
            forum_username=None if one.slack_id else one.forum_username,
            by_group=one.by_group,
            created_at=now,
        )
        for one in people
    ]
    session.add_all(rows)
    await session.flush()
    cards = await settle(session, thanks, on, now)
    return thanks, Effects(tell=tuple(row.id or 0 for row in rows if row.slack_id), cards=cards)


async def withdraw(
    session: AsyncSession, workspace_id: int, key: str, slack_id: str, now: datetime
) -> tuple[Thanks, Effects]:
    """Take a thanks back within the undo window; doing it twice changes nothing."""
    thanks = await own(session, workspace_id, key, slack_id)
    on = await ground(session, workspace_id)
    if thanks.status == "withdrawn":
        return thanks, Effects()
    if now > undo_until(thanks, on):
        raise Refused(
            N_("Thanks can be taken back for {minutes} minutes; that time is over. A lead can still hide it."),
            minutes=on.policy.undo_minutes,
        )
    thanks.status, thanks.updated_at = "withdrawn", now
    cards = await settle(session, thanks, on, now)
    people = await recipients_of(session, thanks.id or 0)
    return thanks, Effects(untell=tuple(one.id or 0 for one in people if one.slack_id), cards=cards)


async def edit(
    session: AsyncSession,
    workspace_id: int,
    key: str,
    slack_id: str,
    *,
    reason: str,
    value: str,
    community: str | None,
    now: datetime,
) -> tuple[Thanks, Effects]:
    """Change what is said, not whom it is for. Recipients see the new words; what they chose stays.

    `community` is a slug, "" for none, None to leave it.
    """
    thanks = await own(session, workspace_id, key, slack_id)
    on = await ground(session, workspace_id)
    check_editable(thanks.status, edit_until(thanks, on), now)
    rules.check_reason(reason)
    wanted = (
        reason,
        # A value that has left the workspace's list may stay where it was chosen.
        value if value in (*on.policy.values, thanks.value) else "",
        thanks.community_id if community is None else await community_id_of(session, workspace_id, community),
    )
    if wanted == (thanks.reason, thanks.value, thanks.community_id):
        return thanks, Effects()
    thanks.reason, thanks.value, thanks.community_id = wanted
    thanks.edited_at = thanks.updated_at = now
    cards = await settle(session, thanks, on, now, changed=True)
    people = await recipients_of(session, thanks.id or 0)
    return thanks, Effects(retell=tuple(one.id or 0 for one in people if one.slack_id), cards=cards)


def undo_until(thanks: Thanks, on: Ground) -> datetime:
    """Until when a giver may take it back."""
    return thanks.created_at + timedelta(minutes=on.policy.undo_minutes)


def edit_until(thanks: Thanks, on: Ground) -> datetime:
    """Until when a giver may change what it says; at least as long as it can be taken back."""
    return thanks.created_at + max(timedelta(hours=on.policy.edit_hours), timedelta(minutes=on.policy.undo_minutes))


async def by_key(
    session: AsyncSession, workspace_id: int, key: str, *, missing_ok: bool = False, lock: bool = False
) -> Thanks | None:
    """The thanks of that key; `NotFound` unless a missing one is fine. With `lock` others wait for its change."""
    query = select(Thanks).where(Thanks.workspace_id == workspace_id, Thanks.key == key)
    found = (await session.exec(query.with_for_update() if lock else query)).first()
    if found is None and not missing_ok:
        raise NotFound(N_("This thanks is not there any more."))
    return found


async def own(session: AsyncSession, workspace_id: int, key: str, slack_id: str) -> Thanks:
    """A giver's own thanks, locked; `Refused` for anybody else's."""
    found = await by_key(session, workspace_id, key, lock=True)
    check_own(found.giver if found else "", slack_id)
    assert found is not None
    return found


def check_own(giver: str | None, slack_id: str) -> None:
    """Raise `Refused` for anybody but the giver."""
    if giver != slack_id:
        raise Refused(N_("This thanks is somebody else's. Only who gave it can change it."))


def check_editable(status: str, until: datetime | None, now: datetime) -> None:
    """Raise `Refused` where a thanks was taken back, or the time for changing it is over."""
    if status == "withdrawn":
        raise Refused(N_("You have taken this thanks back. Give it again instead."))
    if until is not None and now > until:
        raise Refused(N_("The time in which this thanks could be changed is over. It stays as it is."))


async def community_id_of(session: AsyncSession, workspace_id: int, slug: str) -> int | None:
    """The id of a community by slug; None for "" and for one that is gone."""
    if not slug:
        return None
    found = select(Community.id).where(Community.workspace_id == workspace_id, Community.slug == slug)
    return (await session.exec(found)).first()


async def community_at(session: AsyncSession, workspace_id: int, channel_id: str) -> str:
    """The slug of the community that meets in a channel, "" where none does; of several the first that is active."""
    found = await session.exec(
        select(Community.slug)
        .join(CommunityChannel, col(CommunityChannel.community_id) == col(Community.id))
        .where(
            CommunityChannel.workspace_id == workspace_id,
            CommunityChannel.slack_id == channel_id,
            col(Community.status).in_(("active", "dormant", "proposed")),
        )
        .order_by(col(Community.status) != "active", col(Community.id))
    )
    return found.first() or ""


async def community_name(session: AsyncSession, workspace_id: int, slug: str) -> str:
    """The name of a community by slug, "" for none."""
    found = select(Community.name).where(Community.workspace_id == workspace_id, Community.slug == slug)
    return (await session.exec(found)).first() or ""


async def history_of(session: AsyncSession, giver: Member, people: Sequence[Named], now: datetime) -> History:
    """What the rules of pace look at. What was taken back leaves no trace in it; imports never count."""
    begins, ends = rules.local_day(now, giver.zone)
    mine = (
        (col(Thanks.workspace_id) == giver.workspace_id)
        & (col(Thanks.giver) == giver.slack_id)
        & (col(Thanks.status) != "withdrawn")
        & (col(Thanks.source) != "import")
    )
    spent = select(func.coalesce(func.sum(Thanks.cost), 0)).where(
        mine, col(Thanks.created_at) >= begins, col(Thanks.created_at) < ends
    )
    last: dict[str, datetime] = {}
    for column, wanted in (
        (col(ThanksRecipient.slack_id), [one.slack_id for one in people if one.slack_id]),
        (col(ThanksRecipient.forum_username), [one.forum_username for one in people if not one.slack_id]),
    ):
        if wanted:
            found = await session.exec(
                select(column, func.max(col(Thanks.created_at)))
                .join(Thanks, col(Thanks.id) == col(ThanksRecipient.thanks_id))
                .where(mine, column.in_(wanted), col(ThanksRecipient.by_group) == "")
                .group_by(column)
            )
            last.update({person: at for person, at in found if person})
    return History(int((await session.exec(spent)).one()), last)


async def _locked_member(session: AsyncSession, workspace_id: int, slack_id: str) -> Member:
    """The giver's row, locked: of ten thanks at once each sees what the ones before it spent."""
    found = await session.exec(
        select(Member).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id).with_for_update()
    )
    giver = found.first()
    if giver is None:
        raise NotFound(N_("I do not know you yet, and Slack does not answer just now. Please try again in a minute."))
    return giver


async def _people(
    session: AsyncSession, workspace_id: int, named: Sequence[Named]
) -> tuple[tuple[Named, ...], Mapping[str, Known]]:
    """Each person once, forum accounts as the members they are linked to; and what is known of them."""
    ids = [one.slack_id for one in named if one.slack_id]
    accounts = [one.forum_username for one in named if not one.slack_id]
    found = await session.exec(
        select(Member).where(
            Member.workspace_id == workspace_id,
            col(Member.slack_id).in_(ids)
            | func.lower(col(Member.forum_username)).in_([one.casefold() for one in accounts]),
        )
    )
    members = found.all()
    linked = {(one.forum_username or "").casefold(): one.slack_id for one in members if one.forum_username}
    people: dict[str, Named] = {}
    for one in named:
        slack_id = one.slack_id or linked.get(one.forum_username.casefold(), "")
        made = Named(slack_id, "" if slack_id else one.forum_username, one.by_group)
        kept = people.get(slack_id or one.forum_username)
        # Named by name and by group: by name counts.
        if kept is None or (kept.by_group and not made.by_group):
            people[slack_id or one.forum_username] = made
    known = {one.slack_id: _known(one) for one in members}
    for one in people.values():
        if not one.slack_id:
            known[one.forum_username] = Known("", one.forum_username, one.forum_username)
        elif one.slack_id not in known:
            raise NotFound(
                N_("I cannot find one of the people you named. Please choose them from Slack's list."), field="people"
            )
    return tuple(people.values()), known


def _with_people(wish: Wish, people: tuple[Named, ...]) -> Wish:
    return Wish(wish.giver, people, wish.reason, wish.value, wish.community, wish.place, wish.source)


def _known(member: Member) -> Known:
    return Known(
        member.slack_id,
        member.name,
        member.forum_username or "",
        is_bot=member.is_bot,
        deactivated=member.deactivated,
        erased=member.erased,
    )
