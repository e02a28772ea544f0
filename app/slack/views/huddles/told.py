"""Direct messages about a huddle: a reminder, a move, a cancellation, a new host."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from app.huddles.shapes import Card, Slot
from app.i18n import Reader
from app.slack.mrkdwn import escape, inert
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.card import facts, join_button
from app.slack.views.ids import pack


def reminder(card: Card, slot: Slot, kind: str, join: str, reader: Reader) -> kit.Body:
    """A day before, or a quarter of an hour before; with the address, and a way out."""
    _ = reader.words()
    title, when = inert(card.title), times.own_near(slot.time, reader)
    if kind == "soon":
        text = _(":bell: *{title}* begins soon: {when}").format(title=title, when=when)
    else:
        text = _(":calendar: Coming up: *{title}*, {when}").format(title=title, when=when)
    value = pack(slot.key)
    tools = [] if slot.time.all_day else [join_button(_("Join"), join, value, style="primary")]
    tools.append(kit.button(_("I cannot come"), ids.NO, value))
    shown: list[Block] = [
        kit.section(text),
        kit.context(" · ".join([f"<#{card.channel_id}>", *facts(card, reader)])),
        kit.actions(*tools, kit.button(_("Reminders"), ids.REMIND, value)),
    ]
    return kit.message(text.replace("*", ""), shown)


def moved(card: Card, slot: Slot, following: bool, answer: str, reader: Reader) -> kit.Body:
    """It was moved: the old time struck through, the new one, and a way to say whether that suits.

    `answer` is what the person has said so far, yes or maybe.
    """
    _ = reader.words()
    old = times.own_instant(slot.moved_from, slot.time.zone, reader) if slot.moved_from else ""
    title = inert(card.title)
    if following:
        text = _(":arrow_right: *{title}* has a new time from now on.").format(title=title)
    elif old:
        text = _(":arrow_right: *{title}* was moved.").format(title=title)
    else:
        text = _(":arrow_right: *{title}* was changed.").format(title=title)
    lines = [text]
    if old:
        lines.append(f"~{old}~")
    takes = "" if slot.time.all_day else " · " + times.length(slot.time.minutes, reader)
    lines.append(f"*{times.own_marked(slot.time, reader)}*{takes}")
    if card.rule and following:
        lines.append(":repeat: " + times.repeats(card.rule, card.first, reader))
    value = pack(slot.key)
    shown: list[Block] = [
        kit.section("\n".join(lines)),
        kit.context(
            _("You said *Maybe*. Does the new time suit you?")
            if answer == "maybe"
            else _("You said *Yes*. Does it still suit you?")
        ),
        kit.actions(
            kit.button(_("Yes"), ids.YES, value),
            kit.button(_("Maybe"), ids.MAYBE, value),
            kit.button(_("No"), ids.NO, value),
            kit.button(_("Add to calendar"), ids.TO_CALENDAR, value),
        ),
    ]
    return kit.message(text.replace("*", ""), shown)


def elsewhere(card: Card, slot: Slot, join: str, reader: Reader) -> kit.Body:
    """People meet at another address, or dial another number."""
    _ = reader.words()
    text = _(":link: *{title}* has a new address or number to dial.").format(title=inert(card.title))
    tools = [] if slot.time.all_day else [join_button(_("Join"), join, pack(slot.key))]
    lines = [text, times.own_marked(slot.time, reader)]
    # Written out, for those who open it elsewhere or dial.
    lines.append(_("Address: {address}").format(address=escape(card.link) or _("the huddle of the channel")))
    if card.dial_in:
        lines.append(_("Number to dial: {number}").format(number=escape(card.dial_in)))
    shown: list[Block] = [
        kit.section("\n".join(lines)),
        kit.context(" · ".join([f"<#{card.channel_id}>", *facts(card, reader)])),
        kit.actions(*tools, kit.button(_("Add to calendar"), ids.TO_CALENDAR, pack(slot.key))),
    ]
    return kit.message(text.replace("*", ""), shown)


def cancelled(card: Card, slot: Slot, following: bool, reader: Reader) -> kit.Body:
    """It was cancelled, and why."""
    _ = reader.words()
    title = inert(card.title)
    if following:
        text = _(":no_entry_sign: *{title}* is cancelled; the series ends.").format(title=title)
    elif card.rule:
        text = _(":no_entry_sign: *{title}* is skipped once.").format(title=title)
    else:
        text = _(":no_entry_sign: *{title}* is cancelled.").format(title=title)
    lines = [text, f"~{times.own(slot.time, reader)}~"]
    if slot.reason:
        lines.append(_("Why: {reason}").format(reason=escape(slot.reason)))
    if card.rule and not following and card.slot is not None:
        lines.append(_("Next: {when}").format(when=times.own(card.slot.time, reader)))
    return kit.message(text.replace("*", ""), [kit.section("\n".join(lines))])


def new_host(card: Card, by: str, reader: Reader) -> kit.Body:
    """Somebody hosts now who did not before; `by` is "" where the former host has left."""
    _ = reader.words()
    title = inert(card.title)
    text = (
        _("<@{person}> asks you to host *{title}*.").format(person=by, title=title)
        if by
        else _("The host of *{title}* has left, so it is with you now.").format(title=title)
    )
    lines = [text]
    if card.slot is not None:
        lines.append(times.own(card.slot.time, reader))
    shown: list[Block] = [kit.section("\n".join(lines))]
    if card.slot is not None:
        shown.append(kit.actions(kit.button(_("Manage"), ids.MANAGE, pack(card.slot.key))))
    return kit.message(text.replace("*", ""), shown)


def noted(card: Card, slot: Slot, answer: str, reader: Reader) -> kit.Body:
    """What a person answered, told to them alone: the card is everybody's and cannot mark anyone's button."""
    _ = reader.words()
    texts = {
        "yes": _(":white_check_mark: You said *Yes* to *{title}*."),
        "maybe": _(":white_check_mark: You said *Maybe* to *{title}*."),
        "no": _(":white_check_mark: You said *No* to *{title}*. I will not remind you."),
    }
    text, value = texts[answer].format(title=inert(card.title)), pack(slot.key)
    lines = [text]
    if answer == "no":
        tools = [kit.button(_("Ask a question"), ids.ASK, value)]
        hint = _("Changed your mind? Press another answer. What you ask is brought up without you.")
    else:
        lines.append(times.own_marked(slot.time, reader))
        tools = [
            kit.button(_("Add to calendar"), ids.TO_CALENDAR, value),
            kit.button(_("Reminders"), ids.REMIND, value),
        ]
        hint = _("Changed your mind? Press another answer: the last one counts.")
    return kit.private(text.replace("*", ""), [kit.section("\n".join(lines)), kit.actions(*tools), kit.context(hint)])


def not_posted(title: str, problem: str, reader: Reader) -> kit.Body:
    """The card could not be posted: why, and that nothing else will happen."""
    _ = reader.words()
    text = _("I could not post {title}: {problem}").format(title=escape(title), problem=problem)
    return kit.message(text, [kit.section(text), kit.context(_("Invite me to the channel, then plan it again."))])


def told_words(people: int, reader: Reader) -> str:
    """How many hear of a change."""
    _ = reader.words()
    if not people:
        return _("Nobody else has said that they come, so nobody is told.")
    if people == 1:
        return _("The one person who comes, or may, is told.")
    return _("The {count} people who come, or may, are told.").format(count=people)


def would_be_told(people: int, reader: Reader) -> str:
    """How many would hear of a change that is not made yet."""
    _ = reader.words()
    if not people:
        return _("Nobody else has said that they come, so nobody would be told.")
    if people == 1:
        return _("The one person who comes, or may, would be told.")
    return _("The {count} people who come, or may, would be told.").format(count=people)
