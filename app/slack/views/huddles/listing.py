"""What is planned, as a list; a huddle right now; how reminders come; the help."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from app.huddles.shapes import Listed
from app.i18n import Reader
from app.slack.mrkdwn import escape
from app.slack.views import ids as shared
from app.slack.views import kit
from app.slack.views.huddles import community, ids, times
from app.slack.views.huddles.card import join_button
from app.slack.views.ids import pack

SHOWN = 12
WISHES = ("both", "day", "soon", "none")


def listing(found: Sequence[Listed], reader: Reader, calendars: Sequence[tuple[str, str]] = ()) -> kit.Body:
    """Huddles to come, soonest first, each in the reader's own time.

    `calendars` are slug and name of communities whose calendar the reader looks after.
    """
    _ = reader.words()
    kept = [community.offer(slug, name, reader) for slug, name in calendars]
    if not found:
        text = _("No huddle is planned yet.")
        return kit.private(text, [kit.section(text), kit.actions(open_button(reader, primary=True)), *kept])
    text = _("Huddles to come")
    shown: list[Block] = [kit.section(f"*{text}*")]
    shown.extend(kit.section(line(one, reader)) for one in found[:SHOWN])
    if len(found) > SHOWN:
        shown.append(kit.context(_("and {count} more").format(count=len(found) - SHOWN)))
    shown.append(kit.actions(open_button(reader)))
    return kit.private(text, [*shown, *kept])


def line(one: Listed, reader: Reader) -> str:
    """One occurrence in two lines: when and what, then where, how often, who comes."""
    _ = reader.words()
    said = {
        "yes": _("you come"),
        "maybe": _("you may come"),
        "no": _("you cannot come"),
    }
    parts = [f"<#{one.channel_id}>"]
    if one.community:
        parts.append(escape(one.community))
    if one.rule:
        often = times.repeats(one.rule, one.first, reader)
        moved = _("this one is moved")
        parts.append(f"{often} ({moved})" if one.moved else often)
    if one.language:
        parts.append(reader.languages((one.language,)))
    if one.yes:
        parts.append(_("{count} coming").format(count=one.yes))
    if one.mine in said:
        parts.append(f"*{said[one.mine]}*")
    return f"*{times.own(one.time, reader)}* · {escape(one.title)}\n" + " · ".join(parts)


def open_button(reader: Reader, *, primary: bool = False) -> ButtonElement:
    """A button that opens the form."""
    _ = reader.words()
    return kit.button(_("Plan a huddle"), ids.OPEN, pack(""), style="primary" if primary else None)


def now(channel_id: str, join: str, reader: Reader) -> kit.Body:
    """A huddle right now: the address, and one click that tells the channel."""
    _ = reader.words()
    text = _("*Join* opens the huddle of {channel}, or starts it. I cannot start one myself.").format(
        channel=f"<#{channel_id}>"
    )
    return kit.private(
        text,
        [
            kit.section(text),
            kit.actions(
                join_button(_("Join"), join, pack(channel_id), style="primary"),
                kit.button(_("Tell the channel"), ids.TELL_NOW, pack(channel_id)),
            ),
        ],
    )


def now_post(person: str, join: str, channel_id: str, reader: Reader) -> kit.Body:
    """What the channel reads when somebody is in its huddle right now."""
    _ = reader.words()
    text = _(":headphones: <@{person}> is in this channel's huddle now. Everybody is welcome.").format(person=person)
    return kit.message(
        text, [kit.section(text, accessory=join_button(_("Join"), join, pack(channel_id), style="primary"))]
    )


def told_now(reader: Reader) -> kit.Body:
    """What takes the private message's place."""
    _ = reader.words()
    return kit.private(_("The channel knows."))


def reminders(wish: str, reader: Reader) -> kit.Body:
    """How a person wants to be reminded of what they said yes or maybe to."""
    _ = reader.words()
    texts = {
        "both": _("A day and a quarter of an hour before"),
        "day": _("A day before"),
        "soon": _("A quarter of an hour before"),
        "none": _("Never"),
    }
    shown: list[Block] = [
        kit.section(_("*How shall I remind you* of huddles that you said yes or maybe to?")),
        kit.actions(
            *[
                kit.button(texts[one], f"{ids.REMIND}_{one}", pack(one), style="primary" if one == wish else None)
                for one in WISHES
            ]
        ),
        kit.context(_("Who said no is not reminded. In your quiet hours I wait, or leave it.")),
    ]
    return kit.modal(_("Reminders"), shown, callback_id=shared.NOTICE, close=_("Close"))


def help_text(command: str, reader: Reader) -> kit.Body:
    """What can be typed."""
    _ = reader.words()
    lines = [
        _("`{command} Data quality clinic, Thursday 15:00` plans one; you see it first, then confirm it"),
        _("`{command} Journal club, every first Tuesday 16:00` plans a series"),
        _("`{command}` opens a form"),
        _("`{command} find 45m next week` looks for an hour that is fair to the people of this channel"),
        _("`{command} list` shows what is planned · `{command} now` meets right away"),
    ]
    return kit.private(_("What I understand"), [kit.section("\n".join(one.format(command=command) for one in lines))])
