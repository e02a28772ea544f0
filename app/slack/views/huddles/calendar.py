"""Add to calendar: a file, links for Google and Outlook, and feeds that stay true by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from app.huddles.shapes import Card
from app.i18n import Reader
from app.slack.mrkdwn import escape, inert, link
from app.slack.views import ids as shared
from app.slack.views import kit
from app.slack.views.huddles import community, ids, times
from app.slack.views.ids import pack


@dataclass(frozen=True)
class Addresses:
    """Where a reader gets it; feeds are "" where the installation has no secret to sign with.

    `slug` is that of the community for somebody who looks after its calendar, else "".
    """

    google: str
    outlook: str
    file: str = ""
    mine: str = ""
    community: str = ""
    slug: str = ""


def calendar(card: Card, addresses: Addresses, reader: Reader, *, slot_key: str = "") -> kit.Body:
    """All ways into a calendar, for one reader."""
    _ = reader.words()
    shown: list[Block] = [kit.section(f"*{inert(card.title)}*")]
    if card.slot is not None:
        shown[0] = kit.section(f"*{inert(card.title)}*\n{times.own(card.slot.time, reader)}")
    once = [
        link(addresses.google, _("Google Calendar")),
        # Its address cannot say that something comes again.
        link(addresses.outlook, _("Outlook on the web (this date only)") if card.rule else _("Outlook on the web")),
    ]
    if addresses.file:
        once.insert(0, link(addresses.file, _("Calendar file (.ics)")))
    shown.append(kit.section(_("*This huddle:*") + " " + " · ".join(once)))
    if addresses.mine:
        shown.append(kit.divider())
        shown.append(
            kit.section(
                _("*Yours, always up to date:* subscribe to this address in your calendar.")
                + f"\n```{addresses.mine}```",
                accessory=_renew(slot_key, reader),
            )
        )
        shown.append(
            kit.context(_("It holds what you host or said yes or maybe to. It is yours alone; do not share it."))
        )
    if addresses.community and card.community:
        shown.append(
            kit.section(
                _("*All open huddles of {community}:*").format(community=escape(card.community))
                + f"\n```{addresses.community}```"
            )
        )
    if addresses.slug and card.community:
        shown.append(community.offer(addresses.slug, card.community, reader))
    shown.append(kit.context(_("None of them lists who comes.")))
    return kit.modal(_("Add to calendar"), shown, callback_id=shared.NOTICE, close=_("Close"))


def _renew(slot_key: str, reader: Reader) -> ButtonElement:
    _ = reader.words()
    return kit.button(
        _("New address"),
        ids.RENEW,
        pack(slot_key),
        confirm=kit.sure(
            _("Make a new address?"),
            _("The old one stops working at once, wherever you use it."),
            _("Make it"),
            _("Leave it"),
        ),
    )
