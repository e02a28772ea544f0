"""For hosts and leads: manage, move, cancel, hand over. For everybody: a question's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    Option,
    RadioButtonsElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from app.huddles.fairness import Proposal
from app.huddles.rules import MINUTES, QUESTION_LIMIT
from app.huddles.shapes import Card, Slot, Time
from app.i18n import Reader
from app.slack.mrkdwn import inert
from app.slack.views import ids as shared
from app.slack.views import kit, notes
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.find import cost, proposed
from app.slack.views.huddles.form import fairer_button, when_fields
from app.slack.views.huddles.inputs import field, select, text_input
from app.slack.views.huddles.told import told_words, would_be_told
from app.slack.views.ids import pack


def manage(card: Card, slots: Sequence[tuple[str, Time]], reader: Reader, now: datetime) -> kit.Body:
    """What a host can do; `slots` are (key, time) of the occurrences to come, or of the one that was."""
    _ = reader.words()
    shown: list[Block] = [kit.section(f"*{inert(card.title)}*")]
    for key, time in slots:
        shown.append(kit.section(times.own(time, reader)))
        tools = []
        if now < time.ends_at:
            tools.append(kit.button(_("Move"), ids.MOVE, pack(key)))
            tools.append(kit.button(_("Skip or cancel") if card.rule else _("Cancel it"), ids.CANCEL, pack(key)))
        if now >= time.starts_at:
            tools.append(kit.button(_("Roll and notes"), ids.NOTES, pack(key), style="primary"))
        shown.append(kit.actions(*tools))
    if card.slot is not None:
        shown.append(kit.divider())
        value = pack(card.slot.key)
        rest = [kit.button(_("Hosts"), ids.HOSTS, value)]
        if card.state == "planned" and now < card.slot.time.ends_at:
            rest.insert(0, kit.button(_("Edit details"), ids.DETAILS, value))
        shown.append(kit.actions(*rest))
    shown.append(kit.context(_("Who said yes or maybe is told of a change, once.")))
    return kit.modal(_("Manage"), shown, callback_id=shared.NOTICE, close=_("Close"))


@dataclass(frozen=True)
class Draw:
    """A form to move that is drawn anew: what its date, time and zone now show, and fairer hours that were found.

    `generation` gives those three inputs new ids where they are to show another hour than was typed into them.
    """

    local: datetime
    zone: str
    offered: Sequence[Proposal] | None = None
    generation: int = 0


def move_form(
    card: Card,
    key: str,
    time: Time,
    zones: Sequence[str],
    reader: Reader,
    now: datetime,
    draw: Draw | None = None,
) -> kit.Body:
    """Move one occurrence, or all from it on."""
    draw = draw or Draw(time.local, time.zone)
    _ = reader.words()
    minutes = [(str(one), times.length(one, reader)) for one in sorted({*MINUTES, time.minutes})]
    blocks: list[Block] = [
        kit.section(f"*{inert(card.title)}*\n{times.in_zone(time.starts_at, time.zone, reader)}"),
        *when_fields(draw.local, draw.zone, zones, reader, now, draw.generation),
    ]
    if not time.all_day:
        blocks.append(kit.actions(fairer_button(key, reader, ids.FAIRER_MOVE)))
        blocks += _offered(draw, key, zones, reader)
        blocks.append(field(ids.MINUTES, _("How long?"), select(ids.MINUTES, minutes, str(time.minutes))))
    if card.rule:
        blocks.append(_scope(_("Only this one"), _("This one and all that follow"), reader))
    blocks.append(kit.context(_("A wrong zone? Change only the zone. A wrong hour? Change only the hour.")))
    return kit.modal(
        _("Move the huddle"),
        blocks,
        callback_id=ids.MOVE_FORM,
        close=_("Back"),
        submit=_("Move it"),
        private_metadata=pack(key),
    )


def move_question(
    title: str, at: str, told: int, fair: Proposal, reader: Reader, *, carried: Sequence[str]
) -> kit.Body:
    """Asked before people are told of an hour that wakes some of them: `at` in words, how many would be told."""
    _ = reader.words()
    lines = [
        _("*{title}* would be at {when}.").format(title=inert(title), when=at),
        ":crescent_moon: " + cost(fair, reader),
    ]
    return kit.modal(
        _("Move the huddle"),
        [
            kit.section("\n".join(lines)),
            kit.context(_("Nothing is moved yet. {told}").format(told=would_be_told(told, reader))),
            kit.context(_("*Back* leads to the form, where you can look for a fairer hour.")),
        ],
        callback_id=ids.MOVE_ANYWAY,
        close=_("Back"),
        submit=_("Move it all the same"),
        private_metadata=pack(*carried),
    )


def moved_view(title: str, at: str, told: int | None, reader: Reader) -> kit.Body:
    """It is moved: `at` in words, and how many are told (None: nothing changed)."""
    _ = reader.words()
    if told is None:
        return notes.told_view(_("That is when it is already; nothing was changed."), reader, last=True)
    lines = [
        _(":white_check_mark: *{title}* is moved to {when}.").format(title=inert(title), when=at),
        told_words(told, reader),
    ]
    return notes.told_view("\n".join(lines), reader, last=True)


def _offered(draw: Draw, key: str, zones: Sequence[str], reader: Reader) -> list[Block]:
    _ = reader.words()
    if draw.offered is None:
        return []
    if not draw.offered:
        return [kit.context(_("No hour of that week costs the people of this channel less."))]
    return [
        proposed(number, one, draw.zone, zones, reader, ids.TAKE_MOVE, pack(key, str(int(one.starts_at.timestamp()))))
        for number, one in enumerate(draw.offered, 1)
    ]


def cancel_form(card: Card, key: str, time: Time, reader: Reader) -> kit.Body:
    """Cancel one occurrence, or all from it on."""
    _ = reader.words()
    blocks: list[Block] = [
        kit.section(f"*{inert(card.title)}*\n{times.in_zone(time.starts_at, time.zone, reader)}"),
    ]
    if card.rule:
        blocks.append(_scope(_("Skip this one; the series goes on"), _("End the series with this one"), reader))
    blocks.append(field(ids.REASON, _("Why? (people will read it)"), text_input(ids.REASON, "", 300), optional=True))
    return kit.modal(
        _("Cancel the huddle"),
        blocks,
        callback_id=ids.CANCEL_FORM,
        close=_("Back"),
        submit=_("Cancel it"),
        private_metadata=pack(key),
    )


def _scope(one: str, following: str, reader: Reader) -> Block:
    _ = reader.words()
    options = [
        Option(value=ids.ONE, text=kit.plain(one)),
        Option(value=ids.FOLLOWING, text=kit.plain(following)),
    ]
    element = RadioButtonsElement(action_id=ids.SCOPE, options=options, initial_option=options[0])
    return field(ids.SCOPE, _("Which?"), element)


def hosts_form(card: Card, key: str, reader: Reader) -> kit.Body:
    """Who hosts: hand it over, or share it."""
    _ = reader.words()
    blocks: list[Block] = [
        field(ids.HOST, _("Host"), UserSelectElement(action_id=ids.HOST, initial_user=card.host or None)),
        field(
            ids.CO_HOSTS,
            _("Co-hosts"),
            UserMultiSelectElement(
                action_id=ids.CO_HOSTS, initial_users=list(card.co_hosts) or None, max_selected_items=5
            ),
            optional=True,
        ),
    ]
    return kit.modal(
        _("Hosts"), blocks, callback_id=ids.HOSTS_FORM, close=_("Back"), submit=_("Save"), private_metadata=pack(key)
    )


def question_form(card: Card, slot: Slot, reader: Reader) -> kit.Body:
    """Ask before, if you cannot come."""
    _ = reader.words()
    blocks: list[Block] = [
        kit.section(f"*{inert(card.title)}*\n{times.own(slot.time, reader)}"),
        field(
            ids.QUESTION,
            _("What should be talked about?"),
            text_input(ids.QUESTION, "", QUESTION_LIMIT, multiline=True),
            hint=_(
                "It is shown on the card with your name. Good if you cannot come: the notes will have the answer."
            ),
        ),
    ]
    return kit.modal(
        _("Ask a question"),
        blocks,
        callback_id=ids.QUESTION_FORM,
        close=_("Cancel"),
        submit=_("Ask"),
        private_metadata=pack(slot.key),
    )
