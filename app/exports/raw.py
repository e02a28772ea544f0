"""The log line by line, as an export has it: its columns, and the query that gives them in this order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, String, func, type_coerce
from sqlmodel import col

from app.errors import N_
from app.exports.shapes import Column, Kind
from app.thanks import log_lines
from app.thanks.shapes import LogFilter
from models import Thanks, ThanksRecipient

# The names are for ever: programs read them.
COLUMNS = (
    Column("thanks_id", Kind.NUMBER, N_("Thanks no.")),
    Column("line_id", Kind.NUMBER, N_("Line no.")),
    Column("given_at", Kind.MOMENT, N_("Given at")),
    Column("giver_id", Kind.ID, N_("Giver (Slack id)")),
    Column("giver_name", Kind.TEXT, N_("Giver")),
    Column("recipient_id", Kind.ID, N_("Recipient (Slack id)")),
    Column("recipient_name", Kind.TEXT, N_("Recipient")),
    Column("reason", Kind.TEXT, N_("Reason")),
    Column("value", Kind.TEXT, N_("Value")),
    Column("community", Kind.TEXT, N_("Community (short name)")),
    Column("community_name", Kind.TEXT, N_("Community")),
    Column("source", Kind.ID, N_("Source")),
    Column("status", Kind.ID, N_("Status")),
    Column("hidden", Kind.FLAG, N_("Hidden")),
    Column("private", Kind.FLAG, N_("Given in private")),
    Column("channel_id", Kind.ID, N_("Channel (Slack id)")),
    Column("forum_url", Kind.TEXT, N_("Forum post")),
    Column("seconds", Kind.NUMBER, N_("Seconds")),
    Column("updated_at", Kind.MOMENT, N_("Last changed at")),
)
EMAIL_COLUMNS = (
    Column("giver_email", Kind.TEXT, N_("Giver's e-mail")),
    Column("recipient_email", Kind.TEXT, N_("Recipient's e-mail")),
)
# Whose e-mail addresses these are: where the Slack ids stand.
EMAILS_OF = tuple(place for place, one in enumerate(COLUMNS) if one.name in ("giver_id", "recipient_id"))

# Where a line's name in the log is another.
_IN_THE_LOG = {"given_at": "created_at", "giver_id": "giver", "recipient_id": "recipient"}


def raw(workspace_id: int, wanted: LogFilter, *, on_sqlite: bool) -> Select[Any]:
    """Lines that fit, oldest first."""
    known = {one.name: one for one in log_lines.columns(workspace_id)}
    known |= {
        "created_at": as_text(col(Thanks.created_at), on_sqlite=on_sqlite),
        "updated_at": as_text(col(Thanks.updated_at), on_sqlite=on_sqlite),
    }
    made = [known[_IN_THE_LOG.get(one.name, one.name)].label(one.name) for one in COLUMNS]
    order = (col(Thanks.created_at), col(Thanks.id), col(ThanksRecipient.id))
    return log_lines.lines(workspace_id, wanted, made).order_by(*order)


def as_text(moment: Any, *, on_sqlite: bool) -> Any:
    """An instant as the text that `Kind.MOMENT` is, made by the database: SQLite keeps it so."""
    if on_sqlite:
        return type_coerce(moment, String)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24:MI:SS.US")
