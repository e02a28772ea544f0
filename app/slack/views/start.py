"""The way in without words: a form, and a starter list of communities for newcomers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement

from app.communities.shapes import CommunityCard
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids, kit
from app.slack.views.share import WORDS_LIMIT

# Enough to look around, short enough to read on a phone.
LISTED = 30


def form(cards: Sequence[CommunityCard], reader: Reader, now: datetime, *, draft: str = "") -> kit.Body:
    """The form of /whereshare, with the communities that are alive below it."""
    _ = reader.words()
    blocks: list[Block] = [
        InputBlock(
            block_id=ids.DRAFT,
            label=kit.plain(_("What would you like to share or ask?")),
            element=PlainTextInputElement(
                action_id=ids.DRAFT,
                multiline=True,
                initial_value=draft[:WORDS_LIMIT] or None,
                max_length=WORDS_LIMIT,
                focus_on_load=True,
                placeholder=kit.plain(_("A job aid on postpartum haemorrhage, in French")),
            ),
            hint=kit.plain(_("Any language. Only you see the answer; nothing is posted.")),
        )
    ]
    if cards:
        blocks.append(kit.divider())
        blocks.append(kit.section(_("*New here?* These communities are active:")))
        blocks.extend(kit.context(line(card, reader, now)) for card in cards[:LISTED])
    return kit.modal(
        _("Where to share"), blocks, callback_id=ids.ASK_FORM, close=_("Close"), submit=_("Find the place")
    )


def line(card: CommunityCard, reader: Reader, now: datetime) -> str:
    """One community in two lines: name, channel, languages, last activity; what it is for."""
    _ = reader.words()
    parts = [f"*{escape(card.name)}*"]
    open_channels = [channel for channel in card.channels if not channel.private]
    if open_channels and not reader.guest:
        parts.append(f"<#{open_channels[0].slack_id}>")
    if card.languages:
        parts.append(reader.languages(card.languages))
    if card.last_active_at:
        parts.append(_("last active {ago}").format(ago=reader.ago(card.last_active_at, now)))
    return " · ".join(parts) + "\n" + escape(cut(card.purpose, 160))
