"""Who may be meant by a name as typed. Suggestions only: choosing is the giver's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz, process

SUGGESTED = 5
# Below this a likeness is chance: "bo" is in half of all names.
LIKE_ENOUGH = 72.0
_MARKS = re.compile(r"[\u0300-\u036f]")


def plain(name: str) -> str:
    """A name without case, accents and punctuation, so that "joao" finds "João"."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", name.casefold()))
    return " ".join(re.sub(r"[^\w]+|_+", " ", bare).split())


def suggest(typed: str, people: Sequence[tuple[str, str]], limit: int = SUGGESTED) -> tuple[tuple[str, str], ...]:
    """The people (Slack id, name) whose names are like what was typed, the likeliest first; may be nobody."""
    wanted = plain(typed.split("@")[0] if "@" in typed[1:] else typed)
    if not wanted:
        return ()
    found = process.extract(
        wanted,
        [plain(name) for _, name in people],
        scorer=_likeness,
        limit=limit,
        score_cutoff=LIKE_ENOUGH,
    )
    return tuple(people[index] for _, _, index in found)


def _likeness(wanted: str, name: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """The whole name, or the best of its words: people type first names as often as full ones."""
    whole = fuzz.token_sort_ratio(wanted, name)
    first = wanted.split()[0]
    words = max((fuzz.ratio(first, word) for word in name.split()), default=0.0) if " " not in wanted else 0.0
    begins = 95.0 if len(wanted) >= 3 and any(word.startswith(wanted) for word in name.split()) else 0.0
    return max(whole, words * 0.97, begins)
