"""App Home: one page of parts, each drawn by its room; here the welcome and the communities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from app.communities.shapes import CommunityCard
from app.i18n import Reader
from app.slack.views import ids, kit
from app.slack.views.start import line

LISTED = 10


def home(*parts: Sequence[Block]) -> kit.Body:
    """The Home tab of one person: the parts that have something to say, a line between them."""
    blocks: list[Block] = []
    for part in parts:
        if blocks and part:
            blocks.append(kit.divider())
        blocks.extend(part)
    return kit.home(blocks)


def welcome(command: str, reader: Reader) -> list[Block]:
    """What /whereshare is; `command` carries this workspace's prefix."""
    _ = reader.words()
    return [
        kit.header(_("Welcome to Baobab")),
        kit.section(
            _(
                "*Where to share?* Type `{command}` and a few words in any channel, or press the button. "
                "Only you see the answer; nothing is posted without your click."
            ).format(command=command)
        ),
        kit.actions(kit.button(_("Find where to share"), ids.START, ids.pack(""), style="primary")),
        kit.context(_("On any message: ⋮ → *Find the right community*.")),
    ]


def communities(
    led: Sequence[CommunityCard], active: Sequence[CommunityCard], reader: Reader, now: datetime
) -> list[Block]:
    """What the person leads, and what is active."""
    _ = reader.words()
    blocks: list[Block] = []
    if led:
        blocks.append(kit.section(_("*Communities you lead*")))
        blocks.extend(kit.context(line(card, reader, now)) for card in led[:LISTED])
    if led and active:
        blocks.append(kit.divider())
    if active:
        blocks.append(kit.section(_("*Active communities*")))
        blocks.extend(kit.context(line(card, reader, now)) for card in active[:LISTED])
    return blocks
