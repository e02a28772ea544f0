"""The command's text as a plan: quoted question and options, in whatever quotes people have, and --settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.errors import N_, NotUnderstood
from app.polls.rules import RATING_MOST, harmless, wording
from app.polls.shapes import Asked, Wording

# Opening quotes of many scripts and what closes each. Phones make curly ones of straight ones.
_QUOTES = {
    '"': '"“”„‟〞＂', "“": "”“\"„‟", "”": "”“\"", "„": "“”\"‟", "‟": "”\"", "«": "»", "»": "«", "‹": "›",
    "「": "」", "『": "』", "《": "》", "〝": "〞", "＂": "＂\"", "‘": "’‘'", "’": "’", "'": "'’", "‚": "‘’",
}  # fmt: skip
# Phones make a dash of two hyphens.
_FLAG = re.compile(r"(?:(?<=\s)|^)(?:--|—|–|−−)\s?([A-Za-z][A-Za-z-]*)")
# Each setting, by every name it is called: its own, and those of rivals and other languages.
FLAGS = {
    "close": "close", "closes": "close", "until": "close", "end": "close",
    "open": "open", "start": "open", "at": "open",
    "secret": "secret", "anonymous": "secret",
    "multi": "multi", "limit": "multi",
    "results": "results", "hidden": "hidden", "hide": "hidden",
    "rating": "rating", "scale": "rating",
    "ranked": "ranked", "rank": "ranked",
    "text": "text", "remind": "remind", "every": "every", "channels": "channels", "in": "channels",
}  # fmt: skip
# Settings that are said by their name alone: what follows them is of the poll.
_BARE = frozenset({"secret", "hidden", "ranked", "text"})
# Those that a time follows, with an example.
_TIMES = {"close": "2d", "open": "tomorrow 9:00", "remind": "1d", "every": "week"}
# Around the number of a channel that was chosen from Slack's list. Both are no characters, so nobody can type them.
_OPEN, _SHUT = "\ufdd0", "\ufdd1"
_PLACE = re.compile(f"{_OPEN}(\\d+){_SHUT}")
RESULTS = {
    "always": "always", "live": "always", "voted": "voted", "vote": "voted", "after": "voted", "close": "closed",
    "closed": "closed", "end": "closed",
}  # fmt: skip
USAGE = N_("Put the question and each option in quotes, like this: {example}. Or type the command alone for a form.")
CHANNELS = N_(
    "After `--channels`, type # and choose each channel from the list that Slack shows. Without `--channels` the "
    "poll is posted where you type it. Please send the line again."
)
NO_CHANNEL = N_(
    "“{name}” is no channel that I know. After `--channels`, type # and choose each channel from the list that Slack "
    "shows. Without `--channels` the poll is posted where you type it. Please send the line again."
)
NO_TIME = N_("After `{name}`, say when, for example `{name} {example}`. Please send the line again.")
EXAMPLE = '`"How useful was the webinar?" "Very" "Somewhat" "Not" --close 2d`'


T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A channel that was chosen from Slack's list: its id, and its name without the #."""

    id: str
    name: str


@dataclass(frozen=True)
class Unread:
    """A setting as it was typed, and why it cannot be read."""

    said: str
    why: NotUnderstood


