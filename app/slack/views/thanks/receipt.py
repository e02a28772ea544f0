"""What the giver sees: the receipt with Undo and Edit, and what became of it."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from app.i18n import Reader
from app.slack.mrkdwn import escape
from app.slack.views import ids as common
from app.slack.views import kit
from app.slack.views.thanks import ids, words
from app.thanks.shapes import Shown
from app.when import zone_of


def message(thanks: Shown, reader: Reader, now: datetime) -> kit.Body:
    """The receipt as a private message (an ack body, or a response URL's)."""
    return kit.private(summary(thanks, reader), blocks(thanks, reader, now))


def direct_message(thanks: Shown, reader: Reader, now: datetime) -> kit.Body:
    """The receipt in the giver's conversation with the app, where it comes late."""
    return kit.message(summary(thanks, reader), blocks(thanks, reader, now))


def modal(thanks: Shown, reader: Reader, now: datetime) -> kit.Body:
    """The receipt where the form was."""
    _ = reader.words()
    return kit.modal(
        _("Thank you"),
        blocks(thanks, reader, now),
        callback_id=ids.RECEIPT,
        close=_("Close"),
        private_metadata=thanks.key,
    )


def summary(thanks: Shown, reader: Reader) -> str:
    """One line that reads well alone."""
    _ = reader.words()
    who = words.people(thanks.people, reader)
    if thanks.status == "withdrawn":
        return _("You took back your thanks to {people}.").format(people=who)
    return _("You thanked {people}.").format(people=who)


def blocks(thanks: Shown, reader: Reader, now: datetime) -> list[Block]:
    """Whom, for what, who sees it, and what can still be changed."""
    _ = reader.words()
    if thanks.status == "withdrawn":
        gone = _("Nobody sees it any more, and it does not count against your limit.")
        return [kit.section(f":leftwards_arrow_with_hook: {summary(thanks, reader)}"), kit.context(gone)]
    shown: list[Block] = [
        kit.section(f":raised_hands: {summary(thanks, reader)}\n{words.reason(thanks.reason, reader)}")
    ]
    lines = [*words.about(thanks, reader), words.seconded(thanks.seconds, reader)]
    if facts := [line for line in lines if line]:
        shown.append(kit.context(" · ".join(facts)))
    undo = ""
    if thanks.undo_until and now < thanks.undo_until:
        # Slack lets nobody take the button away from a receipt that was never clicked, so it says when it ends.
        undo = _("Undo works until {time}.").format(time=_clock(thanks.undo_until, reader))
    shown.append(kit.context(" ".join(said for said in (_who_sees(thanks, reader), undo) if said)))
    if buttons := changes(thanks, reader, now):
        shown.append(kit.actions(*buttons))
    return shown


def changes(thanks: Shown, reader: Reader, now: datetime) -> list[InteractiveElement]:
    """Undo and Edit, each while its time lasts."""
    _ = reader.words()
    value = common.pack(thanks.key)
    buttons: list[InteractiveElement] = []
    if thanks.edit_until and now < thanks.edit_until:
        buttons.append(kit.button(_("Edit"), ids.EDIT, value, label=_("Edit your thanks")))
    if thanks.undo_until and now < thanks.undo_until:
        buttons.append(undo_button(value, thanks.undo_until, reader))
    return buttons


def undo_button(value: str, until: datetime, reader: Reader) -> InteractiveElement:
    """Undo, asked twice: it stands where Edit will be. The question says until when it works."""
    _ = reader.words()
    gone = _("Their message from me goes away, and so does your line on any card.")
    ends = _("This works until {time}.").format(time=_local(until, reader))
    return kit.button(
        _("Undo"),
        ids.UNDO,
        value,
        confirm=kit.sure(
            _("Take it back?"),
            f"{gone} {ends}",
            _("Take it back"),
            _("Keep it"),
        ),
    )


def moderated(thanks: Shown, act: str, keeper: str, why: str, reader: Reader) -> kit.Body:
    """What a giver is told when a lead hides a thanks, does not count it, or takes that back."""
    _ = reader.words()
    who = words.people(thanks.people, reader)
    said = {
        "hide": _("{keeper} has hidden your thanks to {people} from the community. It still counts."),
        "unhide": _("{keeper} lets your thanks to {people} be shown again."),
        "uncount": _("{keeper} has marked your thanks to {people} as not counted."),
        "recount": _("{keeper} counts your thanks to {people} again."),
    }[act].format(keeper=f"<@{keeper}>", people=who)
    blocks: list[Block] = [kit.section(f"{said}\n{words.reason(thanks.reason, reader)}")]
    if why:
        blocks.append(kit.section(_("The reason given: {why}").format(why=escape(why))))
    if act in ("hide", "uncount"):
        blocks.append(
            kit.context(
                _("If you see it differently, write to {keeper}: it can be taken back.").format(keeper=f"<@{keeper}>")
            )
        )
    return kit.message(said, blocks)


def _who_sees(thanks: Shown, reader: Reader) -> str:
    _ = reader.words()
    unreachable = [one for one in thanks.people if not one.slack_id]
    if unreachable and len(unreachable) == len(thanks.people):
        return _("It is in the log. Nobody here is linked to that forum account, so nobody is told.")
    private = _("I tell them privately.")
    if thanks.held:
        private = _("I tell them privately, once Undo is over: you took some back from them lately.")
    if thanks.channel_kind == "private":
        return f"{private} " + _("It was given in a private channel and stays there.")
    if not thanks.community_name or reader.guest:
        return private
    community = f"*{escape(thanks.community_name)}*"
    if all(one.shown for one in thanks.people):
        rest = _("{community} sees it too, unless they keep it private.")
    elif all(one.guest for one in thanks.people):
        return private
    elif any(one.guest for one in thanks.people):
        rest = _("{community} sees it only if they want it to; guests are not asked.")
    else:
        rest = _("{community} sees it only if they want it to.")
    return f"{private} {rest.format(community=community)}"


def _clock(at: datetime, reader: Reader) -> str:
    return f"<!date^{int(at.timestamp())}^{{time}}|{_local(at, reader)}>"


def _local(at: datetime, reader: Reader) -> str:
    return f"{at.astimezone(zone_of(reader.zone)):%H:%M}"
