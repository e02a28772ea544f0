"""Results as text: bars with numbers, means, orders, open answers; under a poll, and to one person."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.polls.shapes import Card, Counted
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.bars import Room

ANSWERS_SHOWN = 10


def figures(card: Card, counted: Counted, reader: Reader, room: Room, *, bare: bool = False) -> list[Block]:
    """What was answered to one question, or its bare options while results are hidden."""
    _ = reader.words()
    if counted.sheet.kind == "text":
        return _answers(card, counted, reader)
    if card.hidden:
        lines = [f"• {bars.worded(one.wording, room.option)}" for one in counted.bars]
        return _sections("\n".join(lines))
    if counted.sheet.kind == "ranked":
        return _sections("\n".join(_in_order(counted, reader, room.option)))
    lines = []
    for one in counted.bars:
        lines.append(f"{bars.worded(one.wording, room.option)}\n{bars.line(one, reader)}")
        if not bare and (who := bars.names(one, room.names)):
            lines[-1] += f"\n{who}"
    shown = _sections("\n".join(lines))
    if rated := bars.rating(counted, reader):
        shown.append(kit.context(rated))
    return shown


def private(card: Card, reader: Reader) -> kit.Body:
    """The results to one person who may see them now."""
    _ = reader.words()
    text = _("Results so far: {question}").format(question=bars.fitted(card.name, 300))
    return kit.private(text, [kit.section(text), *everything(card, reader)])


def closed_notice(card: Card, reader: Reader, command: str, *, forum: bool = False) -> kit.Body:
    """The direct message to the creator when a poll has closed; `forum` offers to post its result there."""
    _ = reader.words()
    text = _("Your poll is closed: {question}").format(question=bars.fitted(card.name, 300))
    more = _("A new one: `{command}`.").format(command=command)
    if card.hidden != "few":
        more = _("A picture and a file of it: *Manage*, under the poll.") + " " + more
    shown: list[Block] = [kit.section(text), *everything(card, reader)]
    if forum:
        shown.append(kit.actions(kit.button(_("Post the result to the forum"), ids.TO_FORUM, pack(card.key))))
    return kit.message(text, [*shown, kit.context(more)])


def everything(card: Card, reader: Reader) -> list[Block]:
    """All questions with their figures, or why there are none to see."""
    _ = reader.words()
    if card.hidden == "few":
        if card.open:
            return [kit.context(_("So far fewer than five people voted, so this secret poll shows no results."))]
        return [kit.context(_("Fewer than five people voted, so the results of this secret poll are never shown."))]
    if card.hidden == "voted":
        return [kit.context(_("Vote first; then you can see the results."))]
    if card.hidden == "closed":
        return [kit.context(_("The results can be seen when the poll closes."))]
    room = bars.room(card)
    shown: list[Block] = []
    for counted in card.questions:
        if len(card.questions) > 1:
            shown.append(kit.section(bars.worded(counted.sheet.wording, room.question, strong=True)))
        shown.extend(figures(card, counted, reader, room))
    return shown


def _in_order(counted: Counted, reader: Reader, room: int) -> list[str]:
    _ = reader.words()
    by_position = {one.position: one for one in counted.bars}
    best = max([points for _option, points in counted.order], default=0) or 1
    return [
        f"{place}. {bars.worded(by_position[option].wording, room)}\n"
        + f"{bars.bar(points / best)} "
        + _("{points} points").format(points=points)
        for place, (option, points) in enumerate(counted.order, 1)
    ]


def _answers(card: Card, counted: Counted, reader: Reader) -> list[Block]:
    """Open answers the creator has let be shown, and how many wait."""
    _ = reader.words()
    if card.hidden:
        return []
    shown = [one for one in counted.said if one.shown]
    lines = [
        f"> {bars.fitted(' '.join(one.text.split()), 250)}" + (f" — <@{one.voter}>" if one.voter else "")
        for one in shown[:ANSWERS_SHOWN]
    ]
    blocks = _sections("\n".join(lines)) if lines else []
    rest = []
    if len(shown) > ANSWERS_SHOWN:
        rest.append(_("{count} more answers").format(count=len(shown) - ANSWERS_SHOWN))
    if counted.waiting:
        rest.append(_("{count} answers wait for the creator to show them").format(count=counted.waiting))
    if rest:
        blocks.append(kit.context(" · ".join(rest)))
    return blocks


def _sections(text: str) -> list[Block]:
    """Escaped lines as sections within Slack's limit of one."""
    if not text:
        return []
    if len(text) <= kit.SECTION_LIMIT:
        return [kit.section(text)]
    pieces: list[str] = [""]
    for line in text.split("\n"):
        if len(pieces[-1]) + len(line) + 1 > kit.SECTION_LIMIT:
            pieces.append("")
        pieces[-1] += ("\n" if pieces[-1] else "") + line
    return [kit.section(piece) for piece in pieces if piece]
