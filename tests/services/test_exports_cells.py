"""Cells of exports: instants in any zone, formulas in any disguise, texts that workbooks find hard."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from app.exports.cells import Moments, harmless
from app.exports.formats import writer
from app.exports.periods import bounds
from app.exports.shapes import Column, Kind

# Offsets of quarters and halves, clocks that move by half an hour, at midnight, over a whole day; one of the past
# with seconds.
ZONES = (
    "UTC",
    "Africa/Nairobi",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Europe/Paris",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Africa/Monrovia",
)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1))  # noqa: DTZ001 - as the database tells them
TEXT, NUMBER, MOMENT = Column("t", Kind.TEXT, "t"), Column("n", Kind.NUMBER, "n"), Column("m", Kind.MOMENT, "m")


def told(moment: datetime) -> str:
    """As the database tells it."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


@given(MOMENTS, st.sampled_from(ZONES), st.lists(st.integers(-10_000, 10_000), max_size=5))
@example(datetime(2026, 4, 4, 14, 59, 59), "Australia/Lord_Howe", [1, 1800, 3600])  # noqa: DTZ001
@example(datetime(1972, 1, 7, 0, 44, 29), "Africa/Monrovia", [1, 2, 3600])  # noqa: DTZ001
def test_an_instant_is_told_as_the_zone_has_it(moment: datetime, zone: str, more: list[int]) -> None:
    near = [moment, *(moment + timedelta(seconds=one) for one in more)]
    there = ZoneInfo(zone)
    wanted = [one.replace(tzinfo=UTC).astimezone(there).isoformat(timespec="seconds") for one in near]
    moments = Moments(zone)
    assert moments.iso([told(one) for one in near]) == wanted
    # Again, from what is remembered, and with one that is not known.
    assert moments.iso(["", *(told(one) for one in reversed(near))]) == ["", *reversed(wanted)]


@settings(max_examples=30, deadline=None)
@given(MOMENTS, st.sampled_from(ZONES))
def test_every_format_tells_the_same_instant(moment: datetime, zone: str) -> None:
    files = {}
    for format in ("jsonl", "xlsx", "parquet"):
        sink = io.BytesIO()
        out = writer(format, sink, [NUMBER, MOMENT], zone=zone)
        out.write([(1, told(moment)), (2, "")])
        out.close()
        files[format] = io.BytesIO(sink.getvalue())
    exact = moment.replace(tzinfo=UTC)
    seconds = exact.replace(microsecond=0)
    first, second = map(json.loads, files["jsonl"].read().splitlines())
    assert second["m"] == ""
    if first["m"].count(":") == 3:
        assert datetime.fromisoformat(first["m"]) == seconds
    sheet = openpyxl.load_workbook(files["xlsx"]).worksheets[0]
    assert sheet.cell(2, 2).value == seconds.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert sheet.cell(3, 2).value is None
    table = pq.read_table(files["parquet"])
    assert table.schema.field("m").type.tz == zone
    assert [one and one.astimezone(UTC) for one in table["m"].to_pylist()] == [exact, None]


@pytest.mark.parametrize(
    ("zone", "first", "last", "since", "until"),
    [
        # Clocks go forward at two, and back at three: 23 and 25 hours.
        ("Europe/Paris", "2026-03-29", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("Europe/Paris", "2026-10-25", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        # There is no midnight on this day: clocks go from 00:00 to 01:00.
        ("Africa/Cairo", "2026-04-24", "2026-04-24", "2026-04-23T22:00", "2026-04-24T21:00"),
        # Midnight comes twice on this one: clocks go from 01:00 back to 00:00.
        ("America/Havana", "2026-11-01", "2026-11-01", "2026-11-01T04:00", "2026-11-02T05:00"),
        ("Asia/Kathmandu", "2026-01-01", "2026-12-31", "2025-12-31T18:15", "2026-12-31T18:15"),
        # A day that never was there.
        ("Pacific/Apia", "2011-12-30", "2011-12-30", "2011-12-30T10:00", "2011-12-30T10:00"),
    ],
)
def test_a_day_begins_and_ends_where_it_does(zone: str, first: str, last: str, since: str, until: str) -> None:
    found = bounds(date.fromisoformat(first), date.fromisoformat(last), zone)
    assert [f"{one:%Y-%m-%dT%H:%M}" for one in found if one] == [since, until]


BLANKS = st.text(st.sampled_from(" \t\u00a0\u3000\u200b\ufeff\u2003\r\n"), max_size=3)


@given(BLANKS, st.sampled_from("=+-@＝＋－＠﹢﹣﹦﹫−"), st.text(max_size=5))
def test_a_formula_in_any_disguise_is_text(blanks: str, sign: str, rest: str) -> None:
    assert harmless(blanks + sign + rest) == "'" + blanks + sign + rest


@given(st.text(st.characters(categories=["L", "N", "Po"], exclude_characters="@＠﹫"), min_size=1))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=3))
@example(
    ["_x0041_", "=1+1", "{=A1}", "https://example.org", "mailto:a@example.org", "a\x00\x0bb", " x ", "\r\n", "007"]
)
def test_any_text_comes_back_from_a_workbook_as_text(texts: list[str]) -> None:
    sink = io.BytesIO()
    out = writer("xlsx", sink, [TEXT, NUMBER])
    out.write([(text, number) for number, text in enumerate(texts)])
    out.close()
    sheet = openpyxl.load_workbook(io.BytesIO(sink.getvalue())).worksheets[0]
    for row, text in enumerate(texts, 2):
        cell = sheet.cell(row, 1)
        assert cell.hyperlink is None
        if text:
            assert cell.data_type == "s"
            # XML has one way to end a line, and openpyxl leaves a workbook's own escapes to its caller.
            assert unescape(cell.value).replace("\r\n", "\n").replace("\r", "\n") == text.replace(
                "\r\n", "\n"
            ).replace("\r", "\n")
        else:
            assert cell.value is None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_text_comes_back_from_json_lines_and_parquet_as_it_was(texts: list[str]) -> None:
    lines, table = io.BytesIO(), io.BytesIO()
    for format, sink in (("jsonl", lines), ("parquet", table)):
        out = writer(format, sink, [TEXT, NUMBER])
        out.write([(text, number) for number, text in enumerate(texts)])
        out.write([])
        out.close()
    assert [json.loads(line)["t"] for line in lines.getvalue().decode().split("\n")[:-1]] == texts
    assert pq.read_table(io.BytesIO(table.getvalue()))["t"].to_pylist() == texts
