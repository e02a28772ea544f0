"""A recognition log as other tools export it, read to lines; people and communities are still words here. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.communities.items import short, tidy
from app.communities.reading import check_characters, decode, fail
from app.communities.table import plain, read_csv
from app.errors import ImportProblems, NotUnderstood, Problem
from app.exports.cells import harmless
from app.thanks.import_columns import KNOWN, OWN_ID, OWN_KEY, Columns, columns
from app.thanks.import_dates import Dates
from app.thanks.policy import SLUG_LENGTH
from app.thanks.rules import REASON_LENGTH
from models.thanks import STATUSES

MAX_BYTES = 50_000_000
ID_LENGTH = 200
# A clock that is a little ahead is no reason to refuse a file.
AHEAD = timedelta(days=1)

_SLACK_ID = re.compile(r"(?:<@)?[UW][A-Z0-9]{6,31}(?:\|[^>]*)?>?")
_HASHTAG = re.compile(r"[#＃]([\w-]+)")
_TRUTH = {**dict.fromkeys(("true", "yes", "y", "1"), True), **dict.fromkeys(("false", "no", "n", "0", ""), False)}


@dataclass(frozen=True)
class Line:
    """One row: `at` is the line of the file it begins on. `people` is the whole cell, `value` a slug or "".

    One that is not `sound` has a problem already, and is kept for what else is wrong with it. `own` says whether `id`
    is a number (`thanks_id`) or a key (`key`) of a Baobab, or "" for another tool's.
    """

    at: int
    id: str
    own: str
    when: datetime
    giver: str
    people: str
    reason: str
    value: str
    community: str
    channel: str
    status: str
    private: bool
    hidden: bool
    sound: bool = True


@dataclass(frozen=True)
class Sheet:
    """A file that could be read: its lines, what is wrong with them, and what was put right on the way."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    columns: Columns
    withdrawn: int = 0
    shortened: int = 0
    several_values: int = 0


