"""What the recipient is told, by direct message, and the choice that is theirs. Nothing in it asks for an answer."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, InteractiveElement

from app.i18n import Reader
from app.slack.mrkdwn import escape
from app.slack.views import ids as common
from app.slack.views import kit
from app.slack.views.thanks import ids, words
from app.thanks.shapes import Told


def message(told: Told, reader: Reader) -> kit.Body:
    """A thanks as its recipient reads it."""
    return kit.message(summary(told, reader), blocks(told, reader))


def summary(told: Told, reader: Reader) -> str:
    """One line that reads well alone."""
    _ = reader.words()
    giver = words.person(told.thanks.giver, "", reader)
    others = len(told.thanks.people) - 1
    if not told.thanks.giver:
        # Their name was erased since.
        return _("You were thanked.")
    if others > 0:
        more = _("one other") if others == 1 else _("{count} others").format(count=others)
        return _("{giver} thanked you and {others}.").format(giver=giver, others=more)
    return _("{giver} thanked you.").format(giver=giver)


def blocks(told: Told, reader: Reader) -> list[Block]:
    """Who, for what, who sees it, and the buttons of what is not chosen yet."""
    _ = reader.words()
    thanks = told.thanks
    shown: list[Block] = [
        kit.section(f":raised_hands: {summary(told, reader)}\n{words.reason(thanks.reason, reader)}")
    ]
    facts = [*words.about(thanks, reader), words.seconded(thanks.seconds, reader)]
    if facts := [fact for fact in facts if fact]:
        shown.append(kit.context(" · ".join(facts)))
    if thanks.hidden:
        shown.append(kit.context(_("A lead has hidden it from the community. You still have it.")))
        return shown
    shown.append(kit.context(_who_sees(told, reader)))
    if buttons := _choices(told, reader):
        shown.append(kit.actions(*buttons))
    return shown


def _who_sees(told: Told, reader: Reader) -> str:
    _ = reader.words()
    if told.shown and reader.guest:
        return _(":eyes: It is shown in the channel of a community.")
    if not told.showable or reader.guest or told.thanks.status != "counted":
        return _("It is not shown in any channel.")
    community = f"*{escape(told.thanks.community_name)}*"
    if told.shown:
        return _(":eyes: {community} sees it in its channel.").format(community=community)
    # The words of what was given in private are in no log.
    log = "" if told.thanks.channel_kind in ("private", "direct") else _("Admins have it in their log.")
    if told.standing == "private":
        kept = _(":lock: Kept private, as you always want it. You can change that in my Home tab.")
    elif told.choice == "private":
        kept = _(":lock: Kept private: {community} does not see it, nor do its leads.")
    else:
        kept = _("{community} and its leads see it only if you want that.")
    return f"{kept.format(community=community)} {log}".strip()


def _choices(told: Told, reader: Reader) -> list[InteractiveElement]:
    _ = reader.words()
    # Guests are not shown which communities there are, but where their thanks is shown they can end that.
    asked = not reader.guest or told.shown
    if not told.showable or told.standing == "private" or not asked or told.thanks.status != "counted":
        return []
    value = common.pack(told.thanks.key)
    buttons: list[InteractiveElement] = []
    if told.shown or not told.choice:
        buttons.append(kit.button(_("Keep private"), ids.PRIVATE, value))
    if not told.shown:
        buttons.append(kit.button(_("Show in the community"), ids.SHOW, value))
    return buttons
