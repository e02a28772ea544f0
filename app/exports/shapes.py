"""The nouns of this room: columns of a table, formats, and what somebody ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.thanks.shapes import LogFilter


class Kind(StrEnum):
    """What a column holds, and as what it comes from the database."""

    # Ids of ours or of Slack: text that no person typed.
    ID = "id"
    # Anything that people typed or named.
    TEXT = "text"
    NUMBER = "number"
    # True and false, or 1 and 0.
    FLAG = "flag"
    # An instant in UTC as text, "2026-03-31 20:59:59.000000", or "".
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """One column: its stable English header, what it holds, and the header for people to be translated."""

    name: str
    kind: Kind
    said: str


FORMATS = ("csv", "xlsx", "jsonl", "parquet")
# The log line by line, or summed up by one of these.
RAW = "raw"
SUMMARIES = ("person", "community", "value")


@dataclass(frozen=True)
class Order:
    """An export as somebody ordered it; `form` is `raw` or one of SUMMARIES.

    `first` and `last` are whole local days of `zone`, None for no bound; the rest of the filter is in `wanted`, whose
    own instants are not used. `language` is of headers, "" for the stable English ones. `bom` is for CSV alone.
    """

    format: str = "csv"
    form: str = RAW
    zone: str = "UTC"
    first: date | None = None
    last: date | None = None
    wanted: LogFilter = field(default_factory=LogFilter)
    bom: bool = False
    language: str = ""
    emails: bool = False

    @property
    def filename(self) -> str:
        """A name for the file: what it has and for which days."""
        what = "recognition" if self.form == RAW else f"recognition-by-{self.form}"
        days = "-".join(f"{day:%Y%m%d}" for day in (self.first, self.last) if day is not None)
        return f"{what}{'-' if days else ''}{days}.{self.format}"

    def said(self) -> dict[str, Any]:
        """Everything that was asked for and nothing that was not, as JSON: for the audit and for jobs."""
        found = {name: value for name, value in asdict(self).items() if value and name != "wanted"}
        found |= {name: value for name, value in asdict(self.wanted).items() if value}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Order:
        """The inverse of `said`."""
        own: dict[str, Any] = {
            name: said[name] for name in ("format", "form", "zone", "bom", "language", "emails") if name in said
        }
        own |= {name: date.fromisoformat(said[name]) for name in ("first", "last") if name in said}
        fields = ("community", "giver", "recipient", "value", "source", "status")
        wanted = LogFilter(**{name: said[name] for name in fields if name in said})
        return cls(wanted=wanted, **own)
