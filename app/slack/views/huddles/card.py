"""The card of a huddle: when it is for each reader, who comes, what is asked, and how to get in."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, ButtonElement, InteractiveElement

from app.huddles.shapes import Card, Slot
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape, inert
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.lists import fitted
from app.slack.views.ids import pack

NAMED = 12
QUESTIONS_SHOWN = 8


def message(card: Card, join: str, reader: Reader) -> kit.Body:
    """The message in the channel; `join` is the address where people meet."""
    return kit.message(summary(card, reader), blocks(card, join, reader))


def summary(card: Card, reader: Reader) -> str:
    """One line that reads well alone."""
    _ = reader.words()
    title = escape(card.title)
    if card.state == "cancelled":
        return _("Cancelled: {title}").format(title=title)
    if card.slot is None:
        return title
    return _("Huddle: {title}, {when}").format(title=title, when=times.own(card.slot.time, reader))


def blocks(card: Card, join: str, reader: Reader) -> list[Block]:
    """All blocks of the card, in the order a person reads."""
    _ = reader.words()
    slot = card.slot
    # A header takes no strike-through.
    shown: list[Block] = [
        kit.section(_(":no_entry_sign: *Cancelled:* ~{title}~").format(title=inert(card.title)))
        if card.state == "cancelled"
        else kit.header(card.title)
    ]
    if slot is not None:
        shown.append(kit.section("\n".join(when_lines(card, slot, reader))))
    if card.about:
        shown.append(kit.section(escape(cut(card.about, 600))))
    shown.append(kit.context(" · ".join(facts(card, reader))))
    if slot is None or card.state == "cancelled":
        return shown
    if lines := _coming(slot, reader):
        shown.append(kit.section("\n".join(lines)))
    if slot.questions:
        shown.append(kit.section(_questions(slot, reader)))
    if slot.state == "planned":
        shown.extend(_buttons(card, slot, join, reader))
    return shown


def when_lines(card: Card, slot: Slot, reader: Reader) -> list[str]:
    """When it is: each reader's own time, the host's zone and some cities, how often, what changed."""
    _ = reader.words()
    time = slot.time
    gone = card.state == "cancelled" or slot.state == "cancelled"
    if gone:
        lines = [f":alarm_clock: ~{times.own(time, reader)}~"]
        if slot.reason:
            lines.append(_("Why: {reason}").format(reason=escape(slot.reason)))
        return lines
    takes = "" if time.all_day else " · " + times.length(time.minutes, reader)
    lines = [f":alarm_clock: *{times.own_marked(time, reader)}*{takes}"]
    if slot.moved_from is not None and slot.phase != "after":
        old = times.own_instant(slot.moved_from, time.zone, reader)
        lines.append(_("Moved from ~{old}~").format(old=old))
    lines.append(f":earth_africa: {times.printed(time, card.zones, reader)}")
    if card.rule and not card.later and "UNTIL=" in card.rule:
        lines.append(":repeat: " + _("the last of a series that ends, or goes on at another hour"))
    elif card.rule:
        line = f":repeat: {times.repeats(card.rule, card.first, reader)}"
        if card.later:
            line += " · " + _("then {dates}").format(
                dates=", ".join(times.short_day(one.local, reader) for one in card.later)
            )
        lines.append(line)
    for one in card.sessions:
        lines.append(
            ":speech_balloon: "
            + _("In {language}: {when}").format(
                language=reader.languages((one.language,)) if one.language else escape(one.title),
                when=times.own(one.time, reader),
            )
        )
    return lines


def facts(card: Card, reader: Reader) -> list[str]:
    """Who hosts, in which language, and what people with little bandwidth need to know."""
    _ = reader.words()
    hosts = [f"<@{one}>" for one in (card.host, *card.co_hosts) if one]
    found = []
    if hosts:
        found.append(_("Hosted by {people}").format(people=reader.listing(hosts)))
    if card.language:
        found.append(reader.languages((card.language,)))
    if card.audio_first:
        found.append(_(":headphones: audio first, cameras off"))
    if card.dial_in:
        found.append(_(":telephone_receiver: dial in: {number}").format(number=escape(card.dial_in)))
    if card.notes_after:
        found.append(_(":memo: notes afterwards"))
    return found or [_("A huddle without a host; a lead can take it over.")]


def _coming(slot: Slot, reader: Reader) -> list[str]:
    _ = reader.words()
    lines = []
    if slot.phase == "after" and slot.came:
        if there := _people(slot.named, reader, len(slot.came)):
            return [_("*Was there ({count}):* {people}").format(count=len(slot.came), people=there)]
        return [_("*Was there:* {count}").format(count=len(slot.came))]
    if slot.yes:
        lines.append(_("*Coming ({count}):* {people}").format(count=len(slot.yes), people=_people(slot.yes, reader)))
    if slot.maybe:
        lines.append(
            _("*Maybe ({count}):* {people}").format(count=len(slot.maybe), people=_people(slot.maybe, reader))
        )
    if slot.no:
        # Who cannot come need not say so before everybody.
        lines.append(_("*Cannot come:* {count}").format(count=len(slot.no)))
    if slot.came:
        if here := _people(slot.named, reader, len(slot.came)):
            lines.append(_("*Here now ({count}):* {people}").format(count=len(slot.came), people=here))
        else:
            lines.append(_("*Here now:* {count}").format(count=len(slot.came)))
    return [line.rstrip() for line in lines]


def _people(people: tuple[str, ...], reader: Reader, count: int = 0) -> str:
    """People by name; beyond the list, up to `count`, as a number: on the roll named is only who said so."""
    _ = reader.words()
    # Who was erased still counts, without a name.
    named = [f"<@{one}>" for one in people if one][:NAMED]
    more = max(count, len(people)) - len(named)
    if not named:
        return ""
    return " ".join([", ".join(named), *([_("and {count} more").format(count=more)] if more else [])]).strip()


def _questions(slot: Slot, reader: Reader) -> str:
    _ = reader.words()
    lines = []
    for one in slot.questions:
        mark = ":white_check_mark:" if one.answered else "•"
        lines.append(f"{mark} {escape(cut(one.text, 200))}" + (f" (<@{one.asker}>)" if one.asker else ""))
    title = _("*Questions*") if slot.phase == "after" else _("*Questions to bring up*")
    return fitted(title, lines, QUESTIONS_SHOWN, reader)


def _buttons(card: Card, slot: Slot, join: str, reader: Reader) -> list[Block]:
    _ = reader.words()
    value = pack(slot.key)
    rows: list[Block] = []
    tools: list[InteractiveElement] = []
    if slot.phase == "after":
        tools.append(kit.button(_("I was there"), ids.WAS_THERE, value))
        tools.append(kit.button(_("Manage"), ids.MANAGE, value))
        hint = _("Who says so is named in the notes.")
        if slot.notes_link:
            hint = f"<{slot.notes_link}|" + _("Notes of this huddle") + ">"
        return [kit.actions(*tools), kit.context(hint)]
    rows.append(
        kit.actions(
            # None is green: all readers share the message, so it would not be the answer of the one who looks.
            kit.button(_("Yes"), ids.YES, value, label=_("I come to {title}").format(title=card.title)),
            kit.button(_("Maybe"), ids.MAYBE, value),
            kit.button(_("No"), ids.NO, value, label=_("I cannot come")),
            kit.button(_("Ask a question"), ids.ASK, value),
        )
    )
    if not slot.time.all_day:
        tools.append(join_button(_("Join"), join, value, style="primary" if slot.phase == "open" else None))
    if slot.phase == "open":
        tools.append(kit.button(_("I am here"), ids.WAS_THERE, value))
    tools.append(kit.button(_("Add to calendar"), ids.TO_CALENDAR, value))
    tools.append(kit.button(_("Manage"), ids.MANAGE, value))
    rows.append(kit.actions(*tools))
    if slot.phase == "open":
        rows.append(kit.context(_("Who says so is named in the notes.")))
    if not card.link and not slot.time.all_day:
        rows.append(
            kit.context(_("*Join* opens this channel's huddle; I cannot start one myself, the first who comes does."))
        )
    return rows


def join_button(text: str, url: str, value: str, *, style: str | None = None) -> ButtonElement:
    """A button that opens an address."""
    return ButtonElement(text=kit.plain(text), action_id=ids.JOIN, value=value, url=url, style=style)
