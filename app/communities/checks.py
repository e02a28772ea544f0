"""What a record of a file must look like to become a community; every problem found is listed, with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TypeVar

from app.communities import items
from app.communities.items import short, tidy
from app.communities.reading import Cell
from app.communities.shapes import CommunityEntry
from app.errors import NotUnderstood, Problem
from models.community import STATUSES

SLUG_MAX, NAME_MAX, PURPOSE_MAX, ITEMS_MAX = 64, 150, 2000, 40

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_BAR = re.compile(r"(?<!\\)\|")

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Record:
    """One community as the file has it: canonical field names to cells, and the line each field begins on."""

    line: int
    cells: dict[str, Cell]
    lines: dict[str, int]

    def where(self, name: str) -> int:
        """The line a field stands on; that of the record where it is missing."""
        return self.lines.get(name, self.line)


def check(records: Sequence[Record]) -> tuple[tuple[CommunityEntry, ...], tuple[Problem, ...]]:
    """The entries of a whole file and all its problems, in the order of lines; with any, import nothing."""
    problems: list[Problem] = []
    entries = []
    for record in records:
        checker = _Checker(record)
        entries.append(checker.entry())
        problems += checker.problems
    problems += _against_each_other(records, entries)
    return tuple(entries), tuple(sorted(problems, key=lambda one: one.line))


class _Checker:
    """Reads the fields of one record and notes what is wrong with them."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.problems: list[Problem] = []

    def entry(self) -> CommunityEntry:
        slug = self._slug()
        status, heir = self._fate()
        given = set(self.record.cells)
        if given & {"status", "merged_into"}:
            given |= {"status", "merged_into"}
        return CommunityEntry(
            slug=slug,
            name=self._text("name", NAME_MAX, need="write the name people know it by"),
            purpose=self._text("purpose", PURPOSE_MAX, need="say in a sentence or two what it is for", lines=True),
            keywords=self._list("keywords", items.words),
            languages=self._list("languages", items.language, commas=True),
            leads=self._list("leads", items.lead, commas=True),
            channels=self._list("channels", items.channel, items.channel_fields, key=lambda one: one.slack_id),
            categories=self._list("categories", items.category, items.category_fields, key=lambda one: one.id),
            status=status,
            merged_into=heir,
            examples=self._list("examples", items.words),
            last_active_at=self._moment("last_active_at"),
            given=frozenset(given),
        )

    def _problem(self, name: str, message: str, line: int | None = None) -> None:
        shown = "id" if name == "slug" else name
        self.problems.append(Problem(line or self.record.where(name), shown, message))

    def _text(self, name: str, most: int, *, need: str = "", lines: bool = False) -> str:
        cell = self.record.cells.get(name)
        value = cell.value if cell else None
        if value is not None and not isinstance(value, str):
            self._problem(name, "One text is expected here, not a list or a group of fields.")
            return ""
        text = tidy(value or "", lines=lines)
        if need and not text:
            self._problem(name, f"This is missing: {need}.")
        if len(text) > most:
            self._problem(name, f"{len(text)} characters; at most {most}. Shorten it.")
        return text

    def _slug(self) -> str:
        slug = self._text("slug", SLUG_MAX, need="give it a short id such as maternal-health")
        if slug and not _SLUG.fullmatch(slug):
            offer = items.slugify(slug)
            like = f"; for instance {offer}" if offer else ""
            self._problem("slug", f"'{short(slug)}' is no id: small letters a-z, digits, hyphens inside{like}.")
        return slug

    def _fate(self) -> tuple[str, str | None]:
        heir = self._text("merged_into", SLUG_MAX) or None
        written = self._text("status", items.ITEM_MAX).lower()
        # Somebody who names an heir and no status has said enough.
        status = written or ("merged" if heir else "active")
        if status not in STATUSES:
            near = get_close_matches(status[:50], STATUSES, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            self._problem("status", f"'{short(status)}' is none of {', '.join(STATUSES)}.{hint}")
        elif status == "merged" and not heir:
            message = "A merged community needs merged_into: the id of the community it became part of."
            self._problem("merged_into", message, self.record.where("status"))
        elif status != "merged" and heir:
            self._problem(
                "merged_into", f"This goes with status merged only, and the status is {status}. Change one."
            )
        return status, heir

    def _moment(self, name: str) -> datetime | None:
        text = self._text(name, items.ITEM_MAX)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
        except (ValueError, OverflowError):
            self._problem(name, f"'{short(text)}' is no date. Write year-month-day, such as 2026-05-31.")
            return None

    def _list(
        self,
        name: str,
        of_text: Callable[[str], T],
        of_fields: Callable[[dict[str, Cell]], T] | None = None,
        *,
        commas: bool = False,
        key: Callable[[T], Hashable] = lambda one: one,
    ) -> tuple[T, ...]:
        found: dict[Hashable, T] = {}
        for at, (line, piece) in enumerate(_pieces(self.record.cells.get(name), commas=commas)):
            if at == ITEMS_MAX:
                self._problem(name, f"There are more than {ITEMS_MAX}. Keep those that say most.", line)
                break
            try:
                if isinstance(piece, str):
                    one = of_text(piece)
                elif isinstance(piece, dict) and of_fields:
                    one = of_fields(piece)
                else:
                    raise NotUnderstood("A plain value is expected here. Put text with ':' in quotes.")
            except NotUnderstood as error:
                self._problem(name, error.message, line)
            else:
                found.setdefault(key(one), one)
        return tuple(found.values())


def _pieces(cell: Cell | None, *, commas: bool) -> Iterator[tuple[int, str | dict[str, Cell] | tuple[Cell, ...]]]:
    """The items of a list, or of one text that separates them by `|`, else by `;` and line breaks."""
    if cell is None or cell.value is None:
        return
    if isinstance(cell.value, str):
        for part in _split(cell.value, commas=commas):
            if tidy(part):
                yield cell.line, tidy(part)
    elif isinstance(cell.value, dict):
        yield cell.line, cell.value
    else:
        for child in cell.value:
            if isinstance(child.value, str):
                if tidy(child.value):
                    yield child.line, tidy(child.value)
            elif child.value is not None:
                yield child.line, child.value


def _split(text: str, *, commas: bool) -> list[str]:
    if _BAR.search(text):
        return [part.replace("\\|", "|") for part in _BAR.split(text)]
    return re.split(r"[;,\n]" if commas else r"[;\n]", text.replace("\\|", "|"))


def _against_each_other(records: Sequence[Record], entries: Sequence[CommunityEntry]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for record, entry in zip(records, entries, strict=True):
        if not entry.slug:
            continue
        if entry.slug in first:
            message = f"'{short(entry.slug)}' is the id of the community on line {first[entry.slug]} too. Rename one."
            yield Problem(record.where("slug"), "id", message)
        else:
            first[entry.slug] = record.where("slug")
    status = {entry.slug: entry for entry in entries}
    for record, entry in zip(records, entries, strict=True):
        if entry.status != "merged" or not entry.merged_into:
            continue
        heir = status.get(entry.merged_into)
        line = record.where("merged_into")
        if entry.merged_into == entry.slug:
            yield Problem(line, "merged_into", "A community cannot be merged into itself. Name the other one.")
        elif heir is None:
            near = get_close_matches(entry.merged_into, list(status), 1)
            hint = f" Did you mean {near[0]}?" if near else " Add it, or correct the id."
            yield Problem(line, "merged_into", f"There is no '{short(entry.merged_into)}' in this file.{hint}")
        elif heir.status == "merged":
            message = f"'{heir.slug}' is itself merged, into '{heir.merged_into}'. Name a community that lives on."
            yield Problem(line, "merged_into", message)
