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
from app.thanks.rules import seen_by
from app.thanks.shapes import Keeper, Seen, Shown

LISTED = 15
LINE = 300


def listing(thanks: Sequence[Shown], keeper: Keeper, reader: Reader, *, more: datetime | None) -> kit.Body:
    """The latest thank-yous, newest first; `more` is from when older ones go on, None at the end."""
    _ = reader.words()
    blocks: list[Block] = [_line(one, keeper, reader) for one in thanks]
    if not blocks:
        blocks.append(kit.section(_("Nobody was thanked here yet.")))
    if more is not None:
        blocks.append(kit.actions(kit.button(_("Older"), ids.KEEP_OLDER, common.pack(more.isoformat()))))
    return kit.modal(_("Thank-yous"), blocks, callback_id=ids.KEEP, close=_("Close"))


def why(thanks: Shown, keeper: Keeper, carried: Carried, reader: Reader) -> kit.Body:
    """Asked before a thanks is hidden or not counted: the reason, which the giver and the audit will read."""
    _ = reader.words()
    hide, seen = carried.act == "hide", seen_by(keeper, thanks)
    explained = (
        _("It leaves every card. Giver and recipients still have it, and it still counts.")
        if hide
        else _("It no longer counts in any total. The giver is told, with your reason.")
    )
    return kit.modal(
        _("Hide it") if hide else _("Do not count it"),
        [
            kit.section(f"{_who(thanks, seen, reader)}\n{_said(thanks, seen, reader)}"),
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


def _line(thanks: Shown, keeper: Keeper, reader: Reader) -> Block:
    _ = reader.words()
    seen = seen_by(keeper, thanks)
    if not seen.people:
        return kit.section(f"{_who(thanks, seen, reader)}\n_{reader.day(thanks.created_at)}_")
    facts = [reader.day(thanks.created_at), *words.about(thanks, reader), words.seconded(thanks.seconds, reader)]
    if thanks.hidden:
        facts.append(_("hidden"))
    if thanks.status == "not_counted":
        facts.append(_("not counted"))
    acts = [
        ("unhide", _("Show again")) if thanks.hidden else ("hide", _("Hide …")),
        ("recount", _("Count again")) if thanks.status == "not_counted" else ("uncount", _("Do not count …")),
    ]
    below = " · ".join(fact for fact in facts if fact)
    return kit.section(
        f"{_who(thanks, seen, reader)}\n{_said(thanks, seen, reader)}\n_{below}_",
        accessory=OverflowMenuElement(
            action_id=ids.KEEP_ACT,
            options=[Option(value=common.pack(act, thanks.key), text=kit.plain(label)) for act, label in acts],
        ),
    )


def _who(thanks: Shown, seen: Seen, reader: Reader) -> str:
    _ = reader.words()
    giver = words.person(thanks.giver, "", reader)
    if not seen.people:
        return _("A thank-you that those it was given to keep to themselves")
    people = words.people(seen.people, reader, others=seen.others)
    return _("{giver} thanked {people}").format(giver=giver, people=people)


def _said(thanks: Shown, seen: Seen, reader: Reader) -> str:
    """The reason, for those who may read it."""
    _ = reader.words()
    if not seen.people:
        return ""
    if not seen.words:
        return _("(given in private: the words stay there)")
    reason = " ".join(thanks.reason.split())
    return escape(cut(reason, LINE)) if reason else _("(the words are no longer kept)")
