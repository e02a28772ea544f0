"""The calendar of a community, for those who look after it: its feed for members, and a page for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids as shared
from app.slack.views import kit
from app.slack.views.huddles import ids
from app.slack.views.ids import pack


@dataclass(frozen=True)
class Kept:
    """A community's calendar as it stands. `feed` is "" where there is no secret to sign with; `page` and `page_feed`
    are the addresses for everybody, "" where nobody outside could reach them."""

    slug: str
    name: str
    feed: str = ""
    page: str = ""
    page_feed: str = ""
    is_open: bool = False


def offer(slug: str, name: str, reader: Reader) -> Block:
    """A line that leads to the calendar of a community."""
    _ = reader.words()
    return kit.section(
        _("*Calendar of {community}:* its feed, and a page for everybody").format(community=escape(name)),
        accessory=kit.button(
            _("Look after it"),
            ids.COMMUNITY,
            pack(slug),
            label=_("Look after the calendar of {community}").format(community=name),
        ),
    )


def window(kept: Kept, reader: Reader) -> kit.Body:
    """What there is, what of it everybody can read, and what can be done about it."""
    _ = reader.words()
    shown: list[Block] = [kit.section(f"*{escape(kept.name)}*")]
    if kept.feed:
        shown += _feed(kept, reader)
    if kept.is_open:
        shown += _open(kept, reader)
    elif kept.page:
        shown += _closed(kept, reader)
    if len(shown) == 1:
        shown.append(
            kit.section(_("There is nothing to look after yet: whoever runs me has not set up my public address."))
        )
    return kit.modal(_("Community calendar"), shown, callback_id=shared.NOTICE, close=_("Close"))


def _feed(kept: Kept, reader: Reader) -> list[Block]:
    _ = reader.words()
    return [
        kit.section(
            _("*For members:* the address of its huddles in public channels, for any calendar.")
            + f"\n```{kept.feed}```",
            accessory=kit.button(
                _("New address"),
                ids.RENEW_COMMUNITY,
                pack(kept.slug),
                confirm=kit.sure(
                    _("Make a new address?"),
                    _(
                        "The old one stops working at once, for everybody who subscribed to it. "
                        "Tell them the new one."
                    ),
                    _("Make it"),
                    _("Leave it"),
                ),
            ),
        ),
        kit.context(_("Who has this address can read it. If it got into wrong hands, make a new one.")),
        kit.divider(),
    ]


def _closed(kept: Kept, reader: Reader) -> list[Block]:
    _ = reader.words()
    return [
        kit.section(_("*For everybody:* a page on the web. It is *off*: nobody outside sees anything.")),
        *_what_is_seen(reader),
        kit.actions(
            kit.button(
                _("Open it to everybody"),
                ids.OPEN_PAGE,
                pack(kept.slug),
                confirm=kit.sure(
                    _("Show these huddles to the world?"),
                    _(
                        "Everybody on the web can then read titles, descriptions and times of huddles in the public "
                        "channels of {community}, without signing in. You can close the page at any time."
                    ).format(community=cut(kept.name, 60)),
                    _("Open it"),
                    _("Leave it off"),
                ),
            )
        ),
    ]


def _open(kept: Kept, reader: Reader) -> list[Block]:
    _ = reader.words()
    lines = [_("*For everybody:* a page on the web. It is *on*: no one needs to sign in.")]
    if kept.page:
        lines.append(f"```{kept.page}```")
        lines.append(_("And the same for calendars:") + f"\n```{kept.page_feed}```")
    return [
        kit.section("\n".join(lines)),
        *_what_is_seen(reader),
        kit.actions(kit.button(_("Close the page"), ids.CLOSE_PAGE, pack(kept.slug), style="danger")),
        kit.context(
            _("Closed, both addresses lead nowhere from that moment on. Search engines are asked to stay out.")
        ),
    ]


def _what_is_seen(reader: Reader) -> list[Block]:
    _ = reader.words()
    return [
        kit.context(
            _(
                ":eyes: *Everybody sees* of huddles in public channels: title, description, time, length, language, "
                "audio first, whether one can dial in, how often, and what was moved or cancelled."
            )
        ),
        kit.context(
            _(
                ":lock: *Nobody outside sees* who hosts or comes, questions, the meeting address, the number to "
                "dial, nor anything of a private channel. Addresses, numbers and @names typed into a title or a "
                "description are left out; names without @ are not, so have a look at the page."
            )
        ),
    ]
