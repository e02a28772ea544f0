"""Times proposed by /huddle find: what each costs whom, and what to do when no hour is fair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from app.huddles.crowd import city_of
from app.huddles.fairness import Found, Outside, Proposal
from app.huddles.rules import zone_of
from app.huddles.shapes import Time
from app.i18n import Reader
from app.slack.mrkdwn import escape
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.ids import pack

SHOWN_REGIONS = 4


def found(
    result: Found,
    zone: str,
    zones: Sequence[str],
    channel_id: str,
    minutes: int,
    ledger: Mapping[str, float],
    reader: Reader,
    *,
    key: str,
) -> kit.Body:
    """The proposed times as a private message, best first, each with a button that starts the form.

    `key` is of the poll in which people may choose among them.
    """
    _ = reader.words()
    text = _("Times that cost the people of this channel least")
    shown: list[Block] = [kit.section(f"*{text}* · {times.length(minutes, reader)}")]
    if not result.proposals and zones:
        none = _("No half hour of that time is free. Please name another day, or leave the day out.")
        return kit.private(none, [kit.section(none)])
    if not result.proposals:
        sorry = _("I do not know yet where the people of this channel live. Please try again in a minute.")
        return kit.private(sorry, [kit.section(sorry)])
    if not result.fair:
        shown.append(kit.section(_no_fair_hour(result, reader)))
    for number, one in enumerate(result.proposals, 1):
        value = pack(channel_id, str(int(one.starts_at.timestamp())), str(minutes), str(number))
        shown.append(proposed(number, one, zone, zones, reader, ids.TAKE, value))
    if len(result.proposals) > 1:
        stamps = "+".join(str(int(one.starts_at.timestamp())) for one in result.proposals)
        value = pack(key, channel_id, str(minutes), stamps)
        label = _("Let people choose among these times")
        shown.append(kit.actions(kit.button(_("Let people choose"), ids.LET_CHOOSE, value, label=label)))
    if result.pair is not None:
        shown.extend(_pair(result, zone, channel_id, minutes, reader))
    if tired := _tired(ledger, reader):
        shown.append(kit.context(tired))
    shown.append(
        kit.context(
            _("Counted by the time zones in people's Slack profiles: nights are 22 to 7, working hours 9 to 18.")
        )
    )
    return kit.private(text, shown)


def proposed(
    number: int, one: Proposal, zone: str, zones: Sequence[str], reader: Reader, action_id: str, value: str
) -> Block:
    """One proposed time: on the clock of a zone and elsewhere, whom it costs what, and a button that takes it."""
    _ = reader.words()
    lines = [
        f"*{number}.* {times.in_zone(one.starts_at, zone, reader)}",
        times.printed(_time(one, zone), zones, reader, elsewhere=True),
        cost(one, reader),
    ]
    label = _("Take number {number}").format(number=number)
    return kit.section(
        "\n".join(line for line in lines if line),
        accessory=kit.button(_("Take this"), action_id, value, label=label),
    )


def _no_fair_hour(result: Found, reader: Reader) -> str:
    _ = reader.words()
    best = result.proposals[0]
    if best.asleep == 1:
        return _(
            ":crescent_moon: *There is no hour that is fair to everybody.* At the best one 1 of {people} people "
            "would be up at night. You could hold two sessions, or keep a thread open all day instead of a call."
        ).format(people=best.people)
    return _(
        ":crescent_moon: *There is no hour that is fair to everybody.* At the best one {asleep} of {people} people "
        "would be up at night. You could hold two sessions, or keep a thread open all day instead of a call."
    ).format(asleep=best.asleep, people=best.people)


def _pair(result: Found, zone: str, channel_id: str, minutes: int, reader: Reader) -> list[Block]:
    _ = reader.words()
    assert result.pair is not None
    one, other = result.pair
    both = [times.in_zone(each.starts_at, zone, reader) for each in (one, other)]
    lines = [
        _("*Two sessions:* {first}, and {second}").format(first=both[0], second=both[1]),
        _("Everybody is awake for one of them.")
        if not result.pair_asleep
        else _("1 person would be up at night even so.")
        if result.pair_asleep == 1
        else _("{count} people would be up at night even so.").format(count=result.pair_asleep),
    ]
    stamps = [str(int(each.starts_at.timestamp())) for each in (one, other)]
    return [
        kit.section(
            "\n".join(lines),
            accessory=kit.button(_("Take both"), ids.TAKE, pack(channel_id, "+".join(stamps), str(minutes), "pair")),
        ),
        kit.section(
            _("*A thread instead:* open all day, so that everybody answers in their own time."),
            accessory=kit.button(_("Take the thread"), ids.TAKE, pack(channel_id, stamps[0], "0", "thread")),
        ),
    ]


def cost(one: Proposal, reader: Reader) -> str:
    """Whom a time costs what, in a line."""
    _ = reader.words()
    if not one.outside:
        return _(":sunny: Within everybody's working hours.")
    parts = [_outside(each, one.starts_at, reader) for each in one.outside[:SHOWN_REGIONS]]
    return "; ".join(parts)


def short_cost(one: Proposal, reader: Reader) -> str:
    """The same in few words, without cities."""
    _ = reader.words()
    if not one.outside:
        return _(":sunny: Within everybody's working hours.")
    nights = [region_name(each.region, reader) for each in one.outside if each.asleep]
    days = [region_name(each.region, reader) for each in one.outside if each.off_work]
    parts = []
    if nights:
        text = _(":crescent_moon: {count} up at night ({regions})")
        if one.asleep == 1:
            text = _(":crescent_moon: 1 up at night ({regions})")
        parts.append(text.format(count=one.asleep, regions=reader.listing(nights)))
    if days:
        text = _("{count} outside working hours ({regions})")
        if one.off_work == 1:
            text = _("1 outside working hours ({regions})")
        parts.append(text.format(count=one.off_work, regions=reader.listing(days)))
    return " · ".join(parts)


def _outside(one: Outside, at: datetime, reader: Reader) -> str:
    """Of a region how many, and what their clocks show."""
    _ = reader.words()
    local = [f"{city_of(zone)} {times.clock(at.astimezone(zone_of(zone)), reader)}" for zone in one.zones]
    cities = escape(", ".join(local))
    if one.asleep:
        text = _("{region}: {count} up at night ({cities})")
        if one.asleep == 1:
            text = _("{region}: 1 up at night ({cities})")
    else:
        text = _("{region}: {count} outside working hours ({cities})")
        if one.off_work == 1:
            text = _("{region}: 1 outside working hours ({cities})")
    count = one.asleep or one.off_work
    return text.format(region=region_name(one.region, reader), count=count, cities=cities)


def _tired(ledger: Mapping[str, float], reader: Reader) -> str:
    _ = reader.words()
    bearing = sorted((one for one in ledger if ledger[one] > 0), key=lambda one: -ledger[one])
    if not bearing:
        return ""
    return _("So far the hours of this channel's huddles cost {region} most; its people weigh more here.").format(
        region=region_name(bearing[0], reader)
    )


def region_name(region: str, reader: Reader) -> str:
    """A region of the ledger in words."""
    _ = reader.words()
    names = {
        "americas_west": _("Western Americas"),
        "americas_east": _("Eastern Americas"),
        "europe": _("Europe"),
        "africa": _("Africa"),
        "west_asia": _("Western Asia"),
        "south_asia": _("South and Central Asia"),
        "east_asia": _("East Asia"),
        "pacific": _("Pacific"),
    }
    return names.get(region, region)


def _time(one: Proposal, zone: str) -> Time:
    return Time(one.starts_at, one.starts_at, one.starts_at, zone, one.minutes)
