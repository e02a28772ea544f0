"""The counting rule in SQL, for thanks, and what one member contributed. A test holds it equal to `rules.counts`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast
from sqlmodel import and_, col, exists, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Member, Thanks, ThanksRecipient, ThanksSecond, Topic
from models.thanks import STATUSES

IDS_AT_ONCE = 1000


@dataclass(frozen=True)
class Contributions:
    """What one member did and got: thanks given (each once, however many people), thanks received, seconds to
    those received, topics started on the forum by the account they linked."""

    given: int = 0
    received: int = 0
    seconds: int = 0
    topics: int = 0


def counted_line(workspace_id: int) -> ColumnElement[bool]:
    """Whether a thanks counts for one recipient; for queries over Thanks joined with ThanksRecipient.

    Received is `count(*)` of such rows, given `count(distinct thanks.id)`. Like all conditions here it lets no
    index in: say beside it whose thanks, or those of which time, and in which workspace.
    """
    return and_(_standing(workspace_id), _worthy(workspace_id))


def counted_thanks(workspace_id: int) -> ColumnElement[bool]:
    """Whether a thanks counts for its giver: it stands, and somebody it names counts; for queries over Thanks."""
    somebody = exists().where(col(ThanksRecipient.thanks_id) == col(Thanks.id), _worthy(workspace_id))
    return and_(_standing(workspace_id), somebody.correlate(Thanks))


def counted_second(workspace_id: int) -> ColumnElement[bool]:
    """Whether a second counts: for queries over ThanksSecond joined with Thanks."""
    person = col(ThanksSecond.slack_id)
    recipient = exists().where(
        col(ThanksRecipient.thanks_id) == col(ThanksSecond.thanks_id),
        or_(
            col(ThanksRecipient.slack_id) == person,
            and_(
                col(ThanksRecipient.forum_username).is_not(None),
                _is_account(workspace_id, person, col(ThanksRecipient.forum_username)),
            ),
        ),
    )
    return and_(
        col(ThanksSecond.standing).is_(True),
        counted_thanks(workspace_id),
        or_(
            person.is_(None),
            and_(
                person.not_in(bots_of(workspace_id)),
                or_(col(Thanks.giver).is_(None), person != col(Thanks.giver)),
                ~recipient.correlate(ThanksSecond),
            ),
        ),
    )


def second_mark() -> ColumnElement[str]:
    """What is counted once among seconds of a thanks: one person at one message, whatever emojis they chose."""
    person = func.coalesce(col(ThanksSecond.slack_id), cast(col(ThanksSecond.id), String))
    return person + " " + col(ThanksSecond.channel_id) + " " + col(ThanksSecond.message_ts)


async def seconds_of(session: AsyncSession, workspace_id: int, thanks_ids: Collection[int]) -> dict[int, int]:
    """How many seconds each of these thanks has; those with none are left out."""
    wanted = sorted(set(thanks_ids))
    found: dict[int, int] = {}
    for start in range(0, len(wanted), IDS_AT_ONCE):
        rows = await session.exec(
            select(col(ThanksSecond.thanks_id), func.count(second_mark().distinct()))
            .join(Thanks, col(Thanks.id) == col(ThanksSecond.thanks_id))
            .where(col(ThanksSecond.thanks_id).in_(wanted[start : start + IDS_AT_ONCE]), counted_second(workspace_id))
            .group_by(col(ThanksSecond.thanks_id))
        )
        found.update(dict(rows.all()))
    return found


async def of_member(
    session: AsyncSession, workspace_id: int, slack_id: str, since: datetime | None = None
) -> Contributions:
    """What a member contributed and received since a moment (thanks and topics made then or later), or ever."""
    account = await account_of(session, workspace_id, slack_id)
    recent = [] if since is None else [col(Thanks.created_at) >= since]
    by_me = (col(Thanks.workspace_id) == workspace_id) & (col(Thanks.giver) == slack_id)
    given = await session.exec(
        select(func.count()).select_from(Thanks).where(by_me, counted_thanks(workspace_id), *recent)
    )
    mine = received_by(workspace_id, slack_id, account)
    received = await session.exec(
        select(func.count(col(Thanks.id).distinct()))
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(mine, counted_line(workspace_id), *recent)
    )
    seconds = await session.exec(
        select(func.count((cast(col(Thanks.id), String) + " " + second_mark()).distinct()))
        .select_from(ThanksRecipient)
        .join(Thanks, col(Thanks.id) == col(ThanksRecipient.thanks_id))
        .join(ThanksSecond, col(ThanksSecond.thanks_id) == col(Thanks.id))
        .where(mine, counted_line(workspace_id), counted_second(workspace_id), *recent)
    )
    return Contributions(
        given=given.one(),
        received=received.one(),
        seconds=seconds.one(),
        topics=await _topics(session, workspace_id, account, since),
    )


def received_by(workspace_id: int, slack_id: str, account: str | None) -> ColumnElement[bool]:
    """Rows of ThanksRecipient that are this member, by Slack id or by the forum account they linked."""
    # The workspace with each of the two, so that each has its index.
    here = col(ThanksRecipient.workspace_id) == workspace_id
    mine = and_(here, col(ThanksRecipient.slack_id) == slack_id)
    return or_(mine, and_(here, col(ThanksRecipient.forum_username) == account)) if account else mine


def _standing(workspace_id: int) -> ColumnElement[bool]:
    """The thanks itself counts: neither withdrawn nor taken out, and not a program's."""
    giver = col(Thanks.giver)
    return and_(
        # Without statistics SQLite would take an index of workspace or status, which fits nearly every row, before
        # that of a person. Neither condition is in a form that an index could serve.
        col(Thanks.workspace_id) + 0 == workspace_id,
        col(Thanks.status).not_in([one for one in STATUSES if one != "counted"]),
        or_(giver.is_(None), giver.not_in(bots_of(workspace_id))),
    )


def _worthy(workspace_id: int) -> ColumnElement[bool]:
    """The recipient counts: neither the giver, also through the forum, nor a program."""
    giver, person, account = col(Thanks.giver), col(ThanksRecipient.slack_id), col(ThanksRecipient.forum_username)
    return and_(
        or_(person.is_(None), and_(person.not_in(bots_of(workspace_id)), or_(giver.is_(None), person != giver))),
        or_(account.is_(None), giver.is_(None), ~_is_account(workspace_id, giver, account)),
    )


def bots_of(workspace_id: int) -> Any:
    """The programs of a workspace: a handful of rows, looked up once for a whole query."""
    return select(Member.slack_id).where(Member.workspace_id == workspace_id, col(Member.is_bot).is_(True))


def _is_account(workspace_id: int, person: Any, account: Any) -> ColumnElement[bool]:
    """Whether this member has linked this forum account."""
    linked = exists().where(
        col(Member.workspace_id) == workspace_id,
        col(Member.slack_id) == person,
        col(Member.forum_username) == account,
    )
    return linked.correlate_except(Member)


async def account_of(session: AsyncSession, workspace_id: int, slack_id: str) -> str | None:
    """The forum account that a member linked."""
    found = await session.exec(
        select(Member.forum_username).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id)
    )
    return found.first()


async def _topics(session: AsyncSession, workspace_id: int, account: str | None, since: datetime | None) -> int:
    if not account:
        return 0
    query = select(func.count()).select_from(Topic).where(Topic.workspace_id == workspace_id, Topic.author == account)
    if since is not None:
        query = query.where(col(Topic.posted_at) >= since)
    return (await session.exec(query)).one()
