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
    led: Sequence[CommunityCard],
    joined: Sequence[CommunityCard],
    active: Sequence[CommunityCard],
    reader: Reader,
    now: datetime,
) -> list[Block]:
    """What the person leads, what they are in, and, for whom that is little, what else is active."""
    _ = reader.words()
    blocks: list[Block] = []
    leading = {card.id for card in led}
    mine = [card for card in joined if card.id not in leading]
    known = leading | {card.id for card in mine}
    others = [card for card in active if card.id not in known]
    for title, cards in (
        (_("*Communities you lead*"), led),
        (_("*Communities you are in*"), mine),
        (_("*Other active communities*"), others),
    ):
        if cards:
            if blocks:
                blocks.append(kit.divider())
            blocks.append(kit.section(title))
            blocks.extend(kit.context(line(card, reader, now)) for card in cards[:LISTED])
    return blocks
