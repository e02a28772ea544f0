"""Whatever was written is read back, and whatever is read is answered kindly."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import UTC, datetime

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.communities.parsing import KINDS, parse
from app.communities.shapes import CategoryRef, ChannelRef, CommunityEntry
from app.errors import ImportProblems
from models.community import STATUSES

_text = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
_words = _text.map(lambda text: unicodedata.normalize("NFC", " ".join(text.split()))).filter(bool)
_ids = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
_unique = {"max_size": 4, "unique": True}
_people = st.from_regex(r"[UW][A-Z0-9]{8}", fullmatch=True)
_channels = st.builds(
    ChannelRef,
    st.from_regex(r"[CG][A-Z0-9]{8}", fullmatch=True),
    st.from_regex(r"[a-z-]{0,9}", fullmatch=True),
    st.booleans(),
)
_categories = st.builds(CategoryRef, st.integers(1, 999_999), st.from_regex(r"([A-Z][a-z]{1,9})?", fullmatch=True))
_entries = st.lists(
    st.builds(
        CommunityEntry,
        slug=_ids,
        name=_words,
        purpose=_words,
        keywords=st.lists(_words, **_unique).map(tuple),
        languages=st.lists(st.sampled_from(("en", "fr", "no", "sw")), **_unique).map(tuple),
        leads=st.lists(_people, **_unique).map(tuple),
        channels=st.lists(_channels, max_size=3, unique_by=lambda one: one.slack_id).map(tuple),
        categories=st.lists(_categories, max_size=3, unique_by=lambda one: one.id).map(tuple),
        status=st.sampled_from([one for one in STATUSES if one != "merged"]),
        examples=st.lists(_words, **_unique).map(tuple),
        last_active_at=st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1)),  # noqa: DTZ001
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.slug,
)


def _record(entry: CommunityEntry) -> dict[str, object]:
    return {
        "id": entry.slug,
        "name": entry.name,
        "purpose": entry.purpose,
        "keywords": list(entry.keywords),
        "languages": list(entry.languages),
        "leads": list(entry.leads),
        "channels": [{"id": one.slack_id, "name": one.name, "private": one.private} for one in entry.channels],
        "categories": [{"id": one.id, "name": one.name} for one in entry.categories],
        "status": entry.status,
        "merged_into": entry.merged_into,
        "examples": list(entry.examples),
        "last_active_at": entry.last_active_at.isoformat() if entry.last_active_at else None,
    }


def _cell(value: object) -> str:
    if isinstance(value, list):
        parts = [":".join(str(part) for part in one.values()) if isinstance(one, dict) else str(one) for one in value]
        return " | ".join(re.sub(r"\|", r"\|", part) for part in parts) + (" |" if parts else "")
    return "" if value is None else str(value)


def _written(entries: list[CommunityEntry], kind: str, delimiter: str) -> str:
    records = [_record(entry) for entry in entries]
    if kind == "json":
        return json.dumps({"communities": records}, ensure_ascii=delimiter == ",", indent=1)
    if kind == "yaml":
        return yaml.safe_dump({"communities": records}, allow_unicode=delimiter == ";")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(records[0])
    writer.writerows([_cell(value) for value in record.values()] for record in records)
    return out.getvalue()


@settings(max_examples=100, deadline=None)
@given(_entries, st.sampled_from(KINDS), st.sampled_from(",;\t"))
def test_what_was_written_is_read_back(entries: list[CommunityEntry], kind: str, delimiter: str) -> None:
    assert list(parse(_written(entries, kind, delimiter).encode(), kind)) == entries


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=200) | _entries.map(lambda some: _written(some, "yaml", ";")),
    st.data(),
)
def test_no_file_makes_it_stumble(data: bytes | str, draw: st.DataObject) -> None:
    if isinstance(data, str) and data and draw.draw(st.booleans()):
        cut = draw.draw(st.integers(0, len(data) - 1))
        data = data[:cut] + draw.draw(st.sampled_from("\"'[]{}:|;,&*\t\n\x00\ud800!#")) + data[cut + 1 :]
    kind = draw.draw(st.sampled_from(("", *KINDS)))
    try:
        entries = parse(data, kind)
    except ImportProblems as error:
        assert error.problems
        assert all(one.line >= 1 and one.message for one in error.problems)
    else:
        assert entries