def read(
    data: bytes,
    *,
    wished: Mapping[str, str],
    dates: Dates,
    values: tuple[str, ...],
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Sheet:
    """The lines of a CSV file. `wished` are fields by column, `values` the workspace's; `progress` is told of rows.

    Raises `ImportProblems` where nothing can be read: another encoding, no header, columns that are missing.
    """
    text = decode(data, MAX_BYTES)
    check_characters(text)
    header, rows = read_csv(text, frozenset(KNOWN) | frozenset(wished))
    if not header:
        raise fail(
            1, "The file is empty. Its first line should name the columns, such as date,giver,recipient,reason."
        )
    found, problems = columns(header, wished)
    if problems:
        raise ImportProblems(problems)
    if not rows:
        raise fail(header[0][0], "There is nothing below the names of the columns.")
    reader = _Reader(found, dates, values, now)
    for line, cells in rows:
        reader.take(line, cells)
        progress(1)
    return Sheet(
        tuple(reader.lines), tuple(reader.problems), found, reader.withdrawn, reader.shortened, reader.several_values
    )


class _Reader:
    """Reads row after row; keeps lines and problems."""

    def __init__(self, found: Columns, dates: Dates, values: tuple[str, ...], now: datetime) -> None:
        self._columns = found
        self._dates = dates
        self._values = values
        self._latest = now + AHEAD
        own = found.title(found.places["id"][0]) if "id" in found.places else ""
        self._own = own if own in (OWN_ID, OWN_KEY) else ""
        self.lines: list[Line] = []
        self.problems: list[Problem] = []
        self.withdrawn = self.shortened = self.several_values = 0

    def take(self, at: int, cells: list[str]) -> None:
        width = len(self._columns.titles)
        if any(cell.strip() for cell in cells[width:]):
            message = f"{len(cells)} cells, but {width} columns have a name. Put text with the separator in quotes."
            self.problems.append(Problem(at, "", message))
            return
        before = len(self.problems)
        line = Line(
            at=at,
            id=self._id(at, cells),
            own=self._own,
            when=self._when(at, cells),
            giver=self._person(at, cells, "giver"),
            people=self._person(at, cells, "recipient"),
            reason=self._reason(cells),
            value=self._value(at, cells),
            community=tidy(self._cell(cells, "community")),
            channel=tidy(self._cell(cells, "channel")),
            status=self._status(at, cells),
            private=self._truth(at, cells, "private"),
            hidden=self._truth(at, cells, "hidden"),
        )
        if len(self.problems) > before:
            self.lines.append(replace(line, sound=False))
        elif line.status == "withdrawn":
            self.withdrawn += 1
        else:
            self.lines.append(line)

    def _cells(self, cells: list[str], field: str) -> list[tuple[int, str]]:
        """What the columns of a field hold in this row, the best source first, empty ones left out."""
        found = []
        for place in self._columns.places.get(field, ()):
            # A row cut short leaves its last cells empty, as spreadsheets do.
            cell = cells[place] if place < len(cells) else ""
            text = unprotected(cell)
            if text.strip():
                found.append((place, text))
        return found

    def _cell(self, cells: list[str], field: str) -> str:
        return next((text for _, text in self._cells(cells, field)), "")

    def _problem(self, at: int, field: str, message: str) -> None:
        self.problems.append(Problem(at, field, message))

    def _id(self, at: int, cells: list[str]) -> str:
        found = tidy(self._cell(cells, "id"))
        if len(found) > ID_LENGTH:
            self._problem(at, "id", f"{len(found)} characters are too many for an id; at most {ID_LENGTH}.")
        return found

    def _when(self, at: int, cells: list[str]) -> datetime:
        text = self._cell(cells, "date")
        try:
            if not text:
                raise NotUnderstood("This is missing: every line needs its date.")
            found = self._dates.read(text)
            if found > self._latest:
                raise NotUnderstood(f"'{short(tidy(text))}' has not come yet. Check the year, and --date-format.")
            return found
        except NotUnderstood as error:
            self._problem(at, "date", error.message)
            return self._latest

    def _person(self, at: int, cells: list[str], field: str) -> str:
        found = self._cells(cells, field)
        # Another tool's own numbers name nobody here; the next column does.
        named = [
            text
            for place, text in found
            if not self._columns.title(place).endswith("_id") or _SLACK_ID.search(text) is not None
        ]
        text = next(iter(named or [text for _, text in found]), "").strip()
        if not text:
            who = "who gave it" if field == "giver" else "who received it"
            self._problem(at, field, f"This is missing: {who}. Fill it in, or delete the line.")
        return text

    def _reason(self, cells: list[str]) -> str:
        text = tidy(self._cell(cells, "reason"), lines=True)
        if len(text) > REASON_LENGTH:
            self.shortened += 1
            return text[: REASON_LENGTH - 1].rstrip() + "…"
        return text

    def _value(self, at: int, cells: list[str]) -> str:
        found = slugs(self._cell(cells, "value"))
        if not found:
            return ""
        self.several_values += len(found) > 1
        slug = next((one for one in found if one in self._values), found[0])
        if len(slug) > SLUG_LENGTH:
            self._problem(at, "value", f"'{short(slug)}' is too long for a value; at most {SLUG_LENGTH} letters.")
        return slug

    def _status(self, at: int, cells: list[str]) -> str:
        status = plain(self._cell(cells, "status")) or "counted"
        if status not in STATUSES:
            title = self._columns.titles[self._columns.places["status"][0]].strip()
            self._problem(
                at,
                "status",
                f"'{short(status)}' is none of {', '.join(STATUSES)}. Where the column means something else, leave "
                f'it out with --map "{title}=".',
            )
        return status

    def _truth(self, at: int, cells: list[str], field: str) -> bool:
        text = plain(self._cell(cells, field))
        if text not in _TRUTH:
            self._problem(at, field, f"'{short(text)}' is neither yes nor no.")
        return _TRUTH.get(text, False)


def unprotected(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell


def slugs(text: str) -> list[str]:
    """The values in a cell, each once: hashtags where there are any, else words between commas."""
    text = unicodedata.normalize("NFC", text)
    parts = _HASHTAG.findall(text) or re.split(r"[,;|\n]", text)
    words = ("-".join(re.sub(r"[^\w\s-]", " ", part.casefold()).split()) for part in parts)
    return list(dict.fromkeys(word.strip("-") for word in words if word.strip("-")))
