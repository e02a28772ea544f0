"""What can go wrong, said so that a person knows what to do next.

DomainError                 expected; shown to the person, logged at info
├── Refused                 the rules say no (a guest, a cap, a closed thing)
├── NotUnderstood           the input could not be read; says how to write it
├── NotFound                what was named is not there (any more)
└── Unavailable             a neighbour (Slack, forum, encoder) does not answer; says when to try again
AlreadyAnswered             the same request came before; carries the first answer
ImportProblems              a file with line-numbered errors; nothing of it was stored
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - gettext's name for "to be translated where it is shown"
    """Mark a message for the catalogues; the text itself is unchanged."""
    return text


class DomainError(Exception):
    """An expected failure with a kind message; `field` names the modal input it belongs to.

    With `values` the message is a template, so that it can be said in the reader's language.
    """

    def __init__(self, message: str, *, field: str | None = None, **values: object) -> None:
        self.template = message
        self.values = values
        self.message = message.format(**values) if values else message
        self.field = field
        super().__init__(self.message)

    def said(self, words: Callable[[str], str]) -> str:
        """The message in the language that `words` translates to."""
        template = words(self.template)
        return template.format(**self.values) if self.values else template


class Refused(DomainError):
    """The rules say no; the message says why and what is possible instead."""


class NotUnderstood(DomainError):
    """The input could not be read; the message shows how to write it."""


class NotFound(DomainError):
    """What was named does not exist, or not for this person."""


class Unavailable(DomainError):
    """A neighbouring service does not answer now; `retry_after` is in seconds where known."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AlreadyAnswered(Exception):
    """This request was handled before; `answer` is what it was told then (the ack body, or None)."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        super().__init__("this request was answered before")
        self.answer = answer


@dataclass(frozen=True)
class Problem:
    """One error in an imported file: 1-based line, the field (or ""), and what is wrong with it."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", {self.field}" if self.field else "")
        return f"{where}: {self.message}"


class ImportProblems(DomainError):
    """A file could not be imported; every problem is listed, nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(one) for one in problems))
        self.problems = tuple(problems)
