"""The card of a day and the digest of a week: one compact message for a whole channel, without any ranking.

Names are written out: a mention would notify people who were told already.
"""

from __future__ import annotations

from datetime import date, datetime, time

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import kit
from app.slack.views.thanks import words
from app.thanks.rules import zone_of
from app.thanks.shapes import Card, CardEntry

# Lines of one card, and characters of one reason on it: a card must fit a phone.
LINES = 12
REASON = 160
GIVERS = 4
VALUES = 5


def message(card: Card, reader: Reader, command: str, emoji: str) -> kit.Body:
    """The card as a channel's message; `reader` carries the workspace's language and zone."""
    return kit.message(summary(card, reader), blocks(card, reader, command, emoji))


def summary(card: Card, reader: Reader) -> str:
    """One line that reads well alone: a notification, a screen reader."""
    _ = reader.words()
    names = list(dict.fromkeys(_name(one, reader) for one in card.entries))
    shown = reader.listing([*names[:5], _("others")] if len(names) > 5 else names)
    if card.kind == "week":
        return _("Thank-yous of last week in {community}: {people}").format(
            community=escape(card.community), people=shown
        )
    return _("Thank-yous in {community}: {people}").format(community=escape(card.community), people=shown)


def blocks(card: Card, reader: Reader, command: str, emoji: str) -> list[Block]:
    """A title, a line for each person thanked, and how to join in."""
    _ = reader.words()
    day = reader.day(datetime.combine(date.fromisoformat(card.day), time(12), zone_of(reader.zone)))
    title = _("Thank-yous of the week from {day}") if card.kind == "week" else _("Thank-yous of {day}")
    grouped = _by_person(card)
    shown: list[Block] = [kit.section(f":raised_hands: *{title.format(day=day)}*")]
    lines = [_line(entries, reader, emoji) for entries in grouped[:LINES]]
    shown.extend(kit.section(part) for part in _parts(lines))
    if len(grouped) > LINES:
        rest = _("… and thanks to {count} more people.").format(count=len(grouped) - LINES)
        shown.append(kit.context(rest))
    if card.kind == "week" and (values := _values(card, reader)):
        shown.append(kit.context(values))
    shown.append(kit.context(_how(card, reader, command, emoji)))
    return shown


def _how(card: Card, reader: Reader, command: str, emoji: str) -> str:
    """How to join in. A digest only tells of what was seconded elsewhere: a reaction to it means nothing."""
    _ = reader.words()
    if card.kind == "week" or not emoji:
        return _("Who was thanked decides whether it is shown here. `{command}` thanks somebody.").format(
            command=command
        )
    how = _(
        "Who was thanked decides whether it is shown here. React with {emoji} to second; `{command}` thanks somebody."
    )
    return how.format(emoji=f":{emoji}:", command=command)


def _by_person(card: Card) -> list[list[CardEntry]]:
    """Entries of one person together, in the order in which people first appeared: repeats collapse."""
    found: dict[str, list[CardEntry]] = {}
    for one in card.entries:
        found.setdefault(one.recipient or one.recipient_name, []).append(one)
    return list(found.values())


def _line(entries: list[CardEntry], reader: Reader, emoji: str) -> str:
    _ = reader.words()
    givers = list(dict.fromkeys(_said(one.giver, one.giver_name, reader) for one in entries))
    if len(givers) > GIVERS:
        givers = [*givers[: GIVERS - 1], _("{count} others").format(count=len(givers) - GIVERS + 1)]
    # The newest reason stands for all: the others were on the card before it.
    latest = entries[-1]
    reason = escape(cut(" ".join(latest.reason.split()), REASON))
    person = f"*{_name(latest, reader)}*"
    line = _("{person}, thanked by {givers}").format(person=person, givers=reader.listing(givers))
    if reason:
        line += f": {reason}"
    seconds = sum(one.seconds for one in entries)
    facts = [words.value(latest.value), f":{emoji or 'raised_hands'}: {seconds}" if seconds else ""]
    return " · ".join(["• " + line, *(fact for fact in facts if fact)])


def _name(one: CardEntry, reader: Reader) -> str:
    return _said(one.recipient, one.recipient_name, reader)


def _said(slack_id: str, name: str, reader: Reader) -> str:
    """A name in words; a mention only of somebody whose name we do not know yet."""
    return words.person("" if name else slack_id, name, reader)


def _parts(lines: list[str]) -> list[str]:
    """Lines joined into sections within Slack's limit of one."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) < kit.SECTION_LIMIT:
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return parts


def _values(card: Card, reader: Reader) -> str:
    _ = reader.words()
    found = sorted({one.value for one in card.entries if one.value})[:VALUES]
    if len(found) < 2:
        # Its own line says it.
        return ""
    return _("It was about {values}.").format(values=reader.listing([words.value(one) for one in found]))
