"""The one query behind every read of the recognition log: names resolved, what was said in private left out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.contributions.queries import counted_second, second_mark
from app.thanks.shapes import LogFilter
from models import Community, Member, Thanks, ThanksRecipient, ThanksSecond

# What was said there stays there.
PRIVATE_KINDS = ("private", "direct")

_Giver = aliased(Member, name="giver_member")
_Recipient = aliased(Member, name="recipient_member")


def private() -> ColumnElement[bool]:
    """Whether a thanks was given where not everybody may look."""
    return col(Thanks.channel_kind).in_(PRIVATE_KINDS)


def named(member: Any, slack_id: Any, *, otherwise: Any = None) -> Any:
    """A person's name as Slack has it, else what is given, else their id; "" after an erasure."""
    choices = [func.nullif(member.name, ""), slack_id, *([] if otherwise is None else [otherwise]), literal("")]
    return func.coalesce(*choices)


def seconds(workspace_id: int) -> Any:
    """How many second a thanks, by the counting rule: people at a message, however many emojis they chose."""
    of_this = col(ThanksSecond.thanks_id) == col(Thanks.id)
    counted = select(func.count(second_mark().distinct())).where(of_this, counted_second(workspace_id))
    # Most have none; looking for any is quicker than counting by the rule.
    return case((exists().where(of_this).correlate(Thanks), counted.correlate(Thanks).scalar_subquery()), else_=0)


def columns(workspace_id: int) -> list[Any]:
    """What a `LogLine` has, in its order, each under its name."""
    hide = private()
    return [
        col(ThanksRecipient.id).label("line_id"),
        col(Thanks.id).label("thanks_id"),
        col(Thanks.key).label("key"),
        col(Thanks.created_at).label("created_at"),
        col(Thanks.updated_at).label("updated_at"),
        func.coalesce(col(Thanks.giver), "").label("giver"),
        named(_Giver, col(Thanks.giver)).label("giver_name"),
        func.coalesce(col(ThanksRecipient.slack_id), "").label("recipient"),
        named(_Recipient, col(ThanksRecipient.slack_id), otherwise=col(ThanksRecipient.forum_username)).label(
            "recipient_name"
        ),
        case((hide, ""), else_=col(Thanks.reason)).label("reason"),
        col(Thanks.value).label("value"),
        func.coalesce(col(Community.slug), "").label("community"),
        func.coalesce(col(Community.name), "").label("community_name"),
        col(Thanks.source).label("source"),
        col(Thanks.status).label("status"),
        col(Thanks.hidden).label("hidden"),
        hide.label("private"),
        case((hide, ""), else_=col(Thanks.channel_id)).label("channel_id"),
        case((hide, ""), else_=col(Thanks.forum_url)).label("forum_url"),
        seconds(workspace_id).label("seconds"),
    ]


def lines(workspace_id: int, wanted: LogFilter, made: list[Any] | None = None) -> Select[Any]:
    """Lines of the log that fit, in no order: a `LogLine`'s columns, or those that are `made`."""
    query = select(*(columns(workspace_id) if made is None else made)).select_from(Thanks)
    return _with_names(query.join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))).where(
        col(Thanks.workspace_id) == workspace_id, *fitting(workspace_id, wanted)
    )


def first_lines(workspace_id: int, conditions: list[Any], order: list[Any], limit: int) -> Select[Any]:
    """The first lines that fit, in an order, as a `LogLine`'s columns.

    The places of these lines are found first; what is joined and counted, is so for them alone, also where the
    database has to sort many lines to find the first.
    """
    places = (
        select(col(Thanks.id).label("thanks_id"), col(ThanksRecipient.id).label("line_id"))
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(col(Thanks.workspace_id) == workspace_id, *conditions)
        .order_by(*order)
        .limit(limit)
        .subquery("places")
    )
    query = (
        select(*columns(workspace_id))
        .select_from(places)
        .join(Thanks, col(Thanks.id) == places.c.thanks_id)
        .join(ThanksRecipient, col(ThanksRecipient.id) == places.c.line_id)
    )
    return _with_names(query).order_by(*order)


def _with_names(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(_Giver, _is(_Giver, col(Thanks.giver)))
        .outerjoin(_Recipient, _is(_Recipient, col(ThanksRecipient.slack_id)))
        .outerjoin(Community, col(Community.id) == col(Thanks.community_id))
    )


def given_at(wanted: LogFilter) -> tuple[Any, Any]:
    """When a thanks was given, and its id, as columns of the table in whose order lines that fit are found at once.

    Those of one person stand in an index by themselves; a thanks and its recipients say the same of both.
    """
    if wanted.recipient:
        return col(ThanksRecipient.created_at), col(ThanksRecipient.thanks_id)
    return col(Thanks.created_at), col(Thanks.id)


def fitting(workspace_id: int, wanted: LogFilter) -> list[Any]:
    """The conditions of a filter."""
    found: list[Any] = []
    moment, _ = given_at(wanted)
    if wanted.since is not None:
        found.append(moment >= wanted.since)
    if wanted.until is not None:
        found.append(moment < wanted.until)
    if wanted.community:
        named_so = select(col(Community.id)).where(
            col(Community.workspace_id) == workspace_id, col(Community.slug) == wanted.community
        )
        found.append(col(Thanks.community_id) == named_so.scalar_subquery())
    if wanted.giver:
        found.append(col(Thanks.giver) == wanted.giver)
    if wanted.recipient:
        # The columns of the index of a person's thanks.
        found.append(
            and_(col(ThanksRecipient.workspace_id) == workspace_id, col(ThanksRecipient.slack_id) == wanted.recipient)
        )
    if wanted.value:
        found.append(col(Thanks.value) == wanted.value)
    if wanted.source:
        found.append(col(Thanks.source) == wanted.source)
    if wanted.status == "hidden":
        found.append(col(Thanks.hidden))
    elif wanted.status:
        found.append(col(Thanks.status) == wanted.status)
    return found


def beyond(moment: Any, thanks: Any, at: Any, thanks_id: int, line_id: int, *, older: bool) -> ColumnElement[bool]:
    """Lines after one in the order of (`moment`, `thanks`, line), downwards when `older`.

    The first comparison, of two columns of one index, is where the database begins to read.
    """
    there = literal(at, moment.type)
    here, place = tuple_(moment, thanks), tuple_(there, literal(thanks_id))
    # Also the same thanks when its moment has moved on.
    elsewhere = or_(moment != there, thanks != thanks_id)
    line = col(ThanksRecipient.id)
    if older:
        return and_(here <= place, or_(elsewhere, line < line_id))
    return and_(here >= place, or_(elsewhere, line > line_id))


def _is(member: Any, slack_id: Any) -> ColumnElement[bool]:
    return and_(member.workspace_id == col(Thanks.workspace_id), member.slack_id == slack_id)
