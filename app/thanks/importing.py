"""Take an earlier tool's log into ours: find what is there already, store the rest in one transaction.

All or nothing, so everything is read and checked before the transaction begins, and it only inserts. While it runs
nobody else can write to SQLite: about a second for twenty thousand lines, which others wait for. No rule of giving
applies, nobody is told and nothing is shown: what is imported has happened long ago.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit.service import note
from app.clock import Clock
from app.errors import ImportProblems, Problem
from app.thanks.import_columns import OWN_ID, OWN_KEY
from app.thanks.import_matching import Given, Matched, Places, Room, told_once
from app.thanks.import_people import Candidate
from models import Community, CommunityChannel, Member, Thanks, ThanksRecipient

BATCH = 500
# Readers of changes pass over what settles later than this, so rows may not be older when they are committed.
_FRESH = timedelta(seconds=3)
_LIVING = ("active", "dormant", "proposed")

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """What an import would add, and how many thank-yous are there already."""

    new: tuple[Given, ...]
    already: int


async def known_people(session: AsyncSession, workspace_id: int) -> list[Candidate]:
    """Everybody we have met, as candidates for a cell."""
    found = await session.exec(select(Member).where(Member.workspace_id == workspace_id))
    return [
        Candidate(one.slack_id, (one.name,) if one.name else (), "", one.is_bot, one.deactivated, one.erased)
        for one in found.all()
    ]


async def places(session: AsyncSession, workspace_id: int) -> Places:
    """Communities and channels of the directory; of several communities in a channel the first that is active."""
    listed = (
        await session.exec(
            select(Community).where(Community.workspace_id == workspace_id).order_by(col(Community.id).desc())
        )
    ).all()
    by_word = {one.name.casefold(): one.id or 0 for one in listed}
    by_word |= {one.slug.casefold(): one.id or 0 for one in listed}
    found = await session.exec(
        select(CommunityChannel, Community.id, Community.status)
        .join(Community, col(Community.id) == col(CommunityChannel.community_id))
        .where(CommunityChannel.workspace_id == workspace_id)
        .order_by(col(Community.status).not_in(_LIVING), col(Community.status) != "active", col(Community.id))
    )
    rows = found.all()
    private = {channel.slack_id for channel, _, _ in rows if channel.private}
    rooms = [
        Room(
            channel.slack_id,
            channel.name,
            channel.slack_id in private,
            community_id if status in _LIVING else None,
        )
        for channel, community_id, status in rows
    ]
    return Places(by_word, rooms)


async def plan(session: AsyncSession, workspace_id: int, matched: Matched, problems: Sequence[Problem] = ()) -> Plan:
    """What there is to add; reads only. Raises `ImportProblems` with all of a file's problems, the given ones too."""
    wrong = [*told_once(problems), *matched.problems]
    stored = await _stored(session, workspace_id, matched.given)
    own = await _own(session, workspace_id, matched.given)
    new, clashes = [], []
    for one in matched.given:
        there = stored.get(one.key)
        if there is None:
            if not _same(own.get(one.line.id), one):
                new.append(one)
        elif one.line.id and not _same(there, one):
            message = (
                "A line with this id was imported before, with another giver or date. Where this is another tool's "
                "file, leave its ids out with --map; where not, keep --zone and --date-format as they were."
            )
            clashes.append(Problem(one.line.at, "id", message))
    wrong += told_once(clashes)
    if wrong:
        raise ImportProblems(sorted(wrong, key=lambda one: one.line))
    return Plan(tuple(new), len(matched.given) - len(new))


