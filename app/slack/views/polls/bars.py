"""Counts as text that reads well aloud and in black and white: a bar of blocks, the number, the share."""

from __future__ import annotations

from app.i18n import Reader
from app.polls.shapes import Bar, Counted, Wording
from app.slack.mrkdwn import cut, escape

WIDTH = 10
FULL, EMPTY = "█", "░"


def bar(share: float) -> str:
    """Ten blocks, as many filled as the share says; something that was chosen at all fills one."""
    filled = min(WIDTH, round(share * WIDTH))
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
    """A text with its other languages beside it."""
    each = max(20, limit // (1 + len(wording.also)) - 5)
    # A star of the typed text would end the bold piece.
    first = fitted(wording.text, each)
    first = f"*{first}*" if strong and "*" not in first else first
    return " · ".join([first, *(fitted(text, each) for text in wording.also)])


def plainly(wording: Wording, limit: int) -> str:
    """The same for plain text, where nothing is escaped."""
    return cut(" · ".join([wording.text, *wording.also]), limit)


def line(one: Bar, reader: Reader) -> str:
    """ "████░░░░░░ 8 · 40 %"."""
    return f"{bar(one.share)} {one.votes} · {percent(one.share, reader)}"


def percent(share: float, reader: Reader) -> str:
    """A share in whole percent, as the reader's language writes it."""
    return reader.percent(share)


def names(one: Bar) -> str:
    """Who chose it: the first few as mentions, the others as a number."""
    if not one.people:
        return ""
    more = one.votes - len(one.people)
    return " ".join(f"<@{person}>" for person in one.people) + (f" +{more}" if more > 0 else "")


def rating(counted: Counted, reader: Reader) -> str:
    """The mean and the spread of a rating, "" without votes."""
    if counted.mean is None or counted.spread is None:
        return ""
    _ = reader.words()
    return _("Mean {mean} of {most}, spread {spread}").format(
        mean=reader.number(counted.mean),
        most=len(counted.sheet.options),
        spread=reader.number(counted.spread),
    )
