"""The command line's door: a directory file in, words for a terminal out."""

from __future__ import annotations

from pathlib import Path

from app.communities.parsing import parse
from app.communities.service import ImportReport
from app.communities.shapes import CommunityEntry
from app.errors import NotFound

_KINDS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".csv": "csv", ".tsv": "csv"}


def read_file(path: Path | str) -> tuple[CommunityEntry, ...]:
    """The communities of a file; its ending says the format, without a known one the content does.

    Raises `ImportProblems` with every problem, `NotFound` when the file cannot be opened.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound(
            f"{path} cannot be read: {error.strerror or error}. Check the name and its permissions."
        ) from None
    return parse(data, _KINDS.get(path.suffix.lower(), ""))


def describe(report: ImportReport) -> str:
    """The report for a terminal: each change on its lines, then the sum of them."""
    sums = ", ".join(
        f"{len(part)} {name}"
        for name, part in (
            ("created", report.created),
            ("updated", report.updated),
            ("unchanged", report.unchanged),
            ("archived", report.archived),
        )
    )
    head = "Dry run, nothing was stored. It would be: " if report.dry_run else "Imported: "
    return "\n".join([*report.lines, f"{head}{sums}."])
