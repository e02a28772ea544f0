"""What a check found, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]
_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@dataclass(frozen=True)
class Finding:
    """One check's outcome: a line on what was found and, unless all is well, what to do about it."""

    name: str
    state: State
    message: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding for JSON."""
        return asdict(self)


def render(findings: Sequence[Finding]) -> str:
    """The findings as a list for a terminal, in their order, with a closing sentence."""
    width = max((len(one.name) for one in findings), default=0)
    lines = []
    for one in findings:
        lines.append(f"{_MARKS[one.state]} {one.name:<{width}}  {one.message}")
        if one.fix:
            lines.append(f"  {'':<{width}}  → {one.fix}")
    failed = sum(one.state == "fail" for one in findings)
    warned = sum(one.state == "warn" for one in findings)
    closing = "All is well."
    if failed:
        closing = f"{failed} to mend before it works" + (f", {warned} to look at." if warned else ".")
    elif warned:
        closing = f"It works; {warned} to look at."
    return "\n".join([*lines, "", closing])
