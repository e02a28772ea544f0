"""What the local Slack shows of past thanks: cards with their reactions, and what recipients were told.

Drawn from the rows by the very views that draw them later, so that a redraw finds them as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from app.i18n import Reader
from app.playground import cast
from app.playground.seed.thanks_shapes import PastThanks
from app.playground.slack.api.content import checked_content
from app.playground.slack.workspace import Workspace as LocalSlack
from app.slack.views.kit import Body
from app.slack.views.thanks import card as cards_view
from app.slack.views.thanks import told as told_view
from app.thanks import cards, queries
from app.thanks.policy import policy_of
from models import ThanksCard, ThanksRecipient, Workspace

COMMAND = "/thanks"


async def show_cards(
    session: AsyncSession,
    workspace: Workspace,
    drawn: Sequence[ThanksCard],
    past: Sequence[PastThanks],
    slack: LocalSlack,
) -> None:
    """Post every card with what it shows now, react to it as people did, and let everybody have read it."""
    reader = Reader(workspace.locale, workspace.zone)
    emoji = next(iter(policy_of(workspace.settings).emojis), "")
    reacted = {(one.channel, one.ts, one.emoji, one.person) for thanks in past for one in thanks.seconds}
    with slack.quiet():
        for card in drawn:
            body = cards_view.message(await cards.content(session, card, workspace.zone), reader, COMMAND, emoji)
            _post(slack, card.channel_id, card.ts, body)
            for channel, ts, name, person in sorted(reacted):
                if (channel, ts) == (card.channel_id, card.ts):
                    slack.add_reaction(person, channel, ts, name)
    _read(slack, {card.channel_id for card in drawn})


async def show_told(
    session: AsyncSession, workspace: Workspace, people: Sequence[ThanksRecipient], slack: LocalSlack
) -> None:
    """Tell recipients by direct message, as they were told then, and note where."""
    where = set()
    with slack.quiet():
        for number, one in enumerate(people):
            found = await queries.told(session, workspace.id or 0, one.id or 0)
            if found is None:
                continue
            person = cast.person(found.recipient)
            reader = Reader(person.locale, person.zone, guest=person.kind in ("guest", "partner"))
            room = slack.open_dm(cast.BOT_USER_ID, person.id)
            one.told_channel = room.id
            one.told_ts = f"{int(found.thanks.created_at.timestamp()) + 2}.{number:06d}"
            _post(slack, room.id, one.told_ts, told_view.message(found, reader))
            where.add(room.id)
    _read(slack, where)


def _post(slack: LocalSlack, channel: str, ts: str, body: Body) -> None:
    content = checked_content(slack, body)
    slack.post(channel, cast.BOT_USER_ID, content.text, blocks=content.blocks, ts=ts, bot_id=cast.BOT_ID)


def _read(slack: LocalSlack, channels: set[str]) -> None:
    for channel in channels:
        for person in slack.channel(channel).members:
            slack.mark_read(person, channel)
