"""The form of a huddle, and the confirmation that tells its time back before anything is posted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    DatePickerElement,
    TimePickerElement,
)

from app.huddles.crowd import city_of
from app.huddles.recurrence import repeat_of
from app.huddles.rules import MINUTES
from app.huddles.shapes import Plan
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import kit
from app.slack.views.huddles import details, ids, times
from app.slack.views.huddles.inputs import field, select
from app.slack.views.ids import pack


@dataclass(frozen=True)
class Choices:
    """What a form offers: channels as (id, name), zones by IANA name."""

    channels: Sequence[tuple[str, str]]
    zones: Sequence[str]


@dataclass(frozen=True)
class Back:
    """What of a typed line is asked back: why, in the reader's words; what stays empty (date, time, zone, minutes),
    since nobody said it; the line itself."""

    why: str
    typed: str
    missing: frozenset[str] = frozenset()


def form(
    plan: Plan,
    choices: Choices,
    reader: Reader,
    now: datetime,
    *,
    key: str,
    generation: int = 0,
    back: Back | None = None,
) -> kit.Body:
    """The form; `plan` fills it in, but for what is asked `back`.

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
    missing = back.missing if back else frozenset()
    chosen = "day" if plan.all_day else str(plan.minutes)
    if chosen not in dict(minutes):
        minutes.insert(0, (chosen, times.length(plan.minutes, reader)))
    blocks: list[Block] = [
        *(_asked_back(back, reader) if back else ()),
        details.title_field(plan.title, reader),
        *when_fields(plan.local, plan.zone, choices.zones, reader, now, generation, missing=missing),
        field(ids.MINUTES, _("How long?"), select(ids.MINUTES, minutes, "" if "minutes" in missing else chosen)),
        field(ids.REPEAT, _("How often?"), select(ids.REPEAT, repeats, repeat)),
    ]
    if choices.channels:
        channels = [(slack_id, name) for slack_id, name in choices.channels][:100]
        current = plan.channel_id if plan.channel_id in dict(channels) else channels[0][0]
        blocks.append(field(ids.CHANNEL, _("Where to invite?"), select(ids.CHANNEL, channels, current)))
    blocks += [
        *details.fields(plan, reader),
        kit.divider(),
        kit.context(_("A second session in another language, if you like: both are posted and name each other.")),
        field(
            ids.SECOND_LANGUAGE,
            _("Language of the second session"),
            details.language(ids.SECOND_LANGUAGE, plan.second_language, reader),
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


def _asked_back(back: Back, reader: Reader) -> list[Block]:
    """Why the line that was typed became a form, and how such a line reads when it is right."""
    _ = reader.words()
    example = _("Choose here what is missing, or write it anew, like this: `Data quality clinic, Thursday 15:00`.")
    typed = _("You wrote: {text}").format(text=escape(cut(back.typed, 500)))
    return [kit.section(f":warning: {escape(back.why)}\n{example}"), kit.context(typed)]


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
    local: datetime,
    zone: str,
    zones: Sequence[str],
    reader: Reader,
    now: datetime,
    generation: int = 0,
    *,
    missing: Collection[str] = (),
) -> list[Block]:
    """Date, time and zone: three inputs, so that a wrong zone can be mended and the hour kept, or the other way.

    What is `missing` (date, time, zone) is empty, to be chosen.
    """
    _ = reader.words()
    names = list(dict.fromkeys([zone, *zones, "UTC"]))[:100]
    options = [(one, f"{city_of(one)} ({times.offset(now, one)})") for one in names]
    date = None if "date" in missing else f"{local:%Y-%m-%d}"
    time = None if "time" in missing else f"{local:%H:%M}"
    shown = [
        field(ids.DATE, _("Date"), DatePickerElement(action_id=ids.DATE, initial_date=date)),
        field(ids.TIME, _("Time"), TimePickerElement(action_id=ids.TIME, initial_time=time)),
        field(ids.ZONE, _("On the clock of"), select(ids.ZONE, options, "" if "zone" in missing else zone)),
    ]
    for one in shown:
        one.block_id = ids.anew(str(one.block_id), generation)
    return list[Block](shown)


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
