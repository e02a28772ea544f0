"""The creator's tools (and a lead's, and an admin's): how it stands, and what can be done with it."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextInputElement,
)

from app.i18n import Reader
from app.polls.rules import FEW
from app.polls.shapes import Card, Said
from app.slack.mrkdwn import cut, link
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.message import coming, few_words, foot, mode_words, over
from app.slack.views.polls.results import everything

# Checkboxes hold ten options; a window of a hundred blocks has room for some groups of them.
GROUP = 10
GROUPS_MOST = 8


def tools(card: Card, reader: Reader, *, can_reopen: bool, note: str = "", forum: str = "") -> kit.Body:
    """What the person may do now; `note` is what has just been done.

    `forum` says how its result stands there: "offered", or a state of its topic; "" where it cannot go there.
    """
    _ = reader.words()
    value = pack(card.key)
    blocks: list[Block] = []
    if note:
        blocks.append(kit.section(f":white_check_mark: {note}"))
    blocks += [kit.section(f"*{bars.fitted(cut(card.name, 300), 600)}*"), kit.context(mode_words(card.mode, reader))]
    blocks.append(kit.context(foot(card, reader, bare=True)))
    if card.again and over(card):
        blocks.append(kit.context(coming(card.again, card.zone, reader)))
    if card.mode == "secret" and not over(card):
        blocks.append(kit.context(few_words(reader)))
    first: list[InteractiveElement] = []
    if card.open:
        first.append(
            kit.button(
                _("Close it now"),
                ids.CLOSE,
                value,
                style="primary",
                confirm=kit.sure(_("Close it?"), _closing(card, reader), _("Close it"), _("Not yet")),
            )
        )
        first.append(kit.button(_("Another closing time"), ids.EXTEND, value))
        first.append(kit.button(_("Remind now"), ids.REMIND_NOW, value))
    if can_reopen:
        first.append(kit.button(_("Open it again"), ids.REOPEN, value))
    if not over(card):
        first.append(kit.button(_("Mend wording") if card.touched else _("Change"), ids.CHANGE, value))
    if any(one.sheet.kind == "text" for one in card.questions) and card.hidden != "few":
        first.append(kit.button(_("Read answers"), ids.READ_ANSWERS, value))
    second: list[InteractiveElement] = []
    if card.hidden != "few":
        second.append(kit.button(_("Picture of the results"), ids.PICTURE, value))
        second.append(kit.button(_("File of the results"), ids.FILE, value))
    second.append(kit.button(_("Draw it anew"), ids.REPAIR, value, label=_("Draw its messages anew")))
    if forum == "offered":
        second.insert(0, kit.button(_("Post the result to the forum"), ids.TO_FORUM, value))
    if card.again:
        second.append(
            kit.button(
                _("No more of these"),
                ids.STOP,
                value,
                confirm=kit.sure(
                    _("End the series?"),
                    _("No further poll of it comes. This cannot be undone; a new one can be made at any time."),
                    _("End the series"),
                    _("Keep it"),
                ),
            )
        )
    second.append(
        kit.button(
            _("Delete"),
            ids.DELETE,
            value,
            style="danger",
            confirm=kit.sure(
                _("Delete this poll?"),
                _deleting(card, reader),
                _("Delete"),
                _("Keep it"),
            ),
        )
    )
    blocks += [*(kit.actions(*row) for row in (first, second) if row), *_on_forum(card, forum, reader)]
    blocks += [kit.divider(), *everything(card, reader)]
    blocks += _reach(card, reader)
    if card.mode == "named" or not card.open:
        blocks.append(kit.context(_("What is done here is noted with your name.")))
    # What leaves the window is not to be mistaken for what closes the poll.
    return kit.modal(
        _("Manage poll"), blocks, callback_id=ids.MANAGE, close=_("Back to Slack"), private_metadata=value
    )


def _deleting(card: Card, reader: Reader) -> str:
    """What goes with it, and what does not."""
    _ = reader.words()
    gone = _("Its votes are deleted too. This cannot be undone.")
    if not card.again:
        return gone
    return f"{gone} " + _("The next one comes all the same: to end that, press No more of these before.")


def _closing(card: Card, reader: Reader) -> str:
    """What it means to close it now; of a secret poll nothing of that can be undone."""
    _ = reader.words()
    words = [_("No more votes are taken then.")]
    if card.mode == "secret":
        words.append(_("A secret poll cannot be opened again."))
        if card.voters < FEW:
            few = _("Voters so far: {count}. With fewer than five its results are never shown to anybody.")
            words.append(few.format(count=card.voters))
    return " ".join(words)


def until(card: Card, reader: Reader, *, again: bool) -> kit.Body:
    """Ask for another closing time, of an open poll or of one that is opened again."""
    _ = reader.words()
    hint = _("For example: Friday 17:00, or in 2 weeks. Your own time ({zone}). Left empty, you close it yourself.")
    return kit.modal(
        _("Open it again") if again else _("Closing time"),
        [
            InputBlock(
                block_id=ids.TIME,
                label=kit.plain(_("Closes")),
                element=PlainTextInputElement(action_id=ids.TIME, max_length=100, focus_on_load=True),
                optional=True,
                hint=kit.plain(hint.format(zone=reader.zone.replace("_", " "))),
            )
        ],
        callback_id=ids.UNTIL,
        close=_("Back"),
        submit=_("Open it") if again else _("Set it"),
        private_metadata=pack(card.key, "again" if again else "extend"),
    )


def edit(card: Card, reader: Reader) -> kit.Body:
    """Change the text: everything before the first vote, typing errors afterwards."""
    _ = reader.words()
    if card.touched:
        note = _(
            "Somebody has voted, so only typing errors can be mended: as many lines, in the same order, nearly the "
            "same words. The poll says that its wording was mended."
        )
    else:
        note = _("Nobody has voted yet, so everything can be changed.")
    blocks: list[Block] = [kit.context(note)]
    if card.title:
        blocks.append(_line("title", _("Title"), card.title))
    for counted in card.questions:
        sheet = counted.sheet
        blocks.append(
            _line(f"q{sheet.position}", _("Question"), " | ".join([sheet.wording.text, *sheet.wording.also]))
        )
        if sheet.options and not sheet.timed:
            lines = "\n".join(" | ".join([one.text, *one.also]) for one in sheet.options.values())
            blocks.append(_line(f"o{sheet.position}", _("Options"), lines, multiline=True))
    return kit.modal(
        _("Mend wording") if card.touched else _("Change poll"),
        blocks,
        callback_id=ids.EDIT,
        close=_("Back"),
        submit=_("Save"),
        private_metadata=pack(card.key),
    )


def moderate(card: Card, said: tuple[Said, ...], reader: Reader) -> kit.Body:
    """All open answers, with a box for each that is to be shown."""
    _ = reader.words()
    blocks: list[Block] = [kit.context(_("Tick the answers that everybody may read under the poll."))]
    for group in range(0, min(len(said), GROUP * GROUPS_MOST), GROUP):
        part = said[group : group + GROUP]
        options = {
            one.key: Option(value=one.key, text=kit.plain(cut(one.text, 75)), description=_rest(one)) for one in part
        }
        ticked = [options[one.key] for one in part if one.shown]
        name = ids.shown(group // GROUP)
        blocks.append(
            InputBlock(
                block_id=name,
                label=kit.plain(_("Answers")),
                element=CheckboxesElement(
                    action_id=name, options=list(options.values()), initial_options=ticked or None
                ),
                optional=True,
            )
        )
    if not said:
        blocks.append(kit.section(_("Nobody has answered yet.")))
    return kit.modal(
        _("Open answers"),
        blocks,
        callback_id=ids.MODERATE,
        close=_("Back"),
        submit=_("Save") if said else None,
        private_metadata=pack(card.key),
    )


def _rest(one: Said) -> str | None:
    """What of a long answer does not fit into its first line."""
    return cut(one.text[74:], 75) if len(one.text) > 75 else None


def _line(name: str, label: str, value: str, *, multiline: bool = False) -> Block:
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=PlainTextInputElement(
            action_id=name, initial_value=value[:3000], multiline=multiline, max_length=3000 if multiline else 1000
        ),
    )


def _on_forum(card: Card, forum: str, reader: Reader) -> list[Block]:
    """How its result stands on the forum."""
    _ = reader.words()
    if card.topic:
        return [kit.context(link(card.topic, _("Its result on the forum")))]
    if forum == "waiting":
        return [kit.context(_("Its result is on its way to the forum."))]
    if forum == "held":
        return [kit.context(_("A moderator of the forum looks at its result first."))]
    return []


def reached(card: Card, reader: Reader) -> list[str]:
    """How many of those who were asked took part, by region where groups are large enough: lines of plain text."""
    _ = reader.words()
    asked = card.reach.get("asked")
    if not isinstance(asked, int) or not asked:
        return []
    part = int(str(card.reach.get("voted", 0)))
    whole = _("{voted} of {asked} people in its channels took part ({share})")
    lines = [whole.format(voted=part, asked=asked, share=reader.percent(part / asked))]
    regions = card.reach.get("regions")
    for name, numbers in regions.items() if isinstance(regions, dict) else ():
        lines.append(_("{region}: {voted} of {asked}").format(region=name, voted=numbers[0], asked=numbers[1]))
    return lines


def _reach(card: Card, reader: Reader) -> list[Block]:
    lines = reached(card, reader)
    return [kit.context("\n".join(lines))] if lines else []
