"""The part of App Home that tells of a person's own polls, and the window that lists all of them."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.polls.shapes import Card, OwnPolls
from app.slack.mrkdwn import cut
from app.slack.views import ids as shared
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.message import foot

# How many open ones, and how many closed lately: Home has a hundred blocks for all rooms, a window for them alone.
LISTED = (6, 3)
WINDOW = (45, 45)


def part(polls: OwnPolls, command: str, reader: Reader) -> list[Block]:
    """What /pulse-poll is, and the polls of this person that are open or were closed lately."""
    _ = reader.words()
    blocks: list[Block] = [
        kit.section(
            _("*A quick poll?* Type `{command}` in a channel, or press the button.").format(command=command),
            accessory=kit.button(_("New poll"), ids.NEW, pack("")),
        )
    ]
    show_all = kit.button(_("Show all"), ids.OWN, pack(""), label=_("Show all my polls"))
    for cards, count, title in (
        (polls.open[: LISTED[0]], polls.open_count, ""),
        (polls.closed[: LISTED[1]], polls.closed_count, _("*Your polls that closed lately*")),
    ):
        if cards and title:
            blocks.append(kit.section(title))
        blocks += [_line(card, reader) for card in cards]
        if count > len(cards):
            blocks.append(kit.section(_("and {count} more").format(count=count - len(cards)), accessory=show_all))
    return blocks


def window(polls: OwnPolls, reader: Reader) -> kit.Body:
    """All polls of a person that are open or were closed lately, each with its tools."""
    _ = reader.words()
    blocks: list[Block] = []
    for cards, count, title in (
        (polls.open[: WINDOW[0]], polls.open_count, _("*Open*")),
        (polls.closed[: WINDOW[1]], polls.closed_count, _("*Closed in the last 30 days*")),
    ):
        if cards:
            blocks += [kit.section(title), *(_line(card, reader) for card in cards)]
        if count > len(cards):
            more = _("and {count} more. *Manage* stands under each, in its channel.").format(count=count - len(cards))
            blocks.append(kit.context(more))
    if not blocks:
        blocks.append(kit.section(_("None of your polls is open, and none closed lately.")))
    return kit.modal(_("Your polls"), blocks, callback_id=shared.NOTICE, close=_("Close"))


def _line(card: Card, reader: Reader) -> Block:
    _ = reader.words()
    where = " ".join(f"<#{one}>" for one in card.channels[:3])
    text = f"*{bars.fitted(cut(card.name, 150), 300)}*\n{where} · {foot(card, reader, bare=True)}"
    return kit.section(
        text, accessory=kit.button(_("Manage"), ids.MANAGE_IT, pack(card.key), label=_("Manage this poll"))
    )
