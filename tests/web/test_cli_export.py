"""Exporting the recognition log from the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from app.exports import recognition
from tests.web.command_line import ROOT, Run

FORMULA = '=HYPERLINK("https://evil.example.org","Élodie")'


@pytest.fixture
def log(installed: Path) -> Path:
    """Two thanks around midnight in Nairobi, one with a formula and one with accents, and a third in private."""
    with sqlite3.connect(installed) as connection:
        connection.execute("update workspace set zone = 'Africa/Nairobi'")
        connection.execute(
            "insert into member (workspace_id, slack_id, home_team_id, name, zone, locale, is_bot, is_admin, "
            "is_guest, is_external, deactivated, seen_at) values (1, 'U0ELODIE1', 'T1', 'Élodie Ünal', 'UTC', 'fr', "
            "0, 0, 0, 0, 0, '2026-01-01')"
        )
        for number, (reason, at, kind) in enumerate(
            (
                (FORMULA, "2026-03-31 20:59:59.000000", "public"),
                ("merci, « très clair »", "2026-03-31 21:00:00.000000", "public"),
                ("a secret", "2026-04-01 10:00:00.000000", "direct"),
            ),
            1,
        ):
            connection.execute(
                'insert into thanks (workspace_id, id, "key", giver, reason, value, source, status, hidden, '
                "channel_id, channel_kind, message_ts, forum_url, cost, created_at, updated_at) values "
                "(1, ?, ?, 'U0ELODIE1', ?, 'sharing', 'command', 'counted', 0, 'C1', ?, '', '', 1, ?, ?)",
                (number, f"k{number}", reason, kind, at, at),
            )
            names = [row[1] for row in connection.execute("pragma table_info(thanks_recipient)") if row[3]]
            values: dict[str, Any] = dict.fromkeys(names, "")
            values |= {
                "workspace_id": 1,
                "id": number,
                "thanks_id": number,
                "slack_id": "U0NOBODY1",
                "created_at": at,
            }
            connection.execute(
                f"insert into thanks_recipient ({', '.join(values)}) values ({', '.join('?' * len(values))})",
                list(values.values()),
            )
    return installed


def audits(file: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(file) as connection:
        found = connection.execute("select actor, act, details from audit order by id").fetchall()
    assert {(actor, act) for actor, act, _ in found} <= {("cli", "recognition.export")}
    return [json.loads(details) for *_, details in found]


def test_a_pipe_gets_the_log_in_the_workspaces_zone_and_nothing_else(run: Run, log: Path) -> None:
    done = run("export", "recognition")
    lines = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert [line["given_at"] for line in lines] == [
        "2026-03-31T23:59:59+03:00",
        "2026-04-01T00:00:00+03:00",
        "2026-04-01T13:00:00+03:00",
    ]
    assert [line["reason"] for line in lines] == ["'" + FORMULA, "merci, « très clair »", ""]
    assert lines[0]["giver_name"] == "Élodie Ünal"
    assert lines[0]["recipient_name"] == lines[0]["recipient_id"] == "U0NOBODY1"
    assert done.err == "3 rows written.\n"
    assert audits(log) == [
        {"rows": 3, "whole": True, "order": {"format": "csv", "form": "raw", "zone": "Africa/Nairobi"}}
    ]


def test_a_period_is_whole_days_of_the_zone_that_is_named(run: Run, log: Path) -> None:
    def reasons(*options: str) -> list[str]:
        done = run("export", "recognition", "--format", "jsonl", *options)
        return [json.loads(line)["reason"] for line in done.out.splitlines()]

    assert reasons("--to", "2026-03-31") == [FORMULA]
    assert reasons("--from", "2026-04-01") == ["merci, « très clair »", ""]
    assert reasons("--to", "2026-03-31", "--zone", "UTC") == [FORMULA, "merci, « très clair »"]
    assert reasons("--from", "2026-04-01", "--to", "2026-04-01", "--zone", "Asia/Kathmandu") == [
        FORMULA,
        "merci, « très clair »",
        "",
    ]


def test_excel_shows_the_name_and_the_formula_as_text(run: Run, log: Path, tmp_path: Path) -> None:
    assert run("export", "recognition", "--bom", "--output", "log.csv").code == 0
    raw = (tmp_path / "log.csv").read_bytes()
    assert (tmp_path / "log.csv").stat().st_mode & 0o777 == 0o600
    # The mark by which Excel knows UTF-8, then the letters in it.
    assert raw[:3] == b"\xef\xbb\xbf"
    assert "Élodie Ünal".encode() in raw
    assert b"\r\n" in raw
    assert b"\n=" not in raw
    assert b",=" not in raw
    assert b',"=' not in raw

    assert run("export", "recognition", "--format", "xlsx", "--output", "log.xlsx").code == 0
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx").active
    titles = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, titles.index("reason") + 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (FORMULA, "s", None)
    assert sheet.cell(2, titles.index("giver_name") + 1).value == "Élodie Ünal"
    given = sheet.cell(2, titles.index("given_at") + 1)
    assert (str(given.value), given.number_format) == ("2026-03-31 23:59:59", 'yyyy-mm-dd hh:mm:ss "Africa/Nairobi"')
    # In the file itself there is no formula and no link either.
    with zipfile.ZipFile(tmp_path / "log.xlsx") as parts:
        inside = parts.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in inside
        assert b"hyperlink" not in inside
        assert not [name for name in parts.namelist() if "rels" in name and "sheet" in name]


def test_summaries_and_headers_in_a_language(run: Run, log: Path) -> None:
    done = run("export", "recognition", "--summary", "person", "--headers", "en", "--format", "csv")
    assert done.out.splitlines() == [
        "Person (Slack id),Person,Thanks given,Thanks received,Seconds,Different givers,Different recipients,"
        "Most frequent value",
        "U0ELODIE1,Élodie Ünal,3,0,0,0,1,",
        "U0NOBODY1,U0NOBODY1,0,3,0,1,0,sharing",
    ]


def test_what_cannot_be_done_is_said_kindly_and_leaves_nothing(run: Run, log: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    for options, said in (
        (("--format", "pdf"), "csv, xlsx, jsonl, parquet"),
        (("--summary", "team"), "person, community, value"),
        (("--summary", "person", "--status", "withdrawn"), "only what counts"),
        (("--summary", "person", "--emails"), "E-mail addresses"),
        (("--from", "last week"), "2026-03-31"),
        (("--from", "2026-04-01", "--to", "2026-03-01"), "ends before it begins"),
        (("--zone", "Nairobi"), "Africa/Nairobi"),
        (("--community", "nowhere"), "no community nowhere"),
        (("--giver", "Ana"), "U0123ABCD"),
        (("--source", "mail"), "command, form, shortcut"),
        (("--status", "gone"), "counted"),
        (("--headers", "tlh"), "en, es, fr, pt"),
        (("--emails",), "SLACK_BOT_TOKEN"),
        (("--team", "T9"), "T9"),
        (("--output", "nowhere/log.csv"), "no folder nowhere"),
        (("--output", str(tmp_path)), "is a folder"),
    ):
        run("export", "recognition", *options).kindly(said)
    assert sorted(tmp_path.iterdir()) == before
    assert audits(log) == []


def test_an_export_that_breaks_off_leaves_no_file_but_is_audited_where_it_was_read(
    run: Run, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "log.csv").write_text("the last one")
    before = sorted(tmp_path.iterdir())
    whole = recognition._batches

    def half(*args: Any) -> Any:
        yield from whole(*args)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recognition, "_batches", half)
    failed = run("export", "recognition", "--output", "log.csv")
    assert failed.code == 1
    assert "No space left" in failed.err
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "log.csv").read_text() == "the last one"
    assert audits(log) == []

    assert run("export", "recognition").code == 1
    (read,) = audits(log)
    assert (read["rows"], read["whole"]) == (3, False)


def test_files_go_through_a_real_pipe(log: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{log}"}
    command = [sys.executable, "-m", "app", "export", "recognition", "--format", "parquet"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)
    table = pq.read_table(io.BytesIO(done.stdout))
    assert table["reason"].to_pylist() == [FORMULA, "merci, « très clair »", ""]
    assert str(table.schema.field("given_at").type) == "timestamp[us, tz=Africa/Nairobi]"


def test_a_terminal_is_not_filled_with_noise(run: Run, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    run("export", "recognition", "--format", "parquet").kindly("--output")
