"""The log summed up: by person, community or value. Only what counts (docs/counting.md); heirs stand for the merged.

The lines are read once, thanks by thanks, and added up here: what is held grows with the people, not with the log.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.communities.rules import heir_of
from app.contributions.queries import counted_line
from app.errors import N_
from app.exports.pairs import Pairs
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

    thanks: int = 0
    received: int = 0
    seconds: int = 0
    values: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Line:
    """One counted thanks to one person; people are Slack ids, `@` and the name of a forum account, "" when erased."""

    fresh: bool
    giver: str
    recipient: str
    value: str
    community: str
    seconds: int


def rows(
    snapshot: Snapshot, workspace_id: int, form: str, wanted: LogFilter, progress: Callable[[int], None]
) -> list[Sequence[Any]]:
    """All rows of a summary, people and communities by name; `progress` hears how many lines were read."""
    names, heirs = _communities(snapshot, workspace_id)
    lines = _lines(snapshot, workspace_id, wanted, heirs, progress)
    if form == "person":
        return _by_person(lines, _people(snapshot, workspace_id))
    made = [
        (name, names.get(name, ""), *numbers)
        for name, numbers in _by(lines, lambda one: one.community if form == "community" else one.value)
    ]
    if form == "value":
        return sorted(((name, *numbers) for name, _, *numbers in made), key=lambda row: (not row[0], row[0]))
    return sorted(made, key=lambda row: (not row[0], _spelt(row[1]), row[0]))


def _by(lines: Iterator[Line], group: Callable[[Line], str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    sums: defaultdict[str, Sum] = defaultdict(Sum)
    givers, recipients = Pairs(), Pairs()
    for line in lines:
        name = group(line)
        one = sums[name]
        one.received += 1
        if line.fresh:
            # Seconds are the thanks's, however many people it names.
            one.thanks += 1
            one.seconds += line.seconds
        givers.add(name, line.giver)
        recipients.add(name, line.recipient)
    gave, got = givers.of_each(), recipients.of_each()
    for name, one in sums.items():
        yield name, (one.thanks, one.received, gave.get(name, 0), got.get(name, 0), one.seconds)


def _by_person(lines: Iterator[Line], names: Mapping[str, str]) -> list[Sequence[Any]]:
    sums: defaultdict[str, Sum] = defaultdict(Sum)
    thanked, thanked_by = Pairs(), Pairs()
    for line in lines:
        if line.fresh:
            sums[line.giver].thanks += 1
        theirs = sums[line.recipient]
        theirs.received += 1
        theirs.seconds += line.seconds
        theirs.values[line.value] += 1
        thanked.add(line.giver, line.recipient)
        thanked_by.add(line.recipient, line.giver)
    givers, recipients = thanked_by.of_each(), thanked.of_each()
    made = []
    for who, one in sums.items():
        known = who if not who.startswith("@") else ""
        name = names.get(who) or who.removeprefix("@")
        tagged = [(-count, value) for value, count in one.values.items() if value]
        top = min(tagged)[1] if tagged else ""
        numbers = (one.thanks, one.received, one.seconds, givers.get(who, 0), recipients.get(who, 0))
        made.append((known, name, *numbers, top))
    return sorted(made, key=lambda row: (not row[1], _spelt(row[1]), row[0]))


def _lines(
    snapshot: Snapshot,
    workspace_id: int,
    wanted: LogFilter,
    heirs: Mapping[int, str],
    progress: Callable[[int], None],
) -> Iterator[Line]:
    query = (
        select(
            col(Thanks.id),
            func.coalesce(col(Thanks.giver), ""),
            func.coalesce(col(ThanksRecipient.slack_id), ""),
            func.coalesce(col(ThanksRecipient.forum_username), ""),
            col(Thanks.value),
            col(Thanks.community_id),
            log_lines.seconds(workspace_id),
        )
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(counted_line(workspace_id), *log_lines.fitting(workspace_id, replace(wanted, community="")))
        .order_by(col(Thanks.id))
    )
    if wanted.community:
        # What was done in communities that live on in this one is shown here.
        query = query.where(
            col(Thanks.community_id).in_([one for one, slug in heirs.items() if slug == wanted.community])
        )
    linked = _accounts(snapshot, workspace_id)
    last, named = 0, set[str]()
    for batch in snapshot.batches(query):
        for thanks_id, giver, slack_id, account, value, community_id, seconds in batch:
            fresh = thanks_id != last
            if fresh:
                last = thanks_id
                named.clear()
            recipient = slack_id or linked.get(account) or (f"@{account}" if account else "")
            if recipient in named:
                # Named as a member and by the account they linked later.
                continue
            if recipient:
                named.add(recipient)
            yield Line(fresh, giver, recipient, value, heirs.get(community_id, ""), seconds)
        progress(len(batch))


def _people(snapshot: Snapshot, workspace_id: int) -> dict[str, str]:
    query = select(col(Member.slack_id), col(Member.name)).where(col(Member.workspace_id) == workspace_id)
    return {slack_id: name for slack_id, name in snapshot.all(query) if name}


def _accounts(snapshot: Snapshot, workspace_id: int) -> dict[str, str]:
    query = select(col(Member.forum_username), col(Member.slack_id)).where(
        col(Member.workspace_id) == workspace_id, col(Member.forum_username).is_not(None)
    )
    return {str(account): str(slack_id) for account, slack_id in snapshot.all(query)}


def _communities(snapshot: Snapshot, workspace_id: int) -> tuple[dict[str, str], dict[int, str]]:
    """Names by slug; and by id the slug under which a community is reported: the one it lives on in, or its own."""
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
    names = {slug: name for _, slug, name, *_ in listed}
    return names, {one: heir_of(slug, links) or slug for one, slug, *_ in listed}


def _spelt(name: str) -> str:
    """For the order of names: accents come after the letter they are on, not after z."""
    return unicodedata.normalize("NFKD", name).casefold()