async def store(
    session: AsyncSession,
    workspace_id: int,
    planned: Plan,
    clock: Clock,
    *,
    actor: str,
    file: str,
    details: Mapping[str, Any],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Add what is planned, and note it in the audit; how many were added. A repeat meanwhile adds nothing twice."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    began = clock.now()
    rows = _rows(workspace_id, planned.new, began)
    blank = _blank(ThanksRecipient(workspace_id=workspace_id, thanks_id=0, created_at=began))
    # From here on nobody else writes to SQLite: few statements, run over all rows by the driver.
    connection = await session.connection()
    statement = insert(Thanks).on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    for batch in _batches(rows, BATCH):
        await connection.execute(statement, batch)
        progress(len(batch))
    ids = await _added(session, workspace_id, began, {one.key for one in planned.new})
    people = [
        {**blank, "thanks_id": ids[one.key], "slack_id": slack_id, "created_at": one.line.when}
        for one in planned.new
        if one.key in ids
        for slack_id in one.people
    ]
    for some in _batches(people, BATCH):
        await connection.execute(insert(ThanksRecipient).on_conflict_do_nothing(), some)
    await _freshen(session, list(ids.values()), began, clock)
    added = len(ids)
    await note(
        session, workspace_id, actor, "recognition.import", f"import:{file}", clock.now(), added=added, **details
    )
    return added


async def _added(session: AsyncSession, workspace_id: int, began: datetime, keys: Collection[str]) -> dict[str, int]:
    """Ids by key of what this import has added; what another one added meanwhile is not among them."""
    found = await session.exec(
        select(Thanks.key, Thanks.id).where(
            Thanks.workspace_id == workspace_id, Thanks.updated_at == began, Thanks.source == "import"
        )
    )
    return {key: thanks_id or 0 for key, thanks_id in found.all() if key in keys}


async def _freshen(session: AsyncSession, added: Sequence[int], began: datetime, clock: Clock) -> None:
    """Let long imports carry the moment of their end, so that no reader of changes has gone past it."""
    ends = clock.now()
    if ends - began < _FRESH:
        return
    # This takes a while too, and less than storing did.
    later = ends + (ends - began)
    for some in _batches(added, BATCH):
        await session.exec(update(Thanks).where(col(Thanks.id).in_(some)).values(updated_at=later))


def _rows(workspace_id: int, given: Sequence[Given], now: datetime) -> list[dict[str, Any]]:
    blank = _blank(Thanks(workspace_id=workspace_id, key="", source="import", cost=0, created_at=now, updated_at=now))
    return [
        {
            **blank,
            "key": one.key,
            "giver": one.giver,
            "reason": one.line.reason,
            "value": one.line.value,
            "community_id": one.community_id,
            "status": one.line.status,
            "hidden": one.line.hidden,
            "channel_id": one.channel_id,
            "channel_kind": one.channel_kind,
            "created_at": one.line.when,
        }
        for one in given
    ]


def _blank(row: Thanks | ThanksRecipient) -> dict[str, Any]:
    """A row's columns, to be filled in: making a model of each would take longer than storing them."""
    return row.model_dump(exclude={"id"})


async def _stored(
    session: AsyncSession, workspace_id: int, given: Sequence[Given]
) -> dict[str, tuple[str | None, datetime]]:
    """Giver and moment of those keys that were imported before."""
    found: dict[str, tuple[str | None, datetime]] = {}
    for batch in _batches(given, BATCH):
        rows = await session.exec(
            select(Thanks.key, Thanks.giver, Thanks.created_at).where(
                Thanks.workspace_id == workspace_id, col(Thanks.key).in_([one.key for one in batch])
            )
        )
        found |= {key: (giver, when) for key, giver, when in rows.all()}
    return found


async def _own(
    session: AsyncSession, workspace_id: int, given: Sequence[Given]
) -> dict[str, tuple[str | None, datetime]]:
    """Giver and moment of our own thank-yous that an export of ours would call so, by what it calls them."""
    found: dict[str, tuple[str | None, datetime]] = {}
    keys = [one.line.id for one in given if one.line.own == OWN_KEY]
    numbers = [int(one.line.id) for one in given if one.line.own == OWN_ID and _is_number(one.line.id)]
    for batch in _batches(keys, BATCH):
        rows = await session.exec(
            select(Thanks.key, Thanks.giver, Thanks.created_at).where(
                Thanks.workspace_id == workspace_id, col(Thanks.key).in_(batch)
            )
        )
        found |= {key: (giver, when) for key, giver, when in rows.all()}
    for some in _batches(numbers, BATCH):
        numbered = await session.exec(
            select(Thanks.id, Thanks.giver, Thanks.created_at).where(
                Thanks.workspace_id == workspace_id, col(Thanks.id).in_(some)
            )
        )
        found |= {str(number): (giver, when) for number, giver, when in numbered.all()}
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _same(there: tuple[str | None, datetime] | None, one: Given) -> bool:
    """Whether a stored thank-you is this one: exports tell moments to the second, and erasure forgets the giver."""
    if there is None:
        return False
    giver, when = there
    return giver in (None, one.giver) and when.replace(microsecond=0) == one.line.when.replace(microsecond=0)


def _batches(listed: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (listed[start : start + size] for start in range(0, len(listed), size))
