"""The form of a huddle, and the confirmation that tells its time back before anything is posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
    TimePickerElement,
)

from app.huddles.crowd import city_of
from app.huddles.fairness import Proposal
from app.huddles.recurrence import repeat_of
from app.huddles.rules import MINUTES, TITLE_LIMIT
from app.huddles.shapes import Plan, Time
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.find import cost
from app.slack.views.ids import pack

LANGUAGES = ("en", "fr", "es", "pt", "sw", "ar")


@dataclass(frozen=True)
class Choices:
    """What a form offers: channels as (id, name), zones by IANA name."""

    channels: Sequence[tuple[str, str]]
    zones: Sequence[str]


def form(plan: Plan, choices: Choices, reader: Reader, now: datetime, *, key: str, generation: int = 0) -> kit.Body:
    """The form; `plan` fills it in.

    Slack keeps what people typed in an input of the same id. `generation` gives date, time and zone new ones, so
    that they show what the plan says when the form is drawn anew.
    """
    _ = reader.words()
    repeats: tuple[tuple[str, str], ...] = (
        ("none", _("Once")),
        ("weekly", _("Every week")),
        ("fortnightly", _("Every two weeks")),
        ("monthly_day", _("Every month, same weekday (as in “every first Tuesday”)")),
        ("monthly_last", _("Every month, last such weekday")),
        ("monthly_date", _("Every month, same date")),
    )
    repeat = repeat_of(plan.rule) or "none"
    if repeat == "other":
        repeats = (*repeats, ("other", _("As it is now")))
    minutes = [*((str(one), times.length(one, reader)) for one in MINUTES), ("day", _("All day (a thread, no call)"))]
    chosen = "day" if plan.all_day else str(plan.minutes)
    if chosen not in dict(minutes):
        minutes.insert(0, (chosen, times.length(plan.minutes, reader)))
    blocks: list[Block] = [
        field(ids.TITLE, _("What is it about?"), text_input(ids.TITLE, plan.title, TITLE_LIMIT)),
        *when_fields(plan.local, plan.zone, choices.zones, reader, now, generation),
        field(ids.MINUTES, _("How long?"), select(ids.MINUTES, minutes, chosen)),
        field(ids.REPEAT, _("How often?"), select(ids.REPEAT, repeats, repeat)),
    ]
    if choices.channels:
        channels = [(slack_id, name) for slack_id, name in choices.channels][:100]
        current = plan.channel_id if plan.channel_id in dict(channels) else channels[0][0]
        blocks.append(field(ids.CHANNEL, _("Where to invite?"), select(ids.CHANNEL, channels, current)))
    about = text_input(ids.ABOUT, plan.about, 2000, multiline=True)
    marks = [(ids.AUDIO_FIRST, _("Audio first, cameras off")), (ids.NOTES_AFTER, _("Notes afterwards"))]
    ticked = [one for one, on in ((ids.AUDIO_FIRST, plan.audio_first), (ids.NOTES_AFTER, plan.notes_after)) if on]
    boxes = [Option(value=value, text=kit.plain(text)) for value, text in marks]
    blocks += [
        field(ids.ABOUT, _("A few words more"), about, optional=True),
        field(
            ids.MARKS,
            _("For people with little bandwidth"),
            CheckboxesElement(
                action_id=ids.MARKS,
                options=boxes,
                initial_options=[one for one in boxes if one.value in ticked] or None,
            ),
            optional=True,
        ),
        field(ids.DIAL_IN, _("Number to dial in"), text_input(ids.DIAL_IN, plan.dial_in, 200), optional=True),
        field(
            ids.LINK,
            _("Meeting address"),
            text_input(ids.LINK, plan.link, 500),
            optional=True,
            hint=_("Left empty, people meet in the channel's own Slack huddle."),
        ),
        field(ids.LANGUAGE, _("Language"), _language(ids.LANGUAGE, plan.language, reader), optional=True),
        kit.divider(),
        kit.context(_("A second session in another language, if you like: both are posted and name each other.")),
        field(
            ids.SECOND_LANGUAGE,
            _("Language of the second session"),
            _language(ids.SECOND_LANGUAGE, plan.second_language, reader),
            optional=True,
        ),
        *_second(plan, reader),
    ]
    return kit.modal(
        _("Plan a huddle"),
        blocks,
        callback_id=ids.FORM,
        close=_("Cancel"),
        submit=_("Look at it"),
        private_metadata=pack(key),
    )


def _second(plan: Plan, reader: Reader) -> list[Block]:
    _ = reader.words()
    local = plan.second_local
    date = DatePickerElement(action_id=ids.SECOND_DATE, initial_date=f"{local:%Y-%m-%d}" if local else None)
    time = TimePickerElement(action_id=ids.SECOND_TIME, initial_time=f"{local:%H:%M}" if local else None)
    return [
        field(ids.SECOND_DATE, _("Its date"), date, optional=True),
        field(ids.SECOND_TIME, _("Its time"), time, optional=True),
    ]


def when_fields(
    local: datetime, zone: str, zones: Sequence[str], reader: Reader, now: datetime, generation: int = 0
) -> list[Block]:
    """Date, time and zone: three inputs, so that a wrong zone can be mended and the hour kept, or the other way."""
    _ = reader.words()
    names = list(dict.fromkeys([zone, *zones, "UTC"]))[:100]
    options = [(one, f"{city_of(one)} ({times.offset(now, one)})") for one in names]
    shown = [
        field(ids.DATE, _("Date"), DatePickerElement(action_id=ids.DATE, initial_date=f"{local:%Y-%m-%d}")),
        field(ids.TIME, _("Time"), TimePickerElement(action_id=ids.TIME, initial_time=f"{local:%H:%M}")),
        field(ids.ZONE, _("On the clock of"), select(ids.ZONE, options, zone)),
    ]
    for one in shown:
        one.block_id = ids.anew(str(one.block_id), generation)
    return list[Block](shown)


def preview_blocks(
    plan: Plan, time: Time, second: Time | None, fair: Proposal | None, zones: Sequence[str], reader: Reader
) -> list[Block]:
    """What will be posted, told back with zone and cities; whom the hour would cost sleep."""
    _ = reader.words()
    lines = [f"*{escape(plan.title)}*"]
    if time.all_day:
        lines.append(_("All day on {day}").format(day=times.day(time.local, reader)))
    else:
        lines.append(times.in_zone(time.starts_at, time.zone, reader) + " · " + times.length(time.minutes, reader))
        if others := times.printed(time, zones, reader, elsewhere=True):
            lines.append(f":earth_africa: {others}")
        if time.zone != reader.zone:
            lines.append(_("On your own clock: {when}").format(when=times.own(time, reader)))
    if plan.rule:
        lines.append(":repeat: " + times.repeats(plan.rule, time.local, reader))
    if second is not None and plan.second_language:
        lines.append(
            _("Second session in {language}: {when}").format(
                language=reader.languages((plan.second_language,)),
                when=times.in_zone(second.starts_at, second.zone, reader),
            )
        )
    where = f"<#{plan.channel_id}>" if plan.channel_id else _("no channel chosen yet")
    shown: list[Block] = [
        kit.section("\n".join(lines)),
        kit.context(_("To be posted in {channel}. Nothing is posted yet.").format(channel=where)),
    ]
    if fair is not None and fair.asleep:
        shown.append(kit.context(":crescent_moon: " + cost(fair, reader)))
    return shown


def confirmation(
    plan: Plan,
    time: Time,
    second: Time | None,
    fair: Proposal | None,
    zones: Sequence[str],
    reader: Reader,
    *,
    key: str,
) -> kit.Body:
    """The confirmation as a private message, after the command."""
    _ = reader.words()
    text = _("Shall I post this huddle?")
    buttons = []
    if plan.channel_id:
        buttons.append(kit.button(_("Post it"), ids.POST, pack(key), style="primary"))
    buttons.append(kit.button(_("Change"), ids.CHANGE, pack(key)))
    if fair is not None and fair.asleep:
        buttons.append(fairer_button(key, reader))
    buttons.append(kit.button(_("Drop it"), ids.DROP, pack(key)))
    shown = [
        kit.section(f"*{text}*"),
        *preview_blocks(plan, time, second, fair, zones, reader),
        kit.actions(*buttons),
    ]
    return kit.private(f"{text} {escape(plan.title)}", shown)


def confirmation_view(
    plan: Plan,
    time: Time,
    second: Time | None,
    fair: Proposal | None,
    zones: Sequence[str],
    reader: Reader,
    *,
    key: str,
) -> kit.Body:
    """The confirmation on top of the form."""
    _ = reader.words()
    shown = preview_blocks(plan, time, second, fair, zones, reader)
    if fair is not None and fair.asleep:
        shown.append(kit.actions(fairer_button(key, reader)))
    return kit.modal(
        _("Ready to post?"),
        shown,
        callback_id=ids.CONFIRM,
        close=_("Back"),
        submit=_("Post it"),
        private_metadata=pack(key),
    )


def fairer_button(key: str, reader: Reader, action_id: str = ids.FAIRER) -> ButtonElement:
    """The way out where a time has people up at night."""
    _ = reader.words()
    return kit.button(_("Find a fairer hour"), action_id, pack(key))


def posted(plan: Plan, reader: Reader) -> kit.Body:
    """What takes the confirmation's place."""
    _ = reader.words()
    text = _(":white_check_mark: {title} is on its way to {channel}.").format(
        title=escape(plan.title), channel=f"<#{plan.channel_id}>"
    )
    return kit.private(text, [kit.section(text)])


def dropped(reader: Reader) -> kit.Body:
    """The same, where the draft was dropped."""
    _ = reader.words()
    return kit.private(_("Dropped. Nothing was posted."))


def field(
    name: str, label: str, element: InputInteractiveElement, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """One input; block id and action id are the same word."""
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=element,
        optional=optional,
        hint=kit.plain(hint) if hint else None,
    )


def text_input(name: str, value: str, limit: int, *, multiline: bool = False) -> PlainTextInputElement:
    """A text input with what it held."""
    return PlainTextInputElement(
        action_id=name, initial_value=value[:limit] or None, max_length=limit, multiline=multiline
    )


def select(name: str, options: Sequence[tuple[str, str]], chosen: str) -> StaticSelectElement:
    """A menu of (value, text)."""
    made = [Option(value=value, text=kit.plain(cut(text, 75))) for value, text in options]
    return StaticSelectElement(
        action_id=name, options=made, initial_option=next((one for one in made if one.value == chosen), None)
    )


def _language(name: str, chosen: str, reader: Reader) -> StaticSelectElement:
    codes = list(dict.fromkeys([*LANGUAGES, *([chosen] if chosen else [])]))
    return select(name, [(code, reader.languages((code,))) for code in codes], chosen)
