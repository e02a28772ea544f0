"""The workspace's rules for thanks: caps, cooldown, values, quiet hours, what is shown. One frozen value.

Stored as `Workspace.settings["thanks"]`; what is missing there has the defaults below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from typing import Any

from app.errors import N_, NotUnderstood

SETTINGS_KEY = "thanks"
VALUES_AT_MOST = 50
SLUG_LENGTH = 50
# A multi-person menu and one direct message each: more than this is an announcement, not a thank-you.
PEOPLE_LIMIT = 100
_SLUG = re.compile(r"[^\s|<>&]+")


@dataclass(frozen=True)
class Policy:
    """`daily_cap` people a giver thanks in their local day (a group counts one); `cooldown_minutes` between two
    thanks of one giver to one person; `people_cap` people named in one thanks; `group_cap` people of a group;
    `emojis` second a thanks; `values` are slugs that people may tag with.

    `unanswered` says what happens while a recipient has not chosen: `private` or `show`. `cards` is what a
    community's channel gets: `day`, `week`, `both` or `none`. Quiet hours are local, of recipients for direct
    messages and of the workspace for channels. `keep_months` is how long reasons are kept, 0 for ever.
    """

    daily_cap: int = 10
    cooldown_minutes: int = 60
    people_cap: int = 10
    group_cap: int = 25
    undo_minutes: int = 10
    edit_hours: int = 24
    emojis: tuple[str, ...] = ("raised_hands", "tada")
    values: tuple[str, ...] = ("sharing", "mentoring", "translating", "facilitating", "answering", "organising")
    unanswered: str = "private"
    cards: str = "both"
    quiet_from: str = "20:00"
    quiet_to: str = "08:00"
    keep_months: int = 0

    @property
    def day_cards(self) -> bool:
        """Whether communities get the card of a day."""
        return self.cards in ("day", "both")

    @property
    def week_cards(self) -> bool:
        """Whether communities get the digest of a week."""
        return self.cards in ("week", "both")


DEFAULT = Policy()
# Lowest and highest that make sense; Slack and people set the upper ends.
RANGES: dict[str, tuple[int, int]] = {
    "daily_cap": (1, 1000),
    "cooldown_minutes": (0, 10_080),
    "people_cap": (1, PEOPLE_LIMIT),
    "group_cap": (1, PEOPLE_LIMIT),
    "undo_minutes": (1, 60),
    "edit_hours": (0, 720),
    "keep_months": (0, 240),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "unanswered": ("private", "show"),
    "cards": ("day", "week", "both", "none"),
}


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """The policy in a workspace's settings. What does not fit (an older version's, a hand's) has its default."""
    stored = settings.get(SETTINGS_KEY)
    found = DEFAULT
    for name, value in stored.items() if isinstance(stored, Mapping) else ():
        if name not in {one.name for one in fields(Policy)}:
            continue
        try:
            found = changed(found, {name: value})
        except NotUnderstood:
            continue
    return found


def stored(policy: Policy) -> dict[str, Any]:
    """The policy as JSON for the workspace's settings."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(policy).items()}


def changed(policy: Policy, wishes: Mapping[str, Any]) -> Policy:
    """The policy with some settings changed; `NotUnderstood` with the setting as its field for what does not fit."""
    return replace(policy, **{name: _checked(name, value) for name, value in wishes.items()})


def _checked(name: str, value: Any) -> Any:
    if name in RANGES:
        return _number(name, value)
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise NotUnderstood(N_("Choose one of: {choices}."), field=name, choices=", ".join(CHOICES[name]))
        return value
    if name in ("quiet_from", "quiet_to"):
        return clock_time(value, name)
    found = slugs(value, name)
    # Any colour of a hand means the same.
    return tuple(dict.fromkeys(one.split("::")[0] for one in found)) if name == "emojis" else found


def _number(name: str, value: Any) -> int:
    lowest, highest = RANGES[name]
    try:
        number = int(str(value).strip())
    except ValueError:
        number = lowest - 1
    if not lowest <= number <= highest:
        raise NotUnderstood(
            N_("Write a whole number from {lowest} to {highest}."), field=name, lowest=lowest, highest=highest
        )
    return number


def clock_time(value: Any, field: str) -> str:
    """A time of day as "HH:MM"; `NotUnderstood`."""
    try:
        return f"{time.fromisoformat(str(value).strip()):%H:%M}"
    except ValueError:
        raise NotUnderstood(N_("Write a time of day such as 08:00."), field=field) from None


def slugs(value: Any, field: str) -> tuple[str, ...]:
    """A list of words (with commas or blanks between, `#` or colons around them) as slugs, each once."""
    listed = value.replace(",", " ").split() if isinstance(value, str) else value
    words = [str(one).strip().strip("#:").casefold() for one in listed] if isinstance(listed, list | tuple) else [" "]
    found = tuple(dict.fromkeys(word for word in words if word))
    if len(found) > VALUES_AT_MOST or not all(len(word) <= SLUG_LENGTH and _SLUG.fullmatch(word) for word in found):
        raise NotUnderstood(
            N_("Write at most {most} words with commas between, each of at most {length} letters."),
            field=field,
            most=VALUES_AT_MOST,
            length=SLUG_LENGTH,
        )
    return found
