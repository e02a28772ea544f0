"""A poll's result as a topic on the forum: a title, and Markdown that reads well as plain text too.

Nobody who voted is named here, whatever the mode: who may read a forum is another circle than a channel.
"""

from __future__ import annotations

from app.discourse.markup import plainly
from app.i18n import Reader
from app.polls.forum import TITLE_MAX, TITLE_MIN
from app.polls.shapes import Card, Counted, Wording
from app.slack.mrkdwn import cut
from app.slack.views.polls import bars
from app.slack.views.polls.manage import reached
from app.when import told

# Discourse takes 32,000 letters in a post.
ROOM = 31_000
# How much of each wording is shown, and how many open answers: the first that fits is taken.
SIZES = ((1000, 100), (300, 100), (150, 50), (80, 25), (40, 10), (20, 5))


def title(card: Card, reader: Reader, *, dated: bool) -> str:
    """The question; with the day it closed where the same is asked again and again."""
    _ = reader.words()
    name, closed = " ".join(card.name.split()), card.life.closed_at
    if dated and closed is not None:
        day = reader.day(closed)
        return f"{cut(name, TITLE_MAX - len(day) - 3)} ({day})"
    if len(name) < TITLE_MIN:
        name = _("Result of the poll: {question}").format(question=name)
    return cut(name, TITLE_MAX)


def text(card: Card, address: str, reader: Reader) -> str:
    """The whole post; `address` is of the poll's message in Slack, "" where it has none."""
    made = ""
    for size, answers in SIZES:
        made = _text(card, address, reader, size, answers)
        if len(made) <= ROOM:
            break
    return made


def taken_back(reader: Reader) -> str:
    """What stands there once the poll is deleted, or is no longer everybody's to see."""
    _ = reader.words()
    return _("The result of this poll was taken back in Slack, so it is no longer shown here.")


def _text(card: Card, address: str, reader: Reader, size: int, answers: int) -> str:
    _ = reader.words()
    parts = []
    for number, counted in enumerate(card.questions, 1):
        asked = _worded(counted.sheet.wording, size)
        parts.append(f"### {number}. {asked}" if len(card.questions) > 1 else f"**{asked}**")
        parts.extend(_figures(card, counted, reader, size, answers))
    parts += ["---", _foot(card, reader)]
    if address:
        back = _("The poll on Slack")
        parts.append(f"[{back}]({address})")
    return "\n\n".join(parts)


def _figures(card: Card, counted: Counted, reader: Reader, size: int, answers: int) -> list[str]:
    """One question's numbers as paragraphs."""
    _ = reader.words()
    if counted.sheet.kind == "text":
        return _answers(counted, reader, size, answers)
    if counted.sheet.kind == "ranked":
        return [_order(card, counted, reader, size), _("By points: a first place counts most.")]
    head = _row(_("Option"), _("Votes"), _("Share"), "")
    lines = [
        _row(_option(card, one.wording, reader, size), str(one.votes), reader.percent(one.share), bars.bar(one.share))
        for one in counted.bars
    ]
    made = ["\n".join([head, "| --- | ---: | ---: | --- |", *lines])]
    if counted.sheet.most != 1 and counted.sheet.kind == "choice":
        made.append(_("Several answers were possible; shares are of the people who answered."))
    if rated := _rating(counted, reader):
        made.append(rated)
    return made


def _order(card: Card, counted: Counted, reader: Reader, size: int) -> str:
    _ = reader.words()
    wordings = {one.position: one.wording for one in counted.bars}
    best = max([points for _option, points in counted.order], default=0) or 1
    head = _row("", _("Option"), _("Points"), "")
    lines = [
        _row(f"{rank}.", _option(card, wordings[option], reader, size), str(points), bars.bar(points / best))
        for rank, (option, points) in enumerate(counted.order, 1)
    ]
    return "\n".join([head, "| ---: | --- | ---: | --- |", *lines])


def _answers(counted: Counted, reader: Reader, size: int, most: int) -> list[str]:
    """Open answers that the creator showed, and how many people answered."""
    _ = reader.words()
    shown = [one for one in counted.said if one.shown]
    # With quotes, so that no answer begins with a mark of Markdown.
    made = ["\n".join(f"- “{_plain(one.text, size)}”" for one in shown[:most])] if shown else []
    if len(shown) > most:
        made.append(_("{count} more answers").format(count=len(shown) - most))
    if counted.voters == 1:
        made.append(_("1 person answered in their own words."))
    else:
        made.append(_("{count} people answered in their own words.").format(count=counted.voters))
    return made


def _rating(counted: Counted, reader: Reader) -> str:
    if counted.mean is None or counted.spread is None:
        return ""
    _ = reader.words()
    return _("Mean {mean} of {most}, spread {spread}").format(
        mean=reader.number(counted.mean), most=len(counted.sheet.options), spread=reader.number(counted.spread)
    )


def _foot(card: Card, reader: Reader) -> str:
    """How many took part, of how many, in which mode, until when."""
    _ = reader.words()
    lines = [_("1 person voted") if card.voters == 1 else _("{count} people voted").format(count=card.voters)]
    lines += [plainly(one) for one in reached(card, reader)]
    if card.mode == "secret":
        lines.append(_("Secret from everyone: nobody can see who chose what."))
    else:
        lines.append(_("Names are visible on the poll in Slack, and not here."))
    if card.life.closed_at is not None:
        lines.append(_("Closed {time}").format(time=told(card.life.closed_at, card.zone, reader)))
    if card.edited:
        lines.append(_("Typing errors were mended after people had begun to vote."))
    return "\n".join(f"- {one}" for one in lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _option(card: Card, wording: Wording, reader: Reader, size: int) -> str:
    """An option; one that is a time on its creator's clock, with the zone."""
    return _worded(wording, size) if wording.at is None else told(wording.at, card.zone, reader)


def _worded(wording: Wording, size: int) -> str:
    return " · ".join(_plain(one, size) for one in (wording.text, *wording.also))


def _plain(typed: str, size: int) -> str:
    """Typed words on one line, cut before anything in them is escaped."""
    return plainly(cut(" ".join(typed.split()), size))
