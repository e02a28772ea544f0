"""The confirmation of a huddle: its time told back, with zone and cities, before anything is posted."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from app.huddles.fairness import Proposal
from app.huddles.shapes import Plan, Time
from app.i18n import Reader
from app.slack.mrkdwn import escape, inert
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.find import cost
from app.slack.views.huddles.form import fairer_button
from app.slack.views.ids import pack


def preview_blocks(
    plan: Plan, time: Time, second: Time | None, fair: Proposal | None, zones: Sequence[str], reader: Reader
) -> list[Block]:
    """What will be posted, told back with zone and cities; whom the hour would cost sleep."""
    _ = reader.words()
    lines = [f"*{inert(plan.title)}*"]
    if time.all_day:
        lines.append(_("All day on {day}").format(day=times.day(time.local, reader)))
    else:
        lines.append(times.in_zone(time.starts_at, time.zone, reader) + " · " + times.length(time.minutes, reader))
        if others := times.printed(time, zones, reader, elsewhere=True):
            lines.append(f":earth_africa: {others}")
        if time.zone != reader.zone:
            lines.append(_("On your own clock: {when}").format(when=times.own(time, reader)))
    if plan.language:
        lines.append(_("In {language}").format(language=reader.languages((plan.language,))))
    if plan.link:
        lines.append(f":link: {escape(plan.link)}")
    if plan.dial_in:
        lines.append(_(":telephone_receiver: dial in: {number}").format(number=escape(plan.dial_in)))
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
