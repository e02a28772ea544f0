"""The tools of leads and admins: thank-yous of their communities, each with what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InputBlock, Option, OverflowMenuElement, PlainTextInputElement

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids as common
from app.slack.views import kit
from app.slack.views.thanks import ids, words
from app.slack.views.thanks.ids import Carried
from app.thanks.shapes import Shown

LISTED = 15
LINE = 300


def listing(thanks: Sequence[Shown], reader: Reader, *, more: datetime | None) -> kit.Body:
    """The latest thank-yous, newest first; `more` is from when older ones go on, None at the end."""
    _ = reader.words()
    blocks: list[Block] = [_line(one, reader) for one in thanks]
    if not blocks:
        blocks.append(kit.section(_("Nobody was thanked here yet.")))
    if more is not None:
        blocks.append(kit.actions(kit.button(_("Older"), ids.KEEP_OLDER, common.pack(more.isoformat()))))
    return kit.modal(_("Thank-yous"), blocks, callback_id=ids.KEEP, close=_("Close"))


def why(thanks: Shown, carried: Carried, reader: Reader) -> kit.Body:
    """Asked before a thanks is hidden or not counted: the reason, which the giver and the audit will read."""
    _ = reader.words()
    hide = carried.act == "hide"
    explained = (
        _("It leaves every card. Giver and recipients still have it, and it still counts.")
        if hide
        else _("It no longer counts in any total. The giver is told, with your reason.")
    )
    return kit.modal(
        _("Hide it") if hide else _("Do not count it"),
        [
            kit.section(f"{_who(thanks, reader)}\n{_said(thanks, reader)}"),
            kit.context(explained),
            InputBlock(
                block_id=ids.WHY,
                label=kit.plain(_("Why?")),
                element=PlainTextInputElement(action_id=ids.WHY, multiline=True, max_length=500),
                hint=kit.plain(_("Kept in the audit with your name.")),
            ),
        ],
        callback_id=ids.WHY_FORM,
        close=_("Back"),
        submit=_("Hide it") if hide else _("Do not count it"),
        private_metadata=carried.packed(),
    )


def _line(thanks: Shown, reader: Reader) -> Block:
    _ = reader.words()
    facts = [reader.day(thanks.created_at), *words.about(thanks, reader), words.seconded(thanks.seconds, reader)]
    if thanks.hidden:
        facts.append(_("hidden"))
    if thanks.status == "not_counted":
        facts.append(_("not counted"))
    acts = [
        ("unhide", _("Show again")) if thanks.hidden else ("hide", _("Hide …")),
        ("recount", _("Count again")) if thanks.status == "not_counted" else ("uncount", _("Do not count …")),
    ]
    return kit.section(
        f"{_who(thanks, reader)}\n{_said(thanks, reader)}\n_" + " · ".join(fact for fact in facts if fact) + "_",
        accessory=OverflowMenuElement(
            action_id=ids.KEEP_ACT,
            options=[Option(value=common.pack(act, thanks.key), text=kit.plain(label)) for act, label in acts],
        ),
    )


def _who(thanks: Shown, reader: Reader) -> str:
    _ = reader.words()
    giver = words.person(thanks.giver, "", reader)
    return _("{giver} thanked {people}").format(giver=giver, people=words.people(thanks.people, reader))


def _said(thanks: Shown, reader: Reader) -> str:
    """The reason, where a recipient lets their community see it; nobody looks after what is kept private."""
    _ = reader.words()
    if thanks.channel_kind in ("private", "direct"):
        return _("(given in private: the words stay there)")
    if not any(one.lets_read for one in thanks.people):
        return _("(not shown in the community: the words are for those it was given to)")
    reason = " ".join(thanks.reason.split())
    return escape(cut(reason, LINE)) if reason else _("(the words are no longer kept)")
