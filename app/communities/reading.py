"""From the bytes of a file to text, and from YAML or JSON text to values that know their lines.

Values are kept as they were written: YAML's `no` is the Norwegian language here, not a falsehood.
Nothing recurses deeper than `DEPTH`, so no file can exhaust the stack.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from app.errors import ImportProblems, Problem

DEPTH = 12
MAX_BYTES = 5_000_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_UNKEEPABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
_LITERAL = re.compile(r"[^\s,\]}:]+")


@dataclass(frozen=True, eq=False)
class Cell:
    """A value and the 1-based line it begins on; `keys` holds the lines of a mapping's keys."""

    line: int
    value: Value
    keys: Mapping[str, int] | None = None


Value: TypeAlias = "str | tuple[Cell, ...] | dict[str, Cell] | None"


def fail(line: int, message: str, field: str = "") -> ImportProblems:
    """The error of a file that cannot be read any further."""
    return ImportProblems([Problem(line, field, message)])


def decode(data: bytes, most: int = MAX_BYTES) -> str:
    """The text of a file in UTF-8 with or without a mark; other encodings are named, with the way out."""
    if len(data) > most:
        raise fail(
            1, f"The file is larger than {most // 1_000_000} MB. Split it, or check that it is the right file."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(data):
        raise fail(
            1, "This file is saved as UTF-16 (Excel's 'Unicode Text'). Save it as 'CSV UTF-8' and import it again."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = bytes([data[error.start]]).decode("cp1252", "replace")
        raise fail(
            line,
            f"This file is not UTF-8: a byte here would be '{guess}' in Latin-1 / Windows-1252, as Excel's plain "
            "'CSV' writes it. Save it as 'CSV UTF-8' (or UTF-8 in your editor) and import it again.",
        ) from None
    return text


def _looks_like_utf16(data: bytes) -> bool:
    # Without a mark, ordinary text in UTF-16 has a zero in every second byte.
    head = data[:400]
    return len(head) >= 4 and max(head[::2].count(0), head[1::2].count(0)) > len(head) * 0.4


def check_characters(text: str, line: int = 1) -> None:
    """Refuse characters no database keeps: controls other than tab and line ends, and halves of surrogates.

    `line` is the one the text begins on.
    """
    match = _UNKEEPABLE.search(text)
    if match:
        line += text.count("\n", 0, match.start())
        raise fail(line, f"There is an invisible control character here (U+{ord(match.group()):04X}). Delete it.")


def read_yaml(text: str) -> Cell:
    """The single document of a YAML text, with lines; `ImportProblems` where it is not YAML."""
    try:
        return _Builder().build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise fail(
            1 if mark is None else int(mark.line) + 1,
            f"This is not valid YAML ({said}). Check the indentation, and put text with ':' or '#' in quotes.",
        ) from None
    except yaml.YAMLError as error:
        first = str(error).splitlines()[0]
        raise fail(1, f"This is not valid YAML ({first}).") from None


class _Builder:
    """Puts YAML's events together with a stack of its own; an alias shares what its anchor names."""

    def __init__(self) -> None:
        # Each open container: its line, its anchor, its children, and whether it is a mapping.
        self._open: list[tuple[int, str | None, list[Cell], bool]] = []
        self._anchors: dict[str, Cell] = {}
        self._root: Cell | None = None

    def build(self, text: str) -> Cell:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.ScalarEvent):
                plain = not event.style and event.implicit[0] and event.tag is None
                empty = plain and event.value in ("", "~", "null", "Null", "NULL")
                # Written as escapes they pass the check of the whole text.
                check_characters(event.value, line)
                self._add(Cell(line, None if empty else event.value), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self._anchors:
                    raise fail(line, f"*{event.anchor} points to nothing: define &{event.anchor} above this line.")
                self._add(self._anchors[event.anchor], None)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if len(self._open) >= DEPTH:
                    raise fail(line, "This is nested too deeply for a directory of communities.")
                self._open.append((line, event.anchor, [], isinstance(event, yaml.MappingStartEvent)))
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                at, anchor, children, mapping = self._open.pop()
                self._add(_mapping(at, children) if mapping else Cell(at, tuple(children)), anchor)
            elif isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
                raise fail(line, "There is a second YAML document here. Put all communities into one.")
        return self._root or Cell(1, None)

    def _add(self, cell: Cell, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = cell
        if self._open:
            self._open[-1][2].append(cell)
        else:
            self._root = cell


def _mapping(line: int, children: list[Cell]) -> Cell:
    values: dict[str, Cell] = {}
    keys: dict[str, int] = {}
    for key, value in zip(children[::2], children[1::2], strict=True):
        if not isinstance(key.value, str):
            raise fail(key.line, "A field needs a plain name before its ':'.")
        if key.value in values:
            raise fail(key.line, f"'{key.value[:40]}' is given twice (first on line {keys[key.value]}). Keep one.")
        values[key.value] = value
        keys[key.value] = key.line
    return Cell(line, values, keys)


def read_json(text: str) -> Cell:
    """The value of a JSON text, with lines; `ImportProblems` where it is not JSON."""
    too_deep = "This is nested too deeply for a directory of communities."
    try:
        # Only to have its syntax checked; numbers stay text, for a long one is an error of its own.
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise fail(error.lineno, f"This is not valid JSON ({error.msg}, column {error.colno}).") from None
    except RecursionError:
        raise fail(1, too_deep) from None
    return _Walker(text).walk()


class _Walker:
    """Walks JSON text that is known to be valid, to learn on which line each value stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def walk(self) -> Cell:
        return self._value(self._skip(0), 0)[0]

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at) + 1

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _value(self, at: int, depth: int) -> tuple[Cell, int]:
        line, first = self._line(at), self._text[at]
        if depth > DEPTH:
            raise fail(line, "This is nested too deeply for a directory of communities.")
        if first == '"':
            match = _STRING.match(self._text, at)
            string = match.group() if match else '""'
            text = json.loads(string)
            # Written as escapes they pass the check of the whole text.
            check_characters(text, line)
            return Cell(line, text), at + len(string)
        if first in "[{":
            return self._container(at, depth, mapping=first == "{")
        match = _LITERAL.match(self._text, at)
        literal = match.group() if match else ""
        return Cell(line, None if literal == "null" else literal), at + len(literal)

    def _container(self, at: int, depth: int, *, mapping: bool) -> tuple[Cell, int]:
        line, children = self._line(at), []
        at = self._skip(at + 1)
        while self._text[at] not in "]}":
            child, at = self._value(at, depth + 1)
            children.append(child)
            at = self._skip(at)
            # Colons and commas only separate here: their order was checked before.
            if self._text[at] in ",:":
                at = self._skip(at + 1)
        return (_mapping(line, children) if mapping else Cell(line, tuple(children))), at + 1
