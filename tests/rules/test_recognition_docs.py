"""What the pages on the API and on importing a log say is true."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from app.api.auth import PACE
from app.api.errors import Problem
from app.api.recognition import MOST, PAGE, SETTLES_IN, PageQuery
from app.api.shapes import Page
from app.errors import NotUnderstood
from app.thanks.filters import STATUS_FILTERS
from app.thanks.import_columns import FIELDS, KNOWN, NEEDED, wishes
from app.thanks.import_dates import Dates
from app.thanks.import_matching import Places, match
from app.thanks.import_parsing import MAX_BYTES, read
from app.thanks.import_people import People
from app.thanks.log import CREATED, Cursor
from app.thanks.policy import DEFAULT
from app.thanks.rules import REASON_LENGTH
from app.tokens.rules import DEFAULT_DAYS, PREFIX, SCOPES
from models.thanks import SOURCES
from tests.rules.import_cast import ANA, EVERYBODY, GRACE, JOAO, OTHER_GRACE

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text(encoding="utf-8")
IMPORT = (DOCS / "recognition-import.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.S)


def table(text: str) -> dict[str, str]:
    """Rows of tables whose first cell is code: its text, and the rest of the row."""
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.M))


def test_the_page_on_the_api_is_true() -> None:
    said = table(API)
    assert list(said) == [field.alias or name for name, field in PageQuery.model_fields.items()]
    assert re.findall(r"`(\w+)`", said["source"]) == list(SOURCES)
    assert re.findall(r"`(\w+)`", said["status"]) == list(STATUS_FILTERS)
    assert f"1 to {MOST}, {PAGE} when left out" in said["limit"]
    page, problem = (json.loads(one) for one in blocks(API, "json"))
    jsonschema.validate(page, Page.model_json_schema())
    assert Cursor.of(page["next_cursor"], CREATED)
    jsonschema.validate(problem, Problem.model_json_schema())
    assert (SETTLES_IN.seconds, PACE.burst, PACE.interval) == (5, 120, 0.5)
    assert (PREFIX, list(SCOPES), DEFAULT_DAYS) == ("bao_", ["recognition:read"], 365)


def test_the_page_on_importing_names_every_field_and_only_titles_that_are_understood() -> None:
    said = table(IMPORT)
    assert list(said) == list(FIELDS)
    for field, row in said.items():
        needed, titles, _ = (
            row.split(" | ", 2) if row.startswith("yes") else ("", *row.removeprefix("| ").split(" | ", 1))
        )
        assert (needed == "yes") is (field in NEEDED)
        assert {KNOWN[title][0] for title in re.findall(r"`(\w+)`", titles)} == {field}
    assert (MAX_BYTES, REASON_LENGTH) == (50_000_000, 1000)


def test_the_example_of_a_file_is_read_as_the_page_says() -> None:
    (example,) = blocks(IMPORT, "csv")
    sheet = read(example.encode(), wished={}, dates=Dates(UTC), values=DEFAULT.values, now=NOW)
    people = People([one for one in EVERYBODY if one is not OTHER_GRACE], {}, emails_known=True)
    found = match(sheet.lines, people, Places({}))
    assert (sheet.problems, found.problems) == ((), ())
    assert [(one.giver, one.people) for one in found.given] == [
        (ANA.slack_id, (JOAO.slack_id,)),
        (ANA.slack_id, (JOAO.slack_id, GRACE.slack_id)),
    ]
    assert wishes(re.findall(r'--map "([^"]+)"', IMPORT)) == {"wann": "date", "von": "giver", "stand": ""}


def test_dates_and_errors_are_as_the_page_says() -> None:
    dates = Dates(ZoneInfo("Africa/Nairobi"))
    section = IMPORT.split("## Dates")[1].split("##")[0]
    written = [one for one in re.findall(r"`([^`]+)`", section) if "2024" in one and "/" not in one]
    assert len(written) == 6
    assert {dates.read(one).date().isoformat() for one in written} == {"2024-03-01"}
    with pytest.raises(NotUnderstood, match="--date-format DMY"):
        dates.read("01/02/2024")
    with pytest.raises(NotUnderstood) as caught:
        People(EVERYBODY, {}, emails_known=True).one("Grace Banda")
    assert f"line 3, recipient: {caught.value.message}\n" in IMPORT