@dataclass(frozen=True)
class Typed:
    """What a command says: question and options, and its settings as typed. Times are read later, in a zone.

    `channels` (ids) is where it says that the poll is to go, () where it does not.
    """

    question: Wording
    options: tuple[Wording, ...] = ()
    kind: str = "choice"
    most: int = 1
    mode: str = "named"
    results: str = ""
    times: dict[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    quoted: bool = True

    @property
    def asked(self) -> Asked:
        """The question as it is asked for."""
        return Asked(self.question, self.options, self.kind, self.most)

    @property
    def half(self) -> bool:
        """Whether too little is said for a poll, so that a form has to ask for the rest."""
        few = self.kind in ("choice", "ranked") and len(self.options) < 2
        # Without quotes it may be half a thought, and a rating or an open question needs no more to be one.
        return not self.question.text or few or (self.kind in ("rating", "text") and not self.quoted)

    def checked(self) -> Typed:
        """The same; `NotUnderstood` where a setting could not be read."""
        if self.unread:
            raise self.unread[0].why
        return self


@dataclass(frozen=True)
class _Setting:
    said: str
    value: str


def placed(number: int) -> str:
    """What stands in a text for the channel of that number."""
    return f"{_OPEN}{number}{_SHUT}"


def without_marks(text: str) -> str:
    """A text in which nobody forged such a channel."""
    return text.replace(_OPEN, "").replace(_SHUT, "")


def read_command(text: str, places: Sequence[Place] = ()) -> Typed:
    """Read a command's text; `NotUnderstood` says how to write it. Nothing of it is guessed.

    Channels that were chosen in it stand in the text as `placed` makes them.
    """
    return read_loosely(text, places).checked()


def read_loosely(text: str, places: Sequence[Place] = ()) -> Typed:
    """The same, but settings that cannot be read are kept in `unread`."""
    head, flags = _flags(text)
    texts = _texts(_named(head, places))
    settings = dict(flags)
    unread = [Unread(_named(one.said, places), _unknown(one)) for name, one in flags if not name]
    for name, one in flags:
        if name in _TIMES and not one.value:
            unread.append(Unread(one.said, NotUnderstood(NO_TIME, name=one.said.strip(), example=_TIMES[name])))

    def read(name: str, reading: Callable[[str], T], otherwise: T) -> T:
        if name not in settings:
            return otherwise
        try:
            return reading(settings[name].value)
        except NotUnderstood as why:
            unread.append(Unread(_named(settings[name].said, places), why))
            return otherwise

    kind, options = "choice", tuple(wording(one) for one in texts[1:])
    if "rating" in settings:
        kind, options = "rating", read("rating", lambda said: steps(said, options), options)
    elif "ranked" in settings:
        kind = "ranked"
    elif "text" in settings and options:
        why = NotUnderstood(N_("An open question takes no options. Leave them out, or leave out `--text`."))
        unread.append(Unread(settings["text"].said, why))
    elif "text" in settings:
        kind = "text"
    # Named more than once, all of them are meant.
    settings |= {"channels": _together(flags)} if "channels" in settings else {}
    return Typed(
        wording(texts[0]) if texts else Wording(""),
        options,
        kind,
        read("multi", _most, 1),
        "secret" if "secret" in settings else "named",
        read("results", _results, "closed" if "hidden" in settings else ""),
        {name: _named(settings[name].value, places) for name in _TIMES if name in settings and settings[name].value},
        read("channels", lambda said: _channels(said, places), ()),
        tuple(unread),
        bool(_spans(head)),
    )


def _flags(text: str) -> tuple[str, list[tuple[str, _Setting]]]:
    """What is said of question and options, and the settings outside quotes by name, "" for one that is unknown."""
    marks = [found for found in _FLAG.finditer(text) if not _quoted(text, found.start())]
    head = text[: marks[0].start()] if marks else text
    flags = []
    for number, found in enumerate(marks):
        name = FLAGS.get(found[1].lower(), "")
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        rest = text[found.end() : end]
        if name in _BARE:
            head, rest = head + rest, ""
        value = rest.strip().strip("".join(_QUOTES)).strip()
        flags.append((name, _Setting(text[found.start() : found.end()] + rest.rstrip(), value)))
    return head, flags


def _unknown(one: _Setting) -> NotUnderstood:
    found = _FLAG.match(one.said)
    return NotUnderstood(
        N_("I do not know the setting “{name}”. There are: {all}."),
        name=found[1][:30] if found else "",
        all=", ".join(f"--{one}" for one in dict.fromkeys(FLAGS.values())),
    )


def _named(text: str, places: Sequence[Place]) -> str:
    """A text with the names of its channels."""

    def name(found: re.Match[str]) -> str:
        number = int(found[1])
        return f"#{places[number].name or places[number].id}" if number < len(places) else ""

    return _PLACE.sub(name, text)


def _together(flags: list[tuple[str, _Setting]]) -> _Setting:
    named = [one for name, one in flags if name == "channels"]
    return _Setting(" ".join(one.said for one in named), " ".join(one.value for one in named))


def _channels(said: str, places: Sequence[Place]) -> tuple[str, ...]:
    """The channels that are to show it, each chosen from Slack's list: a name alone could be of any."""
    found = [int(one) for one in _PLACE.findall(said)]
    rest = re.sub(r"[\s,;&+]+", " ", _PLACE.sub(" ", said)).strip()
    if rest:
        raise NotUnderstood(NO_CHANNEL, name=harmless(rest))
    if not found:
        raise NotUnderstood(CHANNELS)
    return tuple(dict.fromkeys(places[one].id for one in found if one < len(places)))


def _quoted(text: str, at: int) -> bool:
    return any(start < at < end for start, end in _spans(text))


def _spans(text: str) -> list[tuple[int, int]]:
    """Where quoted pieces begin and end, quotes included."""
    spans, place = [], 0
    while place < len(text):
        closing = _QUOTES.get(text[place])
        # An apostrophe within a word is none.
        if closing and not (text[place] in "'’‘" and place and text[place - 1].isalnum()):
            end = next((at for at in range(place + 1, len(text)) if text[at] in closing and _ends(text, at)), -1)
            if end < 0:
                break
            spans.append((place, end))
            place = end
        place += 1
    return spans


def _ends(text: str, at: int) -> bool:
    """Whether a quote at this place can close: not an apostrophe within a word."""
    return not (text[at] in "'’‘" and at + 1 < len(text) and text[at + 1].isalnum())


def _texts(head: str) -> list[str]:
    """The quoted pieces, or lines where nothing is quoted; an empty piece stays, to be refused with its number."""
    spans = _spans(head)
    if spans:
        outside = head[: spans[0][0]] + " ".join(
            head[end + 1 : following]
            for (_, end), following in zip(spans, [*(start for start, _ in spans[1:]), len(head)], strict=True)
        )
        if re.sub(r"[\s,;]", "", outside):
            raise NotUnderstood(USAGE, example=EXAMPLE)
        return [head[start + 1 : end].strip() for start, end in spans]
    lines = [line.strip().lstrip("-•*").strip() for line in head.splitlines()]
    lines = [line for line in lines if line]
    if any(one in head for one in '"“”«»'):
        # A quote that is never closed.
        raise NotUnderstood(USAGE, example=EXAMPLE)
    return lines


def steps(said: str, options: tuple[Wording, ...]) -> tuple[Wording, ...]:
    """The steps of a rating: named ones, or numbers from 1 to what was said, 5 where nothing was."""
    if options:
        return options
    most = said.replace("1-", "").replace("1–", "").strip() or "5"
    if not most.isdigit() or not 2 <= int(most) <= RATING_MOST:
        raise NotUnderstood(
            N_("A rating has 2 to {most} steps, as in `--rating 5`."), field="options", most=RATING_MOST
        )
    return tuple(Wording(str(step)) for step in range(1, int(most) + 1))


def _results(said: str) -> str:
    found = RESULTS.get(said.split(" ")[-1].lower())
    if found is None:
        raise NotUnderstood(N_("Results can be shown `always`, after one has `voted`, or when it is `closed`."))
    return found


def _most(said: str) -> int:
    if said in ("", "any", "all"):
        return 0
    if not said.isdigit() or not 1 <= int(said) <= 50:
        raise NotUnderstood(N_("How many can be chosen? `--multi 2` for two, `--multi` alone for any number."))
    return int(said)
