"""The part of App Home about huddles: what comes next for this person."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from app.contributions.huddles import Huddles
from app.huddles.shapes import Listed
from app.i18n import Reader
from app.slack.views import kit
from app.slack.views.huddles import ids
from app.slack.views.huddles.listing import line, open_button
from app.slack.views.ids import pack

SHOWN = 5


def part(mine: Sequence[Listed], year: Huddles, reader: Reader) -> list[Block]:
    """My next huddles, each on my own clock; what I hosted and attended this year; and a way to plan one."""
    _ = reader.words()
    shown: list[Block] = [kit.section(_("*Your next huddles*"))]
    if not mine:
        shown.append(kit.context(_("None yet. What you host or say yes or maybe to stands here.")))
    shown.extend(kit.context(line(one, reader)) for one in mine[:SHOWN])
    if numbers := _numbers(year, reader):
        shown.append(kit.context(numbers))
    shown.append(kit.actions(open_button(reader), kit.button(_("Reminders"), ids.REMIND, pack(""))))
    return shown


def _numbers(year: Huddles, reader: Reader) -> str:
    """One's own numbers, seen by nobody else; the one that is zero is left out."""
    _ = reader.words()
    parts = []
    if year.hosted:
        parts.append(_("hosted {count}").format(count=year.hosted))
    if year.attended:
        parts.append(_("attended {count}").format(count=year.attended))
    return _("*Huddles this year:* {numbers}").format(numbers=", ".join(parts)) if parts else ""
