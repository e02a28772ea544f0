"""Write the recognition log, whole or summed up, to a file, from one consistent state of the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound
from app.exports import summary
from app.exports.formats import writer
from app.exports.periods import bounds
from app.exports.raw import COLUMNS, EMAIL_COLUMNS, EMAILS_OF, raw
from app.exports.shapes import RAW, Column, Order
from app.exports.snapshot import Snapshot, snapshot
from app.thanks import log_lines
from app.thanks.shapes import LogFilter
from models import Community

Progress = Callable[[int], None]


def write_recognition(
    database_url: str,
    workspace_id: int,
    order: Order,
    sink: BinaryIO,
    *,
    emails: Mapping[str, str] | None = None,
    words: Callable[[str], str] | None = None,
    expect: Progress | None = None,
    progress: Progress = lambda count: None,
) -> int:
    """Write what was ordered; how many rows. Blocking: call it in a thread.

    `emails` are addresses by Slack id, only where they were ordered; `words` translates headers where people's
    language was ordered; `expect` hears how many lines will be read, `progress` of them as they are read.
    """
    columns = columns_of(order)
    headers = [words(one.said) for one in columns] if words is not None else []
    out = writer(order.format, sink, columns, zone=order.zone, headers=headers, bom=order.bom)
    count = 0
    try:
        with snapshot(database_url) as read:
            if expect is not None:
                expect(lines_in(read, workspace_id, order))
            for batch in _batches(read, workspace_id, order, emails or {}, progress):
                out.write(batch)
                count += len(batch)
    finally:
        # Also after a failure: writers hold temporary files.
        out.close()
    return count


def lines_in(read: Snapshot, workspace_id: int, order: Order) -> int:
    """How many lines of the log fit an order, about: a summary leaves out what does not count."""
    query = log_lines.lines(workspace_id, period(order), [func.count()])
    return int(read.all(query)[0][0])


async def check(session: AsyncSession, workspace_id: int, order: Order) -> None:
    """Raise `NotFound` where the order names a community that there is not."""
    slug = order.wanted.community
    if not slug:
        return
    query = select(Community.id).where(Community.workspace_id == workspace_id, Community.slug == slug)
    if (await session.exec(query)).first() is None:
        raise NotFound(N_("There is no community {slug}."), field="community", slug=slug)


def columns_of(order: Order) -> tuple[Column, ...]:
    """The columns of what was ordered."""
    if order.form == RAW:
        return (*COLUMNS, *EMAIL_COLUMNS) if order.emails else COLUMNS
    return summary.COLUMNS[order.form]


def period(order: Order) -> LogFilter:
    """The filter of an order, with its period as instants; `NotUnderstood` with the field that cannot be used."""
    since, until = bounds(order.first, order.last, order.zone)
    return replace(order.wanted, since=since, until=until)


def _batches(read: Snapshot, workspace_id: int, order: Order, emails: Mapping[str, str], progress: Progress) -> Any:
    wanted = period(order)
    if order.form != RAW:
        yield summary.rows(read, workspace_id, order.form, wanted, progress)
        return
    for batch in read.batches(raw(workspace_id, wanted, on_sqlite=read.on_sqlite)):
        if order.emails:
            yield [(*row, *(emails.get(row[place], "") for place in EMAILS_OF)) for row in batch]
        else:
            yield batch
        progress(len(batch))
