"""The command's text as a plan: quoted question and options, in whatever quotes people have, and --settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.errors import N_, NotUnderstood
from app.polls.rules import RATING_MOST, wording
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
RESULTS = {
    "always": "always", "live": "always", "voted": "voted", "vote": "voted", "after": "voted", "close": "closed",
    "closed": "closed", "end": "closed",
}  # fmt: skip
USAGE = N_("Put the question and each option in quotes, like this: {example}. Or type the command alone for a form.")
EXAMPLE = '`"How useful was the webinar?" "Very" "Somewhat" "Not" --close 2d`'


@dataclass(frozen=True)
class Typed:
    """What a command says: question and options, and its settings as typed. Times are read later, in a zone."""

    question: Wording
    options: tuple[Wording, ...] = ()
    kind: str = "choice"
    most: int = 1
    mode: str = "named"
    results: str = ""
    times: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Asked:
        """The question as it is asked for."""
        return Asked(self.question, self.options, self.kind, self.most)


def read_command(text: str) -> Typed:
    """Read a command's text; `NotUnderstood` says how to write it. Nothing of it is guessed."""
    head, flags = _flags(text)
    texts = _texts(head)
    settings = dict(flags)
    kind, options = "choice", tuple(wording(one) for one in texts[1:])
    if "rating" in settings:
        kind, options = "rating", steps(settings["rating"], options)
    elif "ranked" in settings:
        kind = "ranked"
    elif "text" in settings:
        kind = "text"
        if options:
            raise NotUnderstood(N_("An open question takes no options. Leave them out, or leave out `--text`."))
    mode = "secret" if "secret" in settings else "named"
    results = _results(settings)
    return Typed(
        wording(texts[0]) if texts else Wording(""),
        options,
        kind,
        _most(settings["multi"]) if "multi" in settings else 1,
        mode,
        results,
        {name: settings[name] for name in ("close", "open", "remind", "every") if name in settings},
    )


def _flags(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text before the first setting outside quotes, and the settings with what follows each."""
    marks = [found for found in _FLAG.finditer(text) if not _quoted(text, found.start())]
    flags = []
    for number, found in enumerate(marks):
        name = FLAGS.get(found[1].lower())
        if name is None:
            raise NotUnderstood(
                N_("I do not know the setting “{name}”. There are: {all}."),
                name=found[1][:30],
                all=", ".join(f"--{one}" for one in dict.fromkeys(FLAGS.values())),
            )
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        flags.append((name, text[found.end() : end].strip().strip("".join(_QUOTES)).strip()))
    return text[: marks[0].start()] if marks else text, flags


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


def _results(settings: dict[str, str]) -> str:
    if "results" in settings:
        found = RESULTS.get(settings["results"].split(" ")[-1].lower() if settings["results"] else "")
        if found is None:
            raise NotUnderstood(N_("Results can be shown `always`, after one has `voted`, or when it is `closed`."))
        return found
    return "closed" if "hidden" in settings else ""


def _most(said: str) -> int:
    if said in ("", "any", "all"):
        return 0
    if not said.isdigit() or not 1 <= int(said) <= 50:
        raise NotUnderstood(N_("How many can be chosen? `--multi 2` for two, `--multi` alone for any number."))
    return int(said)
