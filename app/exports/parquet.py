"""Parquet, in row groups, for data warehouses: every column has a type, instants know their zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from app.exports.formats import Rows
from app.exports.shapes import Column, Kind

# Enough for columns to compress well, few enough to be held.
ROWS_A_GROUP = 20_000


class ParquetWriter:
    """Collects rows as Arrow has them until a group is full."""

    def __init__(
        self,
        sink: BinaryIO,
        columns: Sequence[Column],
        headers: Sequence[str],
        zone: str,
        *,
        rows_a_group: int = ROWS_A_GROUP,
    ) -> None:
        types = {
            Kind.ID: pa.string(),
            Kind.TEXT: pa.string(),
            Kind.NUMBER: pa.int64(),
            Kind.FLAG: pa.bool_(),
            Kind.MOMENT: pa.timestamp("us", tz=zone),
        }
        self._columns = columns
        self._schema = pa.schema(
            [pa.field(name, types[one.kind]) for name, one in zip(headers, columns, strict=True)]
        )
        self._file = pq.ParquetWriter(sink, self._schema, compression="zstd")
        self._most = rows_a_group
        self._waiting: list[pa.RecordBatch] = []
        self._count = 0

    def write(self, rows: Rows) -> None:
        if not rows:
            return
        arrays = [
            self._array(column, values, field.type)
            for column, values, field in zip(self._columns, zip(*rows, strict=True), self._schema, strict=True)
        ]
        self._waiting.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._count += len(rows)
        if self._count >= self._most:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _array(self, column: Column, values: Sequence[object], type_: pa.DataType) -> pa.Array:
        if column.kind is Kind.FLAG:
            return pa.array([bool(one) for one in values], type_)
        if column.kind is Kind.MOMENT:
            # Text of UTC: read as instants without a zone, which then are given theirs.
            told = pa.array([one or None for one in values], pa.string()).cast(pa.timestamp("us"))
            return told.cast(pa.timestamp("us", tz="UTC")).cast(type_)
        return pa.array(values, type_)

    def _flush(self) -> None:
        if self._waiting:
            self._file.write_table(pa.Table.from_batches(self._waiting, self._schema))
            self._waiting.clear()
            self._count = 0
