"""From what somebody typed, in a command or a form, to a plan: times are read in their zone, the rest is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.errors import N_, NotUnderstood
from app.i18n import Reader
from app.polls.parsing import Typed, steps
from app.polls.repeating import rule_of
from app.polls.rules import check_plan, wording
from app.polls.shapes import Asked, Plan
from app.when import read_moment, read_span

_HEAD = re.compile(r"^\s*(?:[?#]|\d+[.)]\s*[?#]?)\s*(?P<text>.+?)\s*(?:\[(?P<kind>[^\]]+)\])?\s*$")
_BULLET = re.compile(r"^\s*[-•*–—]\s*")
KINDS = ("one", "limited", "any", "rating", "ranked", "text", "form")


@dataclass(frozen=True)
class Built:
    """What the form holds, as typed. `kind` is one of KINDS; `generation` counts templates that were chosen."""

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


@dataclass(frozen=True)
class Planned:
    """A plan, and the rule by which it comes again ("" for once)."""

    plan: Plan
    rule: str = ""


def from_command(typed: Typed, channels: tuple[str, ...], creator: str, reader: Reader, now: datetime) -> Planned:
    """A command as a plan; `NotUnderstood`."""
    return _planned((typed.asked,), "", typed.mode, typed.results, typed.times, channels, creator, reader, now)


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
        raise NotUnderstood(N_("A poll that comes again needs a closing time."), field="close")
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
    return Planned(check_plan(plan, now), rule)
