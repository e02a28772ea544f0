"""Let people choose among proposed times: the small window, and what the asker is told when the poll closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, CheckboxesElement, DatePickerElement, Option, TimePickerElement

from app.huddles.choosing import Choice, Offer, Outcome
from app.huddles.fairness import Proposal
from app.huddles.rules import TITLE_LIMIT
from app.huddles.shapes import Time
from app.i18n import Reader
from app.polls.shapes import Card
from app.slack.mrkdwn import cut, inert
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.find import short_cost
from app.slack.views.huddles.inputs import field, text_input
from app.slack.views.ids import pack
from app.slack.views.polls.results import everything

# Slack's limits of a box's text and of the line under it.
BOX_TEXT = 75


@dataclass(frozen=True)
class Window:
    """What the window begins with: where, how long, the times with their costs, until when (on the asker's clock)."""

    channel_id: str
    minutes: int
    offered: Sequence[Proposal]
    closes: datetime


def window(asked: Window, reader: Reader, *, key: str) -> kit.Body:
    """Title, times and closing time of the poll; all but the title is filled in."""
    _ = reader.words()
    boxes = [
        Option(
            value=str(int(one.starts_at.timestamp())),
            text=kit.plain(cut(times.in_zone(one.starts_at, reader.zone, reader), BOX_TEXT)),
            description=kit.plain(cut(short_cost(one, reader), BOX_TEXT)),
        )
        for one in asked.offered
    ]
    date = DatePickerElement(action_id=ids.DATE, initial_date=f"{asked.closes:%Y-%m-%d}")
    time = TimePickerElement(action_id=ids.TIME, initial_time=f"{asked.closes:%H:%M}")
    where = _("A poll in {channel}: everybody sees each time on their own clock, and who can come when.")
    return kit.modal(
        _("Let people choose"),
        [
            kit.section(where.format(channel=f"<#{asked.channel_id}>")),
            field(
                ids.TITLE,
                _("What is it about?"),
                text_input(ids.TITLE, "", TITLE_LIMIT),
                hint=_("It takes {length}.").format(length=times.length(asked.minutes, reader)),
            ),
            field(
                ids.TIMES,
                _("Which times?"),
                CheckboxesElement(action_id=ids.TIMES, options=boxes, initial_options=boxes),
            ),
            field(ids.DATE, _("People can vote until"), date),
            field(ids.TIME, _("Until what time?"), time, hint=times.place(asked.closes, reader.zone)),
        ],
        callback_id=ids.CHOOSE_FORM,
        close=_("Cancel"),
        submit=_("Ask them"),
        private_metadata=pack(key, asked.channel_id, str(asked.minutes)),
    )


def question(offer: Offer, reader: Reader) -> str:
    """What the poll asks, in its creator's language."""
    _ = reader.words()
    text = _("{title} ({length}): which of these times suit you?")
    return text.format(title=offer.title, length=times.length(offer.minutes, reader))


def closed(card: Card, offer: Offer, found: Outcome, reader: Reader) -> kit.Body:
    """The direct message to the asker: what people chose, and one click to go on."""
    _ = reader.words()
    title, where = inert(offer.title), f"<#{offer.channel_id}>"
    again = kit.button(_("Find another hour"), ids.FIND_AGAIN, pack(offer.channel_id, str(offer.minutes)))
    if found.kind == "nobody":
        text = _("The poll about *{title}* in {channel} is closed, and nobody voted.").format(
            title=title, channel=where
        )
        hint = _("Perhaps other times suit people better, or it needs a word in the channel.")
        return kit.message(text.replace("*", ""), [kit.section(f"{text}\n{hint}"), kit.actions(again)])
    text = _("People in {channel} have chosen a time for *{title}*.").format(title=title, channel=where)
    shown: list[Block] = [kit.section(f":calendar: {text}")]
    if found.kind == "past":
        shown += [_line(one, card, reader) for one in found.choices]
        shown.append(kit.section(_("By now that time is over. I can look for another one.")))
        shown.append(kit.actions(again))
    else:
        if len(found.choices) > 1:
            shown.append(kit.section(_("These suit equally many. The one that costs people least comes first.")))
        shown += [_line(one, card, reader, schedule=True) for one in found.choices]
        shown.append(kit.context(_("The form opens, filled in; nothing is posted before you confirm it.")))
    return kit.message(text.replace("*", ""), [*shown, kit.divider(), *everything(card, reader)])


def too_late(offer: Offer, reader: Reader) -> kit.Body:
    """Said when the time was over before it was scheduled."""
    _ = reader.words()
    text = _("By now that time is over. I can look for another one.")
    again = kit.button(_("Find another hour"), ids.FIND_AGAIN, pack(offer.channel_id, str(offer.minutes)))
    return kit.private(text, [kit.section(text), kit.actions(again)])


def _line(one: Choice, card: Card, reader: Reader, *, schedule: bool = False) -> Block:
    _ = reader.words()
    count = _("suits 1 person") if one.votes == 1 else _("suits {count} people").format(count=one.votes)
    time = Time(one.at, one.at, one.at, reader.zone, 0)
    text = f"*{times.own(time, reader)}* · {count}"
    if not schedule:
        return kit.section(text)
    when = times.in_zone(one.at, reader.zone, reader)
    button = kit.button(
        _("Schedule it"),
        ids.SCHEDULE,
        pack(card.key, str(one.position)),
        style="primary",
        label=_("Schedule it: {time}").format(time=when),
    )
    return kit.section(text, accessory=button)
