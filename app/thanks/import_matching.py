"""From lines of a file to thank-yous: people and places found, lines of one thank-you joined, keys made. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from hashlib import sha256

from app.communities.items import short
from app.errors import NotUnderstood, Problem
from app.thanks.import_parsing import Line
from app.thanks.import_people import Candidate, People

# One problem on many lines is told once, with so many of them.
LINES_TOLD = 10


@dataclass(frozen=True)
class Room:
    """A channel as the directory has it, and the community that meets there (None for none that is alive)."""

    slack_id: str
    name: str
    private: bool
    community_id: int | None


@dataclass(frozen=True)
class Places:
    """Communities by slug and by name, and the channels of the directory."""

    communities: Mapping[str, int]
    rooms: Sequence[Room] = ()
    _by_word: dict[str, Room] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Of several the first: the order is the caller's.
        by_word: dict[str, Room] = {}
        for room in self.rooms:
            for word in (room.slack_id, room.name.casefold()):
                if word:
                    by_word.setdefault(word, room)
        object.__setattr__(self, "_by_word", by_word)

    def community(self, text: str) -> int | None:
        """The community of that id or name; `NotUnderstood`."""
        if not text:
            return None
        found = self.communities.get(text.casefold())
        if found is None:
            near = get_close_matches(text.casefold(), list(self.communities), 1)
            hint = f"Did you mean {near[0]}?" if near else "Leave the cell empty, or add it to the directory."
            raise NotUnderstood(f"'{short(text)}' is no community. {hint}")
        return found

    def room(self, text: str) -> Room | None:
        """The channel of that id or name, if it is in the directory."""
        bare = text.removeprefix("<#").split("|")[0].rstrip(">").removeprefix("#")
        return self._by_word.get(bare) or self._by_word.get(bare.casefold())


@dataclass(frozen=True)
class Given:
    """One thank-you to be stored; `line` is its first line, `people` are Slack ids in the order of the file."""

    key: str
    line: Line
    giver: str
    people: tuple[str, ...]
    community_id: int | None
    channel_id: str
    channel_kind: str


@dataclass(frozen=True)
class Matched:
    """All thank-yous of a file in its order, what is wrong, and channels outside the directory by how often."""

    given: tuple[Given, ...]
    problems: tuple[Problem, ...]
    elsewhere: Mapping[str, int]


def match(
    lines: Sequence[Line], people: People, places: Places, progress: Callable[[int], None] = lambda _: None
) -> Matched:
    """Find who and where; lines with one id become one thank-you."""
    matcher = _Matcher(people, places)
    for line in lines:
        matcher.take(line)
        progress(1)
    return Matched(tuple(matcher.given.values()), told_once(matcher.problems), dict(matcher.elsewhere))


class _Matcher:
    def __init__(self, people: People, places: Places) -> None:
        self._people = people
        self._places = places
        self._known: dict[str, tuple[Candidate, ...] | str] = {}
        self._alike: Counter[str] = Counter()
        # By key, in the order of the file.
        self.given: dict[str, Given] = {}
        self.problems: list[Problem] = []
        self.elsewhere: Counter[str] = Counter()

    def take(self, line: Line) -> None:
        before = len(self.problems)
        givers = self._find(line, "giver", line.giver)
        people = tuple(one.slack_id for one in self._find(line, "recipient", line.people))
        if len(givers) > 1:
            self._problem(line, "giver", "One person gives a thank-you, and here are several. Make a line for each.")
        giver = givers[0].slack_id if givers else ""
        if giver in people:
            self._problem(line, "recipient", "Nobody thanks themselves. Take the name out, or delete the line.")
        try:
            community_id = self._places.community(line.community)
        except NotUnderstood as error:
            self._problem(line, "community", error.message)
            community_id = None
        if len(self.problems) > before or not line.sound:
            return
        room = self._places.room(line.channel) if line.channel else None
        if line.channel and room is None:
            self.elsewhere[line.channel] += 1
        found = Given(
            key="",
            line=line,
            giver=giver,
            people=people,
            community_id=community_id if line.community else (room.community_id if room else None),
            channel_id=room.slack_id if room else "",
            channel_kind=_kind(line, room),
        )
        self._add(replace(found, key=self._key(found)))

    def _find(self, line: Line, name: str, cell: str) -> tuple[Candidate, ...]:
        if not cell:
            # Told when the line was read.
            return ()
        if cell not in self._known:
            try:
                self._known[cell] = self._people.all_of(cell)
            except NotUnderstood as error:
                self._known[cell] = error.message
        found = self._known[cell]
        if isinstance(found, str):
            self._problem(line, name, found)
            return ()
        if not found:
            self._problem(line, name, "Nobody is named here. Fill it in, or delete the line.")
        return found

    def _problem(self, line: Line, name: str, message: str) -> None:
        self.problems.append(Problem(line.at, name, message))

    def _key(self, found: Given) -> str:
        """The same for the same thank-you in every file: from its own id, else from what it says."""
        line = found.line
        if line.id:
            return _digest("id", line.id)
        said = (found.giver, *sorted(found.people), line.when.isoformat(), line.reason)
        alike = _digest("line", *said)
        self._alike[alike] += 1
        # Two lines that are alike in everything are two thank-yous.
        return _digest("line", *said, str(self._alike[alike]))

    def _add(self, found: Given) -> None:
        first = self.given.setdefault(found.key, found)
        if first is found:
            return
        if (first.giver, first.line.when, first.line.reason) != (found.giver, found.line.when, found.line.reason):
            self._problem(
                found.line,
                "id",
                f"Line {first.line.at} has the same id, and another giver, date or reason. Lines with one id are one "
                "thank-you to several people. Where the column is no id, leave it out with --map.",
            )
            return
        people = tuple(dict.fromkeys((*first.people, *found.people)))
        self.given[found.key] = replace(first, people=people)


def told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problem on many lines as one, at the first of them, with where else it is."""
    lines: dict[tuple[str, str], list[int]] = {}
    for one in problems:
        lines.setdefault((one.field, one.message), []).append(one.line)
    found = []
    for (name, message), (first, *others) in lines.items():
        if others:
            told = ", ".join(map(str, others[:LINES_TOLD]))
            more = f" and {len(others) - LINES_TOLD} more" if len(others) > LINES_TOLD else ""
            message = f"{message} Also on line{'s' if len(others) > 1 else ''} {told}{more}."
        found.append(Problem(first, name, message))
    return tuple(sorted(found, key=lambda one: one.line))


def _kind(line: Line, room: Room | None) -> str:
    if line.private or (room is not None and room.private):
        return "private"
    return "public" if room is not None else ""


def _digest(*parts: str) -> str:
    return "import-" + sha256("\0".join(parts).encode()).hexdigest()[:40]
