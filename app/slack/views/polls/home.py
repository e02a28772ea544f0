"""The part of App Home that tells of a person's own polls."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.polls.shapes import Card
from app.slack.mrkdwn import cut
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.message import foot

LISTED = 5


def part(cards: Sequence[Card], command: str, reader: Reader) -> list[Block]:
    """What /pulse-poll is, and the polls of this person that are open."""
    _ = reader.words()
    blocks: list[Block] = [
        kit.section(
            _("*A quick poll?* Type `{command}` in a channel, or press the button.").format(command=command),
            accessory=kit.button(_("New poll"), ids.NEW, pack("")),
        )
    ]
    for card in cards[:LISTED]:
        where = " ".join(f"<#{one}>" for one in card.channels[:3])
        text = f"*{bars.fitted(cut(card.name, 150), 300)}*\n{where} · {foot(card, reader, bare=True)}"
        blocks.append(
            kit.section(
                text, accessory=kit.button(_("Manage"), ids.MANAGE_IT, pack(card.key), label=_("Manage this poll"))
            )
        )
    return blocks
