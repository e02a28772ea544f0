"""From CSV text (commas, European semicolons or tabs) to records that know their lines."""

from __future__ import annotations

import csv
import io
import re

from app.communities.reading import fail

# More than any purpose or list of examples can need; the csv module's own limit is of this order.
_QUOTE_HINT = "Text with a line break, a quote or the separator in it goes in double quotes, a quote inside doubled."


def read_csv(text: str, known: frozenset[str]) -> tuple[list[tuple[int, str]], list[tuple[int, list[str]]]]:
    """The header as (line, title) pairs and the rows as (first line, cells) pairs; blank rows are left out.

    The separator is the one under which most titles are in `known` (normalised by `plain`).
    """
    offset = 0
    first, _, rest = text.partition("\n")
    hint = re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE)
    if hint:
        # Excel's own note about the separator, not a row.
        text, offset = rest, 1
    delimiter = hint.group(1) if hint and hint.group(1) in ",;\t|" else _delimiter(text, known)
    rows = _rows(text, delimiter, offset)
    if not rows:
        return [], []
    line, titles = rows[0]
    return [(line, title) for title in titles], rows[1:]


def plain(title: str) -> str:
    """A column title as it is compared: lower case, words joined by underscores."""
    return re.sub(r"[\s_-]+", "_", title.strip().casefold()).strip("_")


def _delimiter(text: str, known: frozenset[str]) -> str:
    head = text.lstrip()[:4000]

    def found(delimiter: str) -> int:
        line = head.splitlines()[0] if head else ""
        return sum(plain(part.strip().strip('"')) in known for part in line.split(delimiter))

    return max(",;\t", key=found)


def _rows(text: str, delimiter: str, offset: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    while True:
        start = reader.line_num + 1 + offset
        try:
            cells = next(reader)
        except StopIteration:
            return rows
        except csv.Error as error:
            said = "a quote that is never closed" if "unexpected end" in str(error) else str(error)
            raise fail(start, f"The row that begins here cannot be read ({said}). {_QUOTE_HINT}") from None
        if any(cell.strip() for cell in cells):
            rows.append((start, cells))
