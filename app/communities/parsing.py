"""A directory of communities as YAML, JSON or CSV, read to entries: all of it, or a list of all its problems."""

from __future__ import annotations

from difflib import get_close_matches

from app.communities import items
from app.communities.checks import Record, check
from app.communities.reading import Cell, check_characters, decode, fail, read_json, read_yaml
from app.communities.shapes import FIELDS, CommunityEntry
from app.communities.table import plain, read_csv
from app.errors import ImportProblems, Problem

KINDS = ("yaml", "json", "csv")
ENTRIES_MAX = 5000

_SYNONYMS = {
    "slug": ("id", "slug", "key", "code", "community_id"),
    "name": ("name", "title", "community", "community_name", "cop", "cop_name"),
    "purpose": ("purpose", "description", "about", "goal", "goals", "mission"),
    "keywords": ("keywords", "keyword", "tags", "topics", "terms"),
    "languages": ("languages", "language", "lang", "langs"),
    "leads": ("leads", "lead", "lead_id", "lead_ids", "facilitator", "facilitators", "owner", "owners"),
    "channels": ("channels", "channel", "channel_id", "channel_ids", "slack_channel", "slack_channels", "slack"),
    "categories": ("categories", "category", "category_id", "category_ids", "forum_category", "forum_categories"),
    "status": ("status", "state"),
    "merged_into": ("merged_into", "heir", "merged_with", "replaced_by"),
    "examples": ("examples", "example", "example_posts", "sample_posts", "posts"),
    "last_active_at": ("last_active_at", "last_active", "last_activity", "last_post"),
}
_CANONICAL = {word: name for name, words in _SYNONYMS.items() for word in words}
_SHOWN = ", ".join("id" if name == "slug" else name for name in FIELDS)


def parse(data: bytes | str, kind: str = "") -> tuple[CommunityEntry, ...]:
    """The communities of a file; `kind` is one of `KINDS`, or "" to tell from the content.

    Raises `ImportProblems` with every problem found, each with its 1-based line and what to do.
    """
    text = decode(data) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    check_characters(text)
    kind = kind or guess(text)
    unknown: list[Problem] = []
    if kind == "csv":
        records = _of_table(text, unknown)
    else:
        records = _of_tree(read_json(text) if kind == "json" else read_yaml(text), unknown)
    if not records and not unknown:
        raise fail(1, "There are no communities in this file. Begin with 'communities:' or a header line.")
    if len(records) > ENTRIES_MAX:
        raise fail(records[ENTRIES_MAX].line, f"There are more than {ENTRIES_MAX} communities. Split the file.")
    entries, problems = check(records)
    if unknown or problems:
        raise ImportProblems(sorted([*unknown, *problems], key=lambda one: one.line))
    return entries


def guess(text: str) -> str:
    """The kind of a text by how it begins: a bracket is JSON, a line of known column titles CSV, else YAML."""
    start = text.lstrip()
    if start[:1] in ("{", "["):
        return "json"
    head = next(iter(start.splitlines()), "")
    for separator in ",;\t":
        titles = [plain(part.strip('" ')) for part in head.split(separator)]
        if len(titles) > 1 and sum(title in _CANONICAL for title in titles) > 1:
            return "csv"
    return "csv" if head.lower().startswith("sep=") else "yaml"


def _of_tree(root: Cell, problems: list[Problem]) -> list[Record]:
    cell = root
    if isinstance(root.value, dict):
        for name, line in (root.keys or {}).items():
            if name != "communities":
                problems.append(Problem(line, name, "Only 'communities' is expected at the top of the file."))
        cell = root.value.get("communities", Cell(root.line, None))
    if cell.value is None:
        return []
    if not isinstance(cell.value, tuple):
        raise fail(cell.line, "A list of communities is expected here, each beginning with '- id:'.")
    records = []
    for child in cell.value:
        if not isinstance(child.value, dict):
            problems.append(Problem(child.line, "", "A community with its fields is expected here."))
            continue
        names = _names(list((child.keys or {}).items()), problems)
        cells = {name: child.value[written] for written, name in names.items()}
        lines = {name: (child.keys or {})[written] for written, name in names.items()}
        records.append(Record(child.line, cells, lines))
    return records


def _of_table(text: str, problems: list[Problem]) -> list[Record]:
    header, rows = read_csv(text, frozenset(_CANONICAL))
    # A column nobody titled holds nothing we could name; Excel leaves such behind at the right.
    names = _names([(title, line) for line, title in header if title.strip()], problems)
    columns = {at: names[title] for at, (_, title) in enumerate(header) if title in names}
    records = []
    for line, row in rows:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            message = f"{len(row)} cells, but the header has {len(header)}. Put text with the separator in quotes."
            problems.append(Problem(line, "", message))
        # A row cut short leaves its last cells empty, as spreadsheets do.
        cells = {name: Cell(line, row[at] if at < len(row) else "") for at, name in columns.items()}
        records.append(Record(line, cells, dict.fromkeys(cells, line)))
    return records


def _names(written: list[tuple[str, int]], problems: list[Problem]) -> dict[str, str]:
    """Each title as it was written to the field it means; unknown and repeated ones become problems."""
    names: dict[str, str] = {}
    for title, line in written:
        name = _CANONICAL.get(plain(title))
        if name is None:
            near = get_close_matches(plain(title)[:80], list(_CANONICAL), 1)
            hint = f"Did you mean {near[0]}?" if near else f"Remove it, or use one of {_SHOWN}."
            problems.append(Problem(line, items.short(title), f"This field is not known. {hint}"))
        elif name in names.values():
            problems.append(Problem(line, items.short(title), f"'{name}' was given before. Keep one of the two."))
        else:
            names[title] = name
    return names
