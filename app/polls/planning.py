"""From what somebody typed, in a command or a form, to a plan: times are read in their zone, the rest is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.errors import N_, NotUnderstood
from app.i18n import Reader
from app.polls.parsing import Typed, steps
from app.polls.repeating import next_after, rule_of, wall
from app.polls.rules import check_plan, wording
from app.polls.shapes import Asked, Plan, Wording
from app.when import read_moment, read_span

_HEAD = re.compile(r"^\s*(?:[?#]|\d+[.)]\s*[?#]?)\s*(?P<text>.+?)\s*(?:\[(?P<kind>[^\]]+)\])?\s*$")
_BULLET = re.compile(r"^\s*[-•*–—]\s*")
REMIND = ("1 hour", "1 day", "2 days", "1 week")
EVERY = ("week", "2 weeks", "month", "quarter")
# What a menu of the form can hold.
_MENU_MOST = 75
T = TypeVar("T")
NO_END = N_("A poll that comes again needs a closing time, for example `--every week --close 2d`.")
KINDS = ("one", "limited", "any", "rating", "ranked", "text", "form")


@dataclass(frozen=True)
class Built:
    """What the form holds, as typed. `kind` is one of KINDS; `generation` counts templates that were chosen.

    `unread` are settings of the command it began with that could not be read; `unquoted` says that this command had
    no quotes.
    """

    question: str = ""
    options: str = ""
    kind: str = "one"
    most: str = ""
    mode: str = "named"
    results: str = ""
    close: str = ""
    open: str = ""
    remind: str = ""
    every: str = ""
    channels: tuple[str, ...] = ()
    generation: int = 0
    unread: tuple[str, ...] = ()
    unquoted: bool = False


@dataclass(frozen=True)
class Planned:
    """A plan, and the rule by which it comes again ("" for once), with the instant of the next."""

    plan: Plan
    rule: str = ""
    next_at: datetime | None = None


def from_command(typed: Typed, channels: tuple[str, ...], creator: str, reader: Reader, now: datetime) -> Planned:
    """A command as a plan; `NotUnderstood`."""
    return _planned((typed.asked,), "", typed.mode, typed.results, typed.times, channels, creator, reader, now)


def begun(typed: Typed, channels: tuple[str, ...], reader: Reader, now: datetime) -> Built:
    """A command that says too little for a poll, as the form with all that it says."""
    kind, most = typed.kind, ""
    if kind == "choice":
        kind = {1: "one", 0: "any"}.get(typed.most, "limited")
        most = str(typed.most) if kind == "limited" else ""
    times, unread = _times_for_form(typed, reader, now)
    return Built(
        question=_line(typed.question),
        options="\n".join(_line(one) for one in typed.options if one.text),
        kind=kind,
        most=most,
        mode=typed.mode,
        results=typed.results,
        close=times["close"],
        open=times["open"],
        remind=times["remind"],
        every=times["every"],
        channels=channels,
        unread=(*(one.said for one in typed.unread), *unread),
        unquoted=not typed.quoted and bool(typed.question.text),
    )


def _times_for_form(typed: Typed, reader: Reader, now: datetime) -> tuple[dict[str, str], list[str]]:
    """The times as the form's fields hold them, and those that cannot be read."""
    zone, locale = reader.zone, reader.locale
    held = {name: typed.times.get(name, "") for name in ("open", "close", "remind", "every")}
    unread: list[str] = []

    def read(name: str, reading: Callable[[str], T]) -> T | None:
        try:
            return reading(held[name]) if held[name] else None
        except NotUnderstood:
            unread.append(f"--{name} {held[name]}")
            return None

    opens = read("open", lambda said: read_moment(said, zone, locale, now).at)
    start = opens or now
    read("close", lambda said: read_moment(said, zone, locale, start))
    span = read("remind", lambda said: read_span(said, locale))
    rule = read("every", lambda said: rule_of(said, start, zone))
    # Fields keep what cannot be read, to be mended there; menus cannot, but take up what they do not list.
    held["remind"] = _choice(held["remind"], [one for one in REMIND if read_span(one, "en") == span], span)
    held["every"] = _choice(held["every"], [one for one in EVERY if rule_of(one, start, zone) == rule], rule)
    return held, unread


