"""Read the recognition log: a page of it, newest first, or what changed since a reader last looked."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotUnderstood
from app.thanks.log_lines import beyond, first_lines, fitting, given_at
from app.thanks.shapes import LogFilter, LogLine
from models import Thanks, ThanksRecipient

CREATED, UPDATED = "created", "updated"

_ORDERS = {1: CREATED, 2: UPDATED}
_FORM = struct.Struct(">Bqqq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cursor:
    """The place of one line in an order of the log, `created` or `updated`; as text it says nothing to people."""

    order: str
    moment: datetime
    thanks_id: int
    line_id: int

    @property
    def text(self) -> str:
        """The cursor as 34 letters that may stand in an address."""
        number = next(number for number, order in _ORDERS.items() if order == self.order)
        micros = (self.moment - _EPOCH) // timedelta(microseconds=1)
        packed = _FORM.pack(number, micros, self.thanks_id, self.line_id)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def of(cls, text: str, order: str) -> Cursor:
        """The inverse; `NotUnderstood` for a text that is no cursor of this order."""
        try:
            packed = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), b"-_", validate=True)
            number, micros, thanks_id, line_id = _FORM.unpack(packed)
            found = cls(_ORDERS.get(number, ""), _EPOCH + timedelta(microseconds=micros), thanks_id, line_id)
        except (ValueError, binascii.Error, struct.error, OverflowError):
            found = None
        # Compared as text too: base64 has more than one way to write the last letter.
        if found is None or found.order != order or found.text != text:
            raise NotUnderstood(N_("This cursor is not one that I gave. Leave it out to begin at the start."))
        return found


def cursor_at(line: LogLine, order: str) -> Cursor:
    """The place of a line."""
    return Cursor(order, line.created_at if order == CREATED else line.updated_at, line.thanks_id, line.line_id)


async def page(
    session: AsyncSession, workspace_id: int, wanted: LogFilter, *, after: Cursor | None = None, limit: int = 100
) -> tuple[list[LogLine], Cursor | None]:
    """Lines that fit, newest first, and the cursor for the next page: None when this was the last."""
    moment, thanks = given_at(wanted)
    conditions = fitting(workspace_id, wanted)
    if after is not None:
        conditions.append(beyond(moment, thanks, after.moment, after.thanks_id, after.line_id, older=True))
    order = [moment.desc(), thanks.desc(), col(ThanksRecipient.id).desc()]
    found = await _read(session, first_lines(workspace_id, conditions, order, limit + 1))
    more = len(found) > limit
    found = found[:limit]
    return found, cursor_at(found[-1], CREATED) if more and found else None


async def changes(
    session: AsyncSession,
    workspace_id: int,
    *,
    since: Cursor | None = None,
    limit: int = 1000,
    settled_before: datetime,
) -> tuple[list[LogLine], Cursor | None]:
    """Lines that are new or changed since a cursor, in the order of their changes, and the cursor to come back with.

    Only what changed before `settled_before`: a transaction that is still under way may yet bring an earlier one, and
    a reader that has passed it would never see it. Fewer lines than `limit` means that this was all. The cursor is
    the last line's, or the reader's own when nothing is new; None only where nothing was ever there.
    """
    moment, thanks = col(Thanks.updated_at), col(Thanks.id)
    conditions: list[Any] = [moment < settled_before]
    if since is not None:
        conditions.append(beyond(moment, thanks, since.moment, since.thanks_id, since.line_id, older=False))
    order = [moment, thanks, col(ThanksRecipient.id)]
    found = await _read(session, first_lines(workspace_id, conditions, order, limit))
    return found, cursor_at(found[-1], UPDATED) if found else since


async def _read(session: AsyncSession, query: Any) -> list[LogLine]:
    # Plain rows: these are no objects of the session.
    await session.flush()
    connection = await session.connection()
    return [LogLine(*row) for row in (await connection.execute(query)).all()]
