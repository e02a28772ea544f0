"""The part of App Home that belongs to thanks: one's own, in words and numbers; for leads what they look after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from app.contributions.queries import Contributions
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids as common
from app.slack.views import kit
from app.slack.views.thanks import ids, words
from app.slack.views.thanks.receipt import undo_button
from app.thanks.shapes import Balance, Count, Shown, Told

LISTED = 5
LINE = 200
COUNTED = 6


@dataclass(frozen=True)
class Mine:
    """What App Home shows one person. `led`: what cards saved each community they lead; `command` has the prefix."""

    year: Contributions
    values: Sequence[Count]
    communities: Sequence[Count]
    received: Sequence[Told]
    given: Sequence[Shown]
    led: Sequence[tuple[str, Balance]]
    is_admin: bool
    command: str


def part(mine: Mine, reader: Reader, now: datetime) -> list[Block]:
    """The blocks, what one can do first."""
    _ = reader.words()
    blocks: list[Block] = [
        kit.header(_("Thank-yous")),
        kit.section(
            _("Type `{command} @name for what they did`, or press the button. I tell them privately.").format(
                command=mine.command
            )
        ),
        kit.actions(
            kit.button(_("Thank somebody"), ids.START, common.pack(""), style="primary"),
            kit.button(_("Preferences"), ids.OPEN_PREFERENCES, common.pack("")),
        ),
    ]
    blocks += _numbers(mine, reader)
    if mine.received:
        blocks.append(kit.section("*" + _("You were thanked") + "*"))
        blocks.extend(_received(one, reader) for one in mine.received[:LISTED])
    if mine.given:
        blocks.append(kit.section("*" + _("You thanked") + "*"))
        blocks.extend(_given(one, reader, now) for one in mine.given[:LISTED])
    return blocks + _keepers(mine, reader)


def _numbers(mine: Mine, reader: Reader) -> list[Block]:
    _ = reader.words()
    year = mine.year
    if not (year.given or year.received or year.seconds or year.topics):
        return []
    parts = [_given_received(year.given, year.received, reader)]
    if year.seconds:
        parts.append(words.seconds(year.seconds, reader))
    if year.topics:
        parts.append(_("topics started on the forum: {count}").format(count=year.topics))
    lines = ["*" + _("This year") + "*: " + " · ".join(part for part in parts if part)]
    for title, counts in ((_("By value"), mine.values), (_("By community"), mine.communities)):
        if any(one.name for one in counts) and not reader.guest:
            lines.append(f"{title}: " + "; ".join(_count(one, reader) for one in counts[:COUNTED]))
    return [kit.context(*lines)]


def _count(one: Count, reader: Reader) -> str:
    _ = reader.words()
    name = escape(cut(one.name, 60)) if one.name else _("none")
    return f"{name} ({_given_received(one.given, one.received, reader)})"


def _given_received(given: int, received: int, reader: Reader) -> str:
    """Both numbers, the one that is zero left out."""
    _ = reader.words()
    parts = []
    if received:
        parts.append(_("{count} received").format(count=received))
    if given:
        parts.append(_("{count} given").format(count=given))
    return ", ".join(parts)


def _received(told: Told, reader: Reader) -> Block:
    _ = reader.words()
    thanks = told.thanks
    line = f"{words.person(thanks.giver, '', reader)}: {_short(thanks, reader)}"
    facts = [reader.day(thanks.created_at), *words.about(thanks, reader), words.seconded(thanks.seconds, reader)]
    if thanks.hidden:
        facts.append(_("hidden by a lead"))
    elif told.shown:
        facts.append(_("shown in the community"))
    elif told.showable:
        facts.append(_("private"))
    value, button = common.pack(thanks.key), None
    if told.showable and told.standing != "private" and not thanks.hidden:
        if told.shown:
            button = kit.button(_("Keep private"), ids.PRIVATE, value)
        elif thanks.status == "counted" and not reader.guest:
            button = kit.button(_("Show in the community"), ids.SHOW, value)
    return kit.section(_lines(line, facts), accessory=button)


def _given(thanks: Shown, reader: Reader, now: datetime) -> Block:
    _ = reader.words()
    facts = [reader.day(thanks.created_at), *words.about(thanks, reader), words.seconded(thanks.seconds, reader)]
    if thanks.status == "not_counted":
        facts.append(_("not counted"))
    if thanks.hidden:
        facts.append(_("hidden by a lead"))
    value = common.pack(thanks.key)
    button: InteractiveElement | None = None
    if thanks.undo_until and now < thanks.undo_until:
        button = undo_button(value, thanks.undo_until, reader)
    elif thanks.edit_until and now < thanks.edit_until:
        button = kit.button(_("Edit"), ids.EDIT, value)
    line = f"{words.people(thanks.people, reader)}: {_short(thanks, reader)}"
    return kit.section(_lines(line, facts), accessory=button)


def _short(thanks: Shown, reader: Reader) -> str:
    _ = reader.words()
    reason = " ".join(thanks.reason.split())
    return escape(cut(reason, LINE)) if reason else _("(the words are no longer kept)")


def _lines(line: str, facts: Sequence[str]) -> str:
    return line + "\n_" + " · ".join(fact for fact in facts if fact) + "_"


def _keepers(mine: Mine, reader: Reader) -> list[Block]:
    """For leads what the cards saved their channels, and the tools; for admins the rules as well."""
    _ = reader.words()
    if not (mine.led or mine.is_admin):
        return []
    blocks: list[Block] = [kit.section("*" + _("Looking after thank-yous") + "*")]
    for name, balance in mine.led[:LISTED]:
        text = _(
            "*{community}*, last 30 days. Thank-yous: {thanks}. Messages in its channels: {messages}. "
            "Posts saved: {saved}."
        )
        said = text.format(
            community=escape(name), thanks=balance.thanks, messages=balance.messages, saved=balance.saved
        )
        blocks.append(kit.context(said))
    buttons: list[InteractiveElement] = [kit.button(_("Look through them"), ids.OPEN_KEEP, common.pack(""))]
    if mine.is_admin:
        buttons.append(kit.button(_("Rules of thanks"), ids.OPEN_POLICY, common.pack("")))
    return [*blocks, kit.actions(*buttons)]
