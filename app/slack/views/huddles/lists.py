"""Lists of what people typed, short enough for one section however much escaping makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import Reader

LIMIT = 2800


def fitted(head: str, lines: Sequence[str], most: int, reader: Reader) -> str:
    """A heading and as many lines as are asked for and fit; the others are counted."""
    _ = reader.words()
    shown: list[str] = [head]
    room = LIMIT - len(head)
    for line in lines[:most]:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    more = len(lines) - (len(shown) - 1)
    if more > 0:
        shown.append(_("and {count} more").format(count=more))
    return "\n".join(shown)
