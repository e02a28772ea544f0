"""Exports of the recognition log: every format holds the same, formulas stay text, private words stay away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.clock import StillClock
from app.communities.service import import_communities
from app.communities.shapes import CommunityEntry
from app.db import Database
from app.errors import NotUnderstood
from app.exports.cells import harmless
from app.exports.formats import writer
from app.exports.orders import order_of
from app.exports.periods import bounds
from app.exports.raw import COLUMNS
from app.exports.recognition import write_recognition
from app.exports.shapes import Column, Kind, Order
from app.exports.xlsx import XlsxWriter
from app.i18n import Reader
from app.members.rules import Profile
from app.members.service import ensure_workspace, note_members
from app.thanks import seconds, service
from app.thanks.shapes import Named, Place, Wish
from models import Thanks

ANA, BO, CY = "U0ANA", "U0BO", "U0CY"
FORMULA = '=HYPERLINK("https://example.org","click")'
FRENCH = "la fiche sur l'hémorragie, « très claire »"


@pytest.fixture
async def filled(db: Database, clock: StillClock, database_url: str) -> AsyncIterator[tuple[str, int]]:
    """Four thanks: a formula, a French one with two recipients, a private one, one that was taken back."""
    entries = [
        CommunityEntry("malaria", "Malaria", ""),
        CommunityEntry("old", "Old one", "", status="merged", merged_into="malaria"),
    ]
    async with db.transaction() as session:
        here = (await ensure_workspace(session, "T1", "One", clock.now())).id or 0
        await import_communities(session, here, entries, clock.now())
        people = [Profile(ANA, "T1", "Ana Lucía"), Profile(BO, "T1", "=Bo"), Profile(CY, "T1", "")]
        await note_members(session, here, people, clock.now())
        for giver, to, reason, community, kind, value in (
            (ANA, (BO,), FORMULA, "malaria", "public", "sharing"),
            (BO, (ANA, CY), FRENCH, "old", "public", ""),
            (CY, (ANA,), "a secret", "malaria", "private", "mentoring"),
            (ANA, (CY,), "taken back", "malaria", "public", ""),
        ):
            wish = Wish(giver, tuple(map(Named, to)), reason, value, community, Place("C1", kind, "1.1"))
            thanks, _ = await service.give(session, here, clock.fresh_id(), wish, clock.now())
            if reason == "taken back":
                await service.withdraw(session, here, thanks.key, giver, clock.now())
        args = {"standing": True, "event_ts": "1.0", "now": clock.now()}
        await seconds.react(session, here, CY, "C1", "1.1", "tada", **args)
    yield database_url, here


def written(filled: tuple[str, int], order: Order, **more: Any) -> bytes:
    sink = io.BytesIO()
    write_recognition(*filled, order, sink, **more)
    return sink.getvalue()


def as_dicts(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


async def test_a_csv_holds_every_line_and_no_formula(filled: tuple[str, int]) -> None:
    raw = written(filled, Order(zone="Asia/Kathmandu"))
    assert raw.startswith(b"thanks_id,line_id,given_at,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 6
    lines = as_dicts(raw)
    assert [line["reason"] for line in lines] == [f"'{FORMULA}", FRENCH, FRENCH, "", "taken back"]
    assert [line["giver_name"] for line in lines] == ["Ana Lucía", "'=Bo", "'=Bo", CY, "Ana Lucía"]
    assert [line["private"] for line in lines] == ["false", "false", "false", "true", "false"]
    assert [line["channel_id"] for line in lines] == ["C1", "C1", "C1", "", "C1"]
    assert [line["status"] for line in lines] == ["counted"] * 4 + ["withdrawn"]
    assert [line["seconds"] for line in lines] == ["1", "0", "0", "0", "0"]
    assert {line["given_at"] for line in lines} == {"2026-11-23T17:45:00+05:45"}
    assert not any("@" in value for line in lines for value in line.values())


async def test_a_byte_order_mark_is_there_for_excel_alone(filled: tuple[str, int]) -> None:
    plain, marked = written(filled, Order()), written(filled, Order(bom=True))
    assert marked == b"\xef\xbb\xbf" + plain
    # What Excel reads after the mark is UTF-8: the name is whole.
    assert "Ana Lucía" in marked.decode("utf-8-sig")


async def test_every_format_says_the_same(filled: tuple[str, int]) -> None:
    lines = [json.loads(line) for line in written(filled, Order(format="jsonl")).decode().splitlines()]
    assert [line["reason"] for line in lines] == [FORMULA, FRENCH, FRENCH, "", "taken back"]
    assert lines[0]["hidden"] is False
    assert lines[0]["given_at"] == "2026-11-23T12:00:00+00:00"

    table = pq.read_table(io.BytesIO(written(filled, Order(format="parquet", zone="Africa/Nairobi"))))
    assert table.column_names == [one.name for one in COLUMNS]
    assert table["reason"].to_pylist() == [line["reason"] for line in lines]
    assert table["given_at"].to_pylist()[0].astimezone(UTC) == datetime(2026, 11, 23, 12, tzinfo=UTC)

    book = openpyxl.load_workbook(io.BytesIO(written(filled, Order(format="xlsx"))))
    sheet = book.worksheets[0]
    reason = next(cell for cell in sheet[1] if cell.value == "reason").column
    cell = sheet.cell(2, reason)
    assert (cell.value, cell.data_type, cell.hyperlink) == (FORMULA, "s", None)
    assert sheet.cell(3, reason).value == FRENCH
    assert sheet.max_row == 6


async def test_headers_are_for_ever_or_in_somebodys_language(filled: tuple[str, int]) -> None:
    words = Reader("fr").words()
    first = written(filled, Order(language="fr"), words=words).decode().splitlines()[0]
    assert first.split(",")[0] == words("Thanks no.")
    assert first != written(filled, Order()).decode().splitlines()[0]


async def test_addresses_stand_there_only_when_they_are_ordered(filled: tuple[str, int]) -> None:
    lines = as_dicts(written(filled, Order(emails=True), emails={ANA: "ana@example.org"}))
    assert [line["giver_email"] for line in lines] == ["ana@example.org", "", "", "", "ana@example.org"]
    assert "giver_email" not in as_dicts(written(filled, Order()))[0]


async def test_a_filter_and_a_period_leave_out_the_rest(filled: tuple[str, int]) -> None:
    def reasons(**asked: Any) -> list[str]:
        return [line["reason"] for line in as_dicts(written(filled, order_of(**asked)))]

    assert reasons(community="old") == [FRENCH, FRENCH]
    assert reasons(status="withdrawn") == ["taken back"]
    assert reasons(recipient=CY, value="") == [FRENCH, "taken back"]
    # Noon in UTC is the 24th on Kiritimati (+14), and the 23rd in Nairobi.
    assert reasons(first="2026-11-24", zone="Pacific/Kiritimati") != []
    assert reasons(first="2026-11-24", zone="Africa/Nairobi") == []
    assert len(reasons(first="2026-11-23", last="2026-11-23", zone="Africa/Nairobi")) == 5


async def test_summaries_count_by_the_rule_and_merge_into_heirs(filled: tuple[str, int]) -> None:
    people = {line["person_id"]: line for line in as_dicts(written(filled, Order(form="person")))}
    assert (people[ANA]["given"], people[ANA]["received"], people[ANA]["givers"]) == ("1", "2", "2")
    assert people[ANA]["top_value"] == "mentoring"
    assert (people[CY]["person_name"], people[CY]["given"], people[CY]["received"]) == (CY, "1", "1")
    (malaria,) = as_dicts(written(filled, Order(form="community")))
    assert malaria == {
        "community": "malaria",
        "community_name": "Malaria",
        "thanks": "3",
        "people_thanked": "4",
        "givers": "3",
        "recipients": "3",
        "seconds": "1",
    }
    values = as_dicts(written(filled, Order(form="value")))
    assert [(line["value"], line["thanks"]) for line in values] == [("mentoring", "1"), ("sharing", "1"), ("", "1")]


async def test_an_export_is_one_state_though_others_write_on(
    filled: tuple[str, int], db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setattr("app.exports.snapshot.ROWS_AT_ONCE", 1)
    loop, seen = asyncio.get_running_loop(), []

    async def write() -> None:
        async with db.transaction() as session:
            for thanks in (await session.exec(select(Thanks))).all():
                thanks.value = "changed"

    def meanwhile(count: int) -> None:
        if not seen:
            # The writer is not held up by the reader.
            asyncio.run_coroutine_threadsafe(write(), loop).result(10)
        seen.append(count)

    raw = await asyncio.to_thread(lambda: written(filled, Order(), progress=meanwhile))
    assert "changed" not in raw.decode()
    assert "changed" in written(filled, Order()).decode()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"format": "pdf"}, "format"),
        ({"form": "team"}, "form"),
        ({"zone": "Nairobi"}, "zone"),
        ({"first": "1.3.2026"}, "first"),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "last"),
        ({"language": "xx"}, "language"),
        ({"status": "gone"}, "status"),
        ({"form": "person", "emails": True}, "options"),
    ],
)
def test_an_order_that_cannot_be_read_says_which_part(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        order_of(**asked)
    assert refused.value.field == field


def test_an_order_survives_being_stored() -> None:
    order = order_of(format="xlsx", first="2026-01-01", zone="Asia/Kathmandu", community="malaria", bom=True)
    assert Order.of(json.loads(json.dumps(order.said()))) == order


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_text_comes_back_from_a_csv_as_it_was_or_with_an_apostrophe(texts: list[str]) -> None:
    sink = io.BytesIO()
    out = writer("csv", sink, [Column("a", Kind.TEXT, "a"), Column("b", Kind.TEXT, "b")])
    out.write([(text, "end") for text in texts])
    out.close()
    read = [row[0] for row in csv.reader(io.StringIO(sink.getvalue().decode(), newline=""))][1:]
    # What UTF-8 cannot say is written as a question mark.
    wanted = [text.encode("utf-8", "replace").decode() for text in texts]
    assert read == [harmless(text) for text in wanted]
    for text, shown in zip(wanted, read, strict=True):
        assert shown in (text, "'" + text)
        assert shown[:1] not in tuple("=+-@\t\r") or not shown


@given(
    st.dates(date(1972, 1, 1), date(2090, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(
        ("Asia/Kathmandu", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Kiritimati", "Europe/Paris", "UTC")
    ),
)
def test_a_period_is_whole_local_days(first: date, days: int, zone: str) -> None:
    from zoneinfo import ZoneInfo

    last = first + timedelta(days=days)
    since, until = bounds(first, last, zone)
    assert since is not None
    assert until is not None
    there = ZoneInfo(zone)
    assert since.astimezone(there).date() == first
    assert (since - timedelta(seconds=1)).astimezone(there).date() < first
    assert until.astimezone(there).date() == last + timedelta(days=1)
    assert (until - timedelta(seconds=1)).astimezone(there).date() <= last


def test_a_workbook_goes_on_to_a_next_sheet_when_one_is_full() -> None:
    sink = io.BytesIO()
    out = XlsxWriter(sink, [Column("n", Kind.NUMBER, "n")], ["n"], "UTC", rows_a_sheet=4)
    out.write([(number,) for number in range(7)])
    out.close()
    book = openpyxl.load_workbook(io.BytesIO(sink.getvalue()))
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["n", 0, 1, 2],
        ["n", 3, 4, 5],
        ["n", 6],
    ]
