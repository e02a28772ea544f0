"""A small language for shapes: each check takes the findings, a JSON pointer and a value, and notes what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[["Findings", str, Any], None]


@dataclass(frozen=True)
class Finding:
    """One complaint, at a JSON pointer, in Slack's words."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass
class Findings:
    """What was found so far, and how long all text together is (in characters)."""

    found: list[Finding] = field(default_factory=list)
    text: int = 0

    def add(self, pointer: str, message: str) -> None:
        """Note one complaint."""
        self.found.append(Finding(pointer, message))


def string(most: int | None = None, *, least: int = 1, pattern: str = "", shown: bool = False) -> Check:
    """A string of `least` to `most` characters; `shown` counts it towards the message's text."""
    matcher = re.compile(pattern) if pattern else None

    def check(findings: Findings, at: str, value: Any) -> None:
        if not isinstance(value, str):
            findings.add(at, "must be a string")
            return
        if shown:
            findings.text += len(value)
        if len(value) < least:
            findings.add(at, f"must be more than {least - 1} characters")
        if most is not None and len(value) > most:
            findings.add(at, f"must be less than {most + 1} characters")
        if matcher and value and not matcher.search(value):
            findings.add(at, f"does not match regexp {pattern}")

    return check


def boolean(findings: Findings, at: str, value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        findings.add(at, "must be a boolean")


def anything(findings: Findings, at: str, value: Any) -> None:
    """No complaint: checked nowhere, because the app never sends it."""


def number(findings: Findings, at: str, value: Any) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        findings.add(at, "must be a number")


def integer(least: int = -(2**53), most: int = 2**53) -> Check:
    """A whole number within bounds."""

    def check(findings: Findings, at: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            findings.add(at, "must be an integer")
        elif not least <= value <= most:
            findings.add(at, f"must be between {least} and {most}")

    return check


def one_of(*words: str) -> Check:
    """One of a few words."""

    def check(findings: Findings, at: str, value: Any) -> None:
        if value not in words:
            findings.add(at, f"must be one of: {', '.join(words)}")

    return check


def items(of: Check, most: int | None = None, *, least: int = 1) -> Check:
    """A list of `least` to `most` things of one shape."""

    def check(findings: Findings, at: str, value: Any) -> None:
        if not isinstance(value, list):
            findings.add(at, "must be an array")
            return
        if len(value) < least:
            findings.add(at, f"no less than {least} items allowed")
        if most is not None and len(value) > most:
            findings.add(at, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            of(findings, f"{at}/{index}", item)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(findings: Findings, at: str, value: Any) -> None:
        if not isinstance(value, dict):
            findings.add(at, "must be an object")
            return
        for name in required:
            if name not in value:
                findings.add(at, f"missing required field: {name}")
        for name, item in value.items():
            if name in known:
                known[name](findings, f"{at}/{name}", item)
            else:
                findings.add(at, f"invalid additional property: {name}")

    return check


def typed(kinds: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` names its shape among `kinds`."""

    def check(findings: Findings, at: str, value: Any) -> None:
        if not isinstance(value, dict):
            findings.add(at, "must be an object")
            return
        kind = value.get("type")
        if kind is None:
            findings.add(at, "missing required field: type")
        elif not isinstance(kind, str) or kind not in kinds:
            findings.add(f"{at}/type", f"unsupported type: {kind}")
        else:
            kinds[kind](findings, at, value)

    check.__doc__ = what
    return check


def together(*checks: Check) -> Check:
    """Several checks of one value, one after another."""

    def check(findings: Findings, at: str, value: Any) -> None:
        for one in checks:
            one(findings, at, value)

    return check


def any_field(*names: str) -> Check:
    """At least one of these fields is there."""

    def check(findings: Findings, at: str, value: Any) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            findings.add(at, f"missing required field: {names[0]}")

    return check


def exactly_one(*names: str) -> Check:
    """One of these fields is there, and only one."""

    def check(findings: Findings, at: str, value: Any) -> None:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            findings.add(at, f"must provide exactly one of: {', '.join(names)}")

    return check


def plain(most: int) -> Check:
    """A `plain_text` object of at most `most` characters."""
    return typed({"plain_text": _plain(most)}, "plain_text")


def rich(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object of at most `most` characters."""
    mrkdwn = shape({"type": anything, "text": string(most, shown=True)}, {"verbatim": boolean})
    return typed({"plain_text": _plain(most), "mrkdwn": mrkdwn}, "plain_text or mrkdwn")


def _plain(most: int) -> Check:
    return shape({"type": anything, "text": string(most, shown=True)}, {"emoji": boolean})
