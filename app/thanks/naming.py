"""Who may be meant by a name as typed. Suggestions only: choosing is the giver's."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

SUGGESTED = 5
# Names of one command for which somebody is looked for: each is compared with everybody.
LOOKED_FOR = 8
# Below this a likeness is chance: "bo" is in half of all names.
LIKE_ENOUGH = 72.0
# Accents, and the vowels that Arabic and Hebrew write or leave out; vowel signs of other scripts are letters.
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]")

Found = tuple[tuple[str, str], ...]


def plain(name: str) -> str:
    """A name without case, accents and punctuation, so that "joao" finds "João"."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", name.casefold()))
    if bare.isascii():
        return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
    letters = (one if one.isalnum() or unicodedata.category(one).startswith("M") else " " for one in bare)
    return " ".join("".join(letters).split())


def suggest(typed: str, people: Sequence[tuple[str, str]], limit: int = SUGGESTED) -> Found:
    """The people (Slack id, name) whose names are like what was typed, the likeliest first; may be nobody."""
    return suggest_each((typed,), people, limit)[0]


def suggest_each(typed: Sequence[str], people: Sequence[tuple[str, str]], limit: int = SUGGESTED) -> list[Found]:
    """The same for several names at once; beyond LOOKED_FOR nobody is suggested."""
    names = [plain(name) for _, name in people]
    return [_suggest(one, people, names, limit) if at < LOOKED_FOR else () for at, one in enumerate(typed)]


def told_apart(found: Sequence[Found], zones: Mapping[str, str]) -> list[Found]:
    """Suggestions in which namesakes are told apart, by the city of their zone (IANA, by Slack id), else by id."""
    names = {slack_id: name for each in found for slack_id, name in each}
    for label in (lambda slack_id: zones.get(slack_id, "").rpartition("/")[2].replace("_", " "), str):
        many = Counter(plain(name) for name in names.values())
        for slack_id, name in names.items():
            more = label(slack_id)
            if many[plain(name)] > 1 and more:
                names[slack_id] = f"{name} ({more})"
    return [tuple((slack_id, names[slack_id]) for slack_id, _ in each) for each in found]


def _suggest(typed: str, people: Sequence[tuple[str, str]], names: Sequence[str], limit: int) -> Found:
    wanted = plain(typed.split("@")[0] if "@" in typed[1:] else typed)
    if not wanted:
        return ()
    found = process.extract(wanted, names, scorer=_likeness, limit=limit, score_cutoff=LIKE_ENOUGH)
    return tuple(people[index] for _, _, index in found)


def _likeness(wanted: str, name: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """The whole name, or the best of its words: people type first names as often as full ones."""
    whole = fuzz.token_sort_ratio(wanted, name)
    typed, words = wanted.split(), name.split()
    best = max((fuzz.ratio(one, word) for one in typed for word in words), default=0.0)
    if len(typed) > 1:
        # Many are known here by their first name only. One word of two has to be nearly the same.
        return max(whole, best * 0.8)
    begins = 95.0 if len(wanted) >= 3 and any(word.startswith(wanted) for word in words) else 0.0
    return max(whole, best * 0.97, begins)
