"""App Home: what can be done here, and the communities the person leads."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from app.communities.shapes import CommunityCard
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids, kit

LISTED = 20


def home(led: Sequence[CommunityCard], command: str, reader: Reader) -> kit.Body:
    """The Home tab of one person; `command` is /whereshare under this workspace's prefix."""
    _ = reader.words()
    blocks: list[Block] = [
        kit.header(_("Under the baobab")),
        kit.section(
            _(
                "*Where to share?* Type `{command}` and a few words in any channel, or press the button. "
                "Only you see the answer; nothing is posted without your click."
            ).format(command=command)
        ),
        kit.actions(kit.button(_("Find where to share"), ids.START, ids.pack(""), style="primary")),
        kit.context(_("On any message: ⋮ → *Find the right community*.")),
    ]
    if led:
        blocks += [kit.divider(), kit.section(_("*Communities you lead*"))]
        blocks.extend(
            kit.context(f"*{escape(card.name)}*\n{escape(cut(card.purpose, 200))}") for card in led[:LISTED]
        )
    return kit.home(blocks)
