"""What the page on exports says is true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import typer

from app.cli import app
from app.exports.cells import harmless
from app.exports.orders import order_of
from app.exports.raw import COLUMNS, EMAIL_COLUMNS
from app.exports.shapes import FORMATS, SUMMARIES
from app.exports.summary import COLUMNS as SUMS
from app.exports.xlsx import ROWS_A_SHEET
from app.i18n import spoken
from app.thanks.filters import STATUS_FILTERS
from models.thanks import SOURCES, STATUSES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "export.md").read_text(encoding="utf-8")


def table(part: str) -> dict[str, str]:
    """Rows whose first cell is code: its text, and the rest of the row."""
    return dict(re.findall(r"^\| `([-\w]+)` \| (.*) \|$", part, re.M))


def part(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def options() -> dict[str, str]:
    """The command's own options, and the name of what each sets."""
    whole: Any = typer.main.get_command(app)
    command = whole.commands["export"].commands["recognition"]
    return {name: str(one.name) for one in command.params for name in one.opts}


def test_every_option_is_told_and_every_choice_it_has() -> None:
    said = table(part("Options"))
    assert list(said) == [name for name in options() if name != "--help"]
    for option, choices in (
        ("--format", FORMATS),
        ("--summary", SUMMARIES),
        ("--source", SOURCES),
        ("--status", STATUS_FILTERS),
        ("--headers", sorted(spoken())),
    ):
        assert sorted(re.findall(r"`(\w+)`", said[option])) == sorted(choices), option


def test_every_column_is_told_in_order() -> None:
    lines = table(part("Line by line"))
    assert list(lines) == [one.name for one in COLUMNS]
    assert re.findall(r"`(\w+)`", lines["source"]) == list(SOURCES)
    assert sorted(re.findall(r"`(\w+)`", lines["status"])) == sorted(STATUSES)
    assert all(f"`{one.name}`" in part("Options") for one in EMAIL_COLUMNS)
    person, grouped = part("Summed up").split("People who were erased")
    assert list(table(person)) == [one.name for one in SUMS["person"]]
    numbers = list(table(grouped))
    assert ["community", "community_name", *numbers] == [one.name for one in SUMS["community"]]
    assert ["value", *numbers] == [one.name for one in SUMS["value"]]


def test_the_examples_can_be_typed() -> None:
    names = options()
    examples = [line for line in PAGE.splitlines() if " export recognition " in line]
    assert len(examples) == 4
    for line in examples:
        words = shlex.split(line.split(" | ")[0].split(" > ")[0])
        given: dict[str, str | bool] = {}
        rest = iter(words[words.index("recognition") + 1 :])
        for option in rest:
            given[names[option]] = True if option == "--bom" else next(rest)
        given.pop("output", None)
        if "headers" in given:
            given["language"] = given.pop("headers")
        if "summary" in given:
            given["form"] = given.pop("summary")
        order_of(**given)  # type: ignore[arg-type]


def test_what_is_said_of_formulas_and_sheets_is_so() -> None:
    for text in (
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@x",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "  =1",
        "\u200b=1",
        "\tx",
        "\rx",
        "\nx",
    ):
        assert harmless(text) == "'" + text
    for text in ("merci", "Élodie", "3 + 1", "« oui »", "", "  x", "#sharing", "a=b"):
        assert harmless(text) == text
    assert f"{ROWS_A_SHEET:,} rows" in PAGE
    assert re.search(r"\(benchmarks\.md#(.*)\)", PAGE)
    anchor = "## Exports of the recognition log (`export`, `export-million`)"
    assert anchor in (DOCS / "benchmarks.md").read_text(encoding="utf-8")
