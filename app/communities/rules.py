"""Which communities may be suggested, and what an import would change: decisions without input or output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.communities.shapes import FIELDS, CategoryRef, ChannelRef, CommunityCard, CommunityEntry, Heir
from app.errors import Refused

# A quarter without a post: past seasons and holidays, a reader should be told before posting there.
QUIET_AFTER = timedelta(days=90)


class Kind(StrEnum):
    """How a community stands; only `OK` may be suggested without a word about it."""

    OK = "ok"
    DORMANT = "dormant"
    LEADLESS = "leadless"
    MERGED = "merged"
    ARCHIVED = "archived"
    PROPOSED = "proposed"


@dataclass(frozen=True)
class Standing:
    """How a community stands now. `age` is the time since its last activity, None when never seen active.

    `quiet` is true from 90 days on. `heir` is set for a merged community that lives on elsewhere.
    """

    kind: Kind
    age: timedelta | None = None
    quiet: bool = False
    heir: Heir | None = None

    @property
    def suggestible(self) -> bool:
        """May be suggested as it is."""
        return self.kind is Kind.OK

    @property
    def mentionable(self) -> bool:
        """May be shown if its standing is said beside it: dormant, without a lead, or merged with an heir."""
        return self.kind in (Kind.OK, Kind.DORMANT, Kind.LEADLESS) or self.heir is not None


def standing(card: CommunityCard, now: datetime) -> Standing:
    """How `card` stands at `now`. What its status says comes before the lack of a lead."""
    age = None if card.last_active_at is None else max(now - card.last_active_at, timedelta(0))
    quiet = age is not None and age >= QUIET_AFTER
    if card.status == "merged":
        return Standing(Kind.MERGED, age, quiet, card.heir)
    if card.status in (Kind.ARCHIVED, Kind.PROPOSED, Kind.DORMANT):
        return Standing(Kind(card.status), age, quiet)
    if all(lead.deactivated for lead in card.leads):
        return Standing(Kind.LEADLESS, age, quiet)
    return Standing(Kind.OK, age, quiet)


def active_first(cards: Iterable[CommunityCard], now: datetime) -> list[CommunityCard]:
    """The communities that may be suggested, the most recently active first."""
    alive = [card for card in cards if standing(card, now).suggestible]
    return sorted(alive, key=lambda card: (card.last_active_at is None, -(card.last_active_at or now).timestamp()))


def heir_of(slug: str, merged_into: Mapping[str, str | None]) -> str | None:
    """The end of the chain of merges that begins at `slug`; None for a circle, a gap, or no merge at all.

    `merged_into` has every community: its next one where it is merged, else None.
    """
    seen = {slug}
    at = merged_into.get(slug)
    while at is not None and at not in seen and at in merged_into:
        onward = merged_into[at]
        if onward is None:
            return at
        seen.add(at)
        at = onward
    return None


@dataclass(frozen=True)
class Change:
    """One community before and after; `fields` are the names of what differs."""

    before: CommunityEntry
    after: CommunityEntry
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What an import would do, each part in the order of the file; nothing is done yet."""

    create: tuple[CommunityEntry, ...] = ()
    update: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    archive: tuple[CommunityEntry, ...] = ()


def plan_import(
    existing: Iterable[CommunityEntry], entries: Sequence[CommunityEntry], *, prune: bool = False
) -> Plan:
    """What importing `entries` over `existing` would do, matched by slug; importing twice plans nothing new.

    `prune` archives those the file does not name, except merged ones, which still lead to their heirs.
    Raises `Refused` when a merged community would be left without one it lives on in.
    """
    stored = {one.slug: one for one in existing}
    create, update, unchanged = [], [], []
    for entry in entries:
        before = stored.get(entry.slug)
        if before is None:
            create.append(replace(entry, given=frozenset(FIELDS)))
            continue
        after = _merged(before, entry)
        fields = tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))
        if fields:
            update.append(Change(before, after, fields))
        else:
            unchanged.append(entry.slug)
    named = {entry.slug for entry in entries}
    archive = [
        one for one in stored.values() if prune and one.slug not in named and one.status not in ("merged", "archived")
    ]
    _check_heirs([*stored.values(), *create, *(change.after for change in update)])
    return Plan(tuple(create), tuple(update), tuple(unchanged), tuple(archive))


def _merged(before: CommunityEntry, entry: CommunityEntry) -> CommunityEntry:
    """What is stored, overlaid with what the file mentions; names Slack or the forum told us survive bare ids."""
    channels = {one.slack_id: one for one in before.channels}
    categories = {one.id: one for one in before.categories}
    overlaid = {name: getattr(entry, name) for name in FIELDS if name in entry.given}
    if "channels" in overlaid:
        overlaid["channels"] = tuple(_channel(one, channels.get(one.slack_id)) for one in entry.channels)
    if "categories" in overlaid:
        overlaid["categories"] = tuple(_category(one, categories.get(one.id)) for one in entry.categories)
    return replace(before, **overlaid)


def _channel(said: ChannelRef, known: ChannelRef | None) -> ChannelRef:
    private = said.private if said.private is not None else bool(known and known.private)
    return ChannelRef(said.slack_id, said.name or (known.name if known else ""), private)


def _category(said: CategoryRef, known: CategoryRef | None) -> CategoryRef:
    return CategoryRef(said.id, said.name or (known.name if known else ""))


def _check_heirs(final: Iterable[CommunityEntry]) -> None:
    # Later ones replace earlier ones of the same slug: this is how everything would stand afterwards.
    links = {one.slug: one.merged_into if one.status == "merged" else None for one in final}
    for slug, onward in links.items():
        if onward is not None and heir_of(slug, links) is None:
            raise Refused(
                f"'{slug}' would be merged into '{onward}', which leads nowhere. "
                f"Give '{onward}' another status, or merge '{slug}' into a community that lives on."
            )


def diff_lines(plan: Plan) -> tuple[str, ...]:
    """The plan in lines for people: `+` created, `~` changed with each field, `-` archived."""
    lines = [f"+ {entry.slug}: {entry.name}" for entry in plan.create]
    for change in plan.update:
        lines.append(f"~ {change.after.slug}")
        for name in change.fields:
            lines.append(f"    {name}: {_difference(getattr(change.before, name), getattr(change.after, name))}")
    lines += [f"- {entry.slug}: archived (not in the file)" for entry in plan.archive]
    return tuple(lines)


def _difference(before: object, after: object) -> str:
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone = [f"-{_shown(one)}" for one in before if one not in after]
        come = [f"+{_shown(one)}" for one in after if one not in before]
        return ", ".join(gone + come) or "in another order"
    return f"{_shown(before)} -> {_shown(after)}"


def _shown(value: object) -> str:
    if isinstance(value, (ChannelRef, CategoryRef)):
        key = value.slack_id if isinstance(value, ChannelRef) else str(value.id)
        secret = " (private)" if isinstance(value, ChannelRef) and value.private else ""
        return f"{key} {value.name}".strip() + secret
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    text = "nothing" if value in (None, "") else " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
