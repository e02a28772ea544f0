"""Acronyms and medicine names that no small model knows, spelt out before anything else looks at a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent.parent / "data" / "acronyms.tsv"
_MOST = 8
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Expansion:
    """A short form as it stands in a text, and what it stands for."""

    term: str
    meaning: str


@dataclass(frozen=True)
class _Row:
    term: str
    languages: frozenset[str]
    match: str
    meaning: str


class Acronyms:
    """The table, ready for use: finding its terms is one pass over the text."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._rows: dict[str, list[_Row]] = {}
        self._starting: dict[str, list[str]] = {}
        for row in rows:
            self._rows.setdefault(row.term.casefold(), []).append(row)
        for term in sorted(self._rows, key=len, reverse=True):
            self._starting.setdefault(_WORD.findall(term)[0], []).append(term)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def find(self, text: str, language: str = "") -> tuple[Expansion, ...]:
        """The short forms of a text in order, each once; where meanings differ by language, that language's."""
        shouting = text.isupper() and len(text) > 20
        found: dict[str, Expansion] = {}
        done = 0
        for hit in _WORD.finditer(text):
            term = self._term_at(text, hit.start()) if hit.start() >= done else ""
            row = self._choose(term, language, shouting) if term else None
            if row:
                done = hit.start() + len(term)
                found.setdefault(term.casefold(), Expansion(term, row.meaning))
            if len(found) == _MOST:
                break
        return tuple(found.values())

    def expand(self, text: str, language: str = "") -> str:
        """The text with each short form followed by its meaning in brackets, the first time it occurs."""
        expanded = text
        for one in self.find(text, language):
            where = re.search(r"(?<![^\W_])" + re.escape(one.term) + r"(?![^\W_])", expanded)
            if where:
                expanded = f"{expanded[: where.end()]} ({one.meaning}){expanded[where.end() :]}"
        return expanded

    def _term_at(self, text: str, start: int) -> str:
        """The longest term of the table that begins here and ends at a word's end, as it is written; or ""."""
        word = _WORD.match(text, start)
        for term in self._starting.get(word.group().casefold(), ()) if word else ():
            end = start + len(term)
            if text[start:end].casefold() == term and not _WORD.match(text, end):
                return text[start:end]
        return ""

    def _choose(self, term: str, language: str, shouting: bool) -> _Row | None:
        fitting = [row for row in self._rows.get(term.casefold(), ()) if _matches(row, term, shouting)]
        own = [row for row in fitting if language in row.languages]
        anywhere = [row for row in fitting if "*" in row.languages]
        # Two or three words are too few to tell a language by, so a term of another language still counts.
        rest = own or anywhere or fitting
        return rest[0] if rest else None


def _matches(row: _Row, term: str, shouting: bool) -> bool:
    if row.match == "any":
        return True
    if shouting and len(row.term) < 5:
        return False
    return term == row.term


def parse(lines: Iterable[str]) -> tuple[_Row, ...]:
    """Rows of the table: term, languages, match (any, upper, cased), meaning, tab-separated; # starts a comment."""
    rows = []
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if line.startswith("#") or cells[0] == "term" or len(cells) != 4:
            continue
        rows.append(_Row(cells[0], frozenset(cells[1].split()), cells[2], cells[3]))
    return tuple(rows)


@lru_cache(maxsize=1)
def acronyms() -> Acronyms:
    """The project's own table."""
    with TABLE.open(encoding="utf-8") as lines:
        return Acronyms(parse(lines))
