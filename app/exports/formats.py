"""Writers of tables: rows in batches go to a binary file as they come; nothing is kept but the batch at hand.

`writer(...)` gives the one of a format. Rows hold what `Kind` says; "" stands for what is not known.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Protocol

from app.errors import N_, NotUnderstood
from app.exports.cells import Moments, harmless
from app.exports.shapes import FORMATS, Column, Kind

Rows = Sequence[Sequence[Any]]


class Writer(Protocol):
    """Takes rows until it is closed; the file itself stays open."""

    def write(self, rows: Rows) -> None:
        """Write some rows, of the columns that were announced."""
        ...

    def close(self) -> None:
        """Write what ends the file."""
        ...


def writer(
    format: str,
    sink: BinaryIO,
    columns: Sequence[Column],
    *,
    zone: str = "UTC",
    headers: Sequence[str] = (),
    bom: bool = False,
) -> Writer:
    """The writer of a format on an open binary file; `headers` where they are others than the columns' names."""
    names = list(headers) or [one.name for one in columns]
    if format == "csv":
        return CsvWriter(sink, columns, names, zone, bom=bom)
    if format == "jsonl":
        return JsonLinesWriter(sink, columns, names, zone)
    # Their libraries take long to load and are loaded when they are asked for.
    if format == "xlsx":
        from app.exports.xlsx import XlsxWriter

        return XlsxWriter(sink, columns, names, zone)
    if format == "parquet":
        from app.exports.parquet import ParquetWriter

        return ParquetWriter(sink, columns, names, zone)
    raise NotUnderstood(
        N_("{format} is no format that I write. Use one of: {formats}."),
        field="format",
        format=format,
        formats=", ".join(FORMATS),
    )


def turned(
    rows: Rows, columns: Sequence[Column], turns: dict[Kind, Callable[[Sequence[Any]], Sequence[Any]]]
) -> list[Sequence[Any]]:
    """The rows as columns, each turned as its kind says."""
    whole = list(zip(*rows, strict=True))
    return [
        turns[column.kind](values) if column.kind in turns else values
        for column, values in zip(columns, whole, strict=True)
    ]


class CsvWriter:
    """RFC 4180: commas, CRLF, quotes where needed, UTF-8, with a byte order mark if Excel is to know so."""

    def __init__(
        self, sink: BinaryIO, columns: Sequence[Column], headers: Sequence[str], zone: str, *, bom: bool
    ) -> None:
        self._sink = sink
        self._columns = columns
        self._page = io.StringIO(newline="")
        self._csv = csv.writer(self._page, lineterminator="\r\n")
        moments = Moments(zone)
        self._turns: dict[Kind, Any] = {
            # The comparison saves the call for nearly all.
            Kind.TEXT: lambda texts: [one if "@" < one[:1] < "\x7f" else harmless(one) for one in texts],
            Kind.FLAG: lambda flags: ["true" if one else "false" for one in flags],
            Kind.MOMENT: moments.iso,
        }
        if bom:
            sink.write(b"\xef\xbb\xbf")
        self._csv.writerow(headers)

    def write(self, rows: Rows) -> None:
        if rows:
            self._csv.writerows(zip(*turned(rows, self._columns, self._turns), strict=True))
        self._send()

    def close(self) -> None:
        self._send()

    def _send(self) -> None:
        self._sink.write(self._page.getvalue().encode("utf-8", "replace"))
        self._page.seek(0)
        self._page.truncate()


class JsonLinesWriter:
    """One JSON object a line, UTF-8: numbers and truths as such, instants as ISO 8601 with the offset."""

    def __init__(self, sink: BinaryIO, columns: Sequence[Column], headers: Sequence[str], zone: str) -> None:
        self._sink = sink
        self._columns = columns
        self._headers = headers
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self._turns: dict[Kind, Any] = {
            Kind.FLAG: lambda flags: [bool(one) for one in flags],
            Kind.MOMENT: Moments(zone).iso,
        }

    def write(self, rows: Rows) -> None:
        if not rows:
            return
        headers, encode = self._headers, self._encode
        lines = [
            encode(dict(zip(headers, row, strict=True)))
            for row in zip(*turned(rows, self._columns, self._turns), strict=True)
        ]
        self._sink.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))

    def close(self) -> None:
        pass