def _choice(said: str, same: list[str], read: object) -> str:
    if read is None:
        return ""
    return same[0] if same else said[:_MENU_MOST]


def _line(one: Wording) -> str:
    return " | ".join((one.text, *one.also))


def from_form(built: Built, creator: str, reader: Reader, now: datetime) -> Planned:
    """The form as a plan; `NotUnderstood` with the field that has to be mended."""
    title = ""
    if built.kind == "form":
        title, questions = " ".join(built.question.split()), read_questions(built.options)
        if not title:
            raise NotUnderstood(N_("Please give the form a title."), field="question")
    else:
        questions = (_one_question(built),)
    times = {name: getattr(built, name) for name in ("close", "open", "remind", "every") if getattr(built, name)}
    return _planned(questions, title, built.mode, built.results, times, built.channels, creator, reader, now)


def read_questions(text: str) -> tuple[Asked, ...]:
    """Several questions from lines: "? How was it? [rating 5]", and options on the lines below with a dash."""
    found: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        head = None if _BULLET.match(line) else _HEAD.match(line)
        if head:
            found.append((head["text"], (head["kind"] or "").strip().lower(), []))
        elif not found:
            raise NotUnderstood(
                N_("Begin each question with a question mark: “? How useful was it?”, and put its options below it."),
                field="options",
            )
        else:
            found[-1][2].append(_BULLET.sub("", line).strip())
    return tuple(_of_lines(*one) for one in found)


def _of_lines(text: str, said: str, lines: list[str]) -> Asked:
    options = tuple(wording(line) for line in lines)
    word, _, number = said.partition(" ")
    if word in ("rating", "scale"):
        return Asked(wording(text), steps(number, options), "rating")
    if word in ("text", "open"):
        return Asked(wording(text), (), "text")
    if word == "ranked":
        return Asked(wording(text), options, "ranked")
    digits = re.sub(r"\D", "", said)
    most = int(digits) if digits else 0 if word in ("any", "several") else 1
    return Asked(wording(text), options, "choice", most)


def _one_question(built: Built) -> Asked:
    options = tuple(wording(_BULLET.sub("", line)) for line in built.options.splitlines() if line.strip())
    if built.kind == "rating":
        return Asked(wording(built.question), steps("", options), "rating")
    if built.kind == "text":
        return Asked(wording(built.question), (), "text")
    if built.kind == "ranked":
        return Asked(wording(built.question), options, "ranked")
    most = {"one": 1, "any": 0}.get(built.kind)
    if most is None:
        if not built.most.strip().isdigit() or not int(built.most):
            raise NotUnderstood(N_("Write how many can be chosen, as a number."), field="most")
        most = int(built.most)
    return Asked(wording(built.question), options, "choice", most)


def _planned(
    questions: tuple[Asked, ...],
    title: str,
    mode: str,
    results: str,
    times: Mapping[str, str],
    channels: tuple[str, ...],
    creator: str,
    reader: Reader,
    now: datetime,
) -> Planned:
    zone, locale = reader.zone, reader.locale
    opens = read_moment(times["open"], zone, locale, now, field="open").at if times.get("open") else None
    start = opens or now
    closes = read_moment(times["close"], zone, locale, start, field="close").at if times.get("close") else None
    remind = None
    if times.get("remind"):
        span = read_span(times["remind"], locale, field="remind")
        if closes is None:
            raise NotUnderstood(N_("A reminder needs a closing time that comes after it."), field="remind")
        remind = closes - span
    rule = rule_of(times["every"], start, zone) if times.get("every") else ""
    if rule and closes is None:
        raise NotUnderstood(NO_END, field="close")
    # Seeing others' choices sways people, most of all where nobody is to know who chose what.
    shown = results or ("closed" if mode == "secret" else "always")
    plan = Plan(
        creator=creator,
        questions=tuple(questions),
        channels=tuple(dict.fromkeys(channels)),
        title=title,
        mode=mode,
        results=shown,
        zone=zone,
        locale=locale,
        opens_at=opens,
        closes_at=closes,
        remind_at=remind,
    )
    next_at = next_after(rule, wall(start, zone), zone, start) if rule else None
    return Planned(check_plan(plan, now), rule, next_at)
