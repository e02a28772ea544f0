"""The log summed up: by person, community or value. Only what counts (docs/counting.md); heirs stand for the merged.

The lines are read once, in order, and added up here: what is held grows with the people, not with the log.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.communities.rules import heir_of
from app.contributions.queries import counted_line
from app.errors import N_
from app.exports.shapes import Column, Kind
from app.exports.snapshot import Snapshot
from app.thanks import log_lines
from app.thanks.shapes import LogFilter
from models import Community, Member, Thanks, ThanksRecipient

_NUMBERS = (
    Column("thanks", Kind.NUMBER, N_("Thanks")),
    Column("people_thanked", Kind.NUMBER, N_("Times somebody was thanked")),
    Column("givers", Kind.NUMBER, N_("Different givers")),
    Column("recipients", Kind.NUMBER, N_("Different recipients")),
    Column("seconds", Kind.NUMBER, N_("Seconds")),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "person": (
        Column("person_id", Kind.ID, N_("Person (Slack id)")),
        Column("person_name", Kind.TEXT, N_("Person")),
        Column("given", Kind.NUMBER, N_("Thanks given")),
        Column("received", Kind.NUMBER, N_("Thanks received")),
        Column("seconds", Kind.NUMBER, N_("Seconds")),
        Column("givers", Kind.NUMBER, N_("Different givers")),
        Column("recipients", Kind.NUMBER, N_("Different recipients")),
        Column("top_value", Kind.TEXT, N_("Most frequent value")),
    ),
    "community": (
        Column("community", Kind.TEXT, N_("Community (short name)")),
        Column("community_name", Kind.TEXT, N_("Community")),
        *_NUMBERS,
    ),
    "value": (Column("value", Kind.TEXT, N_("Value")), *_NUMBERS),
}


@dataclass
class Sum:
    """What is added up for one person, community or value."""

    given: set[int] = field(default_factory=set)
    received: int = 0
    seconds: int = 0
    givers: set[str] = field(default_factory=set)
    recipients: set[str] = field(default_factory=set)
    values: Counter[str] = field(default_factory=Counter)


Line = tuple[int, str, str, str, int | None, int]


def rows(
    snapshot: Snapshot, workspace_id: int, form: str, wanted: LogFilter, progress: Callable[[int], None]
) -> list[Sequence[Any]]:
    """All rows of a summary, people and communities by name; `progress` hears how many lines were read."""
    sums = _add_up(snapshot, workspace_id, form, wanted, progress)
    if form == "person":
        return _people(snapshot, workspace_id, sums)
    if form == "community":
        return _communities(snapshot, workspace_id, sums)
    return [(value, *_numbers(one)) for value, one in sorted(sums.items(), key=lambda item: (not item[0], item[0]))]


def _add_up(
    snapshot: Snapshot, workspace_id: int, form: str, wanted: LogFilter, progress: Callable[[int], None]
) -> dict[Any, Sum]:
    sums: defaultdict[Any, Sum] = defaultdict(Sum)
    for thanks_id, giver, recipient, value, community_id, seconds in _lines(snapshot, workspace_id, wanted, progress):
        if form == "person":
            if giver:
                mine = sums[giver]
                mine.given.add(thanks_id)
                mine.recipients.add(recipient)
            if recipient:
                theirs = sums[recipient]
                theirs.received += 1
                theirs.seconds += seconds
                theirs.givers.add(giver)
                theirs.values[value] += bool(value)
            continue
        one = sums[community_id if form == "community" else value]
        fresh = thanks_id not in one.given
        one.given.add(thanks_id)
        one.received += 1
        # Seconds are the thanks's, however many people it names.
        one.seconds += seconds if fresh else 0
        one.givers.add(giver)
        one.recipients.add(recipient)
    return sums


def _lines(
    snapshot: Snapshot, workspace_id: int, wanted: LogFilter, progress: Callable[[int], None]
) -> Iterator[Line]:
    made = [
        col(Thanks.id),
        func.coalesce(col(Thanks.giver), ""),
        func.coalesce(col(ThanksRecipient.slack_id), col(ThanksRecipient.forum_username), ""),
        col(Thanks.value),
        col(Thanks.community_id),
        log_lines.seconds(workspace_id),
    ]
    query = (
        select(*made)
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(counted_line(workspace_id), *log_lines.fitting(workspace_id, wanted))
    )
    for batch in snapshot.batches(query):
        for row in batch:
            yield row[0], row[1], row[2], row[3], row[4], row[5]
        progress(len(batch))


def _people(snapshot: Snapshot, workspace_id: int, sums: dict[Any, Sum]) -> list[Sequence[Any]]:
    named = select(col(Member.slack_id), col(Member.name)).where(col(Member.workspace_id) == workspace_id)
    names: dict[str, str] = {slack_id: name for slack_id, name in snapshot.all(named) if name}
    made = [
        (
            who,
            names.get(who, who),
            len(one.given),
            one.received,
            one.seconds,
            len(one.givers - {""}),
            len(one.recipients - {""}),
            min((-count, value) for value, count in one.values.items())[1] if +one.values else "",
        )
        for who, one in sums.items()
    ]
    return sorted(made, key=lambda row: (str(row[1]).casefold(), row[0]))


def _communities(snapshot: Snapshot, workspace_id: int, sums: dict[Any, Sum]) -> list[Sequence[Any]]:
    listed = snapshot.all(
        select(
            col(Community.id),
            col(Community.slug),
            col(Community.name),
            col(Community.status),
            col(Community.merged_into),
        ).where(col(Community.workspace_id) == workspace_id)
    )
    links = {slug: onward if status == "merged" else None for _, slug, _, status, onward in listed}
    by_id = {one: (heir_of(slug, links) or slug if links[slug] else slug) for one, slug, *_ in listed}
    names = {slug: name for _, slug, name, *_ in listed}
    joined: defaultdict[str, Sum] = defaultdict(Sum)
    for community_id, one in sums.items():
        into = joined[by_id.get(community_id, "")]
        into.given |= one.given
        into.received += one.received
        into.seconds += one.seconds
        into.givers |= one.givers
        into.recipients |= one.recipients
    made = [(slug, names.get(slug, ""), *_numbers(one)) for slug, one in joined.items()]
    return sorted(made, key=lambda row: (not row[0], str(row[1]).casefold(), row[0]))


def _numbers(one: Sum) -> tuple[int, int, int, int, int]:
    return len(one.given), one.received, len(one.givers - {""}), len(one.recipients - {""}), one.seconds
