"""Excel workbooks, row by row: text is text, never a formula or a link; what is too long goes on to a next sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.exports.cells import Moments
from app.exports.formats import Rows
from app.exports.shapes import Column, Kind

# Excel's own limits.
ROWS_A_SHEET = 1_048_576
LETTERS_A_CELL = 32_767

_WIDTHS = {Kind.ID: 14, Kind.TEXT: 24, Kind.NUMBER: 10, Kind.FLAG: 9, Kind.MOMENT: 34}


class XlsxWriter:
    """Instants are dates of the calendar, in local time, with the zone's name beside them."""

    def __init__(
        self,
        sink: BinaryIO,
        columns: Sequence[Column],
        headers: Sequence[str],
        zone: str,
        *,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="baobab-xlsx-")
        # `constant_memory`: each row goes to a file of its own at once, so rows and cells have to come in order.
        self._book = xlsxwriter.Workbook(
            sink,
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._columns = columns
        self._headers = headers
        self._moments = Moments(zone)
        self._most = rows_a_sheet
        self._bold = self._book.add_format({"bold": True})
        self._date = self._book.add_format({"num_format": f'yyyy-mm-dd hh:mm:ss "{zone}"'})
        self._row = 0
        self._sheet: Worksheet = self._new_sheet()

    def write(self, rows: Rows) -> None:
        for row in rows:
            if self._row == self._most:
                self._sheet = self._new_sheet()
            self._write_row(row)

    def close(self) -> None:
        try:
            self._book.close()
        finally:
            self._folder.cleanup()

    def _write_row(self, row: Sequence[Any]) -> None:
        sheet, number = self._sheet, self._row
        for place, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            kind = column.kind
            if value == "":
                continue
            if kind is Kind.NUMBER:
                sheet.write_number(number, place, value)
            elif kind is Kind.FLAG:
                sheet.write_boolean(number, place, bool(value))
            elif kind is Kind.MOMENT:
                sheet.write_number(number, place, self._moments.serial(value), self._date)
            else:
                sheet.write_string(number, place, value[:LETTERS_A_CELL])
        self._row = number + 1

    def _new_sheet(self) -> Worksheet:
        number = len(self._book.worksheets())
        sheet = self._book.add_worksheet("Recognition" if number == 0 else f"Recognition {number + 1}")
        for place, (column, header) in enumerate(zip(self._columns, self._headers, strict=True)):
            sheet.set_column(place, place, _WIDTHS[column.kind])
            sheet.write_string(0, place, header, self._bold)
        sheet.freeze_panes(1, 0)
        self._row = 1
        return sheet
