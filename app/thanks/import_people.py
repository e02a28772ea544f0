"""Who is meant by a cell of an imported log: an id, an address, or a name that only one person has. Pure.

Never a guess: whoever is not certain is a `NotUnderstood` with the people it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.communities.items import short, tidy
from app.errors import NotUnderstood
from app.thanks.naming import suggest
from app.thanks.policy import PEOPLE_LIMIT

_SLACK_ID = re.compile(r"(<@)?([UW][A-Z0-9]{6,31})(?:\|[^>]*)?(?(1)>)")
_MENTIONS = re.compile(r"(?:<@[UW][A-Z0-9]{6,31}(?:\|[^>]*)?>[\s,;]*)+")
_EMAIL = re.compile(r"[^\s@<>,;|]+@[^\s@<>,;|]+\.[^\s@<>,;|]+")
_NAMED_EMAIL = re.compile(r"[^<>]*<([^\s@<>]+@[^\s@<>]+)>")
_HARD = re.compile(r"[;|\n]+")
# Likenesses are worth a moment each; a file with more strangers than this is the wrong file.
_SUGGESTIONS = 30


@dataclass(frozen=True)
class Candidate:
    """A person whom a cell may mean. `names` are all they go by; `email` is known only while a file is read."""

    slack_id: str
    names: tuple[str, ...] = ()
    email: str = ""
    is_bot: bool = False
    left: bool = False
    erased: bool = False

    @property
    def shown(self) -> str:
        """The person as an operator tells them from others."""
        name = self.names[0] if self.names else "somebody"
        return f"{name} ({self.slack_id}{', has left' if self.left else ''})"


class People:
    """Everybody who may be meant. `aliases` are Slack ids by what stands in the file, as somebody said."""

    def __init__(self, candidates: Iterable[Candidate], aliases: Mapping[str, str], *, emails_known: bool) -> None:
        self._by_id: dict[str, Candidate] = {}
        for one in candidates:
            self._by_id[one.slack_id] = _merged(self._by_id.get(one.slack_id), one)
        self._emails_known = emails_known
        self._by_email: dict[str, Candidate] = {}
        self._by_name: dict[str, dict[str, Candidate]] = {}
        for one in self._by_id.values():
            if one.email:
                self._by_email[one.email.casefold()] = one
            for name in one.names:
                self._by_name.setdefault(_plain(name), {})[one.slack_id] = one
        self._aliases = {_plain(text): slack_id for text, slack_id in aliases.items()}
        self._likely = [(one.slack_id, name) for one in self._by_id.values() for name in one.names if not one.erased]
        self._suggested = 0

    def all_of(self, cell: str) -> tuple[Candidate, ...]:
        """Everybody a cell names, in its order, each once; `NotUnderstood`."""
        found = {one.slack_id: one for one in map(self.one, self._parts(cell))}
        if len(found) > PEOPLE_LIMIT:
            raise NotUnderstood(f"{len(found)} people in one line are an announcement; at most {PEOPLE_LIMIT}.")
        return tuple(found.values())

    def one(self, text: str) -> Candidate:
        """The one person a text means; `NotUnderstood`."""
        found = self._find(text)
        if found.erased:
            raise NotUnderstood(f"{found.slack_id} asked to be forgotten here. Delete what the file has of them.")
        if found.is_bot:
            raise NotUnderstood(f"{found.shown} is a bot. Delete the line, or name the person behind it.")
        return found

    def _parts(self, cell: str) -> Sequence[str]:
        if _MENTIONS.fullmatch(cell.strip()):
            return [found[0] for found in _SLACK_ID.finditer(cell)]
        parts: list[str] = []
        for part in filter(None, map(tidy, _HARD.split(cell))):
            # "Silva, Ana" may be one person's name.
            whole = "," not in part or _plain(part) in self._aliases or _plain(part) in self._by_name
            parts += [part] if whole else filter(None, map(tidy, part.split(",")))
        return parts

    def _find(self, text: str) -> Candidate:
        text = tidy(text)
        if (alias := self._aliases.get(_plain(text))) is not None:
            return self._with_id(alias)
        match = _SLACK_ID.fullmatch(text)
        if match and (match[1] or match[2] in self._by_id):
            return self._with_id(match[2])
        address = _NAMED_EMAIL.fullmatch(text) or _EMAIL.fullmatch(text)
        if address:
            return self._with_email(address[address.lastindex or 0].casefold())
        named = self._by_name.get(_plain(text.removeprefix("@")), {})
        if len(named) == 1:
            return next(iter(named.values()))
        if named:
            choices = ", ".join(sorted(one.shown for one in named.values()))
            raise NotUnderstood(f"'{short(text)}' may be any of: {choices}. {_way_out(text)}")
        raise NotUnderstood(f"'{short(text)}' is the name of nobody here. {self._hint(text)}{_way_out(text)}")

    def _with_id(self, slack_id: str) -> Candidate:
        found = self._by_id.get(slack_id)
        if found is None:
            raise NotUnderstood(f"There is nobody here with the id {slack_id}. Check it, or delete the line.")
        return found

    def _with_email(self, address: str) -> Candidate:
        found = self._by_email.get(address)
        if found is None and not self._emails_known:
            raise NotUnderstood(
                f"'{short(address)}' cannot be looked up: Slack has to be asked, and SLACK_BOT_TOKEN is not set."
            )
        if found is None:
            raise NotUnderstood(
                f"Nobody here has the address '{short(address)}' (Slack keeps none of people who left). "
                f"{self._hint(address)}{_way_out(address)}"
            )
        return found

    def _hint(self, text: str) -> str:
        self._suggested += 1
        if self._suggested > _SUGGESTIONS:
            return ""
        likely = dict.fromkeys(slack_id for slack_id, _ in suggest(text, self._likely))
        return f"Did you mean {' or '.join(self._by_id[one].shown for one in list(likely)[:3])}? " if likely else ""


def needs_slack(people: People, cells: Iterable[str]) -> bool:
    """Whether any of these cells names somebody who is not found yet, so that Slack has to be asked."""
    for cell in cells:
        try:
            people.all_of(cell)
        except NotUnderstood:
            return True
    return False


def _merged(known: Candidate | None, new: Candidate) -> Candidate:
    """What two sources say of one person together; the later is the fresher."""
    if known is None:
        return new
    return Candidate(
        known.slack_id,
        tuple(dict.fromkeys((*new.names, *known.names))),
        new.email or known.email,
        new.is_bot or known.is_bot,
        new.left,
        known.erased or new.erased,
    )


def _way_out(text: str) -> str:
    return f'Write the member id, or say --person "{short(text)}=U…".'


def _plain(name: str) -> str:
    return tidy(name).casefold()
