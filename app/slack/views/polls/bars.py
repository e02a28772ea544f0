"""Counts as text that reads well aloud and in black and white: a bar of blocks, the number, the share."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import Reader
from app.polls.shapes import Bar, Card, Counted, Wording
from app.slack.mrkdwn import cut, escape

# Within Slack's limit of all blocks together, less what stands around questions and options.
TEXT_ROOM = 11_500
MENU_TEXT = 75
WIDTH = 10
FULL, EMPTY = "█", "░"


@dataclass(frozen=True)
class Room:
    """How much of a message each part may take: characters of an option and of a question, names under an option."""

    option: int
    question: int
    names: int


def room(card: Card, *, menu: bool = False) -> Room:
    """Share Slack's limit of all text in a message among the parts of a poll; `menu` lists the options once more."""
    options = sum(len(one.bars) for one in card.questions)
    questions = len(card.questions)
    named = 8 if options <= 10 else 3 if options <= 25 else 1
    question = 1500 if questions == 1 else 2500 // questions
    answers = 3000 if any(one.sheet.kind == "text" for one in card.questions) else 0
    rest = TEXT_ROOM - min(questions * question, 2500) - answers
    # A bar with its numbers, a button, names of people, and for a menu the option again.
    each = rest // max(1, options) - 65 - 16 * named - (MENU_TEXT if menu else 0)
    return Room(max(30, min(800, each)), question, named)


def bar(share: float) -> str:
    """Ten blocks, as many filled as the share says; something that was chosen at all fills one."""
    filled = min(WIDTH, int(share * WIDTH + 0.5))
    if share > 0:
        filled = max(1, filled)
    return FULL * filled + EMPTY * (WIDTH - filled)


def fitted(text: str, limit: int) -> str:
    """Typed text escaped, cut so that it is at most `limit` characters when escaped."""
    size = min(len(text), limit)
    while len(escape(cut(text, size))) > limit:
        size -= 1
    return escape(cut(text, size))


def worded(wording: Wording, limit: int, *, strong: bool = False) -> str:
    """A text with its other languages beside it; a time as Slack shows it to each reader on their own clock."""
    if wording.at is not None:
        fallback = escape(wording.text).replace("|", "/")
        return f"<!date^{int(wording.at.timestamp())}^{{date_long_pretty}}, {{time}}|{fallback}>"
    each = max(10, limit // (1 + len(wording.also)) - 3)
    # A star of the typed text would end the bold piece.
    first = fitted(wording.text, each)
    first = f"*{first}*" if strong and "*" not in first else first
    return " · ".join([first, *(fitted(text, each) for text in wording.also)])


def plainly(wording: Wording, limit: int) -> str:
    """The same for plain text, where nothing is escaped."""
    return cut(" · ".join([wording.text, *wording.also]), limit)


def line(one: Bar, reader: Reader) -> str:
    """ "████░░░░░░ 8 · 40 %"."""
    text = f"{bar(one.share)} {one.votes} · {percent(one.share, reader)}"
    if one.before is None:
        return text
    _ = reader.words()
    return text + " · " + _("last time {number}").format(number=percent(one.before, reader))


def percent(share: float, reader: Reader) -> str:
    """A share in whole percent, as the reader's language writes it."""
    return reader.percent(share)


def names(one: Bar, most: int) -> str:
    """Who chose it: the first few as mentions, the others as a number."""
    shown = one.people[:most]
    if not shown:
        return ""
    more = one.votes - len(shown)
    return " ".join(f"<@{person}>" for person in shown) + (f" +{more}" if more > 0 else "")


def rating(counted: Counted, reader: Reader) -> str:
    """The mean and the spread of a rating, "" without votes."""
    if counted.mean is None or counted.spread is None:
        return ""
    _ = reader.words()
    text = _("Mean {mean} of {most}, spread {spread}").format(
        mean=reader.number(counted.mean),
        most=len(counted.sheet.options),
        spread=reader.number(counted.spread),
    )
    if counted.before is None:
        return text
    return text + " · " + _("last time {number}").format(number=reader.number(counted.before))
